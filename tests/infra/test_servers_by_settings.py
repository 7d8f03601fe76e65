"""What the settings make of several brokers, of a pool before the database, and of TLS before the
pages."""

import json
import os
import subprocess
import sys
from typing import Any

from kombu import Connection

from infra.local.stack import CHECKOUT

NAMES = (
    "CELERY_BROKER_URL",
    "RABBITMQ_MANAGEMENT_URL",
    "DATABASES",
    "SESSION_COOKIE_SECURE",
    "CSRF_COOKIE_SECURE",
    "SECURE_HSTS_SECONDS",
)


def settings(**env: str) -> dict[str, Any]:
    """The settings of a process that starts with this environment."""
    code = f"import json; from myworld import settings; print(json.dumps({{n: getattr(settings, n, None) for n in {NAMES}}}))"
    given = {
        "PATH": os.environ["PATH"],
        "GLEANER_ENV": os.devnull,
        "RABBITMQ_DEFAULT_PASS": "a/b@c;d,e",
        **env,
    }
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=CHECKOUT,
        env=given,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_one_broker_is_the_default() -> None:
    with Connection(settings()["CELERY_BROKER_URL"]) as connection:
        assert (connection.hostname, connection.port, connection.alt) == (
            "127.0.0.1",
            5672,
            [],
        )


def test_every_node_of_a_cluster_is_turned_to_in_its_order() -> None:
    found = settings(BROKER_HOST="one,two,three", BROKER_PORT="5673")
    with Connection(found["CELERY_BROKER_URL"]) as connection:
        hosts = []
        for _ in range(3):
            hosts.append((connection.hostname, connection.port, connection.password))
            connection.maybe_switch_next()
    assert hosts == [(name, 5673, "a/b@c;d,e") for name in ("one", "two", "three")]
    assert found["RABBITMQ_MANAGEMENT_URL"] == "http://one:15672"


def test_a_pool_is_asked_for_nothing_that_it_cannot_carry() -> None:
    alone = settings(GLEANER_PROCESS="fetch")["DATABASES"]["default"]
    pooled = settings(GLEANER_PROCESS="fetch", DATABASE_POOLED="true")["DATABASES"][
        "default"
    ]
    assert "statement_timeout" in alone["OPTIONS"]["options"]
    assert not alone["DISABLE_SERVER_SIDE_CURSORS"]
    assert pooled["OPTIONS"]["options"] == ""
    assert pooled["DISABLE_SERVER_SIDE_CURSORS"]


def test_behind_tls_cookies_are_secure_and_browsers_come_by_https_only() -> None:
    names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_HSTS_SECONDS")
    plain = settings()
    assert [plain[name] for name in names] == [False, False, None]
    behind = settings(CSRF_TRUSTED_ORIGINS="https://gleaner.example")
    assert [behind[name] for name in names] == [True, True, 31_536_000]
    own = settings(SECURE_COOKIES="true", HSTS_SECONDS="0")
    assert [own[name] for name in names] == [True, True, 0]
