"""How far a run has come, by stage."""

import pytest

from pipeline.summary.progress import progress
from tests.pages import a_run, journeys


@pytest.mark.django_db
def test_a_journey_is_past_the_stages_before_its_own_and_past_all_once_it_ended() -> (
    None
):
    run = a_run()
    journeys(run, 3, stage="fetch")
    journeys(run, 2, stage="extract", in_progress=True)
    journeys(run, 1, state="failed", stage="fetch")

    assert progress(run).past == {"discover": 6, "fetch": 3, "extract": 1, "store": 1}
