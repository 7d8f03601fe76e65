"""What became of a run's URLs: a bar with a part for each state, and how far the runs in a list have come."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.core.database import execute
from pipeline.models import Run

WIDTH = 1000  # of the bar, in the units of its drawing
LEAST = 8  # that one URL is seen among a million

THROUGH = """
SELECT run_id, coalesce(sum(size) FILTER (WHERE finished IS NOT NULL), 0)::bigint, sum(size)::bigint
FROM pipeline_wave WHERE run_id = ANY(%s) GROUP BY 1 HAVING sum(size) > 0
"""


@dataclass(frozen=True, slots=True)
class Part:
    """The URLs of one state."""

    state: str
    number: int
    x: float
    width: float


def parts(states: Mapping[str, int]) -> list[Part]:
    """Side by side, in the order of `states`, without those of which there are none."""
    found = {state: number for state, number in states.items() if number}
    all_found = sum(found.values())
    wide = {state: max(LEAST, WIDTH * number / all_found) for state, number in found.items()}
    scale = WIDTH / (sum(wide.values()) or 1)
    x = 0.0
    drawn = []
    for state, width in wide.items():
        drawn.append(Part(state, found[state], round(x, 1), round(width * scale, 1)))
        x += width * scale
    return drawn


def label(states: Mapping[str, int]) -> str:
    """The bar in words: "3 stored, 1 failed"."""
    return (
        ", ".join(f"{number:,} {state}" for state, number in states.items() if number)
        or "no URL yet"
    )


def under_way(runs: Iterable[Run]) -> dict[int, tuple[int, int]]:
    """By id, of those that are on: how many URLs are through, in whole waves, of how many that are to be fetched."""
    going = [run.pk for run in runs if not run.ended]
    if going:
        return {pk: (through, due) for pk, through, due in execute(THROUGH, [going])}
    return {}
