"""Who is acting now, and the entry of what they did."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.http import HttpRequest

from pipeline.access.models import Entry

COMMAND, SCHEDULE = "command line", "schedule"  # as in Run.launched_by
LONGEST = 200  # characters of a value that is kept
MOST = 100  # values of a list, or of a form


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
        return "API" if match and "api" in match.namespaces else "page"


_actor: ContextVar[Actor | None] = ContextVar("actor", default=None)


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """What is recorded inside is this actor's doing."""
    before = _actor.set(actor)
    try:
        yield
    finally:
        _actor.reset(before)


def somebody() -> bool:
    """Whether a request is being answered now."""
    return _actor.get() is not None


def record(
    verb: str, kind: str, name: object, *, who: str = "", before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    """Keeps an entry, in the transaction of the change where there is one. `who`: where no request is answered."""
    actor = _actor.get()
    if actor:
        actor.entries += 1
    who = (actor.who if actor else "") or who or COMMAND
    way = actor.way if actor else "schedule" if who == SCHEDULE else "command"
    Entry.objects.create(
        who=who[:150], way=way, token=actor.token if actor else "", verb=verb[:60], kind=kind,
        object=str(name)[:500].replace("\0", ""), before=short(before), after=short(after),
    )  # fmt: skip


def short(value: Any) -> Any:
    """The value as JSON, without what is long."""
    if isinstance(value, dict):
        return {str(name)[:LONGEST]: short(each) for name, each in list(value.items())[:MOST]}
    if isinstance(value, list | tuple | set):
        return [short(each) for each in list(value)[:MOST]]
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value).replace("\0", "")
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} … ({len(text):,} characters)"
