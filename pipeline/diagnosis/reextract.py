"""What extraction makes of an article's stored page today: looked at, and not stored."""

from dataclasses import dataclass
from datetime import UTC, datetime

from catalog.models import Article
from catalog.versions import Piece, difference
from pipeline.core import serialize
from pipeline.core.records import Draft, Keep, SiteHints, SourceMetadata, aware
from pipeline.extraction.page.parsed import header_charset
from pipeline.fetching.snapshots import original_of, unpack
from pipeline.models import Journey, Snapshot


@dataclass(frozen=True, slots=True)
class Field:
    """A field that would change; both as text."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The article as it is stored beside what extraction makes of its page now.

    `problem` says why there is nothing to compare.
    """

    problem: str = ""
    title: tuple[Piece, ...] = ()
    text: tuple[Piece, ...] = ()
    fields: tuple[Field, ...] = ()

    @property
    def words_changed(self) -> bool:
        """Whether a word of the title or the text would change."""
        return any(piece.kind in ("gone", "new") for piece in self.text + self.title)

    @property
    def is_same(self) -> bool:
        """Whether nothing would change."""
        return not (self.problem or self.words_changed or self.fields)


def compare_extraction(article: Article) -> Comparison:
    """Extract the article's stored page again, and compare."""
    # a fifth of the memory of a process that seldom extracts
    from pipeline.extraction.extract import examine

    snapshot = original_of(article)
    if snapshot is None:
        return Comparison(
            "There is no stored page: it came from a feed, or has expired."
        )
    examined = examine(
        unpack(snapshot.body),
        snapshot.final_url,
        _metadata(snapshot),
        _hints(article),
        charset=header_charset(snapshot.headers),
    )
    if examined.refused:
        return Comparison(f"It would be refused: {examined.refused.detail}")
    if examined.draft is None:
        return Comparison("The stored page could not be read.")
    draft = examined.draft
    return Comparison(
        title=tuple(difference(article.title, draft.title)),
        text=tuple(difference(article.text, draft.text)),
        fields=tuple(
            each for each in _fields(article, draft) if each.before != each.after
        ),
    )


def _metadata(snapshot: Snapshot) -> SourceMetadata:
    """Return what discovery knew of the page."""
    journey = Journey.objects.filter(snapshot=snapshot).order_by("-pk").first()
    if journey is None or not journey.source_metadata:
        return SourceMetadata()
    return serialize.load(SourceMetadata, journey.source_metadata)


def _hints(article: Article) -> SiteHints:
    source = article.source
    kept = source.kept_blocks.values_list("rule", "words")
    return SiteHints(
        name=source.name,
        authors=tuple(source.authors),
        language=source.language,
        keep=tuple(Keep(rule, words) for rule, words in kept),
    )


def _left_out(draft: Draft) -> int:
    return sum(block.blocks for block in draft.left_out)


def _moment(published: datetime | None) -> str:
    """Return the moment in UTC, to the minute: the same one in two zones is no change."""
    moment = aware(published)
    if moment is None:
        return ""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _fields(article: Article, draft: Draft) -> list[Field]:
    return [
        Field("Authors", article.author, ", ".join(draft.authors)),
        Field("Published", _moment(article.published), _moment(draft.published)),
        Field("Language", article.language, draft.language),
        Field("Tags", ", ".join(article.tags), ", ".join(draft.tags)),
        Field("Words", f"{article.word_count:,}", f"{draft.word_count:,}"),
        Field("Quality", f"{article.quality:.2f}", f"{draft.quality:.2f}"),
        Field("Blocks left out", str(article.left_out_count), str(_left_out(draft))),
    ]
