"""Queues are named once; all that must agree with them does."""

from pathlib import Path

import pytest
from celery import Celery
from celery.signals import worker_before_create_process
from kombu.serialization import registry

from infra.local.processes import PROCFILE_SMALL, PROCFILE_TOGETHER, commands
from myworld.celery import app
from pipeline.broker import queues
from pipeline.broker.queues import (
    HEADER_STAGES,
    JOINT_SLOTS,
    JOINT_WORKER,
    STAGES,
    WORKERS,
    has_processes,
    stages_of,
    task_name,
    worker_options,
)
from pipeline.journeys import canvas

PROCFILE = Path(__file__).parents[3] / "infra" / "Procfile"


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_has_a_task_a_queue_and_a_worker(stage: str) -> None:
    app.loader.import_default_modules()

    assert task_name(stage) in app.tasks
    assert app.amqp.router.route({}, task_name(stage))["queue"].name == stage
    assert worker_options(stage)["queues"] == [stage]
    assert (
        f"\n{stage}: python manage.py work {stage}\n"
        in "\n" + PROCFILE.read_text() + "\n"
    )


def test_a_worker_does_as_much_at_once_as_its_machine_can(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def sizes(number_of_cores: int, gigabytes: float) -> dict[str, int]:
        monkeypatch.setattr(queues, "cores", lambda: number_of_cores)
        monkeypatch.setattr(queues, "memory_bytes", lambda: int(gigabytes * 1e9))
        return {stage: queues.slots(stage) for stage in ("fetch", "extract", "store")}

    monkeypatch.delenv("CONCURRENCY", raising=False)
    assert sizes(1, 0.3) == {"fetch": 16, "extract": 1, "store": 4}
    assert sizes(2, 8) == {"fetch": 16, "extract": 3, "store": 4}
    assert sizes(4, 1) == {"fetch": 32, "extract": 2, "store": 8}
    assert sizes(64, 256) == {"fetch": 64, "extract": 65, "store": 16}

    monkeypatch.setenv("CONCURRENCY", "5")
    assert sizes(64, 256) == {"fetch": 5, "extract": 5, "store": 5}


def test_the_workers_of_the_small_profile_serve_each_stage_once() -> None:
    words = commands(PROCFILE_SMALL)["together"].split()
    processes = [word.partition("=")[0] for word in words]
    served = [stage for process in processes for stage in stages_of(process)]
    assert sorted(served) == sorted(STAGES)
    assert set(JOINT_SLOTS) == set(stages_of(JOINT_WORKER))

    options = worker_options(JOINT_WORKER)
    assert options["queues"] == list(JOINT_SLOTS)
    assert options["pool_cls"] == "pipeline.broker.stage_pools:ThreadPool"
    assert options["concurrency"] == max(JOINT_SLOTS.values())
    waiting = [stage for stage in STAGES if WORKERS[stage].pool == "threads"]
    assert waiting == list(JOINT_SLOTS)


def test_what_is_forked_from_one_parent_is_all_that_the_procfile_names() -> None:
    others = commands(PROCFILE_TOGETHER)
    forked = others.pop("together").partition("infra.together ")[2].split()
    assert [*forked, *others] == list(commands())


def test_only_the_name_of_stages_makes_a_process_a_worker() -> None:
    assert stages_of("store-summarise") == ("store", "summarise")
    assert stages_of("store") == ("store",)
    assert [stages_of(name) for name in ("", "web", "beat", "fetch-web")] == [()] * 4


def test_missing_queues_are_never_created(settings: object) -> None:
    assert not settings.CELERY_TASK_CREATE_MISSING_QUEUES


def test_queues_are_durable_count_deliveries_and_have_a_place_for_dead_letters() -> (
    None
):
    for queue in app.conf.task_queues:
        assert queue.durable
        assert queue.exchange.type == "topic"
        assert queue.queue_arguments["x-queue-type"] == "quorum"
        assert queue.queue_arguments["x-delivery-limit"] > 3
        assert queue.queue_arguments["x-dead-letter-exchange"] == "gleaner.dead"


def test_only_killable_workers_extract() -> None:
    assert has_processes("extract")
    assert [has_processes(each) for each in ("fetch", JOINT_WORKER)] == [False, False]
    assert 0 < WORKERS["extract"].soft_seconds < WORKERS["extract"].hard_seconds
    assert WORKERS["extract"].prefetch <= 2, (
        "all that a killed worker had at hand counts as delivered once more"
    )


def test_a_journey_runs_through_the_header_stages_in_order() -> None:
    assert [task.task for task in canvas.journey(7).tasks] == [
        task_name(stage) for stage in HEADER_STAGES
    ]


def test_the_last_task_of_a_journey_always_has_the_same_id() -> None:
    ids = [canvas.journey(7).tasks[-1].options["task_id"] for _ in range(2)]

    assert ids[0] == ids[1] != canvas.journey(8).tasks[-1].options["task_id"]


def test_messages_are_json_and_acknowledged_late(settings: object) -> None:
    configured: Celery = app

    assert registry.name_to_type[configured.conf.task_serializer] == "application/json"
    assert list(configured.conf.accept_content) == ["json"]
    assert configured.conf.task_acks_late
    assert configured.conf.task_reject_on_worker_lost
    assert configured.conf.broker_transport_options["confirm_publish"]


def test_the_extracting_worker_loads_what_it_needs_before_it_forks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loaded: list[bool] = []
    monkeypatch.setattr(
        "pipeline.extraction.extract.warm_up",
        lambda *, with_model: loaded.append(with_model),
    )

    for process, slots in (("store", "2"), ("extract", "2"), ("extract", "1")):
        monkeypatch.setenv("GLEANER_PROCESS", process)
        monkeypatch.setenv("CONCURRENCY", slots)
        worker_before_create_process.send(sender=process)

    assert loaded == [True, False], "one process alone shares the model with nobody"
