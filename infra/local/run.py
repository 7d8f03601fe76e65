"""`make run`: start everything, crawl the given URLs or the sample blog, serve until Ctrl-C."""

import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from infra.local.blog import Blog
from infra.local.ports import LOOPBACK, first_free, is_free
from infra.local.process import LocalError
from infra.local.processes import (
    PROCFILE,
    PROCFILE_SMALL,
    PROCFILE_TOGETHER,
    Processes,
    environment,
)
from infra.local.stack import CHECKOUT, HOME, Report, Stack, own_directory
from infra.local.supervisor import Supervisor

PORT = 8000
# The same each time, so that the next run finds the articles of the last one unchanged.
BLOG_PORT = 8100
TOGETHER = "infra.together"
MANAGE = (sys.executable, "manage.py")


def run(
    urls: list[str] | None,
    *,
    once: bool,
    port: int | None,
    report: Report,
    small: bool = False,
) -> int:
    """Run the product and crawl `urls`, the sample blog where there are none, nothing with None.

    With `once` it ends after the crawl, with its exit status. `small` makes do with few processes
    and little memory.

    Raises LocalError when something cannot start or dies.
    """
    with ExitStack() as stopping:
        folder = stopping.enter_context(own_directory())
        _tell_of_another(folder, report)
        # Before anything starts, so that nobody waits to be told that it is taken.
        web_port = _port(port)
        stack = stopping.enter_context(Stack(folder, report=report, small=small))
        extra = {"PORT": str(web_port), "GLEANER_LOGS": str(stack.logs)}
        if urls is not None and not urls:
            blog = stopping.enter_context(Blog(first_free(BLOG_PORT, skip=web_port)))
            urls = [blog.url]
            stack.tell(_allow_sample(blog.url, os.environ))
            report(f"Sample blog on {blog.url}")
        env = environment(stack, extra)
        _migrate(stack, env, report)
        processes = stopping.enter_context(
            Processes(stack, extra, procfile=_procfile(small))
        )
        stopping.callback(report, "Stopping ...")
        supervisor = Supervisor(
            processes.by_name.values(),
            stack.servers,
            report,
            free_bytes=lambda: shutil.disk_usage(stack.root).free,
            restarts=stack.logs / "restarts.log",
        )
        _wait_for_page(processes, int(extra["PORT"]), stack, report)
        if not once:
            _invite(env, report)
        if urls is None:
            report("Ready. Ctrl-C stops everything.")
            return _until_interrupted(supervisor)
        status = _crawl(urls, supervisor, env)
        if once:
            return status
        report("Crawl finished. Ctrl-C stops everything.")
        return _until_interrupted(supervisor)


def _tell_of_another(folder: Path, report: Report) -> None:
    """Say why the catalogue is not the one that a person expects, where one runs already."""
    if folder != HOME:
        report(
            f"Gleaner is running here already: this one has data of its own, in {folder}"
        )


def _procfile(small: bool) -> Path:
    if small:
        return PROCFILE_SMALL
    if sys.platform == "linux":
        return PROCFILE_TOGETHER
    return PROCFILE  # elsewhere not every library survives that a process is forked


def _port(wanted: int | None) -> int:
    if wanted is not None:
        if not is_free(wanted):
            raise LocalError(
                f"port {wanted} is in use: choose another one, or none to get a free one"
            )
        return wanted
    return first_free(PORT)


def _allow_sample(url: str, env: Mapping[str, str]) -> dict[str, str]:
    # The sample's port alone is opened, and the pace is the sample's alone: what is launched later
    # from the page is crawled like any other site.
    sites = [env.get("FETCH_OWN_SITES", ""), f"{urlsplit(url).netloc}=0"]
    return {"FETCH_OWN_SITES": ",".join(filter(None, sites))}


def _migrate(stack: Stack, env: Mapping[str, str], report: Report) -> None:
    began = time.monotonic()
    log = stack.logs / "migrate.log"
    with log.open("wb") as output:
        command = [*MANAGE, "migrate", "--no-input"]
        done = subprocess.run(  # noqa: S603
            command, env=env, cwd=CHECKOUT, stdout=output, stderr=output
        )
    if done.returncode:
        last = (
            log.read_text(errors="replace").strip() or "no reason given"
        ).splitlines()[-1]
        raise LocalError(f"could not migrate the database: {last} (log: {log})")
    report(f"Database migrated ({time.monotonic() - began:.1f} s)")


def _wait_for_page(
    processes: Processes,
    port: int,
    stack: Stack,
    report: Report,
    timeout_seconds: float = 600,
) -> None:
    began = time.monotonic()
    report("Starting the pages and the workers ...")
    while not _page_answers(port):
        processes.check()
        if time.monotonic() - began > timeout_seconds:
            raise LocalError(
                f"the pages do not answer after {timeout_seconds:.0f} s (log: {stack.logs})"
            )
        time.sleep(0.1)
    report(
        f"Running: {_names(processes)} ({time.monotonic() - began:.1f} s)\nLogs in {stack.logs}"
    )


def _names(processes: Processes) -> str:
    """Return the names of all processes, also of those that another one forks."""
    names: list[str] = []
    for name, process in processes.by_name.items():
        forked = str(process.command[-1]).partition(f"-m {TOGETHER} ")[2].split()
        names += [word.partition("=")[0] for word in forked] or [name]
    return ", ".join(names)


def _page_answers(port: int) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        opener.open(f"http://{LOOPBACK}:{port}/", timeout=5).close()
    except urllib.error.HTTPError:
        return True  # it answers; what it says is not ours to judge
    except OSError:
        return False
    return True


def _crawl(urls: list[str], supervisor: Supervisor, env: Mapping[str, str]) -> int:
    crawl = subprocess.Popen([*MANAGE, "crawl", *urls], env=env, cwd=CHECKOUT)  # noqa: S603
    try:
        while crawl.poll() is None:
            supervisor.look()
            time.sleep(0.2)
    finally:
        if crawl.poll() is None:
            crawl.terminate()
            crawl.wait(10)
    return crawl.returncode


def _invite(env: Mapping[str, str], report: Report) -> None:
    command = [*MANAGE, "signin", "--base", f"http://{LOOPBACK}:{env['PORT']}"]
    done = subprocess.run(  # noqa: S603
        command, env=env, cwd=CHECKOUT, capture_output=True, text=True
    )
    if done.returncode:
        last = (done.stderr.strip() or "no reason given").splitlines()[-1]
        raise LocalError(f"could not make a sign-in link: {last}")
    report(f"\nOpen {done.stdout.strip()}\n")


def _until_interrupted(supervisor: Supervisor) -> int:
    try:
        while True:
            supervisor.look()
            time.sleep(0.5)
    except KeyboardInterrupt:
        return 0
