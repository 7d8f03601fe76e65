"""What a list shows of each article. Not made by templates: a page has hundreds of these pieces, and
a template took longer for them than for the rest of the page.
"""

from functools import lru_cache
from urllib.parse import quote

from django import template
from django.template.defaultfilters import floatformat
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalog.models import Article
from catalog.numbers import intcomma
from catalog.paths import path_to
from catalog.templatetags.gleaner import icon, lately, letter, short, web
from catalog.templatetags.texts import sentences

register = template.Library()
TAGS_SHOWN = 8
DOUBTS_SHOWN = 3
MARKS = '<span class="entry-marks" id="marks-{pk}"{state}>\n{star}\n{archive}\n{read}\n</span>'
MARK = (
    '<button class="mark-button" name="one" value="{{pk}} {verb}" formaction="{path}" '
    'hx-post="{path}" hx-params="one,csrfmiddlewaretoken" hx-target="#marks-{{pk}}" '
    'hx-swap="outerHTML" data-{name} aria-pressed="{pressed}" title="{title}" '
    'aria-label="{{label}}">{icon}</button>'
)
ICONS = {"star": "star", "archive": "archive", "read": "check"}
ABOUT = (
    '<p class="entry-about quiet small">{source}{author}{published}{length}{language}{doubt}'
    '<a class="text-reset dot-before" data-original href="{original}" rel="noreferrer">'
    "{original_label}</a></p>"
)
SOURCE = '{} <a class="text-reset" href="?source={}"><bdi>{}</bdi></a>'
LENGTH = '<span class="dot-before" title="{}">{}</span>'
DOUBT = '<span class="doubtful" title="{}">{}</span>'
LABEL = '<a class="label-tag me-2" href="{}?label={}"><bdi>{}</bdi></a> '
TAG = '<a class="quiet me-2" href="{}?tag={}">#<bdi>{}</bdi></a> '


@register.simple_tag
def marks(article: Article) -> SafeString:
    """Render the buttons of what a reader notes of an article: star, archive, read."""
    mark = article.mark
    is_starred = bool(mark and mark.starred_at)
    is_archived = bool(mark and mark.archived_at)
    is_read = bool(mark and mark.read_at)
    path = path_to("articles-mark")
    language = get_language()
    title = {"title": short(article.title, 80)}
    state = ""
    if not is_read:
        state += " data-unread"
    if is_archived:
        state += " data-archived"
    return format_html(
        MARKS,
        pk=article.pk,
        state=state,
        star=format_html(
            _mark("star", is_starred, path, language),
            pk=article.pk,
            label=_("Star: %(title)s") % title,
        ),
        archive=format_html(
            _mark("archive", is_archived, path, language),
            pk=article.pk,
            label=_("Archive: %(title)s") % title,
        ),
        read=format_html(
            _mark("read", is_read, path, language),
            pk=article.pk,
            label=_("Read: %(title)s") % title,
        ),
    )


@lru_cache
def _mark(name: str, is_set: bool, path: str, _language: str | None) -> str:
    """Return a button with placeholders for the article's number and the label."""
    if name == "star":
        title = _("Star (s)")
    elif name == "archive":
        title = _("Archive (e)")
    elif is_set:
        title = _("Mark as unread (m)")
    else:
        title = _("Mark as read (m)")
    verb, pressed = name, "false"
    if is_set:
        verb, pressed = f"un{name}", "true"
    return format_html(
        MARK,
        name=name,
        verb=verb,
        path=path,
        pressed=pressed,
        title=title,
        icon=icon(ICONS[name]),
    )


@register.simple_tag
def about(article: Article) -> SafeString:
    """Render the line about an article: its source, author, date, length, language and doubts."""
    there = article.published_there
    if there:
        published: str = lately(there)
    else:
        published = _("undated")
    language = get_language()
    return format_html(
        ABOUT,
        source=_source(article.source.host, str(article.source)),
        author=_named(article.author),
        published=_dotted(published),
        length=_length(article.word_count, article.reading_minutes, language),
        language=_dotted(article.language),
        doubt=_doubt(article),
        original=web(article.url),
        original_label=_("original"),
    )


@lru_cache(maxsize=1_000)
def _source(host: str, name: str) -> SafeString:
    return format_html(SOURCE, letter(name), quote(host), short(name, 60))


@lru_cache(maxsize=10_000)
def _length(words: int, minutes: int, _language: str | None) -> SafeString:
    told = _("%(word_count)s words") % {"word_count": intcomma(words)}
    said = _("%(reading_minutes)s min") % {"reading_minutes": minutes}
    return format_html(LENGTH, told, said)


def _dotted(shown: object) -> SafeString:
    if not shown:
        return SafeString("")
    return format_html('<span class="dot-before">{}</span>', shown)


def _named(author: str) -> SafeString:
    if not author:
        return SafeString("")
    return _dotted(format_html("<bdi>{}</bdi>", short(author, 60)))


def _doubt(article: Article) -> SafeString:
    if not article.is_doubtful:
        return SafeString("")
    reasons = sentences(article.quality_reasons[:DOUBTS_SHOWN])
    quality = {"quality": floatformat(article.quality, 2)}
    return format_html(
        DOUBT, Truncator(reasons).chars(300), _("Quality %(quality)s") % quality
    )


@register.simple_tag
def tags(article: Article) -> SafeString:
    """Render the labels and the first tags of an article, each a link to those that have it."""
    if not (article.tags or article.labels):
        return SafeString("")
    path = path_to("articles")
    return format_html(
        '<p class="small m-0 mt-1">{}{}</p>',
        _links(LABEL, path, article.labels),
        _links(TAG, path, article.tags[:TAGS_SHOWN]),
    )


def _links(form: str, path: str, names: list[str]) -> SafeString:
    return format_html_join(
        "", form, ((path, quote(name, safe=""), short(name, 40)) for name in names)
    )
