"""The canvas. A run is discovered once, then goes out in waves; a wave is a chord of one chain a URL.

    discover -> chord( fetch -> extract -> store, for each URL ) -> summarise

Every id is derived from the wave's, so publishing a wave twice repeats the same tasks, which is harmless.
"""

from uuid import NAMESPACE_OID, uuid5

from celery import Signature, chain, chord
from celery.exceptions import OperationalError as BrokerError
from django.utils import timezone

from pipeline.broker import chords
from pipeline.broker.publisher import PLACEHOLDER_ID, capture_message, send_all
from pipeline.discovery import additions, enqueue
from pipeline.discovery import stage as discovery_stage
from pipeline.extraction import stage as extraction_stage
from pipeline.fetching import stage as fetching_stage
from pipeline.journeys.stage import Outcome, run_task, stage
from pipeline.journeys.transitions import Visit
from pipeline.models import Run, Wave
from pipeline.storage import stage as storage_stage
from pipeline.summary import stage as summary_stage

MOST_DISCOVERIES = 6  # of one run; each but the last was cut short by the death of its worker


@run_task("discover")
def discover(run_id: int) -> None:
    """Finds the run's articles, writes their journeys, and sends the first waves."""
    run = enqueue.begin(run_id)
    if run and run.discoveries > MOST_DISCOVERIES:
        summary_stage.fail_run(
            run_id, f"its discovery was begun {MOST_DISCOVERIES} times and never came to an end"
        )
    elif run:
        explore(run)
    additions.look(run_id)
    send_waves(run_id)
    summary_stage.close_run(run_id)


def explore(run: Run) -> None:
    """Finds the articles and writes down what was found. The first go out while the others are written."""
    discovery = discovery_stage.explore(run)
    for _ in enqueue.plan(run, discovery):
        send_waves(run.pk)
    discovery_stage.remember(discovery)


@stage("fetch", input_query=fetching_stage.INPUT_QUERY)
def fetch(visit: Visit) -> Outcome:
    """URL -> snapshot of the page."""
    return fetching_stage.take(visit)


@stage("extract", input_query=extraction_stage.INPUT_QUERY)
def extract(visit: Visit) -> Outcome:
    """Snapshot -> draft of the article."""
    return extraction_stage.draw(visit)


@stage("store")
def store(visit: Visit) -> Outcome:
    """Draft -> article in the catalogue."""
    return storage_stage.store(visit)


@run_task("summarise")
def summarise(run_id: int, wave_id: int) -> None:
    """A wave is through: send the next one, or, after the last, sum the run up."""
    summary_stage.close_wave(wave_id)
    send_waves(run_id)
    summary_stage.close_run(run_id)


def send_waves(run_id: int) -> None:
    """Publishes the run's next waves, as many as may be on their way at once."""
    while wave := enqueue.claim_wave(run_id):
        try:
            publish(wave, list(wave.journeys.filter(state="pending").values_list("pk", flat=True)))
        except BrokerError:
            enqueue.unclaim(wave)
            raise
        Wave.objects.filter(pk=wave.pk).update(published=timezone.now())


def publish(wave: Wave, journeys: list[int]) -> None:
    """Sends these journeys of a wave. Sending one again is harmless: its chord counts it by the same id, so once.

    Each carries what `canvas` says of the specimen, with its own ids.
    """
    body_id = derived("body", wave.pk)
    if not journeys:  # then Celery sends the body
        canvas(wave, []).apply_async(task_id=body_id)
        return
    chords.create_chord(derived("wave", wave.pk), len(journeys))
    sheet = capture_message(lambda: canvas(wave, [PLACEHOLDER_ID]).apply_async(task_id=body_id))
    send_all(
        (sheet.copy(zip(ids(PLACEHOLDER_ID), ids(pk), strict=True)) for pk in journeys),
        sheet.routing_key,
    )


def canvas(wave: Wave, journeys: list[int]) -> Signature:
    """The chord of a wave: a chain for each journey, `summarise` as the body."""
    header = [journey(pk) for pk in journeys]
    body = summarise.si(wave.run_id, wave.pk)
    return chord(header, body).set(task_id=derived("wave", wave.pk))


def journey(pk: int) -> Signature:
    """The chain that carries one URL. The last task's id is fixed: it is what the chord counts."""
    _, *tasks = ids(pk)
    steps = (fetch.s({"journey": pk}), extract.s(), store.s())
    return chain(step.set(task_id=task) for step, task in zip(steps, tasks, strict=True))


def ids(pk: int) -> list[str]:
    """The journey's own id and those of its tasks, as texts: all that tells its messages from another journey's."""
    return [str(pk), *(derived(kind, pk) for kind in ("fetch", "extract", "journey"))]


def derived(kind: str, pk: int) -> str:
    """The same id for the same row, always."""
    return str(uuid5(NAMESPACE_OID, f"gleaner:{kind}:{pk}"))
