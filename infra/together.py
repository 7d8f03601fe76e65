"""`python -m infra.together PROCESS...`: processes of the product that share what they load.

All is loaded once, then each process is forked from here and takes what it needs from the memory of
its parent: web, beat, sampler, or a worker by the names of its stages (fetch, fetch-extract). One
that ends is started again, after a pause that grows while it ends at once.
"""

import argparse
import gc
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import NoReturn

os.environ.setdefault("GLEANER_PROCESS", "together")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "myworld.settings")

import django
import structlog
from celery import platforms

from myworld import celery as celery_app
from myworld import sessions

log = structlog.get_logger(__name__)
SMALL = ("web", "discover-store-summarise", "fetch-extract")
QUICK_DEATH_SECONDS = 10.0
MAX_PAUSE_SECONDS = 30.0
LOOK_EVERY_SECONDS = 0.2


class Family:
    """The processes that were forked, and when those that ended are due again."""

    def __init__(self, names: list[str], start: Callable[[str], int]) -> None:
        self._start = start
        self._names: dict[int, str] = {}
        self._started_at: dict[str, float] = {}
        self._quick_deaths = dict.fromkeys(names, 0)
        self._due_at = dict.fromkeys(names, 0.0)
        self.ending = False

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
                self._names[self._start(name)] = name

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
        pause = min(2.0 ** self._quick_deaths[name], MAX_PAUSE_SECONDS)
        self._due_at[name] = now + pause
        reason = f"{name} {ending(status)}"
        os.environ["GLEANER_RESTART_REASON"] = reason
        log.warning("process_ended", reason=reason, in_seconds=pause)


def ending(status: int) -> str:
    """Return how a process ended, by what the system says of it."""
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        return f"was killed by {signal.Signals(-code).name}"
    return f"ended with status {code}"


def load() -> None:
    """Load what the processes need, and keep it out of the search for garbage, which would write
    into the pages that they share."""
    django.setup()
    celery_app.app.loader.import_default_modules()
    for module in (*celery_app.LOADED.values(), *OTHERS):
        import_module(module)
    from django.urls import get_resolver

    from pipeline.extraction.extract import warm_up

    get_resolver().url_patterns  # noqa: B018 - loads all views
    warm_up()
    gc.collect()
    gc.freeze()


OTHERS = (
    "celery.apps.beat",
    "celery.apps.worker",
    "celery.concurrency.prefork",
    "gunicorn.app.wsgiapp",
    "gunicorn.arbiter",
    "infra.web_worker",
    "pipeline.broker.stage_pools",
    "pipeline.broker.worker",
    "pipeline.management.commands.work",
    "pipeline.monitor.queues.sampler",
    "pipeline.monitor.workers.heartbeats",
)


def fork(name: str) -> int:
    """Start a process; return its id."""
    pid = os.fork()
    if pid:
        return pid
    become(name)


def become(name: str) -> NoReturn:
    """Be that process from now on."""
    status = 1
    try:
        platforms.set_pdeathsig("SIGTERM")
        with suppress(OSError):
            Path("/proc/self/comm").write_text(name)  # for top and ps
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        sessions.become(name)
        status = run(name)
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else 1
    except BaseException:
        log.exception("process_failed")
    finally:
        sys.stdout.flush()
        os._exit(status)


def run(name: str) -> int:
    """Do the work of a process until it is told to end; return its exit status."""
    if name == "web":
        return serve()
    from pipeline.management.commands.work import work

    return work(name)


def serve() -> int:
    """Serve the pages."""
    from gunicorn.app.wsgiapp import WSGIApplication

    bind = f"{os.environ.get('WEB_BIND', '127.0.0.1')}:{os.environ.get('PORT', 8000)}"
    sys.argv = [
        "gunicorn",
        "myworld.wsgi",
        "--worker-class=infra.web_worker.BufferingWorker",
        "--workers=1",
        f"--threads={os.environ.get('WEB_THREADS', 4)}",
        f"--bind={bind}",
        "--no-control-socket",
    ]
    WSGIApplication("%(prog)s [OPTIONS] [APP_MODULE]", prog=None).run()
    return 0


def main() -> int:
    """Start all processes, and end them when told to."""
    parser = argparse.ArgumentParser(prog="python -m infra.together")
    parser.add_argument("names", nargs="*", default=SMALL, metavar="PROCESS")
    names = list(parser.parse_args().names)
    load()
    family = Family(names, fork)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: family.end())
    while family.pids or not family.ending:
        family.look(time.monotonic())
        time.sleep(LOOK_EVERY_SECONDS)
    return 0


if __name__ == "__main__":
    sys.exit(main())
