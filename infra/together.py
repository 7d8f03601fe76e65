"""`python -m infra.together PROCESS...`: processes of the product that share what they load.

All is loaded once, then each process is forked from here and takes what it needs from the memory of
its parent: web, beat, sampler, or a worker by the names of its stages (fetch,
discover-fetch-store-summarise); `fetch=4` also says how much it does at once. One that ends is started
again, after a pause that grows while it ends at once; one that ends at once three times ends all.

With GLEANER_LOGS, a folder, each process has its own log there, and restarts.log tells of those
that ended.
"""

import argparse
import gc
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import structlog

log = structlog.get_logger(__name__)
RESTARTS = "restarts.log"
REASON = "GLEANER_RESTART_REASON"  # tells a process why it was started again
QUICK_DEATH_SECONDS = 10.0  # a process that lived for less did not really start
MAX_QUICK_DEATHS = 3  # in a row; then starting it again does not help
FIRST_PAUSE_SECONDS = 1.0
LOOK_EVERY_SECONDS = 0.2
WEB_THREADS = 8
LOADED = (
    "celery.apps.beat",
    "celery.apps.worker",
    "celery.concurrency.prefork",
    "infra.web_worker",
    "myworld.wsgi",
    "pipeline.broker.stage_pools",
    "pipeline.broker.worker",
    "pipeline.management.commands.work",
    "pipeline.monitor.queues.sampler",
    "pipeline.monitor.workers.heartbeats",
)
Start = Callable[[str, str], int]  # name and reason -> process id


class ProcessGroup:
    """The processes that were forked, and when those that ended are due again."""

    def __init__(self, names: list[str], start: Start) -> None:
        self._start = start
        self._names: dict[int, str] = {}
        self._started_at: dict[str, float] = {}
        self._reasons = dict.fromkeys(names, "")
        self._quick_deaths = dict.fromkeys(names, 0)
        self._due_at = dict.fromkeys(names, float("-inf"))
        self.ending = False
        self.failure = ""  # why all ended

    @property
    def pids(self) -> list[int]:
        """Of those that run."""
        return list(self._names)

    def look(self, now: float) -> None:
        """Note who ended, and start who is due. `now` is of time.monotonic."""
        self._reap(now)
        for name in [each for each, at in self._due_at.items() if at <= now]:
            if not self.ending:
                del self._due_at[name]
                self._started_at[name] = now
                self._names[self._start(name, self._reasons[name])] = name

    def end(self) -> None:
        """Ask all to end, and start none again."""
        self.ending = True
        for pid in self.pids:
            os.kill(pid, signal.SIGTERM)

    def _reap(self, now: float) -> None:
        for pid in self.pids:
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                self._note_death(self._names.pop(pid), status, now)

    def _note_death(self, name: str, status: int, now: float) -> None:
        if self.ending:
            return
        if now - self._started_at[name] < QUICK_DEATH_SECONDS:
            self._quick_deaths[name] += 1
        else:
            self._quick_deaths[name] = 0
        number = self._quick_deaths[name]
        reason = f"{name} {ending(status)}"
        self._reasons[name] = reason
        if number >= MAX_QUICK_DEATHS:
            self.failure = f"{reason}; it died at once {number} times"
            self.end()
            return
        pause = FIRST_PAUSE_SECONDS * 2**number
        self._due_at[name] = now + pause
        tell(f"{reason}; it is started again in {pause:.0f} s")
        log.warning("process_ended", reason=reason, in_seconds=pause)


def ending(status: int) -> str:
    """Return how a process ended, by what the system says of it."""
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        return f"was killed by {signal.Signals(-code).name}"
    return f"ended with status {code}"


def tell(line: str) -> None:
    """Write a line for the terminal of `make run`, which reads that file."""
    if folder := os.environ.get("GLEANER_LOGS"):
        with (Path(folder) / RESTARTS).open("a") as file:
            file.write(f"{line}\n")


def load() -> None:
    """Load what the processes need, and keep it out of the search for garbage, which would write
    into the pages that they share.

    Nothing is freed meanwhile: that leaves holes, into which each process would write objects of
    its own.
    """
    gc.disable()
    os.environ.setdefault("GLEANER_PROCESS", "together")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "myworld.settings")
    import django

    from myworld import celery as celery_app

    django.setup()
    celery_app.app.loader.import_default_modules()
    for module in (*celery_app.LOADED.values(), *LOADED):
        import_module(module)
    from pipeline.extraction.extract import warm_up

    warm_up()
    gc.freeze()


def start(name: str, reason: str, slots: str = "") -> int:
    """Fork a process; return its id."""
    pid = os.fork()
    if pid:
        if reason:
            tell(f"{name} was started again")
        return pid
    gc.enable()
    if reason:
        os.environ[REASON] = reason
    if slots:
        os.environ["CONCURRENCY"] = slots
    become(name)


def become(name: str) -> NoReturn:
    """Run a forked process to its end."""
    from celery import platforms

    from myworld import sessions

    status = 1
    try:
        platforms.set_pdeathsig("SIGTERM")
        with suppress(OSError):
            Path("/proc/self/comm").write_text(name)  # for top and ps
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        redirect(name)
        sessions.become(name)
        status = run(name)
    except SystemExit as error:
        if isinstance(error.code, int):
            status = error.code
    except BaseException:
        log.exception("process_failed")
    finally:
        close_log()
        os._exit(status)


def redirect(name: str) -> None:
    """Send what is printed to the process's own log, where it has one."""
    if folder := os.environ.get("GLEANER_LOGS"):
        with (Path(folder) / f"{name}.log").open("ab") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)


def close_log() -> None:
    """Write what waits: a forked process ends without what others do at their end."""
    from pipeline.monitor.logs.writer import writer

    with suppress(Exception):
        writer.close()
    sys.stdout.flush()


def run(name: str) -> int:
    """Do the work of a process until it is told to end; return its exit status."""
    if name == "web":
        return serve()
    if name == "sampler":
        from pipeline.monitor.queues.sampler import run_forever

        run_forever()
        return 0
    from pipeline.management.commands.work import work

    return work(name)


def serve() -> int:
    """Serve the pages."""
    from infra import web_worker
    from myworld.wsgi import application

    wanted = [True]
    signal.signal(signal.SIGTERM, lambda *_: wanted.clear())
    port = int(os.environ.get("PORT") or 8000)
    address = os.environ.get("WEB_BIND") or "127.0.0.1", port
    with socket.create_server(address, backlog=1024) as listener:
        listener.setblocking(False)
        threads = int(os.environ.get("CONCURRENCY") or WEB_THREADS)
        web_worker.serve(
            [listener], application, threads=threads, is_wanted=lambda: bool(wanted)
        )
    return 0


def main() -> int:
    """Start all processes, and end them when told to."""
    parser = argparse.ArgumentParser(prog="python -m infra.together")
    parser.add_argument("processes", nargs="+", metavar="PROCESS")
    given = [each.partition("=") for each in parser.parse_args().processes]
    slots = {name: number for name, _, number in given}
    load()
    group = ProcessGroup(
        list(slots), lambda name, reason: start(name, reason, slots[name])
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: group.end())
    while group.pids or not group.ending:
        group.look(time.monotonic())
        time.sleep(LOOK_EVERY_SECONDS)
    if group.failure:
        print(group.failure, file=sys.stderr)
    return bool(group.failure)


if __name__ == "__main__":
    sys.exit(main())
