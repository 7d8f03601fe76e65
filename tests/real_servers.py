"""The PostgreSQL and the RabbitMQ that tests use: one of each for all processes of a test run."""

import base64
import json
import os
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.local.lasting import lasting_postgres
from infra.local.shared import shared_server
from infra.local.stack import Stack

HOSTS = {"postgres": "POSTGRES_HOST", "rabbitmq": "BROKER_HOST"}


@dataclass(frozen=True)
class RealServer:
    """A server that answers; `environment` names it to the product."""

    environment: Mapping[str, str]


@contextmanager
def serving(name: str, own: Path, shared: Path) -> Iterator[RealServer]:
    """Provide the server that the environment names, or else one in the folder `shared`.

    What belongs to this process alone lies in the folder `own`. Raises LocalError where
    the server that the environment names does not answer.
    """
    with ExitStack() as ending:
        if HOSTS[name] in os.environ:
            given: dict[str, str] = {}
        elif name == "postgres" and os.environ.get("LASTING_POSTGRES"):
            given = lasting_postgres()
        else:
            given = ending.enter_context(shared_server(name, shared))
        env = {**os.environ, **given}
        stack = ending.enter_context(Stack(own, lasting=False, only=(name,), env=env))
        yield RealServer({**given, **stack.environment})


def with_vhost(server: RealServer, name: str) -> RealServer:
    """Make a virtual host of this name; return the same broker, seen through it."""
    env = dict(server.environment)
    user = env["RABBITMQ_DEFAULT_USER"]
    everything = {"configure": ".*", "write": ".*", "read": ".*"}
    _put(env, f"vhosts/{name}", {})
    _put(env, f"permissions/{name}/{user}", everything)
    return RealServer({**env, "RABBITMQ_DEFAULT_VHOST": name})


def _put(env: Mapping[str, str], path: str, content: dict[str, str]) -> None:
    request = urllib.request.Request(
        f"{env['RABBITMQ_MANAGEMENT_URL']}/api/{path}",
        json.dumps(content).encode(),
        {"Content-Type": "application/json"},
        method="PUT",
    )
    who = f"{env['RABBITMQ_DEFAULT_USER']}:{env['RABBITMQ_DEFAULT_PASS']}"
    secret = base64.b64encode(who.encode()).decode()
    request.add_header("Authorization", f"Basic {secret}")
    urllib.request.urlopen(request, timeout=180).close()
