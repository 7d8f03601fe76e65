"""python -m infra.local: the local stack from the command line."""

import argparse
import os
import shlex
import signal
import subprocess
import sys
from typing import NoReturn

from infra.local.process import LocalError
from infra.local.stack import Stack, own_directory, running_addresses


def main() -> int:
    """Runs one verb; returns the exit status. A failure is one line on stderr."""
    signal.signal(signal.SIGTERM, _terminate)
    arguments = _parser().parse_args()
    try:
        return int(arguments.verb(arguments))
    except LocalError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.local", description=__doc__)
    verbs = parser.add_subparsers(required=True)
    for name, verb, text in (
        ("up", up, "the servers only; with a command, for as long as it runs"),
        ("postgres", up, "PostgreSQL only; with a command, for as long as it runs"),
        ("env", env, "the addresses of the running stack, for eval"),
    ):
        sub = verbs.add_parser(name, help=text, description=text)
        sub.set_defaults(verb=verb, only=("postgres",) if name == "postgres" else ("postgres", "rabbitmq"))
        if verb is up:
            sub.add_argument("command", nargs=argparse.REMAINDER)
    return parser


def up(arguments: argparse.Namespace) -> int:
    """Starts the servers, then runs the command with their addresses, or waits for Ctrl-C."""
    with own_directory() as root, Stack(root, only=arguments.only, report=_say) as stack:
        if arguments.command:
            return subprocess.run(arguments.command, env=os.environ | stack.environment).returncode  # noqa: S603
        _say(f"Addresses in {root / 'env'}, logs in {stack.logs}. Ctrl-C stops.")
        while True:
            signal.pause()


def env(arguments: argparse.Namespace) -> int:
    """Prints the running stack's addresses as shell exports."""
    for name, value in running_addresses().items():
        print(f"export {name}={shlex.quote(value)}")
    return 0


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _terminate(number: int, frame: object) -> NoReturn:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
