"""The facets of a run's URLs, and their export."""

import csv

import pytest
from django.test import Client

from pipeline.models import Run
from tests.pages import a_run, journeys

pytestmark = pytest.mark.django_db


@pytest.fixture
def run() -> Run:
    run = a_run()
    journeys(run, 3, "failed", "fetch", reason="http-404", detail="=cmd()")
    journeys(run, 2, "failed", "extract", reason="empty")
    journeys(run, 4, "stored", "store")
    return run


def of(admin_client: Client, run: Run, query: str) -> dict[str, dict[str, int]]:
    context = admin_client.get(f"/runs/{run.pk}/journeys/?{query}").context
    return {
        facet.name: {value.value: value.number for value in facet.values}
        for facet in context["facets"]
    }


def test_each_facet_is_counted_without_its_own_choice(
    admin_client: Client, run: Run
) -> None:
    assert of(admin_client, run, "") == {
        "state": {"stored": 4, "failed": 5},
        "stage": {"store": 4, "fetch": 3, "extract": 2},
        "reason": {"http-404": 3, "empty": 2},
        "host": {"blog.example": 9},
    }
    assert of(admin_client, run, "state=failed") == {
        "state": {"stored": 4, "failed": 5},
        "stage": {"fetch": 3, "extract": 2},
        "reason": {"http-404": 3, "empty": 2},
        "host": {"blog.example": 5},
    }
    assert of(admin_client, run, "reason=empty")["state"] == {"failed": 2}


def test_a_facet_is_chosen_and_let_go(admin_client: Client, run: Run) -> None:
    page = admin_client.get(f"/runs/{run.pk}/journeys/?state=failed&q=blog").text
    assert 'href="?state=failed&amp;stage=fetch&amp;q=blog"' in page
    assert '<a href="?q=blog" aria-current="true"' in page
    narrow = admin_client.get(f"/runs/{run.pk}/journeys/?state=failed&stage=fetch")
    assert narrow.context["matching"] == 3
    assert len(narrow.context["page"].rows) == 3


def test_the_urls_that_match_are_exported_safe_for_spreadsheets(
    admin_client: Client, run: Run
) -> None:
    answer = admin_client.get(f"/runs/{run.pk}/journeys.csv?state=failed&stage=fetch")
    rows = list(csv.DictReader(answer.getvalue().decode().splitlines()))  # type: ignore[attr-defined]
    assert len(rows) == 3
    assert rows[0]["reason_label"] == "404 Not Found"
    assert rows[0]["detail"] == "'=cmd()"
    assert answer["Content-Disposition"].startswith("attachment")
