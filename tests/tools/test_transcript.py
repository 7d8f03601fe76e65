"""The first starts: the script does what the quick start tells, and the log has all of its steps."""

import re
from pathlib import Path

import pytest

from infra.local.stack import CHECKOUT
from tools.transcript.journal import Journal, NotAsTold, keep, without_secrets
from tools.transcript.program import Program, run
from tools.transcript.ways import CLONE, COMMANDS, INSTALL, WAYS, bare_environment

QUICK_START = (CHECKOUT / "docs/quick-start.md").read_text()
LOG = (CHECKOUT / "docs/transcripts.md").read_text()
STEP = re.compile(r"^ *(\d+\.\d) +(\d+\.\d)  (.+)$", re.M)
SEEN = [
    "signed in by the link: the first page",
    "the first page shows an article",
    "the first article is read",
    "the page of sources lists the blog",
]


def log_of(way: str) -> str:
    """The block of a way."""
    found = re.search(
        rf"^## {way}\n+(?:[^`].*\n+)*```text\n(.*?)^```", LOG, re.M | re.S
    )
    assert found, way
    return found[1]


@pytest.mark.parametrize("way", WAYS)
def test_every_command_of_the_script_is_in_the_quick_start(way: str) -> None:
    told = re.findall(r"^    (.+)$", QUICK_START, re.M)
    plain = [re.split(r" +# | > ", line)[0].strip() for line in told]
    plain.append(INSTALL if f"`{INSTALL}`" in QUICK_START else "")
    assert set(COMMANDS[way]) <= set(plain)
    assert f"`{CLONE} && cd gleaner`" in QUICK_START


@pytest.mark.parametrize("way", WAYS)
def test_the_log_has_every_step_of_the_script_in_its_order(way: str) -> None:
    steps = [text for _, _, text in STEP.findall(log_of(way))]
    commands = [f"$ {each}" for each in (CLONE, *COMMANDS[way])]
    places = [
        next(n for n, text in enumerate(steps) if text.startswith(command))
        for command in commands
    ]
    assert places == sorted(places)
    assert [text for text in steps if text in SEEN] == SEEN
    totals = [float(total) for _, total, _ in STEP.findall(log_of(way))]
    assert totals == sorted(totals)


def test_the_log_names_no_path_and_signs_nobody_in() -> None:
    blocks = "".join(map(log_of, WAYS))
    assert not re.search(r"(?:^|\s)/\w|sesame=\w|https?://(?!blog\.example)", blocks)
    link = "http://127.0.0.1:8000/?sesame=AAAABhbCdEfGhIjKl"
    assert without_secrets(link) == "http://127.0.0.1:8000/?sesame=..."


def test_times_are_since_the_last_step_and_since_the_start(tmp_path: Path) -> None:
    printed: list[str] = []
    moments = iter([10.0, 11.5, 14.0])
    journal = Journal(printed.append, clock=lambda: next(moments))
    journal.done("one")
    journal.done("two")
    assert printed == ["    1.5     1.5  one", "    2.5     4.0  two"]
    document = tmp_path / "log.md"
    document.write_text("## make\n\nWords.\n\n```text\nold\n```\n\n## more\n")
    keep(document, "make", journal.block())
    assert document.read_text() == (
        "## make\n\nWords.\n\n```text\n   step   total  seconds\n"
        "    1.5     1.5  one\n    2.5     4.0  two\n```\n\n## more\n"
    )
    keep(document, "gleaner", "```text\nnew\n```\n")
    assert document.read_text().endswith("more\n\n## gleaner\n\n```text\nnew\n```\n")


def test_a_program_that_ends_or_says_nothing_is_a_sentence(tmp_path: Path) -> None:
    env = bare_environment()
    failing = Program("sh -c 'echo error: the port is in use; exit 3'", tmp_path, env)
    with pytest.raises(NotAsTold, match=r"status 3:\n  error: the port is in use"):
        failing.wait_for("Open (.*)", 60)
    silent = Program("sleep 600", tmp_path, env)
    with pytest.raises(NotAsTold, match="did not print 'Open"):
        silent.wait_for("Open (.*)", 0.1)
    with pytest.raises(NotAsTold, match="did not end within"):
        silent.wait(0.1)
    silent.kill()
    with pytest.raises(NotAsTold, match="ended with status 3"):
        failing.wait(60)
    Program("true", tmp_path, env).wait(60)
    with pytest.raises(NotAsTold, match="ended with status 1"):
        run("false", tmp_path, env, 60)


def test_the_shell_of_a_new_person_has_nothing_of_a_stack(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("POSTGRES_HOST", "db.example")
    monkeypatch.setenv("PIP_INDEX_URL", "https://packages.example/")
    env = bare_environment()
    assert "POSTGRES_HOST" not in env
    assert env["PIP_INDEX_URL"] == "https://packages.example/"
