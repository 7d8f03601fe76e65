"""Who is acting now, and the entry of what they did."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest

from pipeline.access.models import AuditEntry

COMMAND, SCHEDULE = "command line", "schedule"  # as in Run.launched_by
BY_LINK = "link in a mail"  # who acts without a session
MAX_VALUE_LENGTH = 200  # characters of a value that is kept
MAX_VALUES = 100  # values of a list, or of a form
LEAST_DAYS = (
    30  # that entries are kept; the database holds to it, too (migrations/0003)
)


class Actor:
    """The request that is being answered, as the log of changes sees it."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.entries = 0

    @property
    def who(self) -> str:
        return self.request.user.get_username()

    @property
    def token(self) -> str:
        return str(getattr(self.request, "token", None) or "")

    @property
    def way(self) -> str:
        match = self.request.resolver_match
        if match and "api" in match.namespaces:
            return "API"
        return "page"


_actor: ContextVar[Actor | None] = ContextVar("actor", default=None)


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """Record what happens inside as this actor's doing."""
    before = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(before)


def is_request() -> bool:
    """Whether a request is being answered now."""
    return _actor.get() is not None


def record(
    verb: str,
    kind: str,
    name: object,
    *,
    who: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Keep an entry, in the transaction of the change where there is one. `who`: where no request
    is answered."""
    actor = _actor.get()
    if actor:
        actor.entries += 1
    if actor:
        who = actor.who or who or BY_LINK
    who = who or COMMAND
    if actor:
        way = actor.way
    elif who == SCHEDULE:
        way = "schedule"
    else:
        way = "command"
    AuditEntry.objects.create(
        who=who[:150],
        way=way,
        token=actor.token if actor else "",
        verb=verb[:60],
        kind=kind,
        object=str(name)[:500].replace("\0", ""),
        before=short(before),
        after=short(after),
    )


def days_kept() -> int:
    """How long entries are kept; 0 for ever."""
    if settings.AUDIT_RETENTION_DAYS > 0:
        return max(LEAST_DAYS, settings.AUDIT_RETENTION_DAYS)
    return 0


def prune(now: datetime, who: str = "") -> int:
    """Remove entries that are past AUDIT_RETENTION_DAYS, and keep an entry of that; return how many
    went."""
    if not days_kept():
        return 0
    before = now - timedelta(days=days_kept())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('access.prune_before', %s, true)", [before.isoformat()]
        )
        gone, _ = AuditEntry.objects.filter(at__lt=before).delete()
        if gone:
            record(
                "prune",
                "audit log",
                f"before {before:%Y-%m-%d}",
                who=who,
                after={"removed": gone},
            )
    return gone


def short(value: Any) -> Any:
    """Return the value as JSON, without what is long."""
    if isinstance(value, dict):
        return {
            str(name)[:MAX_VALUE_LENGTH].replace("\0", ""): short(each)
            for name, each in list(value.items())[:MAX_VALUES]
        }
    if isinstance(value, list | tuple | set):
        return [short(each) for each in list(value)[:MAX_VALUES]]
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value).replace("\0", "")
    if len(text) <= MAX_VALUE_LENGTH:
        return text
    return f"{text[:MAX_VALUE_LENGTH]} … ({len(text):,} characters)"
