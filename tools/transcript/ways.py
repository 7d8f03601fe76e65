"""The ways to start that docs/quick-start.md names. A way's commands stand there as they are here."""

import json
import os
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tools.transcript.journal import Journal, NotAsTold
from tools.transcript.program import Program, run
from tools.transcript.reader import Reader

CLONE = "git clone URL gleaner"  # URL: where you found it
# A first start downloads and compiles; on a machine with other work that takes a while
START_SECONDS = 1_800
EXPORT_SECONDS = 300
MAKE_RUN = "make run"
MAKE_EXPORT = ".venv/bin/python manage.py export --format=jsonl"
INSTALL = "pipx install ."
UP = "gleaner up --sample"
EXPORT = "gleaner export --format=jsonl"
COMPOSE_UP = "docker compose --profile sample up -d --build"
COMPOSE_SIGN_IN = "docker compose exec -T web python manage.py signin"
COMPOSE_CRAWL = (
    "docker compose exec -T web python manage.py crawl http://blog.example:8080/"
)
COMPOSE_EXPORT = "docker compose exec -T web python manage.py export --format=jsonl"
COMPOSE_DOWN = "docker compose --profile sample down"
LINK = r"Open (http://\S+)"
COMMANDS = {
    "make": [MAKE_RUN, MAKE_EXPORT],
    "gleaner": [INSTALL, UP, EXPORT],
    "compose": [
        COMPOSE_UP,
        COMPOSE_SIGN_IN,
        COMPOSE_CRAWL,
        COMPOSE_EXPORT,
        COMPOSE_DOWN,
    ],
}


def clone(repository: Path, folder: Path, journal: Journal) -> Path:
    """Clone it as it was committed; return the new checkout. Raises NotAsTold."""
    checkout = folder / "gleaner"
    words = ["git", "clone", "--quiet", str(repository), str(checkout)]
    run(shlex.join(words), folder, os.environ, START_SECONDS)
    journal.done(f"$ {CLONE}")
    return checkout


def by_make(checkout: Path, journal: Journal) -> None:
    """Go by `make run`. Raises NotAsTold."""
    env = bare_environment()
    with _running(MAKE_RUN, checkout, env) as program:
        journal.done(f"$ {MAKE_RUN}")
        link = _wait_for_invitation(program, journal)
        _look_around(link, journal)
        _export(MAKE_EXPORT, checkout, env, journal)
        program.interrupt()
        journal.done("Ctrl-C: all of it has stopped")


def by_gleaner(checkout: Path, journal: Journal) -> None:
    """Go by the installed command, with data of its own. Raises NotAsTold."""
    tools = checkout.parent / "installed"
    env = bare_environment()
    env["GLEANER_HOME"] = str(checkout.parent / "data")
    run(_install(tools), checkout, env, START_SECONDS)
    env["PATH"] = f"{tools / 'bin'}:{env['PATH']}"
    journal.done(f"$ {INSTALL}")
    elsewhere = checkout.parent / "elsewhere"
    elsewhere.mkdir()
    with _running(UP, elsewhere, env) as program:
        journal.done(f"$ {UP}")
        link = _wait_for_invitation(program, journal)
        _look_around(link, journal)
        _export(EXPORT, elsewhere, env, journal)
        program.interrupt()
        journal.done("Ctrl-C: all of it has stopped")


def _install(tools: Path) -> str:
    """Return the command that does what pipx does: a virtual environment, and the package in it."""
    python = shlex.quote(sys._base_executable)  # type: ignore[attr-defined]
    into = shlex.quote(str(tools))
    pip = f"{into}/bin/python -m pip install --quiet --disable-pip-version-check"
    return f"{python} -m venv {into} && {pip} --upgrade pip && {pip} ."


def by_compose(checkout: Path, journal: Journal) -> None:
    """Go by containers, built from the checkout. Raises NotAsTold."""
    env = bare_environment()
    env["COMPOSE_PROJECT_NAME"] = "gleaner-transcript"
    compose = compose_command()

    def told(command: str) -> str:
        return run(
            command.replace("docker compose", compose), checkout, env, START_SECONDS
        )

    try:
        told(COMPOSE_UP)
        journal.done(f"$ {COMPOSE_UP}")
        link = _wait_for_link(told)
        journal.done(f"$ {COMPOSE_SIGN_IN}")
        crawl = COMPOSE_CRAWL.replace("docker compose", compose)
        with _running(crawl, checkout, env) as program:
            journal.done(f"$ {COMPOSE_CRAWL}")
            _look_around(link, journal)
            program.wait(START_SECONDS)
            journal.done("the crawl is over")
        exported = told(COMPOSE_EXPORT)
        _check_export(exported, COMPOSE_EXPORT, journal)
        told(COMPOSE_DOWN)
        journal.done(f"$ {COMPOSE_DOWN}")
    finally:
        run(
            f"{compose} --profile sample down --volumes || true",
            checkout,
            env,
            START_SECONDS,
        )


def _wait_for_link(told: Callable[[str], str]) -> str:
    link = told(COMPOSE_SIGN_IN).strip()
    if not link.startswith("http"):
        raise NotAsTold(f"`{COMPOSE_SIGN_IN}` printed {link!r}, which is no link")
    return link


def compose_command() -> str:
    """Return the command of Compose 2, or of 1.29 where only that is there. Raises NotAsTold."""
    if not shutil.which("docker"):
        raise NotAsTold("there is no docker: install it, or choose another WAY")
    if shutil.which("docker-compose"):
        return "docker-compose"
    return "docker compose"


def bare_environment() -> dict[str, str]:
    """Return the environment of somebody's new shell: nothing of a stack or of tests in it."""
    kept = ("HOME", "PATH", "LANG", "USER", "TMPDIR", "SSL_CERT_FILE")
    prefixes = ("PIP_", "LC_", "HTTP_", "HTTPS_", "NO_PROXY", "REQUESTS_", "DOCKER_")
    return {
        name: value
        for name, value in os.environ.items()
        if name in kept or name.upper().startswith(prefixes)
    }


@contextmanager
def _running(command: str, folder: Path, env: Mapping[str, str]) -> Iterator[Program]:
    program = Program(command, folder, env)
    try:
        yield program
    finally:
        program.kill()


def _wait_for_invitation(program: Program, journal: Journal) -> str:
    program.wait_for("Database migrated", START_SECONDS)
    journal.done(
        "what it needs is installed, the servers run, the database has its tables"
    )
    link = program.wait_for(LINK, START_SECONDS)
    journal.done("the sign-in link is printed")
    return link


def _look_around(link: str, journal: Journal) -> None:
    reader = Reader(journal)
    reader.sign_in(link)
    reader.read()


def _export(
    command: str, folder: Path, env: Mapping[str, str], journal: Journal
) -> None:
    _check_export(run(command, folder, env, EXPORT_SECONDS), command, journal)


def _check_export(printed: str, command: str, journal: Journal) -> None:
    lines = printed.splitlines()
    try:
        titled = [line for line in lines if json.loads(line)["title"]]
    except (ValueError, KeyError, TypeError) as error:
        raise NotAsTold(f"`{command}` printed a line that is none: {error}") from None
    if not titled:
        raise NotAsTold(f"`{command}` exported no article")
    journal.done(f"$ {command}: a line an article")


WAYS: dict[str, Callable[[Path, Journal], None]] = {
    "make": by_make,
    "gleaner": by_gleaner,
    "compose": by_compose,
}
