"""Runs with their tabs and URLs, jobs, and sources."""

from datetime import timedelta

from pipeline.models import Import
from tools.big.articles import address
from tools.big.pages.world import Listed, World, kinds, one_job, to
from tools.big.plan import RunPlan


def runs(w: World) -> Listed:
    """Launch, the list, a run of each kind and its parts."""
    listed: Listed = {
        "launch": lambda: "/",
        "launch, run again": lambda: f"/?again={w.random.randint(1, len(w.plans))}",
        "list": lambda: "/runs/",
        "list, older": lambda: f"/runs/?before={w.random.randint(1, len(w.plans))}",
        "list, failed": lambda: "/runs/?state=failed",
        "list, previews": lambda: "/runs/?kind=preview",
        "list, of a source": lambda: to("/runs/", source=w.host()),
        "list, text that is nowhere": lambda: "/runs/?q=zzqx",
    }
    for kind, fits in kinds(w).items():
        listed[f"run: {kind}"] = lambda fits=fits: f"/runs/{w.run(fits).id}/"
        listed[f"live (fragment): {kind}"] = lambda fits=fits: (
            f"/runs/{w.run(fits).id}/live"
        )
        listed[f"head (fragment): {kind}"] = lambda fits=fits: (
            f"/runs/{w.run(fits).id}/head"
        )
        listed[f"URLs as CSV: {kind}"] = lambda fits=fits: (
            f"/runs/{w.run(fits).id}/journeys.csv"
        )
        listed[f"timeline (fragment): {kind}"] = lambda fits=fits: (
            f"/runs/{w.run(fits).id}/timeline"
        )
        listed[f"hosts (fragment): {kind}"] = lambda fits=fits: (
            f"/runs/{w.run(fits).id}/hosts"
        )
        listed[f"settings: {kind}"] = lambda fits=fits: (
            f"/runs/{w.run(fits).id}/settings"
        )
        listed[f"log (fragment): {kind}"] = lambda fits=fits: (
            f"/runs/{w.run(fits).id}/log"
        )
        listed[f"its errors (fragment): {kind}"] = lambda fits=fits: (
            f"/runs/{w.run(fits).id}/log?level=40"
        )
        listed[f"compared: {kind}"] = lambda fits=fits: (
            f"/runs/{w.run(fits).id}/compare"
        )
    on = kinds(w)["under way"]
    return listed | {
        "preview": lambda: f"/runs/{w.random.randint(1, len(w.plans))}/preview",
        "change: under way": lambda: f"/runs/{w.run(on).id}/change",
    }


def sources(w: World) -> Listed:
    """Return the list of sources, and one of them."""

    def one() -> int:
        return w.random.randint(1, w.sizes.sources)

    return {
        "list": lambda: "/sources/",
        "list, further": lambda: f"/sources/?page={w.random.randint(1, 100)}",
        "list, searched": lambda: to("/sources/", q=w.host()[:7]),
        "list, text that is nowhere": lambda: "/sources/?q=zzqx",
        "all as OPML": lambda: "/sources.opml",
        "imports": lambda: "/imports/",
        "import": lambda: f"/imports/{Import.objects.earliest('pk').pk}/",
        "source": lambda: f"/sources/{one()}/",
        "source, the largest": lambda: "/sources/1/",
        "source, what to keep of its pages": lambda: (
            f"/sources/{one()}/keep?rule=newsletter&words=subscribe"
        ),
        "source, the largest, what to keep": lambda: (
            "/sources/1/keep?rule=newsletter&words=subscribe"
        ),
    }


def jobs(w: World) -> Listed:
    """Return the jobs, and one of them with its runs."""
    return {
        "list": lambda: "/jobs/",
        "list, text that is nowhere": lambda: "/jobs/?q=zzqx",
        "job": lambda: f"/jobs/{one_job(w)}/",
        "job to change": lambda: f"/jobs/{one_job(w)}/edit",
        "new": lambda: "/jobs/new",
        "next times (fragment)": lambda: "/jobs/next?schedule=every+6+hours",
        "new, of a run": lambda: f"/jobs/new?run={w.random.randint(1, len(w.plans))}",
    }


def journeys(w: World) -> Listed:
    """Journeys of runs, one journey, and "why is this article not here?"."""
    filters = {
        "all": dict,
        "stored": lambda: {"state": "stored"},
        "failed": lambda: {"state": "failed"},
        "pending": lambda: {"state": "pending"},
        "state and stage": lambda: {
            "state": w.random.choice(["failed", "skipped", "unchanged"]),
            "stage": "fetch",
        },
        "reason": lambda: {
            "reason": w.random.choice(
                ["http-404", "crashed", "robots", "list-page", "timeout"]
            )
        },
        "state, stage, reason": lambda: {
            "state": "failed",
            "stage": "extract",
            "reason": "crashed",
        },
        "host": lambda: {"host": w.host()},
        "text that is common": lambda: {"q": "posts"},
        "text that is rare": lambda: {"q": f"posts/{w.article()}-"},
        "text that is nowhere": lambda: {"q": f"zzq{w.random.randrange(10**6)}"},
    }
    listed: Listed = {}
    for kind, fits in list(kinds(w).items())[1:4]:
        for name, query in filters.items():
            listed[f"{kind}: {name}"] = lambda fits=fits, query=query: to(
                f"/runs/{w.run(fits).id}/journeys/", **query()
            )
        listed[f"{kind}: older"] = lambda fits=fits: _older(w, w.run(fits))
    return listed | {
        "journey": lambda: f"/journeys/{w.journey()}/",
        "journey of the newest runs": lambda: (
            f"/journeys/{w.journey(lambda run: run.created_at > w.now - timedelta(days=9))}/"
        ),
        "why: it is here": lambda: to("/why/", url=address(w.article(), w.sizes)),
        "why: it failed": lambda: to(
            "/why/", url=address(w.article(), w.sizes).replace("/posts/", "/lost/")
        ),
        "why: never met": lambda: to(
            "/why/", url=f"https://{w.host()}/never/{w.random.randrange(10**6)}"
        ),
    }


def _older(w: World, run: RunPlan) -> str:
    return to(
        f"/runs/{run.id}/journeys/",
        before=run.first_journey + w.random.randint(1, max(1, run.size)),
    )
