"""When another version of the code began to work."""

import shutil
from collections.abc import Callable
from pathlib import Path
from subprocess import Popen
from typing import Any

import pytest
from django.test import Client

from pipeline.monitor.models import Deploy, WorkerHeartbeat
from pipeline.monitor.workers import deploys
from tests.waiting import wait_until


def told(monkeypatch: pytest.MonkeyPatch, *versions: str) -> list[str]:
    for version in versions:
        monkeypatch.setattr(deploys, "version", lambda version=version: version)
        deploys.record_version()
    return list(Deploy.objects.order_by("id").values_list("version", flat=True))


def test_a_version_is_made_of_code_that_is_there() -> None:
    assert all((deploys.TOP / part).exists() for part in deploys.PARTS)


@pytest.mark.django_db
def test_a_version_is_told_once_and_again_when_it_comes_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert told(monkeypatch, "a", "a", "b", "b", "a") == ["a", "b", "a"]


@pytest.mark.django_db
def test_the_chart_is_told_when_which_version_began(
    monkeypatch: pytest.MonkeyPatch, admin_client: Client
) -> None:
    told(monkeypatch, "a", "b")
    Deploy.objects.filter(version="a").update(at="2020-01-01T00:00Z")
    [[moment, version]] = admin_client.get("/queues/series.json?range=7d").json()[
        "deploys"
    ]
    assert (version, moment) == (
        "b",
        int(Deploy.objects.get(version="b").at.timestamp() + 0.5),
    )


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for part in ("myworld", "pipeline", "catalog"):
        (tmp_path / part).mkdir()
        (tmp_path / part / "code.py").write_text("print()")
    monkeypatch.setattr(deploys, "TOP", tmp_path)
    return tmp_path


def digest() -> str:
    return deploys.version.__wrapped__()


def test_a_version_is_that_of_the_code_and_of_nothing_else(code: Path) -> None:
    first = digest()
    (code / "pipeline" / "__pycache__").mkdir()
    (code / "pipeline" / "__pycache__" / "code.pyc").write_text("compiled")
    (code / "notes.md").write_text("nothing that runs")
    assert digest() == first
    (code / "pipeline" / "code.py").write_text("print(1)")
    second = digest()
    shutil.move(code / "pipeline" / "code.py", code / "pipeline" / "other.py")
    third = digest()
    (code / "requirements.lock").write_text("django==5.2.19")
    assert len({first, second, third, digest()}) == 4


@pytest.mark.broker
def test_a_worker_tells_its_version(
    broker: Any, start: Callable[..., Popen[bytes]], admin_client: Client
) -> None:
    start("manage.py", "work", "store", HEARTBEAT_EVERY="0.3")
    deploy = wait_until(Deploy.objects.first)
    assert WorkerHeartbeat.objects.get().version == deploy.version
    assert f"version {deploy.version}" in admin_client.get("/queues/live").text
