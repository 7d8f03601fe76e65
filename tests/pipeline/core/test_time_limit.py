"""Work that takes too long is interrupted; work that lets nothing interrupt it ends its process."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from pipeline.core.time_limit import TimeLimitReached, time_limit


def spin() -> None:
    while True:
        pass


def swallow() -> None:
    for _ in range(10_000):
        with suppress(Exception):
            time.sleep(10)


@pytest.mark.parametrize("work", [spin, swallow])
def test_work_in_python_is_interrupted_whatever_it_catches(
    work: Callable[[], None],
) -> None:
    with pytest.raises(TimeLimitReached), time_limit(0.05, 60):
        work()


def test_what_is_done_in_time_is_left_alone_also_after() -> None:
    with time_limit(1, 60):
        pass
    time.sleep(1.1)


def test_another_thread_has_no_limit() -> None:
    done = threading.Event()

    def work() -> None:
        with time_limit(0.01, 0.02):
            time.sleep(0.1)
        done.set()

    threading.Thread(target=work).start()
    assert done.wait(600)


def test_code_that_no_signal_reaches_ends_with_its_process() -> None:
    code = (
        "from pipeline.core.time_limit import time_limit\n"
        "with time_limit(0.1, 0.3): sum(range(10**12))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, timeout=600
    )
    assert done.returncode == 1
    assert b"Timeout" in done.stderr


def test_time_in_which_the_process_was_stopped_does_not_count() -> None:
    code = (
        "import time; from pipeline.core.time_limit import time_limit\n"
        "print('begun', flush=True)\n"
        "with time_limit(3, 60): time.sleep(0.5)\n"
        "print('done', flush=True)"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert process.stdout
    assert process.stdout.readline() == b"begun\n"
    process.send_signal(signal.SIGSTOP)
    time.sleep(4)
    process.send_signal(signal.SIGCONT)
    assert process.stdout.readline() == b"done\n"
    assert process.wait(600) == 0
