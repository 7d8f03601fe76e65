"""What somebody asks to be erased."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from catalog.models import Article, Source
from pipeline.access.audit import record
from pipeline.discovery.urls.match import MAX_PATTERN_LENGTH, InvalidPattern, matches
from pipeline.models import Erasure
from pipeline.models.erasure import digest_of
from pipeline.privacy.work import fits

SHORT = 16  # characters of a digest in the audit log


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
        raise NotErased(_("The host or the pattern holds characters that no URL has."))
    name = host.strip().lower().removeprefix("www.")
    source = Source.objects.filter(host=name).first()
    if source is None:
        unknown = _(
            "There is no such source. Give its host as the page Sources shows it."
        )
        raise NotErased(unknown)
    if len(pattern) > MAX_PATTERN_LENGTH:
        too_long = _("The pattern is longer than %(most)s characters.")
        raise NotErased(too_long % {"most": MAX_PATTERN_LENGTH})
    try:
        matches(f"https://{source.host}/", (pattern,))
    except InvalidPattern as error:
        unusable = _("This pattern cannot be used: %(reason)s.")
        raise NotErased(unusable % {"reason": error}) from None
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


def erasures() -> QuerySet[Erasure]:
    """Return what was asked for, the latest first."""
    return Erasure.objects.order_by("-pk")
