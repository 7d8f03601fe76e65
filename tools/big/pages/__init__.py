"""What is asked for: each page of the product by a name, with the addresses that it is asked
with. A test holds the list to the routes.
"""

from collections.abc import Iterator

from tools.big.pages import api, articles, catalogue, logs, people, runs
from tools.big.pages.world import FRAGMENT, Page, World

__all__ = ["FRAGMENT", "Page", "World", "pages"]
# What is asked for and cannot be had: by its part and name, the status that says so.
REFUSED = {("api", "run under way, too large, compared"): 422}
MOVED = "step"  # names that begin so: the answer is where to go


def pages(world: World) -> Iterator[Page]:
    """All pages."""
    for part, listed in (
        ("catalogue", {**catalogue.lists(world), **catalogue.searches(world)}),
        ("facets", catalogue.facets(world)),
        ("chosen", catalogue.chosen(world)),
        ("reader", articles.reader(world)),
        ("personal", articles.personal(world)),
        ("feeds", articles.feeds(world)),
        ("exports", articles.exports(world)),
        ("sources", runs.sources(world)),
        ("runs", runs.runs(world)),
        ("jobs", runs.jobs(world)),
        ("journeys", runs.journeys(world)),
        ("logs", logs.logs(world)),
        ("queues", logs.queues(world)),
        ("people", people.people(world)),
        ("api", api.api(world)),
    ):
        for name, make in listed.items():
            fragment = part == "facets" or "fragment" in name
            answers = REFUSED.get((part, name), 200)
            if name.startswith(MOVED):
                answers = 302
            yield Page(part, name, make, fragment, answers)
