"""The command `gleaner`, as pip, pipx and uv install it: the product on this machine, and all that
`manage.py` can do."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

LOCAL = {
    "up": "start everything, and crawl the URLs that are given",
}
USAGE = """usage: gleaner COMMAND ...

{local}

  crawl, export, source, signin, backup, restore, ...
               everything else: `gleaner help` lists it, `gleaner help COMMAND` explains it

Data and logs are in {home} (GLEANER_HOME)."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status."""
    argv = list(sys.argv[1:] if argv is None else argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "myworld.settings")
    os.environ.setdefault("GLEANER_HOME", str(data_directory()))
    if not argv or argv[0] in ("-h", "--help"):
        print(usage())
        return 0
    if argv[0] == "--version":
        print(f"gleaner {version('gleaner')}")
        return 0
    if argv[0] in LOCAL:
        return _local(argv)
    from myworld.command_line import main as manage

    return manage(["gleaner", *argv])


def data_directory() -> Path:
    """Return where an installed product keeps its data, as the XDG base directories have it."""
    data_home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data_home) / "gleaner"


def usage() -> str:
    """Return what `gleaner` alone prints."""
    local = "\n".join(f"  {name:12} {text}" for name, text in LOCAL.items())
    return USAGE.format(local=local, home=os.environ["GLEANER_HOME"])


def _local(argv: list[str]) -> int:
    from infra.local.__main__ import report_errors

    arguments = _parser().parse_args(argv)
    return report_errors(lambda: int(arguments.verb(arguments)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="gleaner")
    verbs = parser.add_subparsers(required=True)
    start = verbs.add_parser("up", help=LOCAL["up"], description=LOCAL["up"])
    start.add_argument("urls", nargs="*", metavar="URL", help="crawled at once")
    start.add_argument(
        "--port", type=int, help="of the pages; else 8000 or the next free one"
    )
    start.add_argument("--sample", action="store_true", help="crawl the sample blog")
    start.add_argument("--once", action="store_true", help="end after the crawl")
    start.add_argument(
        "--small", action="store_true", help="for a machine with little memory"
    )
    start.set_defaults(verb=_up)
    return parser


def _up(arguments: argparse.Namespace) -> int:
    from infra.local.__main__ import say
    from infra.local.run import run

    urls = arguments.urls
    if not urls and not arguments.sample:
        if arguments.once:
            raise SystemExit("error: --once needs a URL, or --sample")
        urls = None
    return run(
        urls,
        once=arguments.once,
        port=arguments.port,
        report=say,
        small=arguments.small,
    )


if __name__ == "__main__":
    sys.exit(main())
