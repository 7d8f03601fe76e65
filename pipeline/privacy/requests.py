"""What somebody asks to be erased, and the list of what was."""

import re
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from catalog.models import Article, Source
from pipeline.access.audit import record
from pipeline.core.batched import batched
from pipeline.core.url import BadURL, normal_form
from pipeline.discovery.urls.match import MAX_PATTERN_LENGTH, InvalidPattern, matches
from pipeline.models import ErasedURL, Erasure
from pipeline.models.erasure import digest_of
from pipeline.privacy.work import fits

DIGEST = re.compile(r"[0-9a-f]{64}")
SHORT = 16  # characters of a digest in the audit log
LINES_AT_ONCE = 1_000


class NotErased(ValueError):
    """What was asked for cannot be done; the message says why, for a person."""


def preview(host: str, pattern: str = "") -> int:
    """Return how many articles would be erased. Raises NotErased."""
    source = checked(host, pattern)
    rows = Article.objects.filter(source=source)
    if not pattern:
        return rows.count()
    urls = rows.values_list("url", "key").iterator()
    return sum(fits(source.host, pattern, url, key) for url, key in urls)


def checked(host: str, pattern: str) -> Source:
    """Return the source. Raises NotErased where there is none, or for a pattern that is none."""
    if not _is_text(host + pattern):
        raise NotErased("The host or the pattern holds characters that no URL has.")
    name = host.strip().lower().removeprefix("www.")
    source = Source.objects.filter(host=name).first()
    if source is None:
        raise NotErased(
            "There is no such source. Give its host as the page Sources shows it."
        )
    if len(pattern) > MAX_PATTERN_LENGTH:
        raise NotErased(f"The pattern is longer than {MAX_PATTERN_LENGTH} characters.")
    try:
        matches(f"https://{source.host}/", (pattern,))
    except InvalidPattern as error:
        raise NotErased(f"This pattern cannot be used: {error}.") from None
    return source


def _is_text(given: str) -> bool:
    """Whether PostgreSQL can be asked for this: it refuses NUL and lone surrogates."""
    try:
        given.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in given


@transaction.atomic
def start(host: str, pattern: str = "", by: str = "") -> Erasure:
    """Ask for all articles of a source to be erased, or those whose URL fits a pattern; workers do
    it within a minute. Raises NotErased."""
    pattern = pattern.strip()
    found = preview(host, pattern)
    source = checked(host, pattern)
    scope = digest_of(f"{source.host} {pattern}")
    erasure = Erasure.objects.create(
        host=source.host, pattern=pattern, scope=scope, found=found, created_by=by[:150]
    )
    record(
        "erase",
        "pattern" if pattern else "source",
        f"sha256:{scope[:SHORT]}",
        who=by,
        after={"erasure": erasure.pk, "articles": found},
    )
    return erasure


@transaction.atomic
def erase_listed(by: str = "") -> Erasure:
    """Ask for everything on the list to be erased again: for a backup that was older."""
    number = ErasedURL.objects.count()
    erasure = Erasure.objects.create(
        scope=digest_of("list"), from_list=True, created_by=by[:150]
    )
    record("erase", "list", f"{number} URLs", who=by, after={"erasure": erasure.pk})
    return erasure


def erasures() -> QuerySet[Erasure]:
    """Return what was asked for, the latest first."""
    return Erasure.objects.order_by("-pk")


def lift(name: str) -> str:
    """Take a URL, or a digest, off the list, so that a crawl may bring it back; return the digest.
    Raises NotErased."""
    digest = name.strip().lower()
    if not DIGEST.fullmatch(digest):
        try:
            digest = digest_of(normal_form(name.strip()))
        except BadURL as error:
            raise NotErased(f"This is neither a URL nor a digest: {error}.") from None
    with transaction.atomic():
        gone, _ = ErasedURL.objects.filter(pk=digest).delete()
        if not gone:
            raise NotErased("It is not on the list of what was erased.")
        record("lift", "erased URL", f"sha256:{digest[:SHORT]}")
    return digest


def lines() -> Iterable[str]:
    """Yield the list as text: a digest and a moment a line."""
    rows = ErasedURL.objects.order_by("erased_at", "digest")
    for digest, moment in rows.values_list("digest", "erased_at").iterator():
        yield f"{digest} {moment.isoformat()}\n"


def add_lines(given: Iterable[str]) -> int:
    """Add such lines to the list; return how many were new. Raises NotErased."""
    before = ErasedURL.objects.count()
    for part in batched(map(_line, filter(str.strip, given)), LINES_AT_ONCE):
        ErasedURL.objects.bulk_create(list(part), ignore_conflicts=True)
    return ErasedURL.objects.count() - before


def _line(text: str) -> ErasedURL:
    digest, _, moment = text.strip().partition(" ")
    if not DIGEST.fullmatch(digest):
        raise NotErased(
            f"This is no line of a list of erased URLs: {text[:80].strip()}"
        )
    try:
        at = datetime.fromisoformat(moment) if moment else timezone.now()
    except ValueError:
        raise NotErased(f"This is no moment: {moment[:40]}") from None
    return ErasedURL(digest=digest, erased_at=at)
