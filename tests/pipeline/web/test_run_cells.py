"""What a list of runs shows of each run, and a run of each URL, that is not made by a template."""

import pytest
from django.template import Context
from django.utils import timezone, translation
from lxml import html

from pipeline.models import Journey, Run
from pipeline.web.templatetags import journey_rows, outcomes, source_cells

COUNTS = {"stored": 1200, "unchanged": 0, "duplicate": 3, "skipped": 0, "failed": 2}


def test_the_cells_of_a_run_name_its_counts() -> None:
    run = Run(pk=5, state=Run.State.FINISHED, found=1205, **COUNTS)
    with translation.override("de"):
        row = html.fromstring(f"<table><tr>{outcomes.run_counts(run)}</tr></table>")
    cells = [(each.get("data-label"), each.text_content()) for each in row.iter("td")]
    assert cells == [
        ("Gefunden", "1.205"),
        ("Gespeichert", "1.200"),
        ("Unverändert", "0"),
        ("Duplikat", "3"),
        ("Übersprungen", "0"),
        ("Fehlgeschlagen", "2"),
    ]
    assert [each.get("href") for each in row.iter("a")] == [
        "/runs/5/journeys/?state=failed"
    ]


def test_a_bar_names_each_state_in_the_language_of_the_reader() -> None:
    run = Run(**COUNTS)
    for language, label in (("en", "1,200 stored"), ("de", "1.200 gespeichert")):
        with translation.override(language):
            bar = html.fromstring(outcomes.outcome(run))
        assert bar.get("aria-label").startswith(f"{label}, 3 ")
        assert len(bar.xpath(".//title")) == 3, "what there is none of is not drawn"
        hatched = [each.get("fill") for each in bar.find_class("hatch")]
        assert hatched == ["url(#hatch-duplicate)", "url(#hatch-failed)"]


def a_journey(**values: object) -> Journey:
    given = {"pk": 9, "run_id": 5, "url": "https://a.example/?a=<b>&c", "score": 0.456}
    return Journey(**{**given, "state": "failed", "stage": "fetch", **values})


@pytest.mark.parametrize("may_steer", [True, False])
@pytest.mark.parametrize("state", [Run.State.FINISHED, Run.State.RUNNING])
def test_a_url_of_a_run_that_is_over_can_be_chosen(may_steer: bool, state: str) -> None:
    context = Context({"run": Run(pk=5, state=state), "may_steer": may_steer})
    rows = journey_rows.journey_rows(context, [a_journey(), a_journey()])
    table = html.fromstring(f"<table>{rows}</table>")
    boxes = [each.get("value") for each in table.iter("input")]
    assert boxes == ["9", "9"] * (may_steer and state == Run.State.FINISHED)
    assert len(table.xpath(".//tr")) == 2


def test_a_row_shows_what_became_of_its_url() -> None:
    journey = a_journey(
        reason="http-404",
        detail="<i>gone</i>",
        ended_at=timezone.now(),
        reasons=["a & b"],
    )
    context = Context({"run": Run(pk=5, state=Run.State.FINISHED)})
    row = html.fromstring(
        f"<table>{journey_rows.journey_rows(context, [journey])}</table>"
    )
    url, state, stage, reason, score, ended = row.xpath(".//td")
    assert url.text_content() == "https://a.example/?a=<b>&c"
    assert (state.text_content(), stage.text) == ("failed", "fetch")
    assert reason.text_content().endswith("<i>gone</i>")
    assert (score.text, score.get("title")) == ("0.46", "a & b")
    assert ended.text_content() == "just now"


def test_a_row_says_why_discovery_left_its_url_out_and_what_is_in_progress() -> None:
    journey = a_journey(stage="discover", reasons=["a list"], in_progress=True)
    context = Context({"run": Run(pk=5, state=Run.State.RUNNING)})
    row = html.fromstring(
        f"<table>{journey_rows.journey_rows(context, [journey])}</table>"
    )
    _, state, _, reason, _, ended = row.xpath(".//td")
    assert state.text_content() == "failed in progress"
    assert reason.text_content().strip() == "a list"
    assert ended.text == "–"


def test_posts_a_month_are_drawn_and_told() -> None:
    bars = [{"x": 0, "y": 20, "height": 4}, {"x": 6, "y": 0, "height": 24}]
    drawn = html.fromstring(source_cells.months(bars, [1, 6]))
    assert drawn.get("aria-label") == "Articles a month in the last two years: 1, 6"
    assert [each.get("height") for each in drawn.iter("rect")] == ["4", "24"]
    assert source_cells.months([], [0, 0]) == "–"
