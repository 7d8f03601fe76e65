"""No value of a parameter breaks a page: each request is answered, with less than 500."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client

from pipeline.core.batched import batched
from pipeline.web.urls import urlpatterns
from tests.pages import a_run, a_snapshot, admin_user, an_article, journeys
from tests.pipeline.api.test_hostile_requests import VALUES, status_of

__all__ = ["admin_user"]
pytestmark = pytest.mark.django_db
# What the pages read from their addresses
NAMES = """
    addresses after again article before beside by common date day event events extra field field_name from group
    height host id ids images job journey kind label last level limit lines method name process q query range reason
    repeat run sample score search seconds selected sesame show since skip sort source stage state status tab tag task
    text to trace until upto url urls verb view what which who width word words
""".split()
TOGETHER = 8  # names in one request
ASKS_THE_BROKER = {"dead-letters", "dead-do", "readyz"}
PATHS = [
    (str(each.name), str(each.pattern))
    for each in urlpatterns
    if each.name not in ASKS_THE_BROKER
]


def filled(pattern: str) -> str:
    article = an_article(1)
    run = a_run()
    [journey] = journeys(run, 1, article=article)
    snapshot = a_snapshot(article, b"<p>words</p>")
    own = {"runs/": run.pk, "journeys/": journey.pk, "snapshots/": snapshot.pk}
    pk = next((pk for start, pk in own.items() if pattern.startswith(start)), 1)
    path = re.sub(r"<int:\w+>", str(pk), pattern)
    return "/" + re.sub(r"<(?:str|slug|path|uuid):\w+>", "x", path)


def queries() -> Iterator[str]:
    """Each name with NUL, some names with a value each, so that one that is refused hides no other,
    and all names with each value."""
    for name in NAMES:
        yield f"{name}=%00"
    for number, names in enumerate(batched(NAMES, TOGETHER)):
        value = VALUES[number % len(VALUES)]
        yield "&".join(f"{name}={value}" for name in names)
    for value in VALUES:
        yield "&".join(f"{name}={value}" for name in NAMES)


@pytest.mark.parametrize(("name", "pattern"), PATHS, ids=[name for name, _ in PATHS])
def test_no_value_of_a_parameter_breaks_a_page(
    admin_client: Client, name: str, pattern: str
) -> None:
    admin_client.raise_request_exception = False
    path = filled(pattern)
    broken = []
    for query in queries():
        if status_of(admin_client.get(f"{path}?{query}")) >= 500:
            broken.append(query[:200])
    assert broken == []
