"""Workers on machines of their own, and the network between them cut in the middle of a run.

The machines are network namespaces: this one has the servers, one has the fetch worker, one the
extract worker, each behind a link of its own. Needs root, and about three minutes: `make
test-machines`.
"""

import json
import os
import shutil
import socket
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psycopg2
import pytest

from infra.local.stack import Stack
from tests.waiting import wait_until

CHECKOUT = Path(__file__).parents[2]
EXPECTED = json.loads((CHECKOUT / "infra/local/sample/site/expected.json").read_text())
LINKS = {
    "fetch": "10.77.1",
    "extract": "10.77.2",
}  # the server side ends in .1, the other in .2
BLOG = f"http://{LINKS['fetch']}.1:8080"
CUT = 60  # seconds

pytestmark = pytest.mark.skipif(
    not os.environ.get("TEST_MACHINES") or os.geteuid() != 0 or not shutil.which("ip"),
    reason="only by `make test-machines`, as root, with iproute2",
)


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


@contextmanager
def machine(name: str, network: str) -> Iterator[None]:
    """A network namespace `name` that reaches this machine, and nothing else, over the link
    `to-NAME`."""
    subprocess.run(["ip", "netns", "del", name], capture_output=True)
    ip("netns", "add", name)
    try:
        ip(
            "link",
            "add",
            f"to-{name}",
            "type",
            "veth",
            "peer",
            "name",
            "eth0",
            "netns",
            name,
        )
        ip("addr", "add", f"{network}.1/24", "dev", f"to-{name}")
        ip("link", "set", f"to-{name}", "up")
        ip("-n", name, "addr", "add", f"{network}.2/24", "dev", "eth0")
        ip("-n", name, "link", "set", "eth0", "up")
        ip("-n", name, "link", "set", "lo", "up")
        yield
    finally:
        ip("netns", "del", name)


class _Relay(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True


def _carry(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)


@contextmanager
def published(port: int, address: str) -> Iterator[None]:
    """Make the server on this loopback port reachable on the same port of another address."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection(("127.0.0.1", port)) as inner:
                threading.Thread(
                    target=_carry, args=(inner, self.request), daemon=True
                ).start()
                _carry(self.request, inner)

    with _Relay((address, port), Handler) as relay:
        threading.Thread(target=relay.serve_forever, daemon=True).start()
        yield
        relay.shutdown()


class Machines:
    """The running processes, and what the database says of their run."""

    def __init__(self, stack: Stack, logs: Path, ending: ExitStack) -> None:
        # With nothing of the shell's or of the other tests' settings.
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("FETCH_")
        }
        allowed = ",".join(f"{network}.1/32" for network in LINKS.values())
        self.environment = {
            **kept,
            **stack.environment,
            "FETCH_ALLOWED_NETWORKS": allowed,
            "FETCH_HOST_DELAY": "0.4",
        }
        self.stack, self.logs, self._ending = stack, logs, ending

    def start(
        self, name: str, *command: str, on: str = "", **extra: str
    ) -> "subprocess.Popen[str]":
        """Start a command of this checkout, on the machine `on` if one is named; it ends with the
        test."""
        there = (
            {"BROKER_HOST": f"{LINKS[on]}.1", "POSTGRES_HOST": f"{LINKS[on]}.1"}
            if on
            else {}
        )
        log = self._ending.enter_context((self.logs / f"{name}.log").open("w"))
        process = subprocess.Popen(
            [*(["ip", "netns", "exec", on] if on else []), sys.executable, *command],
            cwd=CHECKOUT,
            env={**self.environment, **there, **extra},
            stdout=subprocess.PIPE if name == "crawl" else log,
            stderr=log,
            text=True,
        )
        self._ending.callback(process.kill)
        return process

    def stored(self) -> int:
        """How many articles are in the catalogue."""
        given = self.stack.environment
        connection = psycopg2.connect(
            host=given["POSTGRES_HOST"],
            port=given["POSTGRES_PORT"],
            user=given["POSTGRES_USER"],
            password=given["POSTGRES_PASSWORD"],
            dbname=given["POSTGRES_DB"],
        )
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM catalog_article")
            count: int = cursor.fetchone()[0]
        connection.close()
        return count


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    with ExitStack() as ending:
        stack = ending.enter_context(Stack(tmp_path / "stack", lasting=False, env={}))
        for name, network in LINKS.items():
            ending.enter_context(machine(name, network))
        for port in (
            stack.environment["POSTGRES_PORT"],
            stack.environment["BROKER_PORT"],
        ):
            for network in LINKS.values():
                ending.enter_context(published(int(port), f"{network}.1"))
        started = Machines(stack, tmp_path, ending)
        migrated = started.start("migrate", "manage.py", "migrate", "--no-input")
        assert migrated.wait(120) == 0, (tmp_path / "migrate.log").read_text()
        blog = (
            "-m",
            "gunicorn",
            "infra.sample_blog:application",
            "--worker-class=gthread",
            "--threads=16",
        )
        started.start(
            "blog",
            *blog,
            f"--bind={BLOG.removeprefix('http://')}",
            "--no-control-socket",
            BLOG_URL=BLOG,
        )
        for name in ("discover", "store", "summarise", "beat"):
            started.start(name, "manage.py", "work", name)
        for name in LINKS:
            started.start(name, "manage.py", "work", name, on=name)
        yield started


def test_a_run_outlives_a_minute_without_network_between_its_machines(
    machines: Machines,
) -> None:
    crawl = machines.start("crawl", "manage.py", "crawl", f"{BLOG}/", "--json")
    wait_until(
        lambda: machines.stored() >= 5,
        120,
        f"for the first articles; logs in {machines.logs}",
    )
    for name in LINKS:
        ip("link", "set", f"to-{name}", "down")
    time.sleep(10)  # what was past the cut already gets done
    during = machines.stored()
    time.sleep(CUT - 10)
    assert machines.stored() == during < len(EXPECTED["stored"]), (
        "nothing comes through a link that is cut"
    )
    assert crawl.poll() is None
    for name in LINKS:
        ip("link", "set", f"to-{name}", "up")
    began = time.monotonic()
    output = crawl.communicate(timeout=300)[0]
    print(f"\nended {time.monotonic() - began:.0f} s after the link was healed")
    summary = json.loads(output.splitlines()[-1])
    assert summary["state"] == "finished"
    assert summary["states"]["pending"] == 0
    assert sum(summary["states"].values()) == summary["found"]
    assert summary["states"]["stored"] == len(EXPECTED["stored"]) + len(
        EXPECTED["same"]
    ), summary["reasons"]
