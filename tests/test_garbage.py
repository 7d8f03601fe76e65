"""Web processes and workers keep what they loaded out of the search for garbage."""

import os
import subprocess
import sys

import pytest

WEB = "import myworld.wsgi"
WORKER = """
from myworld.celery import app
import django
django.setup()
app.Worker(pool="threads", concurrency=1, queues=["store"]).on_start()
"""
TOLD = "import gc, sys; print('pipeline.models' in sys.modules, gc.get_freeze_count())"


@pytest.mark.parametrize("process", [WEB, WORKER], ids=["web", "worker"])
def test_what_a_process_loaded_is_not_looked_through_for_garbage(process: str) -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "-c", f"{process}\n{TOLD}"]
    done = subprocess.run(
        command, capture_output=True, text=True, env=environment, check=True
    )
    loaded, frozen = done.stdout.split()[-2:]
    assert loaded == "True"
    assert int(frozen) > 50_000


LATER = """
import gc
from myworld.garbage import FreezeLater, MANY_OBJECTS
gc.collect()
gc.freeze()
gc.callbacks.append(FreezeLater())
few = [[number] for number in range(1_000)]
gc.collect()
after_few = len(gc.get_objects())
many = [[number] for number in range(MANY_OBJECTS)]
gc.collect()
print(after_few, len(gc.get_objects()))
"""


def test_what_a_process_loads_as_it_goes_is_looked_through_once() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LATER], capture_output=True, text=True, check=True
    )
    after_few, after_many = map(int, done.stdout.split())
    assert after_few > 1_000
    assert after_many < 100
