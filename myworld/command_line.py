"""Django's command line, with a database where one can be had and one clear sentence where it
cannot.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.apps import apps
from django.core.management import ManagementUtility
from django.core.management.base import BaseCommand
from django.db import OperationalError
from django.utils import translation
from kombu.exceptions import OperationalError as BrokerError

from pipeline.broker.queues import JOINT_WORKER, STAGES

# They need the database alone, so that the local one is started for them where the stack is down.
DATABASE_COMMANDS = frozenset(
    {
        "backup",
        "export",
        "job",
        "migrate",
        "opml",
        "prune",
        "restore",
        "showmigrations",
        "signin",
        "source",
    }
)
NEED_BROKER = (("job", "start"), ("opml", "import"))  # of these commands
WORKERS = frozenset({*STAGES, JOINT_WORKER, "beat"})  # of the command `work`
LOST = (
    "connection to server",
    "could not translate host name",
    "server closed the connection",
)
ENGLISH = "en"
HINT = "Start everything with `make run` or `gleaner up`, or name your own server"


class EnglishCommands(ManagementUtility):
    """Django's commands, in English whatever LANGUAGE_CODE says: what they print is searched for
    and read by programs."""

    def fetch_command(self, subcommand: str) -> BaseCommand:
        """Return the command of this name."""
        command = super().fetch_command(subcommand)
        if apps.ready:
            translation.activate(ENGLISH)
        return command


def main(argv: Sequence[str] = tuple(sys.argv)) -> int:
    """Run a command; return its exit status.

    A server that does not answer is one line on stderr.
    """
    name_worker(argv)
    try:
        with _database_for(argv):
            EnglishCommands(list(argv)).execute()
    except (OperationalError, BrokerError) as error:
        reason = explain(error)
        if not reason or "--traceback" in argv:
            raise
        print(f"error: {reason}", file=sys.stderr)
        return 1
    return 0


def name_worker(argv: Sequence[str]) -> None:
    """Call a process that is to be a worker by its name before the settings, which depend on it, are
    loaded: `work` would have to load everything anew."""
    if len(argv) > 2 and argv[1] == "work" and argv[2] in WORKERS:
        os.environ["GLEANER_PROCESS"] = argv[2]


def explain(error: Exception) -> str:
    """Say which server does not answer and what to do; "" where the error is another one."""
    text = str(error).strip()
    first = text.split("\n")[0].rstrip(".")
    if isinstance(error, BrokerError):
        return f"RabbitMQ does not answer: {first}. {HINT} (BROKER_HOST, BROKER_PORT)."
    if text.startswith(LOST):
        return f"PostgreSQL does not answer: {first}. {HINT} (POSTGRES_HOST, POSTGRES_PORT)."
    return ""


def needs_database_alone(argv: Sequence[str]) -> bool:
    """Whether a command line needs the database and no other server."""
    if {"-h", "--help"} & set(argv):
        return False
    given = tuple(argv[1:3])
    return len(given) > 0 and given[0] in DATABASE_COMMANDS and given not in NEED_BROKER


@contextmanager
def _database_for(argv: Sequence[str]) -> Iterator[None]:
    """Start the local PostgreSQL for a command that needs nothing else, where no other server is
    named.
    """
    if not needs_database_alone(argv) or {"POSTGRES_HOST", "GLEANER_ENV"} & set(
        os.environ
    ):
        yield
        return
    # Not in the image: its containers always name their servers.
    from infra.local.command_database import local_database
    from infra.local.process import LocalError

    try:
        with local_database() as address:
            os.environ.update(address)
            yield
    except LocalError as error:
        raise SystemExit(f"error: {error}") from None
