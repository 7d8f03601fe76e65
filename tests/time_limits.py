"""Time for the statements of a page, however busy the machine is that runs the tests."""

from importlib import import_module
from typing import Any

FACTOR = 200
MODULES = (
    "catalog.facets",
    "catalog.histogram",
    "catalog.links",
    "catalog.near_duplicates",
    "catalog.related",
    "catalog.search.highlight",
    "catalog.search.newest",
    "catalog.search.paging",
    "catalog.search.ranking",
    "catalog.views.articles",
    "catalog.views.bulk",
    "catalog.views.review",
    "pipeline.diagnosis.predict",
    "pipeline.monitor.logs.histogram",
    "pipeline.monitor.logs.pages",
    "pipeline.summary.comparison",
)


def lengthen_limits() -> None:
    """Make the time limits of the modules much longer, for all tests of this process.

    A test of what happens at a limit sets the limit that it means.
    """
    for name in MODULES:
        module = import_module(name)
        for attribute, value in list(vars(module).items()):
            if is_limit(attribute, value):
                setattr(module, attribute, longer(value))


def is_limit(name: str, value: Any) -> bool:
    from catalog.search.newest import TimeBudget

    return isinstance(value, TimeBudget) or (
        name.endswith("_MS") and not name.startswith("MIN_")
    )


def longer(value: Any) -> Any:
    from catalog.count_limits import scaled
    from catalog.search.newest import TimeBudget

    if isinstance(value, TimeBudget):
        return scaled(value, FACTOR)
    return value * FACTOR
