"""Two versions of the product side by side on one PostgreSQL and one RabbitMQ, while one takes the
place of the other as docs/operations.md says: no task is lost, every page answers, sums add up."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
import requests
from kombu import Connection

from infra.local.blog import Blog
from infra.local.ports import LOOPBACK, free_port
from infra.local.process import Process
from infra.local.processes import commands
from pipeline.broker.queues import DEAD_LETTERS, STAGES
from tests.databases import cloned_database, connect, make_empty
from tests.git import git
from tests.infra.two_versions import (
    CHECKOUT,
    NEXT,
    THIS,
    last_tag,
    make_migrations,
    pairs,
    put,
)
from tests.real_servers import RealServer
from tests.waiting import wait_until

EXPECTED = json.loads((CHECKOUT / "infra/local/sample/site/expected.json").read_text())
# Against the flow: whoever takes a message is of the new version before whoever sends it
WORKERS = tuple(reversed(STAGES))
PAGES = ("", "runs/", "articles/", "sources/", "queues/", "logs/", "readyz")
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
LATENCY_SECONDS = 0.3


class Version:
    """The processes of one version of the product."""

    def __init__(self, name: str, root: Path, env: dict[str, str], logs: Path) -> None:
        self.name, self.root = name, root
        port = str(free_port())
        self.url = f"http://{LOOPBACK}:{port}/"
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        self.env = {**env, "PORT": port, "PATH": path}
        self.logs = logs
        self.by_name = {
            name: Process(
                name,
                ["sh", "-c", f"exec {command}"],
                home=logs,
                log=logs / f"{name}.log",
                env={**self.env, "GLEANER_PROCESS": name},
                cwd=root,
            )
            for name, command in commands(root / "infra/Procfile").items()
            if name in ("web", *STAGES)
        }

    def start(self) -> None:
        for process in self.by_name.values():
            process.start()

    def stop(self, name: str) -> None:
        """End a process as a container's end does; it ends in order."""
        process = self.by_name[name]
        process.stop(timeout=300)
        assert "ended with status 0" in process.reason()

    def kill(self) -> None:
        for process in self.by_name.values():
            process.kill()

    def manage(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=self.root,
            env=self.env,
            capture_output=True,
            text=True,
        )

    def ready(self) -> bool:
        for process in self.by_name.values():
            assert process.alive, process.reason()
        with suppress(requests.RequestException):
            return requests.get(f"{self.url}readyz", timeout=30).status_code == 200
        return False

    def complaints(self) -> list[str]:
        """What its processes logged as an error, and tracebacks."""
        found = []
        for log in self.logs.glob("*.log"):
            for line in log.read_text().splitlines():
                if '"level": "error"' in line or line.startswith("Traceback"):
                    found.append(f"{log.name}: {line}")
        return found


class Installation:
    """A database and a broker, the versions that share them, and a person who looks on."""

    def __init__(self, env: dict[str, str], ending: ExitStack) -> None:
        self.env = env
        self.ending = ending
        self.person = requests.Session()
        self.person.trust_env = False
        self.runs: list[int] = []

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(statement, values)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows

    @cached_property
    def connection(self) -> Any:
        """One for all statements: a new one takes 7 ms of CPU."""
        connection = connect(self.env, self.env["POSTGRES_DB"])
        return self.ending.enter_context(closing(connection))

    def dead_letters(self) -> int:
        url = "amqp://{RABBITMQ_DEFAULT_USER}:{RABBITMQ_DEFAULT_PASS}@{BROKER_HOST}:{BROKER_PORT}/{RABBITMQ_DEFAULT_VHOST}"
        with Connection(url.format(**self.env)) as connection:
            queue = connection.default_channel.queue_declare(DEAD_LETTERS, passive=True)
            return int(queue.message_count)

    def sign_in(self, version: Version) -> None:
        told = version.manage("signin", f"--base={version.url}")
        assert self.person.get(told.stdout.strip()).url == version.url, told.stderr

    def submit(self, page: str, target: str, **fields: str) -> requests.Response:
        """Send a form of the page."""
        hidden = dict(HIDDEN.findall(self.person.get(page).text))
        answer = self.person.post(
            target, data={**hidden, **fields}, headers={"Referer": page}
        )
        assert answer.status_code == 200, answer.text[:2000]
        return answer

    def launch(self, version: Version, limit: str = "") -> int:
        """Crawl a new blog, or the first articles of it, by the form of this version."""
        blog = self.ending.enter_context(Blog(latency=LATENCY_SECONDS))
        fields = {"addresses": blog.url, "limit": limit}
        answer = self.submit(version.url, version.url, **fields)
        self.runs.append(int(answer.url.rstrip("/").split("/")[-1]))
        return self.runs[-1]

    def steer(self, version: Version, run: int, verb: str) -> None:
        page = f"{version.url}runs/{run}/"
        self.submit(page, f"{page}{verb}")

    def count(self, run: int, where: str = "true") -> int:
        statement = (
            f"SELECT count(*) FROM pipeline_journey WHERE run_id = %s AND {where}"
        )
        return int(self.sql(statement, run)[0][0])

    def at_work(self) -> set[tuple[str, str]]:
        """(version, stage) of the workers that took a task of theirs."""
        statement = "SELECT version, stage FROM monitor_workerheartbeat WHERE done > 0"
        return {(str(version), str(stage)) for version, stage in self.sql(statement)}

    def assert_pages_answer(self, *versions: Version) -> None:
        [[article]] = self.sql("SELECT min(id) FROM catalog_article")
        for version in versions:
            for page in (*PAGES, f"articles/{article}/", f"runs/{self.runs[0]}/"):
                answer = self.person.get(version.url + page)
                assert answer.status_code == 200, f"{version.name}: {answer.url}"
                assert answer.url == version.url + page, "signed out"

    def wait_for_end(self, run: int) -> dict[str, Any]:
        ended = "SELECT state, summary FROM pipeline_run WHERE id = %s AND finished_at IS NOT NULL"
        [[state, summary]] = wait_until(
            lambda: self.sql(ended, run), 900, f"for run {run} to end"
        )
        assert state == "finished"
        return dict(summary)


