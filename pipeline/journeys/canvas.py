"""The canvas of a batch, built from the names of its tasks: a chord of one chain for each URL,
`summarise` as its body.

    chord( fetch -> extract -> store, for each URL ) -> summarise

Every id is derived from the batch's, so publishing a batch twice repeats the same tasks, which is
harmless.
"""

from uuid import NAMESPACE_OID, uuid5

from celery import Signature, chain, chord, signature

from pipeline.broker import chords
from pipeline.broker.publisher import PLACEHOLDER_ID, capture_message, send_all
from pipeline.broker.queues import HEADER_STAGES, task_name
from pipeline.models import Batch


def publish(batch: Batch, journeys: list[int]) -> None:
    """Send these journeys of a batch.

    Sending one again is harmless: its chord counts it by the same id, so once.

    Each carries what `canvas` says of the placeholder, with its own ids.
    """
    body_id = derived("body", batch.pk)
    if not journeys:  # then Celery sends the body
        canvas(batch, []).apply_async(task_id=body_id)
        return
    chords.create_chord(derived("batch", batch.pk), len(journeys))
    sheet = capture_message(
        lambda: canvas(batch, [PLACEHOLDER_ID]).apply_async(task_id=body_id)
    )
    send_all(
        (sheet.copy(zip(ids(PLACEHOLDER_ID), ids(pk), strict=True)) for pk in journeys),
        sheet.routing_key,
    )


def canvas(batch: Batch, journeys: list[int]) -> Signature:
    """Return the chord of a batch: a chain for each journey, `summarise` as the body."""
    header = [journey(pk) for pk in journeys]
    summarise = task_name("summarise")
    body = signature(summarise, args=(batch.run_id, batch.pk), immutable=True)
    return chord(header, body).set(task_id=derived("batch", batch.pk))


def journey(pk: int) -> Signature:
    """Return the chain that carries one URL. The last task's id is fixed: it is what the chord
    counts."""
    _, *tasks = ids(pk)
    first, *others = (task_name(stage) for stage in HEADER_STAGES)
    # Told here, as a process that only publishes does not know the task's own options.
    begin = signature(first, args=({"journey": pk},), ignore_result=True)
    steps = [begin, *map(signature, others)]
    return chain(
        step.set(task_id=task) for step, task in zip(steps, tasks, strict=True)
    )


def ids(pk: int) -> list[str]:
    """Return the journey's own id and those of its tasks, as texts: all that tells its messages
    from another journey's."""
    return [str(pk), *(derived(kind, pk) for kind in ("fetch", "extract", "journey"))]


def derived(kind: str, pk: int) -> str:
    """Return the same id for the same row, always."""
    return str(uuid5(NAMESPACE_OID, f"gleaner:{kind}:{pk}"))
