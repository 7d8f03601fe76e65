"""What is past its days goes; the newest page of an address never does."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from pipeline.models import Body, Chord, ChordPart, Snapshot
from pipeline.monitor.models import LogEvent
from pipeline.pruning import prune

pytestmark = pytest.mark.django_db
LONG_AGO = timezone.now() - timedelta(days=1000)


def snapshot(key: str, body: str, **values: Any) -> Snapshot:
    Body.objects.get_or_create(digest=body, defaults={"data": b"", "size": 0})
    given = {"url": key, "final_url": key, "status": 200, "fetched_at": timezone.now(), "body_id": body}
    return Snapshot.objects.create(key=key, **given | values)


def test_it_works() -> None:
    snapshot("a", "first", fetched_at=LONG_AGO)
    kept = snapshot("a", "second")

    assert prune()["snapshots"] == 1
    assert list(Snapshot.objects.all()) == [kept]
    assert list(Body.objects.values_list("digest", flat=True)) == ["second"]


def test_the_newest_page_of_an_address_stays_however_old_it_is() -> None:
    snapshot("a", "first", fetched_at=LONG_AGO)

    assert (prune()["snapshots"], Snapshot.objects.count()) == (0, 1)


def test_a_body_that_another_page_still_has_stays() -> None:
    snapshot("a", "same", fetched_at=LONG_AGO)
    snapshot("a", "other")
    snapshot("b", "same")

    prune()

    assert set(Body.objects.values_list("digest", flat=True)) == {"same", "other"}


def test_accounts_of_old_chords_and_old_log_lines_go() -> None:
    Chord.objects.create(group_id="g", size=1)
    Chord.objects.update(created=LONG_AGO)
    ChordPart.objects.create(group_id="g", task_id="t")
    LogEvent.objects.create(at=LONG_AGO, level=20, event="old")
    LogEvent.objects.create(at=timezone.now(), level=20, event="new")

    counts = prune()

    assert (counts["chords"], counts["chord_parts"], counts["log_lines"]) == (1, 1, 1)
    assert LogEvent.objects.get().event == "new"
