"""What must hold of a run that is over, read from the database."""

import re

from tools.chaos.world import World

Outcomes = dict[str, tuple[str, str]]


def outcomes(world: World, run: int) -> Outcomes:
    """Path -> (state, reason) of the run's journeys."""
    rows = world.sql(
        "SELECT url, state, reason FROM pipeline_journey WHERE run_id = %s", run
    )
    return {
        re.sub("https?://[^/]+", "", url): (state, reason)
        for url, state, reason in rows
    }


def details(world: World, run: int) -> list[str]:
    """Return what the failed journeys say, the same thing once."""
    said = "SELECT DISTINCT left(detail, 200) FROM pipeline_journey WHERE run_id = %s AND state = 'failed' LIMIT 5"
    return [detail for (detail,) in world.sql(said, run)]


def problems(
    world: World, run: int, calm: Outcomes, excused: dict[str, tuple[str, ...]]
) -> list[str]:
    """Return what is wrong with the run, compared with `calm`: what the same crawl came to without
    faults."""
    found = outcomes(world, run)
    state, reason, summary = world.sql(
        "SELECT state, reason, summary FROM pipeline_run WHERE id = %s", run
    )[0]
    if state == "finished":
        wrong = []
    else:
        wrong = [f"the run is {state}: {reason[:200]}"]
    wrong += [
        f"{path} is pending" for path, (state, _) in found.items() if state == "pending"
    ]
    wrong += [f"{path} has no journey" for path in calm.keys() - found.keys()]
    wrong += [
        f"{path} has a journey, but not without faults"
        for path in found.keys() - calm.keys()
    ]
    for path in calm.keys() & found.keys():
        wrong += differs(path, calm[path], found[path], excused.get(path))
    return wrong + sums(world, run, found, summary)


def differs(
    path: str,
    calm: tuple[str, str],
    now: tuple[str, str],
    excuse: tuple[str, ...] | None,
) -> list[str]:
    """Whether a journey ended otherwise than it should."""
    if excuse is not None:
        if now[1] in excuse:
            return []
        return [f"{path} ended as {now}, not {excuse}"]
    kept = {
        "stored",
        "unchanged",
        "duplicate",
    }  # which of two equal pages is the duplicate is chance
    if calm == now or (calm[0] in kept and now[0] in kept):
        return []
    return [f"{path} ended as {now}, not {calm}"]


def sums(
    world: World, run: int, found: Outcomes, summary: dict[str, dict[str, int]] | None
) -> list[str]:
    """Whether there is one summary, whether it is right, and whether every article is there
    once."""
    ends = world.sql(
        "SELECT count(*) FROM pipeline_runevent WHERE run_id = %s AND after <> 'running' "
        "AND before IN ('running', 'cancelling')",
        run,
    )[0][0]
    if ends == 1:
        wrong = []
    else:
        wrong = [f"the run ended {ends} times"]
    states = [state for state, _ in found.values()]
    counted = {state: states.count(state) for state in set(states)}
    if summary is None or {k: v for k, v in summary["states"].items() if v} != counted:
        wrong.append(
            f"the summary says {summary and summary['states']}, the rows {counted}"
        )
    articles, contents = world.sql(
        "SELECT count(*), count(DISTINCT content_hash) FROM catalog_article"
    )[0]
    # A page whose content another took over between two tries may be "unchanged": the article is
    # there either way.
    if articles != contents or articles < counted.get("stored", 0):
        wrong.append(
            f"{articles} articles, {contents} different, {counted.get('stored', 0)} stored"
        )
    return wrong
