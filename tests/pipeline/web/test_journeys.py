"""A text among the journeys of a run is looked for step by step: nothing is missed, nothing comes twice."""

from dataclasses import replace

import pytest
from django.test import Client

from catalog.search import stepwise
from pipeline.journeys import paging
from pipeline.models import Journey, Run

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run of 100 journeys, ten of which have a word; another one's are between them. Steps of 7, two a page."""
    steps = replace(paging.BUDGET, first_step=7, largest_step=7, steps=2, seconds=100)
    monkeypatch.setattr(paging, "BUDGET", steps)
    run, other = Run.objects.create(), Run.objects.create()
    for number in range(100):
        url = f"https://blog.example/{number}{'-rare' if number % 10 == 3 else ''}"
        Journey.objects.create(run=run, url=url, key=url)
        Journey.objects.create(run=other, url=f"{url}-rare", key=url)
    return run


@pytest.mark.parametrize(("slow", "fewest", "most"), [(False, 5, 12), (True, 12, 18)])
def test_every_match_is_found_once_in_the_order_of_the_list(
    run: Run,
    admin_client: Client,
    monkeypatch: pytest.MonkeyPatch,
    slow: bool,
    fewest: int,
    most: int,
) -> None:
    if slow:  # each step but a page's first one, and is given up
        monkeypatch.setattr(stepwise, "with_statement_timeout", lambda *_: None)
    found, older, pages = list[str](), "", 0
    while (older or not pages) and pages < 50:
        answer = admin_client.get(
            f"/runs/{run.pk}/journeys/?q=RARE{older and f'&before={older}'}"
        )
        page = answer.context["page"]
        found += [journey.url for journey in page.rows]
        older, pages = page.older, pages + 1

    assert found == [
        f"https://blog.example/{number}-rare" for number in range(93, 0, -10)
    ]
    assert fewest < pages < most


def test_the_steps_grow_while_there_is_time(
    run: Run, admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = replace(
        paging.BUDGET, first_step=3, largest_step=1_000, steps=3, seconds=100
    )
    monkeypatch.setattr(paging, "BUDGET", steps)
    address = f"/runs/{run.pk}/journeys/?q=nowhere"
    assert (
        "No URLs match these filters" in admin_client.get(address).text
    )  # 3 + 30 + 300
    # Then the first step is all.
    monkeypatch.setattr(paging, "BUDGET", replace(steps, seconds=0))
    assert (
        f"before={run.journeys.order_by('-pk')[3].pk}" in admin_client.get(address).text
    )


def test_a_page_without_a_match_says_that_there_is_more_to_look_through(
    run: Run, admin_client: Client
) -> None:
    page = admin_client.get(
        f"/runs/{run.pk}/journeys/?q=-rare&before={run.journeys.order_by('pk')[93].pk}"
    ).text
    assert "93-rare" not in page

    nowhere = admin_client.get(f"/runs/{run.pk}/journeys/?q=nowhere").text
    assert "No matches in the newer part" in nowhere
    assert "Older" in nowhere
    last = admin_client.get(
        f"/runs/{run.pk}/journeys/?q=nowhere&before={run.journeys.order_by('pk')[5].pk}"
    ).text
    assert "No URLs match these filters" in last


def test_the_api_goes_on_as_the_page_does(run: Run, admin_client: Client) -> None:
    found, link = list[str](), f"/api/runs/{run.pk}/journeys?q=rare&limit=2"
    while link:
        part = admin_client.get(link).json()
        found, link = found + [item["url"] for item in part["items"]], part["next"]

    assert len(found) == len(set(found)) == 10


@pytest.mark.parametrize("few", [3, 2_000])
def test_a_filter_leaves_the_same_rows_in_the_same_order_however_many_fit(
    run: Run, admin_client: Client, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr("pipeline.journeys.queries.MAX_LISTED", few)
    run.journeys.filter(url__contains="rare").update(
        state="failed", stage="fetch", reason="timeout"
    )

    for query in ("state=failed", "stage=fetch&reason=timeout"):
        rows = (
            admin_client.get(f"/runs/{run.pk}/journeys/?{query}").context["page"].rows
        )
        assert [journey.url for journey in rows][:2] == [
            "https://blog.example/93-rare",
            "https://blog.example/83-rare",
        ]
    assert (
        len(
            admin_client.get(f"/runs/{run.pk}/journeys/?state=failed")
            .context["page"]
            .rows
        )
        == 10
    )


def test_the_list_of_a_running_run_is_drawn_again_where_it_changed_only(
    run: Run, admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.web.journeys.clock", lambda _seconds: 0)
    Run.objects.filter(pk=run.pk).update(state=Run.State.RUNNING)
    path = f"/runs/{run.pk}/journeys/?state=pending"
    asked = {"HX-Request": "true"}
    part = admin_client.get(path, headers=asked)
    assert 'id="url-facets" hx-swap-oob="true"' in part.text
    assert "<html" not in part.text
    asked["If-None-Match"] = part["ETag"]
    assert admin_client.get(path, headers=asked).status_code == 304
    one = run.journeys.latest("pk")
    Journey.objects.filter(pk=one.pk).update(in_progress=True)
    assert admin_client.get(path, headers=asked).status_code == 200
