"""The life of a run: launched, steered, ended."""

from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from pipeline import summary, tasks
from pipeline.models import Journey, Run
from pipeline.queues import HEADER_STAGES, STAGES


def launch(parameters: dict[str, Any], *, by: str = "", name: str = "", key: str | None = None) -> Run:
    """Makes a run and sends it to `discover`. The same `key` again answers with the run that it made the first time.

    Where the broker is away the run is not half-made: its row goes, and the broker's error is raised.
    """
    if key and (earlier := Run.objects.filter(idempotency_key=key).first()):
        return earlier
    run = Run.objects.create(parameters=parameters, launched_by=by, name=name, idempotency_key=key)
    try:
        tasks.discover.apply_async([run.pk], retry=False)
    except Exception:
        run.delete()
        raise
    return run


@transaction.atomic
def cancel(run_id: int, by: str = "") -> bool:
    """Stops a run and keeps what it stored. What a worker has in hand ends by itself; all else is skipped at once."""
    run = Run.objects.select_for_update().get(pk=run_id)
    if run.ended:
        return False
    run.state, run.reason = Run.State.CANCELLING, f"cancelled by {by or 'somebody'}"
    run.save(update_fields=["state", "reason"])
    run.journeys.filter(state="pending", working=False).update(
        state="skipped", reason="cancelled", detail="the run was cancelled before its turn came", ended=timezone.now()
    )
    run.waves.filter(claimed=None).update(claimed=timezone.now(), finished=timezone.now())
    transaction.on_commit(lambda: summary.close_run(run_id))
    return True


def progress(run_id: int) -> dict[str, Any]:
    """How far a run is: found, and how many journeys are past each stage (ended ones are past all)."""
    rows = Journey.objects.filter(run_id=run_id).values_list("state", "stage").annotate(n=Count("id"))
    past = {
        stage: sum(n for state, at, n in rows if state != "pending" or STAGES.index(at) > STAGES.index(stage))
        for stage in HEADER_STAGES
    }
    return {"found": sum(n for *_, n in rows), "past": past}
