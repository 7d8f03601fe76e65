"""Workers that serve several stages keep slots for each."""

import threading
from typing import Any

from pipeline.broker.queues import JOINT_SLOTS, task_name
from pipeline.broker.stage_pools import ThreadPool, stage_of
from tests.waiting import wait_until


def test_a_stage_that_waits_takes_no_slot_of_another() -> None:
    go = threading.Event()
    done: list[str] = []

    def work(task: str, *_: Any) -> str:
        if task == task_name("discover"):
            go.wait(600)
        return task

    pool = ThreadPool(limit=2)
    for stage in ["discover"] * (JOINT_SLOTS["discover"] + 1) + ["store"]:
        pool.on_apply(work, (task_name(stage), "id"), callback=done.append)
    wait_until(lambda: done == [task_name("store")], 30, "for the stage store")
    go.set()
    wait_until(lambda: len(done) == JOINT_SLOTS["discover"] + 2, 30)
    pool.on_stop()


def test_tasks_beside_the_stages_belong_to_the_stage_of_their_queue() -> None:
    assert stage_of(("pipeline.feed", "id")) == "summarise"
    assert stage_of(("pipeline.icons", "id")) == "discover"
    assert stage_of((task_name("extract"), "id")) == "extract"
