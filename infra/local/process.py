"""One program in its own session, with its output in a log file."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from infra.local.process_reaper import reaper

MARK = "GLEANER_PID_FILE"
# What Erlang writes last, after the reason
CRASH_DUMP = "Crash dump is being written to"


class LocalError(Exception):
    """The local stack cannot do what was asked; the message is one line for a person."""


class Process:
    """A program that is started, stopped or killed with everything it started itself.

    `home` holds its pid file, `log` takes its output, `stop_signal` asks it to end.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        home: Path,
        log: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.name = name
        self.command = command
        self.log = log
        self.cwd = cwd
        self.stop_signal = stop_signal
        self.pid_file = home / f"{name}.pid"
        self.env = {**(os.environ if env is None else env), MARK: str(self.pid_file)}
        self._popen: subprocess.Popen[bytes] | None = None

    @property
    def alive(self) -> bool:
        """Whether the program runs."""
        return self._popen is not None and self._popen.poll() is None

    @property
    def pid(self) -> int:
        """The process id, which is also the id of its process group.

        Raises LocalError before the first start.
        """
        if self._popen is None:
            raise LocalError(f"{self.name} was not started")
        return self._popen.pid

    def start(self) -> None:
        """Start the program; what an earlier owner of this pid file left running is ended first."""
        if self.alive:
            return
        self._end_orphan()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self._popen = subprocess.Popen(  # noqa: S603
                self.command,
                env=self.env,
                cwd=self.cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # Ctrl-C must reach us alone: we stop workers before the servers they need.
                start_new_session=True,
            )
        self._wait_for_mark()
        self.pid_file.write_text(str(self.pid))
        reaper.watch(self.pid, self.stop_signal)

    def terminate(self, stop_signal: signal.Signals | None = None) -> None:
        """Send the stop signal and do not wait."""
        if self.alive:
            # to the leader alone: a pool's children must not lose the task that their parent lets
            # them finish
            os.kill(self.pid, stop_signal or self.stop_signal)

    def stop(
        self, stop_signal: signal.Signals | None = None, timeout: float = 30
    ) -> None:
        """Ask the program to end, wait up to `timeout` seconds, then kill it."""
        self.terminate(stop_signal)
        self.wait(timeout)
        self.kill()

    def wait(self, timeout: float) -> bool:
        """Wait up to `timeout` seconds for the program to end; whether it did."""
        if self._popen is not None:
            with suppress(subprocess.TimeoutExpired):
                self._popen.wait(timeout)
        return not self.alive

    def kill(self) -> None:
        """End the program and its children at once (SIGKILL), as a crash would."""
        if self._popen is None:
            return
        _signal_group(self.pid, signal.SIGKILL)
        self._popen.wait()
        reaper.forget(self.pid)
        self.pid_file.unlink(missing_ok=True)

    def reason(self) -> str:
        """Why it is not running, in one line: the signal, or else exit status and the last line of
        its log."""
        if self._popen:
            status = self._popen.poll()
        else:
            status = None
        if status is not None and status < 0:
            return f"{self.name} was killed by {signal.Signals(-status).name} (log: {self.log})"
        if self.log.exists():
            lines = self.log.read_text(errors="replace").split("\n")
        else:
            lines = []
        last = next(
            (
                line.strip()
                for line in reversed(lines)
                if line.strip() and not line.startswith(CRASH_DUMP)
            ),
            "it wrote nothing",
        )
        return f"{self.name} ended with status {status}: {_last_error(last)[:300]} (log: {self.log})"

    def _wait_for_mark(self) -> None:
        """Wait until the program shows our mark: the kernel shows its environment only a moment
        after exec."""
        deadline = time.monotonic() + 1
        while self.alive and not _owned_by(
            psutil.Process(self.pid), self.pid, str(self.pid_file)
        ):
            if time.monotonic() > deadline:
                return
            time.sleep(0.001)

    def _end_orphan(self) -> None:
        """Kill the process group of the pid file if its members still carry our mark."""
        with suppress(FileNotFoundError, ValueError):
            group = int(self.pid_file.read_text())
            if any(
                _owned_by(process, group, str(self.pid_file))
                for process in psutil.process_iter()
            ):
                _signal_group(group, signal.SIGKILL)


def _last_error(line: str) -> str:
    """Return what a log line says: of a JSON event its exception's last line, or else its name."""
    try:
        event = json.loads(line)
        return str(event.get("exception") or event["event"]).strip().splitlines()[-1]
    except (ValueError, TypeError, AttributeError, LookupError):
        return line


def _owned_by(process: psutil.Process, group: int, mark: str) -> bool:
    try:
        return os.getpgid(process.pid) == group and process.environ().get(MARK) == mark
    except (psutil.Error, OSError):
        return False


def _signal_group(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, number)
