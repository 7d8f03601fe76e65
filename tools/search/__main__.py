"""`make search`: how well the search and related articles answer, on a corpus."""

import argparse
import sys
import time
from pathlib import Path
from random import Random

from infra.local.stack import CHECKOUT
from tools.big import server


def main() -> int:
    """Gather the corpus into a database of the tool's own, ask it, and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m tools.search", description=__doc__)
    corpus = parser.add_mutually_exclusive_group(required=True)
    corpus.add_argument(
        "--corpus",
        type=Path,
        help="a folder: sites/HOST has the pages, expected/HOST.txt names the articles' paths",
    )
    corpus.add_argument(
        "--export", type=Path, help="a file of `manage.py export --format jsonl`"
    )
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument(
        "--max", type=int, default=1_000, help="questions; of more a sample"
    )
    parser.add_argument("--home", type=Path, default=CHECKOUT / ".local" / "search")
    given = parser.parse_args()
    given.home.mkdir(parents=True, exist_ok=True)
    with server.running(given.home) as postgres:
        server.point_django_at(postgres)
        return gather(given) or ask(given)


def say(line: str) -> None:
    """Progress, on stderr."""
    print(f"{time.strftime('%H:%M:%S')} {line}", file=sys.stderr, flush=True)


def gather(given: argparse.Namespace) -> int:
    """Put the corpus into an empty database; return the exit status."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from catalog.search.indexing import index_all
    from tools.search import corpus

    with connection.cursor() as cursor:
        cursor.execute("SET client_min_messages = error; DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    call_command("migrate", verbosity=0)
    if given.corpus:
        found = corpus.from_folder(given.corpus)
    else:
        found = corpus.from_export(given.export)
    number = corpus.store(found)
    say(f"{number} articles stored")
    if not number:
        print("error: the corpus has no article", file=sys.stderr)
        return 1
    index_all()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return 0


def ask(given: argparse.Namespace) -> int:
    """Print the tables; return the exit status."""
    import django

    django.setup()
    from tools.search import ranks, related, report
    from tools.search.questions import questions

    links = ranks.links_within()
    for least_words, name in (
        (2, "two telling words and more"),
        (1, "one telling word and more"),
    ):
        asked = questions(links, least_words)
        if len(asked) > given.max:
            asked = Random(given.seed).sample(asked, given.max)
        if not asked:
            print("error: no article links to another with words", file=sys.stderr)
            return 1
        say(f"{len(asked)} questions of {name}")
        title = f"{len(asked)} questions of {name}, each without its own links:"
        print(report.search_table(title, ranks.scores(asked)))
    linking = {link.writer for link in links if link.writer != link.target}
    title = f"{len(linking)} articles that link to others, without their own links:"
    print(report.related_table(title, related.related_scores(links)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
