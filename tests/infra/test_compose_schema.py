"""The compose files hold to the Compose Specification, which is what Compose 2 reads.

Needs no Docker.
"""

from pathlib import Path

import pytest

from tests.schemas import checked

CHECKOUT = Path(__file__).parents[2]
FILES = [
    CHECKOUT / "docker-compose.yml",
    *sorted((CHECKOUT / "infra").glob("compose.*.yml")),
]
FILES += sorted((CHECKOUT / "tests").rglob("compose.*.yml"))
# The schema of the specification, as this version of the package brings it.
SCHEMA = "vendor.compose-spec"


def test_the_compose_file_and_what_is_laid_over_it_hold_to_the_schema() -> None:
    assert len(FILES) > 3
    done = checked(SCHEMA, *FILES)
    assert done.exit_code == 0, done.output


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
    done = checked(SCHEMA, broken)
    assert done.exit_code == 1
    assert "docker-compose.yml" in done.output
