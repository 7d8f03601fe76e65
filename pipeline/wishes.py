"""What a person asked for, in its three spellings: command-line options, a run's parameters, discovery's Wish."""

from argparse import ArgumentParser
from collections.abc import Iterable
from datetime import date
from typing import Any

from pipeline.discovery import Wish


def add_wish_arguments(parser: ArgumentParser) -> None:
    """The options that `crawl` and `discover` share."""
    parser.add_argument("urls", nargs="+", metavar="URL", help="address of a blog")
    parser.add_argument("--limit", type=int, metavar="N", help="at most N articles, newest first")
    parser.add_argument("--skip", type=int, default=0, metavar="N", help="leave the newest N out")
    parser.add_argument(
        "--since", type=date.fromisoformat, metavar="D", help="published on this day (YYYY-MM-DD) or later"
    )
    parser.add_argument("--until", type=date.fromisoformat, metavar="D", help="published on this day or earlier")
    parser.add_argument(
        "--include", action="append", default=[], metavar="P", help="only URLs like this: prefix, glob or /regex/"
    )
    parser.add_argument("--exclude", action="append", default=[], metavar="P", help="no URLs like this")
    parser.add_argument("--refetch", action="store_true", help="fetch every page again, changed or not")


def wish_from_options(options: dict[str, Any], addresses: Iterable[str]) -> dict[str, Any]:
    """Command-line options as a run's parameters (JSON values)."""
    dates = {name: options[name].isoformat() if options[name] else None for name in ("since", "until")}
    rest = {name: options[name] for name in ("limit", "skip", "include", "exclude", "refetch")}
    return {"addresses": list(addresses), **dates, **rest}


def wish_of(parameters: dict[str, Any]) -> Wish:
    """A run's parameters as discovery takes them."""
    since, until = (parameters.get(name) for name in ("since", "until"))
    return Wish(
        addresses=tuple(parameters["addresses"]),
        include=tuple(parameters.get("include") or ()),
        exclude=tuple(parameters.get("exclude") or ()),
        since=date.fromisoformat(since) if since else None,
        until=date.fromisoformat(until) if until else None,
        skip=parameters.get("skip") or 0,
        limit=parameters.get("limit"),
    )
