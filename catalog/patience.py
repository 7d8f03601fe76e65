"""How long counting may take: longer where there is little to count.

Limits keep a page quick, however many articles there are. Of few articles everything can be counted;
where that takes long, the machine is slow, and "took too long" would be all that it ever says.
"""

from dataclasses import replace

from catalog.search.newest import TimeBudget
from catalog.search.planner_stats import catalogue_size

SMALL_CATALOGUE = 10_000  # articles
PATIENCE = 20  # times the usual limits


def times_as_long() -> int:
    """Return how many times the usual limits counting may take."""
    if catalogue_size() <= SMALL_CATALOGUE:
        return PATIENCE
    return 1


def longer(budget: TimeBudget, times: int) -> TimeBudget:
    """Return a budget with this many times its milliseconds."""
    return replace(
        budget,
        few_ms=budget.few_ms * times,
        days_ms=budget.days_ms * times,
        final_ms=budget.final_ms * times,
        total_ms=budget.total_ms * times,
    )
