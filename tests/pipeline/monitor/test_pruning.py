"""What is past its days goes; the newest page of an address never does."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from pipeline.access.models import AuditEntry
from pipeline.models import Body, Chord, ChordPart, Snapshot
from pipeline.monitor.models import LogEvent
from pipeline.monitor.pruning import prune

pytestmark = pytest.mark.django_db
LONG_AGO = timezone.now() - timedelta(days=1000)


def snapshot(key: str, body: str, **values: Any) -> Snapshot:
    Body.objects.get_or_create(digest=body, defaults={"data": b"", "size": 0})
    given = {
        "url": key,
        "final_url": key,
        "status": 200,
        "fetched_at": timezone.now(),
        "body_id": body,
    }
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
    Chord.objects.update(created_at=LONG_AGO)
    ChordPart.objects.create(group_id="g", task_id="t")
    LogEvent.objects.create(at=LONG_AGO, level=20, event="old")
    LogEvent.objects.create(at=timezone.now(), level=20, event="new")

    counts = prune()

    assert (counts["chords"], counts["chord_parts"], counts["log_lines"]) == (1, 1, 1)
    assert LogEvent.objects.get().event == "new"


def entries(*days: float) -> None:
    for each in days:
        AuditEntry.objects.create(
            who="ada",
            way="page",
            verb="x",
            kind="run",
            object=f"{each}",
            at=days_ago(each),
        )


def days_ago(days: float) -> datetime:
    return timezone.now() - timedelta(days=days)


def kept() -> list[str]:
    return list(
        AuditEntry.objects.exclude(verb="prune")
        .order_by("at")
        .values_list("object", flat=True)
    )


def test_the_log_of_changes_is_kept_for_ever_unless_somebody_wishes_otherwise() -> None:
    entries(5000)
    assert prune()["audit_entries"] == 0
    assert kept() == ["5000"]


@pytest.mark.parametrize(
    ("days", "left"),
    [(365, ["364", "20"]), (7, ["29", "20"])],
    ids=["a year", "too few"],
)
def test_old_entries_of_the_log_of_changes_go_and_that_is_on_record(
    settings: Any, days: int, left: list[str]
) -> None:
    settings.AUDIT_RETENTION_DAYS = days
    entries(5000, 366, int(left[0]), 20)
    assert prune("schedule")["audit_entries"] == 2
    assert kept() == left
    told = AuditEntry.objects.get(verb="prune")
    assert (told.who, told.way, told.kind, told.after) == (
        "schedule",
        "schedule",
        "audit log",
        {"removed": 2},
    )
    assert prune()["audit_entries"] == 0
    assert AuditEntry.objects.filter(verb="prune").count() == 1, (
        "where nothing went nothing is told"
    )


@pytest.mark.parametrize(
    ("statement", "age"),
    [
        ("DELETE FROM access_auditentry", 29),
        ("UPDATE access_auditentry SET who = 'nobody'", 5000),
    ],
    ids=["young", "changed"],
)
def test_even_while_it_prunes_the_database_keeps_what_it_must(
    statement: str, age: int
) -> None:
    entries(age)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('access.prune_before', 'infinity', true)")
        with pytest.raises(IntegrityError, match="neither changed nor removed"):
            cursor.execute(statement)


def test_old_entries_cannot_be_removed_by_the_way() -> None:
    entries(5000)
    with pytest.raises(IntegrityError, match="neither changed nor removed"):
        AuditEntry.objects.all().delete()
