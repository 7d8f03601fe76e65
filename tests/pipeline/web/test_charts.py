"""The bar of what became of a run's URLs, and the lists that show it."""

import pytest
from django.test import Client

from pipeline.models import Run
from pipeline.summary import stage as summary_stage
from pipeline.web.charts import outcome_label, outcome_segments
from tests.pages import WHEN, a_run, journeys

STATES = {"stored": 999_999, "unchanged": 0, "failed": 1}


def test_the_parts_fill_the_bar_and_one_url_in_a_million_is_seen() -> None:
    stored, failed = outcome_segments(STATES)
    assert (stored.state, failed.state) == ("stored", "failed")
    assert failed.width >= 7
    assert stored.x == 0
    assert failed.x == pytest.approx(stored.width, abs=0.2)
    assert stored.width + failed.width == pytest.approx(1000, abs=0.2)


def test_the_bar_is_told_in_words() -> None:
    assert outcome_label(STATES) == "999,999 stored, 1 failed"
    assert (outcome_label({"stored": 0}), outcome_segments({"stored": 0})) == (
        "no URLs yet",
        [],
    )


@pytest.mark.django_db
def test_a_list_tells_what_became_of_a_run_and_how_far_another_has_come(
    admin_client: Client,
) -> None:
    done, going = a_run(name="Weekly"), a_run()
    journeys(done, 3, "stored", "store")
    journeys(done, 1, "failed", "fetch", reason="http-404")
    done.batches.update(finished_at=WHEN)
    summary_stage.close_run(done.pk)
    journeys(going, 5)
    journeys(going, 3, "stored", "store")
    Run.objects.create(parameters={}, state="queued")
    for path in ("/runs/", "/"):
        page = admin_client.get(path).text
        assert 'aria-label="3 stored, 1 failed"' in page
        assert "3 of 8 done (37 %)" in page
    page = admin_client.get("/runs/").text
    assert f'<a class="bad" href="/runs/{done.pk}/journeys/?state=failed">1</a>' in page
    assert f"{done.pk} · https://blog.example/" in page, (
        "a name may be that of many runs"
    )
    assert "Waiting for a worker" in page
