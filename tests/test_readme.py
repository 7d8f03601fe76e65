"""The README cannot lie: its commands, tables and settings are held to the code."""

import re
import subprocess
import sys
from argparse import ArgumentParser, _SubParsersAction

import pytest
from django.core.management import get_commands, load_command_class

from infra.local.stack import CHECKOUT
from pipeline.broker.queues import STAGES, WORKERS

README = (CHECKOUT / "README.md").read_text()
SETTINGS = (CHECKOUT / "myworld" / "settings.py").read_text()


def table(heading: str) -> list[list[str]]:
    """The rows of the first table below a heading, cell by cell, without code marks."""
    below = README.split(f"## {heading}\n", 1)[1]
    lines = [line for line in below.split("\n## ")[0].splitlines() if line.startswith("|")][2:]
    return [
        [cell.strip().replace("`", "") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for line in lines
    ]


def test_the_table_of_stages_is_the_list_of_stages() -> None:
    rows = table("Stages")

    assert [(stage, queue) for stage, queue, *_ in rows] == [(stage, stage) for stage in STAGES]
    for stage, _, module, worker in rows:
        slots = WORKERS[stage].concurrency or "one more than cores"
        assert (CHECKOUT / module).exists()
        assert worker == f"{WORKERS[stage].pool}, {slots}"


@pytest.mark.parametrize("row", table("Commands"), ids=lambda row: row[0])
def test_every_command_exists_with_its_options(row: list[str]) -> None:
    name = row[0].split()[1]
    parser = load_command_class(get_commands()[name], name).create_parser("manage.py", name)

    told = all_help(parser)
    for option in re.findall(r"--[a-z-]+", row[1]):
        assert option in told


def all_help(parser: ArgumentParser) -> str:
    """The help of a command and of each of its verbs."""
    verbs = [action.choices for action in parser._actions if isinstance(action, _SubParsersAction)]
    return "".join(
        [
            parser.format_help(),
            *(verb.format_help() for choices in verbs for verb in choices.values()),
        ]
    )


def test_every_setting_is_read_from_the_environment_and_every_one_that_is_read_is_known() -> None:
    told = set(re.findall(r"[A-Z][A-Z_]+", " ".join(row[0] for row in table("Configuration"))))
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', SETTINGS))

    assert told <= read
    assert read - told <= {
        "GLEANER_PROCESS", "DEBUG", "CSRF_TRUSTED_ORIGINS", "SECURE_COOKIES", "STATIC_ROOT", "TIME_ZONE",
        "RABBITMQ_MANAGEMENT_URL",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "default"), re.findall(r'env\.(?:int|float)\("(\w+)", default=([\d.]+)\)', SETTINGS)
)
def test_defaults_are_told_as_they_are(name: str, default: str) -> None:
    rows = {setting: value for names, values, _ in table("Configuration")
            for setting, value in zip(names.split(", "), values.split(", "), strict=False)}  # fmt: skip

    assert rows[name] == default


def test_every_make_target_that_is_named_exists() -> None:
    listed = subprocess.run(
        ["make"], cwd=CHECKOUT, capture_output=True, text=True, check=True
    ).stdout

    for target in set(re.findall(r"\bmake ([a-z]+)", README)) - {"sense"}:
        assert f"make {target} " in listed, target


def test_the_journey_names_every_module_in_its_order() -> None:
    told = re.findall(r"^(\w+)  ", (CHECKOUT / "pipeline" / "__init__.py").read_text(), re.M)

    for name in told:
        assert (CHECKOUT / "pipeline" / name).exists() or (
            CHECKOUT / "pipeline" / f"{name}.py"
        ).exists(), name


def test_the_rules_can_be_used_without_django_and_celery() -> None:
    code = "import sys, pipeline.discovery.discover, pipeline.extraction.extract; assert not {'django', 'celery'} & set(sys.modules)"

    subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, check=True)
