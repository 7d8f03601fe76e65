"""`manage.py source VERB HOST`: what discovery learned of a site, and the rules that override it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pipeline.discovery.site_knowledge import keep_rule, learned_of, rules_of
from pipeline.discovery.urls.site_rules import InvalidRule
from pipeline.models import LearnedSource, SourceRule


class Command(BaseCommand):
    help = (
        "Shows what discovery learned of a site, and pins or forbids its feeds, sitemaps, list "
        "pages and URL patterns, from its next crawl on."
    )
    requires_system_checks = []  # they load every page

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        for verb, text in (
            ("show", "what was learned, and the rules with their ids"),
            (
                "pin",
                "take all that a feed, sitemap or list names, or that fits a pattern",
            ),
            ("forbid", "request it no more, and leave out what fits"),
            ("remove", "remove a rule"),
        ):
            verb_parser = verbs.add_parser(verb, help=text)
            verb_parser.add_argument("host", help="as blog.example")
            if verb in SourceRule.Verdict.values:
                _add_rule_arguments(verb_parser)
            if verb == "remove":
                verb_parser.add_argument("id", type=int, help="as `show` prints it")

    def handle(self, *args: Any, verb: str, host: str, **options: Any) -> None:
        match verb:
            case "show":
                self.show(host)
            case "remove":
                self.remove(host, options["id"])
            case _:
                self.keep(host, verb, options)

    def show(self, host: str) -> None:
        """Print what was learned at each start URL, then a line for each rule."""
        for row in learned_of(host):
            for line in learned_lines(row):
                self.stdout.write(line)
        for rule in rules_of(host):
            self.stdout.write(rule_line(rule))

    def keep(self, host: str, verdict: str, options: dict[str, Any]) -> None:
        """Make a rule, or change the one for the same URL or pattern."""
        kind = next(kind for kind in SourceRule.Kind.values if options[kind])
        try:
            rule = keep_rule(host, verdict, kind, options[kind], options["note"])
        except InvalidRule as error:
            raise CommandError(str(error)) from None
        self.stdout.write(rule_line(rule))

    def remove(self, host: str, pk: int) -> None:
        """Remove a rule of the site."""
        rule = rules_of(host).filter(pk=pk).first()
        if rule is None:
            raise CommandError(f"{host} has no rule {pk}")
        rule.delete()


def _add_rule_arguments(parser: ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--source", metavar="URL", help="a feed or a sitemap")
    what.add_argument("--list", metavar="URL", help="a page that lists articles")
    what.add_argument(
        "--pattern",
        metavar="PATTERN",
        help="of URLs: a prefix such as /notes/, a glob or a /regular expression/",
    )
    parser.add_argument("--note", default="", help="why")


def learned_lines(row: LearnedSource) -> list[str]:
    """Return what one start URL taught, for a person."""
    learned = row.learned
    lines = [
        f"{row.address}: {learned['articles']} articles, by {learned['decided']} "
        f"({row.learned_at:%Y-%m-%d %H:%M})"
    ]
    lines += [f"  pattern  {shape}  {count}" for shape, count in learned["patterns"]]
    lines += [f"  {kind:8} {url}  {count}" for url, kind, count in learned["sources"]]
    lines += [f"  limited  {limit}" for limit in learned["limits"]]
    return lines


def rule_line(rule: SourceRule) -> str:
    """Return a rule with its id, in columns."""
    return f"{rule.pk}\t{rule.verdict}\t{rule.kind}\t{rule.value}\t{rule.note}".rstrip()
