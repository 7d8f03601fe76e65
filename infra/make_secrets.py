"""python -m infra.make_secrets: the secrets of the containers, once for all of them, in the volume
that they share.

What the environment gives is written down, what it does not give is random, and what is there
already stays. So the first start needs no configuration, and no secret is in the image, in a file
of the checkout or in anyone's defaults.

    rabbitmq-password, postgres-password, metrics-token    one value each, for the servers and for
                                                           Prometheus
    env    all of them as KEY="value", for the application (GLEANER_ENV)
    erlang-cookie    by which the nodes of a RabbitMQ cluster know each other; made once, and nobody
                     else's business
"""

import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

FILES = {
    "RABBITMQ_DEFAULT_PASS": "rabbitmq-password",
    "POSTGRES_PASSWORD": "postgres-password",
    "SECRET_KEY": "secret-key",
    "METRICS_TOKEN": "metrics-token",
}
COOKIE = "erlang-cookie"
SHARED = 0o444  # the servers run as users of their own; nobody but our containers sees the volume


def make(directory: Path, given: Mapping[str, str]) -> None:
    """Write the files of `directory`; a value in `given` replaces what is there.

    Raises ValueError for a bad one.
    """
    values = {}
    for name, file in FILES.items():
        path = directory / file
        value = given.get(name) or (
            path.read_text() if path.exists() else secrets.token_urlsafe(32)
        )
        if value.startswith("$") or not value.isprintable():
            raise ValueError(
                f"{name} must not start with $ and must be one printable line"
            )
        values[name] = value
        write(path, value)
    if not (directory / COOKIE).exists():
        write(directory / COOKIE, secrets.token_urlsafe(32))
    write(
        directory / "env",
        "".join(f"{name}={quoted(value)}\n" for name, value in values.items()),
    )


def write(path: Path, text: str) -> None:
    """Replace the file as a whole: a container that reads now finds the old text or the new one."""
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(
        os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, SHARED), "w"
    ) as file:
        file.write(text)
    part.rename(path)


def quoted(value: str) -> str:
    """As django-environ reads it back."""
    return '"' + re.sub(r'([\\"])', r"\\\1", value) + '"'


if __name__ == "__main__":
    make(Path("/run/gleaner"), os.environ)
