"""Entries for changes of rows, whichever way they come about: page, API, Django's admin, command.

They are written by the signals of a save, which come inside its transaction.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group, User
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save
from django_celery_beat.models import PeriodicTask

from pipeline.access.audit import record, short, somebody
from pipeline.access.models import Token, Webhook
from pipeline.access.roles import Role
from pipeline.models import Job, Run, RunEvent

SECRET = {"password"}


@dataclass(frozen=True, slots=True)
class Watched:
    """How entries call it, and which of its fields matter."""

    kind: str
    fields: tuple[str, ...]


WATCHED: dict[type[Model], Watched] = {
    User: Watched("user", ("username", "is_active", "is_staff", "is_superuser", "password")),
    Token: Watched("token", ("user", "name", "role", "revoked_at")),
    Webhook: Watched("webhook", ("url", "events", "active")),
    Job: Watched("job", ("name", "parameters", "schedule")),
    PeriodicTask: Watched("schedule", ("enabled", "interval", "crontab")),
}
STEPS = {  # what somebody did who brought a run into this state
    Run.State.PAUSED: "pause",
    Run.State.CANCELLING: "cancel",
    Run.State.CANCELLED: "cancel",
    Run.State.RUNNING: "send on",
}


def watch() -> None:
    """Connects the signals, once."""
    for model in WATCHED:
        pre_save.connect(_remember, sender=model)
        post_save.connect(_saved, sender=model)
        post_delete.connect(_gone, sender=model)
    post_save.connect(_run_saved, sender=Run)
    post_save.connect(_run_changed, sender=RunEvent)
    post_delete.connect(_run_gone, sender=Run)
    m2m_changed.connect(_groups_changed, sender=User.groups.through)
    user_logged_in.connect(
        lambda user, **_: record("sign in", "session", user, who=str(user)), weak=False
    )
    user_logged_out.connect(_signed_out)


def _values(instance: Model) -> dict[str, Any]:
    return {name: _value(getattr(instance, name), name) for name in WATCHED[type(instance)].fields}


def _value(value: Any, name: str) -> Any:
    if name in SECRET:
        return hash(value)  # only ever compared
    if isinstance(value, Model):
        return str(value)
    if name == "role":
        return Role(value).label
    return short(value)


def _remember(
    sender: type[Model], instance: Model, raw: bool, update_fields: Any = None, **_: Any
) -> None:
    relevant = update_fields is None or set(update_fields) & set(WATCHED[sender].fields)
    if instance.pk and relevant and not raw:
        old = sender._base_manager.filter(pk=instance.pk).first()
    else:
        old = None
    instance._values_before = _values(old) if old else None  # type: ignore[attr-defined]


def _saved(sender: type[Model], instance: Model, created: bool, raw: bool, **_: Any) -> None:
    before = getattr(instance, "_values_before", None)
    if (
        raw or not (created or before) or (sender is PeriodicTask and created)
    ):  # a job's entry names its schedule
        return
    after = _values(instance)
    changed = {name for name, value in after.items() if not before or value != before[name]}
    if changed:
        record(
            "make" if created else "change", WATCHED[sender].kind, _name(instance),
            before={name: _told(name, before[name]) for name in changed} if before else None,
            after={name: _told(name, after[name]) for name in after if name in changed},
        )  # fmt: skip


def _told(name: str, value: Any) -> Any:
    if name in SECRET:
        return "not shown"
    return value


def _name(instance: Model) -> str:
    return f"{instance.pk} {instance}"


def _gone(sender: type[Model], instance: Model, **_: Any) -> None:
    if sender is not PeriodicTask:
        record("remove", WATCHED[sender].kind, _name(instance))


def _groups_changed(action: str, instance: Any, pk_set: set[int] | None, **_: Any) -> None:
    if (
        action in ("post_add", "post_remove", "post_clear")
        and isinstance(instance, User)
        and pk_set != set()
    ):
        names = sorted(Group.objects.filter(pk__in=pk_set or ()).values_list("name", flat=True))
        record(
            action.removeprefix("post_") + " role", "user", _name(instance), after={"groups": names}
        )


def _signed_out(user: User | None, **_: Any) -> None:
    if user:
        record("sign out", "session", user, who=str(user))


def _run_saved(
    instance: Run, created: bool, raw: bool, update_fields: Any = None, **_: Any
) -> None:
    """A launch, and each step that somebody made a run take: those name who did it. What stages do is no entry."""
    if created and not raw and (somebody() or instance.launched_by):
        record(
            "launch", "run", _name(instance), who=instance.launched_by, after=instance.parameters
        )
    elif update_fields and {"state", "changed_by"} <= set(update_fields):
        step = instance.events.last()
        verb = STEPS.get(Run.State(instance.state), "change")
        before = None
        after = None
        if step:
            before = {"state": step.before}
            after = {"state": step.after}
        record(verb, "run", _name(instance), who=instance.changed_by, before=before, after=after)


def _run_changed(instance: RunEvent, created: bool, **_: Any) -> None:
    """The database writes the events of steps; the others are changes of a options."""
    if created:
        record("change", "run", _name(instance.run), who=instance.by, after={"why": instance.why})


def _run_gone(instance: Run, **_: Any) -> None:
    if somebody():
        record("remove", "run", _name(instance))