@pytest.fixture
def installation(
    postgres: RealServer, rabbitmq: RealServer, broker: Any, tmp_path: Path
) -> Iterator[Installation]:
    given = {**os.environ, **postgres.environment, **rabbitmq.environment}
    with cloned_database(given, "_rolling") as database, ExitStack() as ending:
        given |= {
            "GLEANER_ENV": os.devnull,
            "GLEANER_HOME": str(tmp_path / "home"),
            "DJANGO_SETTINGS_MODULE": "myworld.settings",
            "POSTGRES_DB": database,
            "SECRET_KEY": "of both versions",
            "FETCH_ALLOWED_NETWORKS": f"{LOOPBACK}/32",
            "FETCH_HOST_DELAY": "0",
            "HEARTBEAT_EVERY": "1",
            "MALLOC_ARENA_MAX": "2",
        }
        yield Installation(given, ending)


@pytest.fixture(params=pairs(CHECKOUT), ids=" and ".join)
def versions(
    request: pytest.FixtureRequest, installation: Installation, tmp_path: Path
) -> Iterator[tuple[Version, Version]]:
    """The old and the new version; the database has the tables of the old one."""
    made = []
    for which, name in zip(("old", "new"), request.param, strict=True):
        folder, logs = tmp_path / which, tmp_path / f"logs-of-{which}"
        logs.mkdir()
        put(name, CHECKOUT, folder)
        made.append(Version(name, folder, installation.env, logs))
    old, new = made
    if new.name == NEXT:
        make_migrations(new.root, new.env)
    if old.name != THIS:
        make_empty(installation.env, installation.env["POSTGRES_DB"])
        assert old.manage("migrate", "--no-input").returncode == 0
    yield old, new
    for version in made:
        version.kill()


@pytest.mark.broker
def test_workers_and_pages_of_two_versions_work_side_by_side(
    versions: tuple[Version, Version], installation: Installation
) -> None:
    old, new = versions
    dead_before = installation.dead_letters()
    old.start()
    wait_until(old.ready, what="for the old version")
    installation.sign_in(old)
    first = installation.launch(old)
    paused = installation.launch(old)
    for run in (first, paused):
        wait_until(
            lambda run=run: installation.count(run, "ended_at IS NOT NULL") >= 3,
            what="for the first articles",
        )
    installation.steer(old, paused, "pause")

    migrated = new.manage("migrate", "--no-input")
    assert migrated.returncode == 0, migrated.stderr
    assert ("next... OK" in migrated.stdout) == (new.name == NEXT)
    installation.assert_pages_answer(old)
    # A container of the old version that starts once more waits for the tables, and finds them
    assert old.manage("migrate", "--check").returncode == 0
    old.stop("fetch")
    old.by_name["fetch"].start()

    new.start()
    wait_until(new.ready, what="for the new version")

    def both_at_work() -> bool:
        for version in (old, new):
            installation.launch(version, limit="5")
        installation.wait_for_end(installation.runs[-1])
        return len(installation.at_work()) == 2 * len(STAGES)

    wait_until(both_at_work, 900, "for every worker of both versions to do something")
    installation.assert_pages_answer(old, new)

    for name in WORKERS:
        installation.launch(old, limit="5")
        old.stop(name)
    installation.assert_pages_answer(old, new)
    old.stop("web")
    installation.steer(new, paused, "resume")
    installation.launch(new, limit="5")

    for run in installation.runs:
        summary = installation.wait_for_end(run)
        counts = summary["states"]
        assert counts["pending"] == 0
        assert sum(counts.values()) == summary["found"] == installation.count(run)
        gained = counts["stored"] + counts["duplicate"]
        if run in (first, paused):
            assert gained == len(EXPECTED["stored"]) + 2 * len(EXPECTED["same"])
        else:
            assert gained == 5, counts
    assert installation.dead_letters() == dead_before
    assert installation.count(first, "crash_count > 0") == 0
    assert old.complaints() + new.complaints() == []
    installation.assert_pages_answer(new)
    if new.name == NEXT:
        writers = "SELECT DISTINCT made_by FROM {} ORDER BY made_by"
        assert installation.sql(writers.format("pipeline_run")) == [("",), ("next",)]


def test_the_old_version_is_the_last_that_was_tagged(tmp_path: Path) -> None:
    root = tmp_path / "checkout"
    root.mkdir()
    assert pairs(root) == [(THIS, NEXT)]
    git(root, "init", "-q")
    for tag in ("v1.9.0", "v1.10.0", "vnext", "v2.0.0"):
        (root / "manage.py").write_text(tag)
        git(root, "add", ".")
        git(root, "commit", "-qm", tag)
        git(root, "tag", tag)
    assert last_tag(root) == "v1.10.0", "v2.0.0 is this commit"
    assert pairs(root) == [(THIS, NEXT), ("v1.10.0", THIS)]
    put("v1.10.0", root, tmp_path / "old")
    assert (tmp_path / "old/manage.py").read_text() == "v1.10.0"
