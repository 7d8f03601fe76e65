"""python -m infra.local: the local stack from the command line."""

import argparse
import errno
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from infra.local.blog import Blog
from infra.local.lasting import serve
from infra.local.process import LocalError
from infra.local.run import run
from infra.local.shared import keep
from infra.local.stack import CHECKOUT, Stack, own_directory, running_addresses

PROFILES = ("normal", "small")


def main() -> int:
    """Run one verb; return the exit status. A failure is one line on stderr."""
    arguments = _parser().parse_args()
    return report_errors(lambda: int(arguments.verb(arguments)))


def report_errors(verb: Callable[[], int]) -> int:
    """Run a verb; return its exit status. What it cannot do is one line on stderr."""
    signal.signal(signal.SIGTERM, _terminate)
    try:
        return verb()
    except LocalError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        print(
            f"error: the disk is full ({error.filename or CHECKOUT})", file=sys.stderr
        )
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.local", description=__doc__)
    verbs = parser.add_subparsers(required=True)
    for name, verb, text in (
        ("up", up, "the servers only; with a command, for as long as it runs"),
        ("postgres", up, "PostgreSQL only; with a command, for as long as it runs"),
        (
            "run",
            run_everything,
            "what `make run` does: URLS, ONCE, PORT and PROFILE come from the environment",
        ),
        ("blog", blog, "the sample blog on a port"),
        ("env", env, "the addresses of the running stack, for eval"),
        (
            "lasting-postgres",
            lasting,
            "a PostgreSQL for tests, until nobody has used it for a while",
        ),
        ("shared", shared, "a server for tests side by side, until none uses it"),
    ):
        sub = verbs.add_parser(name, help=text, description=text)
        sub.set_defaults(
            verb=verb,
            only=("postgres",) if name == "postgres" else ("postgres", "rabbitmq"),
        )
        if verb is up:
            sub.add_argument("command", nargs=argparse.REMAINDER)
        if verb is shared:
            sub.add_argument("name", choices=("postgres", "rabbitmq"))
        if verb in (lasting, shared):
            sub.add_argument("root", type=Path)
        if verb is blog:
            sub.add_argument("--port", type=int, default=0, help="0 takes a free one")
            sub.add_argument(
                "--latency-ms",
                type=int,
                default=0,
                help="wait this long before each answer",
            )
    return parser


def up(arguments: argparse.Namespace) -> int:
    """Start the servers, then run the command with their addresses, or wait for Ctrl-C."""
    with (
        own_directory() as root,
        Stack(root, only=arguments.only, report=say) as stack,
    ):
        if arguments.command:
            return subprocess.run(  # noqa: S603 - the developer's own command
                arguments.command, env=os.environ | stack.environment
            ).returncode
        say(f"Addresses in {root / 'env'}, logs in {stack.logs}. Ctrl-C stops.")
        while True:
            signal.pause()


def run_everything(arguments: argparse.Namespace) -> int:
    """Run the product as the environment's URLS, ONCE, PORT and PROFILE ask."""
    port = os.environ.get("PORT")
    if port and not port.isdecimal():
        raise LocalError(f"PORT must be a number: {port}")
    urls = os.environ.get("URLS", "").split()
    once = os.environ.get("ONCE", "") not in ("", "0")
    profile = os.environ.get("PROFILE") or "normal"
    if profile not in PROFILES:
        raise LocalError(
            f"there is no PROFILE {profile}: choose {' or '.join(PROFILES)}"
        )
    return run(
        urls,
        once=once,
        port=int(port) if port else None,
        report=say,
        small=profile == "small",
    )


def blog(arguments: argparse.Namespace) -> int:
    """Serve the sample blog until Ctrl-C."""
    with Blog(arguments.port, latency=arguments.latency_ms / 1000) as served:
        say(f"Sample blog on {served.url}. Ctrl-C stops.")
        while True:
            signal.pause()


def env(arguments: argparse.Namespace) -> int:
    """Print the running stack's addresses as shell exports."""
    for name, value in running_addresses().items():
        print(f"export {name}={shlex.quote(value)}")
    return 0


def lasting(arguments: argparse.Namespace) -> int:
    """Serve the databases of repeated test runs."""
    serve(arguments.root)
    return 0


def shared(arguments: argparse.Namespace) -> int:
    """Serve the processes of one test run."""
    keep(arguments.name, arguments.root)
    return 0


def say(line: str) -> None:
    """Report progress on stderr."""
    print(line, file=sys.stderr, flush=True)


def _terminate(number: int, frame: object) -> NoReturn:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
