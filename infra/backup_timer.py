"""python -m infra.backup_timer: runs `manage.py backup --if-due` whenever that may be due, and every ten
minutes where there are backups: the command keeps the list of what was erased beside them.

A process of its own: a dump takes as long as it takes, and neither a worker nor a page is to wait
for it. It imports nothing of the product, since it mostly sleeps.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

CHECKOUT = Path(__file__).parents[1]
COMMAND = (sys.executable, "manage.py", "backup", "--if-due")
# Between two looks: an erasure gets onto the list beside the backups within this time
MOST_SECONDS = 600.0
LEAST_SECONDS = 5.0
RETRY_SECONDS = 60.0  # where the command says nothing, as without a database
STEP_SECONDS = 20.0  # infra/healthy.py takes a process for dead after a minute
ALIVE = Path(tempfile.gettempdir()) / "gleaner-backup.alive"
STOP_SECONDS = 20.0


def main() -> NoReturn:
    """Run until it is stopped."""
    signal.signal(signal.SIGTERM, _stop)
    while True:
        wait_seconds = MOST_SECONDS
        if is_needed():
            wait_seconds = seconds_to_wait(ask())
        sleep(wait_seconds)


def is_needed() -> bool:
    """Whether backups are to be made, or are there."""
    return bool(os.environ.get("BACKUP_SCHEDULE")) or any(directory().glob("*.dump"))


def directory() -> Path:
    """Return where backups are, as the settings have it."""
    home = os.environ.get("GLEANER_HOME") or CHECKOUT / ".local"
    return Path(os.environ.get("BACKUP_DIR") or Path(home) / "backups")


def ask() -> str:
    """Run the command; return what it printed."""
    with tempfile.TemporaryFile("w+") as output:
        command = subprocess.Popen(COMMAND, stdout=output)  # noqa: S603
        try:
            while command.poll() is None:
                _touch()
                with suppress(subprocess.TimeoutExpired):
                    command.wait(STEP_SECONDS)
        finally:
            _end(command)
        output.seek(0)
        return output.read()


def seconds_to_wait(printed: str) -> float:
    """Return how long to wait by what the command printed last; its logs are passed on."""
    seconds = RETRY_SECONDS
    for line in printed.splitlines():
        if line.strip().isdecimal():
            seconds = float(line)
        else:
            print(line, flush=True)
    return min(MOST_SECONDS, max(LEAST_SECONDS, seconds))


def sleep(seconds: float) -> None:
    """Sleep, and say so."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        _touch()
        time.sleep(min(left, STEP_SECONDS))


def _touch() -> None:
    with suppress(OSError):
        ALIVE.touch()


def _end(command: "subprocess.Popen[bytes]") -> None:
    if command.poll() is not None:
        return
    command.terminate()
    try:
        command.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        command.kill()
        command.wait()


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


if __name__ == "__main__":
    main()
