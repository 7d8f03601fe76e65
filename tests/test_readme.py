"""The documents agree with the code: commands, tables, settings, paths and links."""

import os
import re
import subprocess
import sys
import tomllib
from argparse import ArgumentParser, _SubParsersAction
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.management import get_commands, load_command_class

from infra.local.stack import CHECKOUT
from pipeline.broker.queues import PROCESSES, STAGES, WORKERS

DOCUMENTS = [*sorted(CHECKOUT.glob("*.md")), *sorted(CHECKOUT.glob("docs/**/*.md"))]
SETTINGS = (CHECKOUT / "myworld" / "settings.py").read_text()
SETTINGS += (CHECKOUT / "myworld" / "backups.py").read_text()
ROOMS = ("myworld", "pipeline", "catalog", "infra", "tests", "tools", "docs")
PATH = re.compile(rf"`((?:{'|'.join(ROOMS)})/[\w./-]*)`")


def rows_of(document: str, heading: str = "") -> list[list[str]]:
    """The rows of all tables of a document, or below a heading; cell by cell, without code
    marks."""
    text = (CHECKOUT / document).read_text()
    if heading:
        text = text.split(f"## {heading}\n", 1)[1].split("\n## ")[0]
    tables = re.findall(r"(?:^\|.*\n)+", text, re.M)
    return [cells(line) for table in tables for line in table.splitlines()[2:]]


def cells(line: str) -> list[str]:
    """The cells of a row."""
    return [
        cell.strip().replace("`", "") for cell in re.split(r"(?<!\\)\|", line)[1:-1]
    ]


def test_the_table_of_stages_is_the_list_of_stages() -> None:
    rows = rows_of("README.md", "Stages")

    assert [(stage, queue) for stage, queue, *_ in rows] == [
        (stage, stage) for stage in STAGES
    ]
    for stage, _, module, worker in rows:
        slots = WORKERS[stage].concurrency or "one more than cores"
        assert (CHECKOUT / module).exists()
        pool = {PROCESSES: "processes"}.get(WORKERS[stage].pool, WORKERS[stage].pool)
        assert worker == f"{pool}, {slots}"


@pytest.mark.parametrize("row", rows_of("docs/commands.md"), ids=lambda row: row[0])
def test_every_command_exists_with_its_options(row: list[str]) -> None:
    name = row[0].split()[1]
    parser = load_command_class(get_commands()[name], name).create_parser(
        "manage.py", name
    )

    told = all_help(parser)
    for option in re.findall(r"--[a-z-]+", row[1]):
        assert option in told


def all_help(parser: ArgumentParser) -> str:
    """The help of a command and of each of its verbs."""
    verbs = [
        action.choices
        for action in parser._actions
        if isinstance(action, _SubParsersAction)
    ]
    return "".join(
        [
            parser.format_help(),
            *(verb.format_help() for choices in verbs for verb in choices.values()),
        ]
    )


def test_every_command_of_the_project_is_described() -> None:
    described = {row[0].split()[1] for row in rows_of("docs/commands.md")}
    own = {
        name for name, app in get_commands().items() if app in ("pipeline", "catalog")
    }

    assert described == own


def test_every_setting_that_is_read_is_described_and_no_other() -> None:
    described = set(
        re.findall(r"[A-Z][A-Z0-9_]+", " ".join(row[0] for row in configuration()))
    )
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z0-9_]+)"', SETTINGS))

    assert described == read - INTERNAL - ALIASES


def configuration() -> list[list[str]]:
    """The rows of the settings: names, defaults, meaning."""
    return rows_of("docs/configuration.md")


INTERNAL = {"GLEANER_PROCESS"}  # set by the commands of the Procfile
ALIASES: set[str] = set()  # older names that are still read


@pytest.mark.parametrize(
    ("name", "default"),
    re.findall(r'env\.(?:int|float)\(\s*"(\w+)", default=([\d._]+)\s*\)', SETTINGS),
)
def test_defaults_are_described_as_they_are(name: str, default: str) -> None:
    defaults = {
        setting: value
        for names, values, _ in configuration()
        for setting, value in zip(names.split(", "), values.split(", "), strict=False)
    }

    assert defaults[name] == default.replace("_", "")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_path_and_link_of_a_document_leads_somewhere(document: Path) -> None:
    text = document.read_text()
    for path in PATH.findall(text):
        assert (CHECKOUT / path).exists(), path
    for link in re.findall(r"\]\(([^)#\s]+)", text):
        if "://" not in link:
            assert (document.parent / link).exists(), link


def test_the_readme_links_every_page_of_the_documentation() -> None:
    linked = set(re.findall(r"\]\(([^)#]+)\)", (CHECKOUT / "README.md").read_text()))
    pages = [path for path in DOCUMENTS if path.parent.name != "decisions"]

    assert {str(path.relative_to(CHECKOUT)) for path in pages} - {"README.md"} <= linked


