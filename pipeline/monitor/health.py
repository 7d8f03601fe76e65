"""Whether this process lives, and whether it can do its work."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from kombu import Connection

PATIENCE = 2  # seconds for the broker


@login_not_required
def alive(request: HttpRequest) -> HttpResponse:
    """Always 200 while the process answers; asks nobody."""
    return HttpResponse("alive\n", content_type="text/plain")


@login_not_required
def ready(request: HttpRequest) -> JsonResponse:
    """200 where database and broker answer and every migration is applied, else 503; says which is missing."""
    checks: dict[str, Callable[[], None]] = {
        "database": _database,
        "migrations": _migrations,
        "broker": _broker,
    }
    found = {name: _tried(check) for name, check in checks.items()}
    return JsonResponse(found, status=200 if set(found.values()) == {"ok"} else 503)


def _tried(check: Callable[[], None]) -> str:
    try:
        check()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the answer
        return f"{type(error).__name__}"
    return "ok"


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _migrations() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise RuntimeError("not all migrations are applied")


def _broker() -> None:
    with Connection(settings.CELERY_BROKER_URL, connect_timeout=PATIENCE) as broker:
        broker.ensure_connection(max_retries=1, timeout=PATIENCE)
