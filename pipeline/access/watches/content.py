"""What a delivery says of its articles: title, links, source, and the passage that matches."""

import html
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from catalog.models import Article
from catalog.search.highlight import Highlight, highlight
from catalog.told import counted
from pipeline.access.addresses import public_url
from pipeline.access.models import Delivery, Watch
from pipeline.access.watches.matching import filter_of
from pipeline.access.watches.unsubscribe import link

MAX_PASSAGES = 100  # articles of a delivery that come with a passage
PASSAGE_MS = 5_000  # that marking the passages may take
MAX_PASSAGE = 400  # characters, where no words are searched
SAMPLE_SIZE = 3  # articles


@dataclass(frozen=True, slots=True)
class Told:
    """An article as receivers are told of it."""

    id: int
    title: str
    url: str
    link: str
    source: str
    host: str
    authors: list[str]
    published: str | None
    language: str
    passage: str

    @classmethod
    def of(cls, article: Article, passage: str) -> "Told":
        """Return an article with its passage."""
        published = article.published.isoformat() if article.published else None
        return cls(
            id=article.pk,
            title=article.title,
            url=article.url,
            link=public_url(article.get_absolute_url()),
            source=str(article.source),
            host=article.source.host,
            authors=list(article.authors),
            published=published,
            language=article.language,
            passage=passage,
        )


def articles_of(delivery: Delivery) -> list[Told]:
    """Return what a delivery tells, in the order in which it was stored. What was deleted since
    is told no more."""
    ids = delivery.facts.get("articles", [])
    rows = Article.objects.live().select_related("source").defer("html", "left_out")
    found = rows.filter(pk__in=ids).order_by("pk")
    articles = list(found)
    watch = delivery.webhook.watch
    marked = {}
    if watch:
        marked = passages(watch, articles[:MAX_PASSAGES])
    return [Told.of(article, _passage(article, marked)) for article in articles]


def passages(watch: Watch, articles: Sequence[Article]) -> dict[int, Highlight]:
    """Return the best passage of each article for the words of the view, by article id."""
    filters = filter_of(watch, [article.pk for article in articles])
    if not filters.form.is_valid() or not filters.qs.exists():
        return {}
    if filters.search is None:
        return {}
    return highlight(articles, filters.search, PASSAGE_MS)


def _passage(article: Article, marked: dict[int, Highlight]) -> str:
    found = marked.get(article.pk)
    if found and found.text:
        return html.unescape(strip_tags(found.text))
    words = " ".join((article.excerpt or article.text[: 4 * MAX_PASSAGE]).split())
    if len(words) <= MAX_PASSAGE:
        return words
    return f"{words[:MAX_PASSAGE].rsplit(' ', 1)[0]} …"


def body_of(delivery: Delivery, articles: Sequence[Told]) -> dict[str, Any]:
    """Return what is posted."""
    watch = delivery.webhook.watch
    view: dict[str, Any] = {}
    if watch:
        view = {
            "id": watch.view_id,
            "name": watch.view.name,
            "link": public_url(watch.view.get_absolute_url()),
        }
    return {
        "id": str(delivery.id),
        "event": delivery.event,
        "at": delivery.happened_at.isoformat(),
        "view": view,
        "articles": [asdict(each) for each in articles],
    }


def mail_subject(delivery: Delivery, articles: Sequence[Told]) -> str:
    """Return the subject of a mail, on one line."""
    view = delivery.facts.get("view", "")
    if len(articles) == 1:
        text = f"{articles[0].title} ({view})"
    else:
        text = counted(
            "%(number)s new article in %(view)s",
            "%(number)s new articles in %(view)s",
            len(articles),
            view=view,
        )
    if delivery.event == Delivery.TEST:
        text = _("Sample: %(subject)s") % {"subject": text}
    return " ".join(f"Gleaner: {text}".split())[:200]


def mail_text(delivery: Delivery, articles: Sequence[Told]) -> str:
    """Return the text of a mail: each article with source, passage and links, and how to stop."""
    blocks = [_block(article) for article in articles]
    if not blocks:
        blocks = [_("No article is in this view.")]
    watch = delivery.webhook.watch
    if watch:
        view = public_url(watch.view.get_absolute_url())
        page = public_url(reverse("watch", args=[watch.pk]))
        values = {"name": watch.view.name, "url": view}
        lines = [
            "-- ",
            _("The view “%(name)s”: %(url)s") % values,
            _("Change when you are told: %(url)s") % {"url": page},
            _("Unsubscribe: %(url)s") % {"url": link(watch)},
        ]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def _block(article: Told) -> str:
    day = (article.published or "")[:10]
    about = ", ".join(filter(None, [article.source, *article.authors[:3], day]))
    lines = [" ".join(article.title.split()) or article.url, about]
    if article.passage:
        lines.append(" ".join(article.passage.split()))
    lines += [article.link, article.url]
    return "\n".join(lines)


def sample_ids(watch: Watch) -> list[int]:
    """Return the newest articles of the view, for a sample."""
    filters = filter_of(watch)
    if not filters.form.is_valid():
        return []
    newest = filters.qs.order_by("-pk").values_list("pk", flat=True)
    return sorted(newest[:SAMPLE_SIZE])
