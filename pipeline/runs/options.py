"""What a person asked for, in its three spellings: command-line options, a run's parameters,
discovery's CrawlOptions.
"""

import re
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.core.url import BadAddress
from pipeline.fetching.addresses import read_fetchable
from pipeline.runs.inputs import MAX_BYTES, BadFile, read_file

# What extraction can tell from a text.
LANGUAGES = frozenset(
    """
ace af am an ar ary arz as az ba bcl be bg bn br bs ca crh cs cy da de dz el en eo es et eu ext fa fi fo fr fuv fy ga
gcf gcr gd gl gom grc gu gug guw ha hbo he hi hr ht hu hy id ig is it ja jv ka kab kik kk km kn ko ku ky la lb lg lij
ln lo lt ltg lv mg mk ml mn mr ms mt my ne nl nn no nso oc om or pa pcm pl ps pt qu ro ru rw sa sdh se si sk sl sn so
sq sr sr st sv sw ta te tg th tk tl tr tt ug uk ur uz uzs vec vi vo wa wuu xh yo yue zh zu
""".split()
)


def languages(text: str) -> list[str]:
    """Codes as people type them ("en, de" or "en-GB de") as extraction says them.

    Raises ValueError for any other.
    """
    codes = list(
        dict.fromkeys(
            word.split("-")[0]
            for word in re.split(r"[\s,;]+", text.lower().replace("_", "-"))
            if word
        )
    )
    if unknown := [code for code in codes if code not in LANGUAGES]:
        raise ValueError(
            f"{', '.join(unknown)[:80]}: no language that can be told from a text; write codes such as en, de"
        )
    return codes


def _languages(text: str) -> list[str]:
    try:
        return languages(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error


def add_crawl_arguments(parser: ArgumentParser) -> None:
    """Add the options that `crawl` and `discover` share."""
    parser.add_argument("urls", nargs="+", metavar="URL", help="address of a blog")
    parser.add_argument(
        "--limit", type=int, metavar="N", help="at most N articles, newest first"
    )
    parser.add_argument(
        "--skip", type=int, default=0, metavar="N", help="leave the newest N out"
    )
    parser.add_argument(
        "--since",
        type=date.fromisoformat,
        metavar="D",
        help="published on this day (YYYY-MM-DD) or later",
    )
    parser.add_argument(
        "--until",
        type=date.fromisoformat,
        metavar="D",
        help="published on this day or earlier",
    )
    parser.add_argument(
        "--include",
        action="append",
        default=[],
        metavar="P",
        help="only URLs like this: prefix, glob or /regex/",
    )
    parser.add_argument(
        "--exclude", action="append", default=[], metavar="P", help="no URLs like this"
    )
    parser.add_argument(
        "--language",
        action="extend",
        type=_languages,
        default=[],
        metavar="L",
        help="keep only these: en, or en,de",
    )
    parser.add_argument(
        "--refetch", action="store_true", help="fetch every page again, changed or not"
    )


def add_input_arguments(parser: ArgumentParser) -> None:
    """Add what `crawl` does with arguments that cannot all go into one run."""
    parser.add_argument(
        "--only-valid", action="store_true", help="leave out what is no URL"
    )
    parser.add_argument(
        "--split",
        action="store_true",
        help="start several runs, one after the other, where one does not take all URLs",
    )


def read_arguments(
    pieces: Iterable[str],
) -> tuple[tuple[str, ...], tuple[BadAddress, ...]]:
    """Return the addresses among command-line arguments, which may name files of them, each
    once."""
    texts: list[str] = []
    bad: list[BadAddress] = []
    for piece in pieces:
        path = Path(piece)
        if not path.is_file():
            texts.append(piece)
            continue
        try:
            with path.open("rb") as file:
                rows = read_file(file.read(MAX_BYTES + 1), path.name)
        except (BadFile, OSError) as error:
            bad.append(BadAddress(piece, f"{piece}: {error}"))
            continue
        texts += [row.address for row in rows if row.address]
        problems = [row for row in rows if row.problem]
        bad += [
            BadAddress(piece, f"{piece}, line {row.line}: {row.problem}")
            for row in problems
        ]
    good, others = read_fetchable("\n".join(texts))
    return good, (*bad, *others)


def options_from_cli(
    options: dict[str, Any], addresses: Iterable[str]
) -> dict[str, Any]:
    """Command-line options as a run's parameters (JSON values)."""
    dates = {
        name: options[name].isoformat() if options[name] else None
        for name in ("since", "until")
    }
    rest = {
        name: options[name]
        for name in ("limit", "skip", "include", "exclude", "language", "refetch")
    }
    return {"addresses": list(addresses), **dates, **rest}
