"""The list of what was erased: in the database, and as lines of text that outlive it.

A line is a digest and the moment at which it was erased, or was lifted: taken off the list again. Of
two lines of one digest the later one holds, so lists of several moments can be united.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from pipeline.access.audit import record
from pipeline.core.batched import batched
from pipeline.core.url import BadURL, normal_form
from pipeline.models import ErasedURL, Erasure, LiftedURL
from pipeline.models.erasure import digest_of
from pipeline.privacy.requests import SHORT, NotErased

DIGEST = re.compile(r"[0-9a-f]{64}")
LIFTED = "lifted"
LINES_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Line:
    """What became of a URL, and when."""

    digest: str
    at: datetime
    is_lifted: bool = False

    def __str__(self) -> str:
        words = [self.digest, self.at.isoformat()]
        if self.is_lifted:
            words.append(LIFTED)
        return " ".join(words)


@transaction.atomic
def erase_listed(by: str = "") -> Erasure:
    """Ask for everything on the list to be erased again: for a backup that was older."""
    number = ErasedURL.objects.count()
    erasure = Erasure.objects.create(
        scope=digest_of("list"), from_list=True, created_by=by[:150]
    )
    record("erase", "list", f"{number} URLs", who=by, after={"erasure": erasure.pk})
    return erasure


def lift(name: str) -> str:
    """Take a URL, or a digest, off the list, so that a crawl may bring it back; return the digest.
    Raises NotErased."""
    digest = name.strip().lower()
    if not DIGEST.fullmatch(digest):
        try:
            digest = digest_of(normal_form(name.strip()))
        except BadURL as error:
            neither = _("This is neither a URL nor a digest: %(reason)s.")
            raise NotErased(neither % {"reason": error}) from None
    with transaction.atomic():
        gone, _by_model = ErasedURL.objects.filter(pk=digest).delete()
        if not gone:
            raise NotErased(_("It is not on the list of what was erased."))
        LiftedURL.objects.update_or_create(
            digest=digest, defaults={"lifted_at": timezone.now()}
        )
        record("lift", "erased URL", f"sha256:{digest[:SHORT]}")
    return digest


def lines() -> Iterator[Line]:
    """Yield what the database knows, the oldest first, and then what was lifted."""
    erased = ErasedURL.objects.order_by("erased_at", "digest")
    for digest, moment in _rows(erased, "erased_at"):
        yield Line(digest, moment)
    lifted = LiftedURL.objects.order_by("lifted_at", "digest")
    for digest, moment in _rows(lifted, "lifted_at"):
        yield Line(digest, moment, is_lifted=True)


def _rows(rows: QuerySet[Any], moment: str) -> Iterator[tuple[str, datetime]]:
    return rows.values_list("digest", moment).iterator()


def read(text: Iterable[str]) -> Iterator[Line]:
    """Read lines of text; empty ones are none. Raises NotErased."""
    for each in text:
        if each.strip():
            yield _line(each)


def _line(text: str) -> Line:
    digest, _, rest = text.strip().partition(" ")
    moment, _, word = rest.partition(" ")
    if not DIGEST.fullmatch(digest) or word not in ("", LIFTED):
        raise NotErased(
            f"This is no line of a list of erased URLs: {text[:80].strip()}"
        )
    try:
        at = datetime.fromisoformat(moment) if moment else timezone.now()
    except ValueError:
        raise NotErased(f"This is no moment: {moment[:40]}") from None
    if at.tzinfo is None:
        at = timezone.make_aware(at)
    return Line(digest, at, is_lifted=word == LIFTED)


def latest(given: Iterable[Line]) -> list[Line]:
    """Return the line that holds of each digest, the oldest first."""
    found: dict[str, Line] = {}
    for line in given:
        known = found.get(line.digest)
        if known is None or _rank(line) > _rank(known):
            found[line.digest] = line
    return sorted(found.values(), key=lambda line: (line.at, line.digest))


def _rank(line: Line) -> tuple[datetime, bool]:
    """Order the lines of a digest; of one moment, what was erased stays so."""
    return line.at, not line.is_lifted


def add(given: Iterable[Line]) -> int:
    """Unite the list in the database with these lines; return how many of its URLs are new."""
    before = ErasedURL.objects.count()
    for part in batched(latest(given), LINES_AT_ONCE):
        with transaction.atomic():
            _add(list(part))
    return ErasedURL.objects.count() - before


def _add(part: list[Line]) -> None:
    digests = [line.digest for line in part]
    erased = ErasedURL.objects.filter(pk__in=digests)
    lifted = LiftedURL.objects.filter(pk__in=digests)
    here = [Line(each.digest, each.erased_at) for each in erased]
    here += [Line(each.digest, each.lifted_at, is_lifted=True) for each in lifted]
    united = latest([*here, *part])
    erased.delete()
    lifted.delete()
    ErasedURL.objects.bulk_create(
        ErasedURL(digest=line.digest, erased_at=line.at)
        for line in united
        if not line.is_lifted
    )
    LiftedURL.objects.bulk_create(
        LiftedURL(digest=line.digest, lifted_at=line.at)
        for line in united
        if line.is_lifted
    )
