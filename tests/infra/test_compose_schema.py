"""The compose files hold to the Compose Specification, which is what Compose 2 reads.

Needs no Docker.
"""

import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
FILES = [
    CHECKOUT / "docker-compose.yml",
    *sorted((CHECKOUT / "infra").glob("compose.*.yml")),
]
FILES += sorted((CHECKOUT / "tests").rglob("compose.*.yml"))
# The schema of the specification, as this version of the package brings it.
CHECKER = [
    sys.executable,
    "-m",
    "check_jsonschema",
    "--builtin-schema",
    "vendor.compose-spec",
]


def check(*files: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([*CHECKER, *map(str, files)], capture_output=True, text=True)


def test_the_compose_file_and_what_is_laid_over_it_hold_to_the_schema() -> None:
    assert len(FILES) > 3
    done = check(*FILES)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("restart:", "restarts:"),
        ("interval: 10s", "every: 10s"),
        ("ports:", "ports: 80 #"),
    ],
)
def test_a_file_that_does_not_is_found_out(
    tmp_path: Path, right: str, wrong: str
) -> None:
    text = FILES[0].read_text()
    assert right in text
    broken = tmp_path / "docker-compose.yml"
    broken.write_text(text.replace(right, wrong, 1))
    assert check(broken).returncode == 1
