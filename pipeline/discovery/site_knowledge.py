"""What is known of a site besides its articles: the rules that people made, and what discovery
learned.
"""

from collections.abc import Iterable
from dataclasses import asdict

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from pipeline.core import serialize
from pipeline.discovery.discover import LearnedSite
from pipeline.discovery.urls.site_rules import (
    MAX_RULES,
    InvalidRule,
    SiteRule,
    SiteRules,
    checked_rule,
    rule_host,
)
from pipeline.models import LearnedSource, SourceRule

MAX_NOTE_LENGTH = 300


def load_rules() -> SiteRules:
    """Return the rules of all sites: a start URL may lead to another one. People made them, so
    they are few.
    """
    rows = SourceRule.objects.values_list("host", "verdict", "kind", "value")
    return SiteRules(SiteRule(*row) for row in rows.order_by("id"))


def rules_of(host: str) -> QuerySet[SourceRule]:
    """Return the rules of a site, in the order in which they were made."""
    return SourceRule.objects.filter(host=rule_host(f"https://{host}/")).order_by("id")


@transaction.atomic
def keep_rule(
    host: str, verdict: str, kind: str, value: str, note: str = ""
) -> SourceRule:
    """Make a rule, or change the one for the same URL or pattern. Raises InvalidRule."""
    base = learned_of(host).values_list("address", flat=True).first() or ""
    rule = checked_rule(host, verdict, kind, value, base)
    note = " ".join(note.split())
    if len(note) > MAX_NOTE_LENGTH:
        raise InvalidRule(f"the note is longer than {MAX_NOTE_LENGTH} characters")
    if not note.isprintable():
        raise InvalidRule("the note holds an invisible character")
    others = SourceRule.objects.filter(host=rule.host).exclude(
        kind=rule.kind, value=rule.value
    )
    if others.count() >= MAX_RULES:
        raise InvalidRule(
            f"{rule.host} has {MAX_RULES} rules, which is the most; remove some first"
        )
    kept, _ = SourceRule.objects.update_or_create(
        host=rule.host,
        kind=rule.kind,
        value=rule.value,
        defaults={"verdict": rule.verdict, "note": note},
    )
    return kept


def save_learned(learned: Iterable[LearnedSite]) -> None:
    """Keep what each start URL taught, in place of what it taught before."""
    now = timezone.now()
    for site in learned:
        host = rule_host(site.address)
        LearnedSource.objects.update_or_create(
            address=site.address,
            defaults={
                "host": host,
                "learned": serialize.plain(asdict(site)),
                "learned_at": now,
            },
        )


def learned_of(host: str) -> QuerySet[LearnedSource]:
    """Return what the start URLs of a site taught, the latest first."""
    name = rule_host(f"https://{host}/")
    return LearnedSource.objects.filter(host=name).order_by("-learned_at", "address")
