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
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import structlog

from pipeline.core.process_group import ProcessGroup

log = structlog.get_logger(__name__)
RESTARTS = "restarts.log"
REASON = "GLEANER_RESTART_REASON"  # tells a process why it was started again
MOST_QUICK_DEATHS = 3  # in a row; then starting it again does not help
WEB_THREADS = 8
LOADED = (
    "celery.apps.beat",
    "celery.apps.worker",
    "infra.web_worker",
    "myworld.wsgi",
    "pipeline.broker.forked",
    "pipeline.broker.stage_pools",
    "pipeline.broker.worker",
    "pipeline.management.commands.work",
    "pipeline.monitor.queues.sampler",
    "pipeline.monitor.workers.heartbeats",
)


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
        slots,
        lambda name, reason: start(name, reason, slots[name]),
        most_quick_deaths=MOST_QUICK_DEATHS,
        tell=tell,
    )
    status = group.run()
    if group.failure:
        print(group.failure, file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
