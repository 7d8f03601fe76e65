"""The limit and the patterns of a run that is on."""

from typing import Any

import pytest
from django.utils import timezone

from pipeline import tasks
from pipeline.journeys import batches
from pipeline.models import Journey, Run, RunEvent
from pipeline.runs.control import InvalidState
from pipeline.runs.edit import change

pytestmark = pytest.mark.django_db
PAGE = "https://blog.test/{}"


@pytest.fixture(autouse=True)
def nothing_is_sent(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.BATCH_SIZE = 2
    monkeypatch.setattr("pipeline.journeys.canvas.publish", lambda *_: None)


@pytest.fixture
def run() -> Run:
    """A run of six URLs, paused, the first of them stored, and one that discovery left out for each reason."""
    run = Run.objects.create(
        state=Run.State.PAUSED,
        parameters={"addresses": [], "limit": 6},
        started_at=timezone.now(),
    )
    Journey.objects.bulk_create(
        Journey(run=run, url=PAGE.format(n), key=str(n)) for n in range(6)
    )
    batches.add_batches(
        run, list(run.journeys.order_by("id").values_list("pk", flat=True))
    )
    run.journeys.filter(key="0").update(state="stored")
    for key, reason in (("6", "over-limit"), ("7", "excluded"), ("8", "robots")):
        Journey.objects.create(
            run=run,
            url=PAGE.format(key),
            key=key,
            stage="discover",
            state="skipped",
            reason=reason,
        )
    return run


def outcome(run: Run) -> str:
    """One letter a journey: s(tored), p(ending), e(xcluded), o(ver limit), r(obots)."""
    rows = run.journeys.order_by("key").values_list("state", "reason")
    return "".join((reason or state)[0] for state, reason in rows)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"limit": 3}, "sppooooer"),
        ({"limit": 0}, "sooooooer"),
        ({"limit": 7}, "spppppper"),
        ({"limit": None}, "spppppppr"),
        ({"exclude": ["/2", "/7"]}, "spepppper"),
        ({"include": ["/1", "/3"]}, "spepeeoer"),
    ],
)
def test_what_fits_no_longer_is_left_out_and_what_fits_again_is_taken(
    options: dict[str, Any], expected: str, run: Run
) -> None:
    change(run.pk, "ada", **options)

    assert outcome(run) == expected
    assert all(journey.batch_id for journey in run.journeys.filter(state="pending"))


def test_who_changed_what_is_on_record(run: Run) -> None:
    change(run.pk, "ada", limit=3)

    event = RunEvent.objects.latest("id")
    assert (event.by, event.before, event.after, event.why) == (
        "ada",
        "paused",
        "paused",
        "changed: limit: 6 -> 3: 3 left out, 0 taken in",
    )


def test_changing_back_brings_everything_back(run: Run) -> None:
    change(run.pk, limit=2)
    change(run.pk, limit=6)

    assert outcome(run)[:6] == "sppppp"


def test_a_run_that_has_all_it_may_take_ends(run: Run) -> None:
    Run.objects.filter(pk=run.pk).update(state="running")

    change(run.pk, "ada", limit=1)
    for batch in run.batches.all():
        tasks.summarise.run(run.pk, batch.pk)

    run.refresh_from_db()
    assert (run.state, run.stored, run.pending) == ("finished", 1, 0)


@pytest.mark.parametrize(
    ("state", "options", "complaint"),
    [
        ("finished", {"limit": 3}, "is finished"),
        ("discovering", {"limit": 3}, "is discovering"),
        ("paused", {"limit": -1}, "number of articles"),
        ("paused", {"addresses": []}, "addresses cannot be changed"),
        ("paused", {"include": ["/(/"]}, "not a valid regular expression"),
    ],
)
def test_what_makes_no_sense_is_refused(
    state: str, options: dict[str, Any], complaint: str
) -> None:
    run = Run.objects.create(state=state)

    with pytest.raises(InvalidState, match=complaint):
        change(run.pk, **options)
