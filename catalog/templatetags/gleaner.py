"""How values are shown, the same on every page."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from zlib import crc32

from django import template
from django.contrib.humanize.templatetags.humanize import NaturalTimeFormatter
from django.template.defaultfilters import stringfilter
from django.templatetags.static import static
from django.urls import get_script_prefix
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import (
    avoid_wrapping,
    escape,
    format_html,
    format_html_join,
)
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.timesince import timesince
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from catalog.numbers import intcomma
from catalog.templatetags.texts import translated

register = template.Library()
register.filter(intcomma, is_safe=True)
LATELY = timedelta(days=30)
SECOND = timedelta(seconds=1)
SHORTEST_MONTH = timedelta(days=28)
# Seconds of what is told as so many weeks, days, hours or minutes.
UNITS = {"week": 604_800, "day": 86_400, "hour": 3_600, "minute": 60}


@register.filter
def duration(seconds: object) -> str:
    """Seconds as a person says them: 0.42 s, 12 s, 3 m 12 s, 2 h 5 m, 3 d 4 h."""
    if not isinstance(seconds, int | float):
        return "–"
    if seconds < 10:
        digits = 1
        if seconds < 1:
            digits = 2
        return f"{number_format(round(seconds, digits), digits)} s"
    whole = round(seconds)
    for unit, next_unit, size, part in (
        ("d", "h", 86400, 3600),
        ("h", "m", 3600, 60),
        ("m", "s", 60, 1),
    ):
        if whole >= size:
            return f"{whole // size} {unit} {whole % size // part} {next_unit}"
    return f"{whole} s"


@register.filter(is_safe=True)
@stringfilter
def short(text: str, most: int) -> str:
    """At most so many characters, for what a page has hundreds of: `truncatechars` looks at each
    character."""
    if len(text) <= most:
        return text
    return f"{text[: most - 1]}…"


@register.filter
def words(slug: object) -> str:
    """Return a slug such as "share-buttons" as words: "Share buttons"."""
    text = str(slug).replace("-", " ").replace("_", " ")
    return text[:1].upper() + text[1:60]


@register.filter
def with_code(text: object) -> SafeString:
    """Render what stands between backticks as code."""
    pieces = enumerate(str(text).split("`"))
    marked = (
        (format_html("<code>{}</code>", piece) if number % 2 else piece,)
        for number, piece in pieces
    )
    return format_html_join("", "{}", marked)


@register.filter
def state(name: str) -> SafeString:
    """Render a state as a badge: word, colour and shape."""
    return _badge(name, get_language())


@lru_cache
def _badge(name: str, language: str | None) -> SafeString:
    return format_html(
        '<span class="state state-{}">{}</span>', slugify(name), translated(name)
    )


@register.simple_tag
def icon(name: str) -> SafeString:
    """Render a picture beside a word, from icons.svg; it is not read out."""
    return _icon(name, get_script_prefix())


# A page of the catalogue has nearly a hundred.
@lru_cache
def _icon(name: str, _prefix: str) -> SafeString:
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        static("gleaner/icons.svg"),
        name,
    )


@register.filter
def letter(source: object) -> SafeString:
    """Render the first letter of a blog, in a colour of its own, for eyes that look down a list."""
    name = str(source).removeprefix("www.")
    return format_html(
        '<span class="letter hue-{}" aria-hidden="true">{}</span>',
        crc32(name.encode()) % 5,
        name[:1],
    )


@register.filter
def web(url: str) -> str:
    """Return the URL where it is safe as a link, else nothing: pages name `javascript:` addresses
    too."""
    if url.lower().startswith(("https://", "http://")):
        return url
    return ""


@register.filter
def when(moment: datetime | None) -> SafeString:
    """Render a moment to the second, in a `time` element."""
    return _time(moment, pgettext("strftime", "%Y-%m-%d %H:%M:%S"))


@register.filter
def to_the_minute(moment: datetime) -> str:
    """Return a moment as text, for attributes and drawings."""
    return timezone.localtime(moment).strftime(pgettext("strftime", "%Y-%m-%d %H:%M"))


@register.filter
def to_the_day(moment: date) -> str:
    """Return a day as text, in the moment's own time zone."""
    return moment.strftime(pgettext("strftime", "%Y-%m-%d"))


@register.filter
def there(moment: datetime | None) -> SafeString:
    """Render a moment to the minute with its weekday, in the moment's own time zone, which is
    named."""
    if moment is None:
        return _time(moment, "")
    # strftime knows the English names of days alone
    form = pgettext("strftime", "%a %Y-%m-%d %H:%M %Z")
    return _time(moment, form.replace("%a", date_format(moment, "D")), here=False)


@register.filter
def day(moment: datetime | None) -> SafeString:
    """Render a moment as its day, in the moment's own time zone."""
    return _time(moment, pgettext("strftime", "%Y-%m-%d"), here=False)


@register.filter
def ago(moment: datetime) -> SafeString:
    """How long ago, in one unit: "just now", "3 hours ago". The moment itself is in the title."""
    return _titled(moment, timezone.localtime(moment), _passed(moment))


def _passed(moment: datetime) -> str:
    passed = timezone.now() - moment
    if passed >= SHORTEST_MONTH:
        past = NaturalTimeFormatter.past_substrings
        return _("%(time)s ago") % {
            "time": timesince(moment, depth=1, time_strings=past)
        }
    seconds = passed // SECOND
    for unit, size in UNITS.items():
        if seconds >= size:
            return _units_ago(unit, seconds // size, get_language())
    return _("just now")


# A list has the same few in most of its rows, and Django's `timesince` takes its time.
@lru_cache
def _units_ago(unit: str, number: int, _language: str | None) -> str:
    past = NaturalTimeFormatter.past_substrings  # in German "3 Tagen", not "3 Tage"
    said = past[unit] % {"num": number}
    return _("%(time)s ago") % {"time": avoid_wrapping(said)}


@register.filter
def lately(moment: datetime) -> SafeString:
    """How long ago where that is days, else the day."""
    if timedelta() <= timezone.now() - moment < LATELY:
        return ago(moment)
    return day(moment)


def _time(moment: datetime | None, form: str, here: bool = True) -> SafeString:
    if moment is None:
        return SafeString("–")
    if here:
        local = timezone.localtime(moment)
    else:
        local = moment
    return _titled(moment, local, local.strftime(form))


def _titled(moment: datetime, local: datetime, text: str) -> SafeString:
    title = local.isoformat(" ", "seconds")
    return SafeString(
        f'<time datetime="{moment.isoformat()}" title="{title}">{escape(text)}</time>'
    )


# On the record of what was left out, but of no rule that could be asked to keep a block.
OF_NO_RULE = frozenset(["not-listed", "outside-the-text", "picture-not-kept"])


@register.filter
def is_of_a_rule(name: str) -> bool:
    """Whether a record of what was left out names a rule."""
    return name not in OF_NO_RULE
