"""One article, what readers keep, exports and feeds."""

from catalog.feeds import addresses
from catalog.models import Feed
from tools.big.pages.catalogue import combined, typed
from tools.big.pages.world import Listed, World, to


def reader(w: World) -> Listed:
    """Return an article and its parts."""

    def one(of: int = 1) -> int:
        return w.article() // of * of + 1

    return {
        "article": lambda: f"/articles/{one()}/",
        "article, beside the original": lambda: f"/articles/{one()}/?beside",
        "as Markdown": lambda: f"/articles/{one()}.md",
        "versions": lambda: f"/articles/{one(30)}/versions",
        "nearly the same (fragment)": lambda: f"/articles/{one()}/similar",
        "nearly the same, in a group (fragment)": lambda: (
            f"/articles/{one(80) + 1}/similar"
        ),
        "runs that met it (fragment)": lambda: f"/articles/{one()}/journeys/",
        "stored page": lambda: f"/snapshots/{one()}/",
        "related, and who links to it (fragment)": lambda: f"/articles/{one()}/related",
        "stored page beside it": lambda: f"/articles/{one()}/extraction",
        "most cited pages and hosts": lambda: "/articles/links/",
        "original": lambda: f"/articles/{one()}/original",
        "log of it (fragment)": lambda: f"/articles/{one()}/log",
    }


def personal(w: World) -> Listed:
    """Return what a reader has read and starred, the way along a list, and what completes
    typing."""

    def step(way: str, query: str) -> str:
        return to(f"/articles/{w.article() + 1}/{way}", list=query)

    listed: Listed = {
        f"state {state}": lambda state=state: f"/articles/?state={state}"
        for state in ("unread", "read", "starred", "archived")
    }
    listed |= {
        "unread by language, tag": lambda: (
            f"/articles/?state=unread&{combined(w, 'language', 'tag')}"
        ),
        "unread, searched": lambda: to(
            "/articles/", state="unread", q=typed(w)["one common word"]()
        ),
        "facets of unread (fragment)": lambda: "/articles/facets?state=unread",
        "step forward": lambda: step("next", ""),
        "step back, unread": lambda: step("previous", "state=unread"),
        "step forward by language": lambda: step("next", combined(w, "language")),
        "dates of all (fragment)": lambda: "/articles/histogram",
        "dates of a tag (fragment)": lambda: (
            f"/articles/histogram?{combined(w, 'tag')}"
        ),
        "dates of a search (fragment)": lambda: to(
            "/articles/histogram", q=typed(w)["one common word"]()
        ),
        "one facet": lambda: "/articles/facets/tag",
        "one facet, searched": lambda: "/articles/facets/source?find=1",
        "completion": lambda: "/articles/complete.json?q=tag:p",
        "completion of a source": lambda: to(
            "/articles/complete.json", q=f"source:{w.host()[:7]}"
        ),
        "completion of an author": lambda: "/articles/complete.json?q=author:a",
        "palette": lambda: "/articles/jump.json?q=blog",
        "palette, a word that is nowhere": lambda: "/articles/jump.json?q=zzqx",
        "review": lambda: "/articles/review/",
        "review, of a source": lambda: to("/articles/review/", source=w.host()),
        "review, a common reason": lambda: "/articles/review/?reason=no+date",
        "review, a rare reason": lambda: "/articles/review/?reason=paywall",
        "review, a reason that is nowhere": lambda: "/articles/review/?reason=zzqx",
        "review, a reason of a source": lambda: to(
            "/articles/review/", source=w.host(), reason="no date"
        ),
        "step to the next to review": lambda: (
            f"/articles/{w.article() + 1}/review/next"
        ),
        "step to the next to review of a source": lambda: to(
            f"/articles/{w.article() + 1}/review/next", source=w.host()
        ),
        "saved views": lambda: "/articles/views/",
        "trash": lambda: "/articles/trash/",
        "highlights": lambda: "/articles/highlights/",
        "highlights, older": lambda: to(
            "/articles/highlights/", before=f"_{w.random.randint(1, 2_000)}"
        ),
        "highlights as Markdown": lambda: "/articles/highlights.md",
    }
    return listed


def feeds(w: World) -> Listed:
    """Return the list of feeds, and of each its first page and one of its archive."""
    listed: Listed = {"list": lambda: "/articles/feeds/"}
    for feed in Feed.objects.order_by("pk"):
        for form in ("atom", "json"):
            listed[f"{feed}, {form}"] = lambda feed=feed, form=form: addresses.address(
                feed, form
            )
            listed[f"{feed}, {form}, archive"] = lambda feed=feed, form=form: (
                addresses.address(feed, form, w.article() + 2)
            )
    return listed


def exports(w: World) -> Listed:
    """Their first lines."""
    listed: Listed = {}
    for form in ("jsonl", "csv", "atom", "md", "warc"):
        listed[f"{form}: all"] = lambda form=form: f"/articles.{form}"
        listed[f"{form}: by language, tag"] = lambda form=form: (
            f"/articles.{form}?{combined(w, 'language', 'tag')}"
        )
    return listed | {
        "jsonl: middling word": lambda: to(
            "/articles.jsonl", q=typed(w)["one middling word"]()
        ),
        "jsonl: by source": lambda: f"/articles.jsonl?{combined(w, 'source')}",
    }