def test_the_list_of_decisions_links_every_one() -> None:
    folder = CHECKOUT / "docs" / "decisions"
    linked = set(
        re.findall(r"\]\((\w[\w-]*\.md)\)", (folder / "README.md").read_text())
    )

    assert linked == {path.name for path in folder.glob("*.md")} - {"README.md"}


@pytest.mark.parametrize(
    "row", rows_of("docs/architecture.md", "Where is ...?"), ids=lambda row: row[0]
)
def test_the_walk_leads_to_the_line_in_two_steps(row: list[str]) -> None:
    _question, room, file, look_for = row
    name = re.match(r"[\w-]+", look_for)

    assert file.startswith(room)
    assert (CHECKOUT / room).is_dir()
    assert name
    assert name[0] in (CHECKOUT / file).read_text()


def test_the_picture_of_the_layers_is_that_of_the_import_contracts() -> None:
    text = (CHECKOUT / "docs/architecture.md").read_text()
    lines = text.split("```")[1].splitlines()
    pictured = {
        name: n
        for n, line in enumerate(lines)
        for name in re.findall(r"\w+", line[:70])
    }
    contracts = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["tool"][
        "importlinter"
    ]
    for contract in contracts["contracts"]:
        if contract["type"] == "layers":
            places = [
                {
                    pictured[module.strip(" ()").rpartition(".")[2]]
                    for module in layer.split("|")
                }
                for layer in contract["layers"]
            ]
            assert all(max(upper) < min(lower) for upper, lower in pairwise(places))
        if contract["type"] == "independence":
            assert (
                len({pictured[name.rpartition(".")[2]] for name in contract["modules"]})
                == 1
            )


def test_the_picture_names_every_room() -> None:
    text = (CHECKOUT / "docs/architecture.md").read_text().split("```")[1]
    rooms = {path.parent.name for path in (CHECKOUT / "pipeline").glob("*/__init__.py")}

    assert rooms - {"migrations"} <= set(re.findall(r"\w+", text))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_make_target_that_is_named_exists(document: Path) -> None:
    listed = subprocess.run(
        ["make"], cwd=CHECKOUT, capture_output=True, text=True, check=True
    ).stdout

    for target in re.findall(r"(?:`|^    )make ([a-z-]+)", document.read_text(), re.M):
        assert f"make {target} " in listed, target


def test_the_journey_names_every_module_in_its_order() -> None:
    told = re.findall(
        r"^(\w+)  ", (CHECKOUT / "pipeline" / "__init__.py").read_text(), re.M
    )

    for name in told:
        assert (CHECKOUT / "pipeline" / name).exists() or (
            CHECKOUT / "pipeline" / f"{name}.py"
        ).exists(), name


def test_the_rules_can_be_used_without_django_and_celery() -> None:
    code = "import sys, pipeline.discovery.discover, pipeline.extraction.extract; assert not {'django', 'celery'} & set(sys.modules)"

    subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, check=True)


def test_the_documentation_site_builds_without_a_warning_and_its_links_lead_somewhere(
    tmp_path: Path,
) -> None:
    built = subprocess.run(
        [
            sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet",
            "--config-file", CHECKOUT / "infra/docs/mkdocs.yml", "--site-dir", tmp_path,
        ],
        cwd=CHECKOUT, capture_output=True, text=True, check=False,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )  # fmt: skip

    assert (built.returncode, built.stdout) == (0, "")
    assert (tmp_path / "tutorial.html").exists()
    # mkdocs lets links out of its folder pass, which lead nowhere on the site
    for page in tmp_path.rglob("*.html"):
        for link in re.findall(r'(?:href|src)="([^"#?]+)', page.read_text()):
            if page.name != "404.html" and not urlsplit(link).scheme:
                assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_every_page_of_the_documentation_is_in_the_menu_of_its_site() -> None:
    named = re.findall(
        r"([\w/-]+\.md)", (CHECKOUT / "infra/docs/mkdocs.yml").read_text()
    )
    docs = CHECKOUT / "docs"

    assert set(named) == {str(path.relative_to(docs)) for path in docs.rglob("*.md")}


@pytest.mark.parametrize(
    "label",
    re.findall(r"\*\*([^*]+)\*\*", (CHECKOUT / "docs/tutorial.md").read_text()),
)
def test_what_the_tutorial_tells_to_press_is_on_a_page(label: str) -> None:
    pages = (
        path.read_text()
        for room in ("pipeline", "catalog")
        for path in (CHECKOUT / room).rglob("*.html")
    )

    tags = r"(?:{%[^%]*%}\s*)?"
    translated = rf"""{{% translate ["']{re.escape(label)}\b"""
    shown = re.compile(rf">\s*{tags}(?:{translated}|{re.escape(label)}\b)")
    assert any(shown.search(page) for page in pages)
