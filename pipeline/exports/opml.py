"""OPML: the sources, with their feeds, in folders by label.

A source stands once, in the folder of its first label; all its labels are in `category`, as OPML
2.0 has it. Reading it in again gives the same sources, feeds and labels.
"""

from collections.abc import Iterable, Iterator

from catalog.exports import xml_attribute
from catalog.models import Source
from pipeline.models import LearnedSource

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<opml version="2.0">\n<head><title>Gleaner</title></head>\n<body>\n'
)
FOOT = "</body>\n</opml>\n"
FEED = "feed"


def opml() -> Iterator[str]:
    """Yield all sources as OPML: the folders by name, and in each the sources by host."""
    learned = _learned_feeds()
    folders: dict[str, list[Source]] = {}
    for source in Source.objects.order_by("host"):
        folder = source.labels[0] if source.labels else ""
        folders.setdefault(folder, []).append(source)
    yield HEAD
    for folder in sorted(folders):
        outlines = _outlines(folders[folder], learned)
        if folder:
            yield f"<outline text={xml_attribute(folder)}>\n"
            yield from (f"  {each}" for each in outlines)
            yield "</outline>\n"
        else:
            yield from outlines
    yield FOOT


def _outlines(sources: Iterable[Source], learned: dict[str, str]) -> Iterator[str]:
    for source in sources:
        name = source.name or source.host
        values = {"text": name, "title": name}
        feed = source.feeds[0] if source.feeds else learned.get(source.host, "")
        if feed:
            values |= {"type": "rss", "xmlUrl": feed}
        values["htmlUrl"] = source.address or f"https://{source.host}/"
        if len(source.labels) > 1:
            values["category"] = ",".join(
                label.replace(",", " ") for label in source.labels
            )
        attributes = " ".join(
            f"{key}={xml_attribute(value)}" for key, value in values.items()
        )
        yield f"<outline {attributes}/>\n"


def _learned_feeds() -> dict[str, str]:
    """Return the feed of each host that discovery found, the one with most articles."""
    best: dict[str, tuple[int, str]] = {}
    rows = LearnedSource.objects.order_by("learned_at").values_list("host", "learned")
    for host, learned in rows.iterator(chunk_size=500):
        for url, kind, count in learned.get("sources", []):
            if kind == FEED and count > best.get(host, (0, ""))[0]:
                best[host] = (count, url)
    return {host: url for host, (_, url) in best.items()}
