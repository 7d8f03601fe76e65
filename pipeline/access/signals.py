"""Entries for changes of rows, whichever way they come about: page, API, Django's admin, command.

They are written by the signals of a save, which come inside its transaction, and by the query
sets' `update`.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group, User
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db import transaction
from django.db.models import Manager, Model, QuerySet
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save
from django_celery_beat.models import PeriodicTask

from catalog.models import KeptBlock
from pipeline.access.audit import is_request, record, short
from pipeline.access.languages import bring_choice
from pipeline.access.models import Identity, Token, Watch, Webhook
from pipeline.access.roles import Role
from pipeline.models import Job, Run, RunEvent, SourceRule

SECRET = {"password"}


@dataclass(frozen=True, slots=True)
class Audited:
    """How entries call it, and which of its fields matter."""

    kind: str
    fields: tuple[str, ...]


AUDITED: dict[type[Model], Audited] = {
    User: Audited(
        "user",
        ("username", "email", "is_active", "is_staff", "is_superuser", "password"),
    ),
    Token: Audited("token", ("user", "name", "role", "revoked_at")),
    Identity: Audited("identity", ("user", "issuer", "subject")),
    Webhook: Audited("webhook", ("url", "events", "active")),
    Watch: Audited(
        "watch",
        (
            "owner",
            "view",
            "rhythm",
            "at",
            "weekday",
            "zone",
            "quiet_from",
            "quiet_to",
        ),
    ),
    KeptBlock: Audited("kept block", ("source", "rule", "words")),
    SourceRule: Audited("source rule", ("host", "verdict", "kind", "value", "note")),
    Job: Audited("job", ("name", "parameters", "schedule")),
    PeriodicTask: Audited("schedule", ("enabled", "interval", "crontab")),
}
STEPS = {  # what somebody did who brought a run into this state
    Run.State.PAUSED: "pause",
    Run.State.CANCELLING: "cancel",
    Run.State.CANCELLED: "cancel",
    Run.State.RUNNING: "resume",
}


def connect() -> None:
    """Connect the signals, once."""
    for model in AUDITED:
        pre_save.connect(_remember, sender=model)
        post_save.connect(_saved, sender=model)
        post_delete.connect(_gone, sender=model)
        _audit_updates(model)
    post_save.connect(_run_saved, sender=Run)
    post_save.connect(_run_changed, sender=RunEvent)
    post_delete.connect(_run_gone, sender=Run)
    m2m_changed.connect(_groups_changed, sender=User.groups.through)
    user_logged_in.connect(
        lambda user, **_: record("sign in", "session", user, who=str(user)), weak=False
    )
    user_logged_in.connect(bring_choice)
    user_logged_out.connect(_signed_out)


def _values(instance: Model) -> dict[str, Any]:
    return {
        name: _value(getattr(instance, name), name)
        for name in AUDITED[type(instance)].fields
    }


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
    relevant = update_fields is None or set(update_fields) & set(AUDITED[sender].fields)
    if instance.pk and relevant and not raw:
        old = sender._base_manager.filter(pk=instance.pk).first()
    else:
        old = None
    instance._values_before = _values(old) if old else None  # type: ignore[attr-defined]


def _saved(
    sender: type[Model], instance: Model, created: bool, raw: bool, **_: Any
) -> None:
    before = getattr(instance, "_values_before", None)
    of_a_job = sender is PeriodicTask and created  # the job's entry names its schedule
    if (created or before) and not raw and not of_a_job:
        _record_values(instance, before)


def _record_values(instance: Model, before: dict[str, Any] | None) -> None:
    """Keep an entry of what differs from `before`, the values that the row had; None where it is
    new."""
    after = _values(instance)
    changed = [name for name in after if not before or after[name] != before[name]]
    if not changed:
        return
    shown_before = None
    if before:
        shown_before = {name: _shown(name, before[name]) for name in changed}
    record(
        "update" if before else "create",
        AUDITED[type(instance)].kind,
        _name(instance),
        before=shown_before,
        after={name: _shown(name, after[name]) for name in changed},
    )


class AuditedQuerySet(QuerySet[Any]):
    """Keeps entries of what `update` changes, of which no signal is sent."""

    def update(self, **values: Any) -> int:
        audited = AUDITED.get(self.model)
        if audited is None or not set(values) & set(audited.fields):
            return super().update(**values)
        with transaction.atomic():
            before = {row.pk: _values(row) for row in self.order_by()}
            number = super().update(**values)
            for row in self.model._base_manager.filter(pk__in=before).order_by("pk"):
                _record_values(row, before[row.pk])
        return number


def _audit_updates(model: type[Model]) -> None:
    """Let the managers of the model make query sets that keep entries."""
    for manager in model._meta.managers:
        kind = type(manager)
        plain = kind._queryset_class  # type: ignore[attr-defined]
        audited = type(f"Audited{plain.__name__}", (AuditedQuerySet, plain), {})
        if kind is Manager:  # of all models that have no manager of their own
            manager._queryset_class = audited  # type: ignore[attr-defined]
        elif not issubclass(plain, AuditedQuerySet):
            kind._queryset_class = audited  # type: ignore[attr-defined]


def _shown(name: str, value: Any) -> Any:
    if name in SECRET:
        return "not shown"
    return value


def _name(instance: Model) -> str:
    return f"{instance.pk} {instance}"


def _gone(sender: type[Model], instance: Model, **_: Any) -> None:
    if sender is not PeriodicTask:
        record("delete", AUDITED[sender].kind, _name(instance))


def _groups_changed(
    action: str, instance: Any, pk_set: set[int] | None, **_: Any
) -> None:
    if (
        action in ("post_add", "post_remove", "post_clear")
        and isinstance(instance, User)
        and pk_set != set()
    ):
        names = sorted(
            Group.objects.filter(pk__in=pk_set or ()).values_list("name", flat=True)
        )
        record(
            action.removeprefix("post_") + " role",
            "user",
            _name(instance),
            after={"groups": names},
        )


def _signed_out(user: User | None, **_: Any) -> None:
    if user:
        record("sign out", "session", user, who=str(user))


def _run_saved(
    instance: Run, created: bool, raw: bool, update_fields: Any = None, **_: Any
) -> None:
    """Record a launch, and each step that somebody made a run take: those name who did it. What
    stages do is no entry."""
    if created and not raw and (is_request() or instance.launched_by):
        record(
            "start",
            "run",
            _name(instance),
            who=instance.launched_by,
            after=_launch_values(instance),
        )
    elif update_fields and {"state", "changed_by"} <= set(update_fields):
        step = instance.events.last()
        verb = STEPS.get(Run.State(instance.state), "update")
        before = None
        after = None
        if step:
            before = {"state": step.before}
            after = {"state": step.after}
        record(
            verb,
            "run",
            _name(instance),
            who=instance.changed_by,
            before=before,
            after=after,
        )


def _launch_values(run: Run) -> dict[str, Any]:
    if run.notes:
        return {**run.parameters, "notes": run.notes}
    return run.parameters


def _run_changed(instance: RunEvent, created: bool, **_: Any) -> None:
    """Record a change of a run's options; the database writes the events of steps."""
    if created:
        record(
            "update",
            "run",
            _name(instance.run),
            who=instance.by,
            after={"why": instance.why},
        )


def _run_gone(instance: Run, **_: Any) -> None:
    if is_request():
        record("delete", "run", _name(instance))
