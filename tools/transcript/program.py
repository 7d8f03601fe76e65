"""A command that runs on, such as `make run`, and what it prints meanwhile."""

import os
import re
import signal
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path
from queue import Empty, Queue
from time import monotonic

from tools.transcript.journal import NotAsTold

STOP_SECONDS = 120
LINES_SHOWN = 15


class Program:
    """A command in a shell of its own, as in a terminal."""

    def __init__(self, command: str, folder: Path, env: Mapping[str, str]) -> None:
        self.command = command
        self.printed: list[str] = []
        self._lines: Queue[str | None] = Queue()
        self._process = subprocess.Popen(
            ["bash", "-c", f"exec {command}"],
            cwd=folder,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            # a script that runs this in the background has left its children deaf to Ctrl-C
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self._lines.put(line.rstrip())
        self._lines.put(None)

    def wait_for(self, pattern: str, seconds: float) -> str:
        """Return what the pattern's group finds in the next lines. Raises NotAsTold."""
        until = monotonic() + seconds
        while True:
            try:
                line = self._lines.get(timeout=max(0.0, until - monotonic()))
            except Empty:
                raise NotAsTold(
                    f"`{self.command}` did not print {pattern!r} within {seconds:.0f} s:\n{self.tail()}"
                ) from None
            if line is None:
                status = self._process.wait()
                raise NotAsTold(
                    f"`{self.command}` ended with status {status}:\n{self.tail()}"
                )
            self.printed.append(line)
            found = re.search(pattern, line)
            if found:
                return found[1] if found.groups() else found[0]

    def wait(self, seconds: float) -> None:
        """Wait until it has ended by itself, and well. Raises NotAsTold."""
        try:
            status = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise NotAsTold(
                f"`{self.command}` did not end within {seconds:.0f} s"
            ) from None
        if status:
            raise NotAsTold(f"`{self.command}` ended with status {status}")

    def tail(self) -> str:
        """Return the last lines that were printed."""
        return "\n".join(f"  {line}" for line in self.printed[-LINES_SHOWN:])

    def interrupt(self) -> None:
        """Press Ctrl-C, and wait until it is over. Raises NotAsTold."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGINT)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            raise NotAsTold(
                f"`{self.command}` did not stop within {STOP_SECONDS} s of Ctrl-C"
            ) from None

    def kill(self) -> None:
        """End what is left of it."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


def run(command: str, folder: Path, env: Mapping[str, str], seconds: float) -> str:
    """Run a command to its end; return what it printed on stdout. Raises NotAsTold."""
    try:
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=folder,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds,
        )
    except subprocess.TimeoutExpired:
        raise NotAsTold(f"`{command}` took longer than {seconds:.0f} s") from None
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()[-LINES_SHOWN:]
        raise NotAsTold(
            f"`{command}` ended with status {done.returncode}:\n" + "\n".join(said)
        )
    return done.stdout
