"""How long counting may take: longer where there is little to count.

Limits keep a page quick, however many articles there are. Of few articles everything can be counted;
where that takes long, the machine is slow, and "took too long" would be all that it ever says.
"""

from dataclasses import replace

from catalog.search.newest import TimeBudget
from catalog.search.planner_stats import catalogue_size

SMALL_CATALOGUE = 10_000  # articles
SMALL_CATALOGUE_FACTOR = 20  # times the usual limits


def limit_factor() -> int:
    """Return how many times the usual limits counting may take."""
    if catalogue_size() <= SMALL_CATALOGUE:
        return SMALL_CATALOGUE_FACTOR
    return 1


def scaled(budget: TimeBudget, factor: int) -> TimeBudget:
    """Return a budget with its milliseconds multiplied by `factor`."""
    return replace(
        budget,
        few_ms=budget.few_ms * factor,
        days_ms=budget.days_ms * factor,
        final_ms=budget.final_ms * factor,
        total_ms=budget.total_ms * factor,
    )
