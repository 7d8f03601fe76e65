"""What is published, and the installed command `gleaner`: the wheel, unpacked far from the checkout."""

import os
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

from infra.cli import data_directory
from infra.local.stack import CHECKOUT, Stack
from tests.databases import cloned_database
from tests.git import git
from tools.release import artifacts

SCRIPT = "import sys; from infra.cli import main; sys.exit(main())"
Gleaner = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Wheel and sdist of the files of this checkout, as a release has them once they are
    committed."""
    home = tmp_path_factory.mktemp("package")
    source = home / "source"
    listed = git(CHECKOUT, "ls-files", "-co", "--exclude-standard", "-z")
    for name in filter(None, listed.split("\0")):
        if (CHECKOUT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((CHECKOUT / name).read_bytes())
    git(source, "init", "-q")
    git(source, "add", ".")
    git(source, "commit", "-qm", "all")
    files = artifacts.build(source, home / "built")
    wheel, sdist = sorted(files, key=lambda file: file.suffix != ".whl")
    return wheel, sdist


@pytest.fixture(scope="module")
def installed(
    built: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The folder in which the package lies, as pip would unpack it."""
    site = tmp_path_factory.mktemp("installed") / "site"
    with ZipFile(built[0]) as opened:
        opened.extractall(site)
    return site


@pytest.fixture
def gleaner(installed: Path, tmp_path: Path) -> Gleaner:
    def run(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        given = {
            name: value
            for name, value in os.environ.items()
            if name not in ("DJANGO_SETTINGS_MODULE", "GLEANER_ENV")
        }
        given |= {
            "PYTHONPATH": str(installed),
            "GLEANER_HOME": str(tmp_path / "data"),
            **env,
        }
        return subprocess.run(
            [sys.executable, "-c", SCRIPT, *arguments],
            cwd=tmp_path,
            env=given,
            capture_output=True,
            text=True,
            timeout=900,
        )

    return run


def test_wheel_and_sdist_hold_the_product_and_none_of_its_tests(
    built: tuple[Path, Path],
) -> None:
    wheel, sdist = built
    with ZipFile(wheel) as opened:
        names = opened.namelist()
    assert "infra/cli.py" in names
    assert "catalog/static/gleaner/vendor/bootstrap.min.css" in names
    assert not [name for name in names if name.startswith(("tests/", "tools/"))]
    with tarfile.open(sdist) as opened_sdist:
        inside = opened_sdist.getnames()
    assert any(name.endswith("/requirements-local.txt") for name in inside)


def test_the_command_alone_says_what_it_can_do(
    gleaner: Gleaner, tmp_path: Path
) -> None:
    shown = gleaner()
    assert shown.returncode == 0
    assert "gleaner COMMAND" in shown.stdout
    assert str(tmp_path / "data") in shown.stdout
    assert gleaner("--version").stdout == "gleaner 0.1.0\n"


def test_what_it_does_not_know_is_one_line(gleaner: Gleaner) -> None:
    refused = gleaner("craul")
    assert refused.returncode != 0
    assert "Unknown command: 'craul'" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_once_with_nothing_to_crawl_is_refused(gleaner: Gleaner) -> None:
    refused = gleaner("up", "--once")
    assert refused.returncode == 1
    assert refused.stderr == "error: --once needs a URL, or --sample\n"


def test_a_command_without_a_database_says_how_to_get_one(gleaner: Gleaner) -> None:
    refused = gleaner("export", "--format=jsonl")
    assert refused.returncode == 1
    assert "`gleaner up` makes one" in refused.stderr


@pytest.mark.broker
def test_it_runs_everything_far_from_the_checkout(
    gleaner: Gleaner, postgres: Stack, rabbitmq: Stack, tmp_path: Path
) -> None:
    servers = {**postgres.environment, **rabbitmq.environment}
    with cloned_database(servers, suffix="_command") as database:
        servers["POSTGRES_DB"] = database
        ended = gleaner("up", "--sample", "--once", **servers)
        assert ended.returncode == 0, ended.stderr[-3000:]
        assert "stored" in ended.stdout
        assert (tmp_path / "data" / "logs" / "extract.log").exists()
        exported = gleaner("export", "--format=jsonl", **servers)
        assert exported.stdout.count("\n") > 10, exported.stderr[-3000:]


def test_data_lie_where_the_system_keeps_those_of_programs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert data_directory() == Path("/data/gleaner")
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", "/home/ada")
    assert data_directory() == Path("/home/ada/.local/share/gleaner")
