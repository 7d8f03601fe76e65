"""Settings of backups: which ones stay, and the bucket that gets a copy."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from environ import Env

from pipeline.backup.keep import Rule, parse


@dataclass(frozen=True, slots=True)
class S3:
    """A bucket that speaks S3, and how to sign in to it."""

    endpoint: str
    bucket: str
    prefix: str
    region: str
    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)


def keep_rule(words: str) -> Rule:
    """Read BACKUP_KEEP. Raises ImproperlyConfigured."""
    try:
        return parse(words)
    except ValueError as error:
        raise ImproperlyConfigured(f"BACKUP_KEEP: {error}.") from None


def bucket(env: Env) -> S3 | None:
    """Read the settings of the bucket; None where there is none. Raises ImproperlyConfigured."""
    name = env.str("BACKUP_S3_BUCKET", default="")
    if not name:
        return None
    endpoint = env.str("BACKUP_S3_ENDPOINT", default="https://s3.amazonaws.com")
    address = urlsplit(endpoint)
    if address.scheme not in ("http", "https") or not address.netloc:
        raise ImproperlyConfigured(
            f"BACKUP_S3_ENDPOINT: {endpoint!r} is no URL such as https://s3.example.org."
        )
    access_key = env.str("BACKUP_S3_ACCESS_KEY", default="")
    secret_key = env.str("BACKUP_S3_SECRET_KEY", default="")
    return S3(
        endpoint=endpoint,
        bucket=name,
        prefix=env.str("BACKUP_S3_PREFIX", default="").strip("/"),
        region=env.str("BACKUP_S3_REGION", default=""),
        access_key=access_key or _from_file(env, "BACKUP_S3_ACCESS_KEY"),
        secret_key=secret_key or _from_file(env, "BACKUP_S3_SECRET_KEY"),
    )


def _from_file(env: Env, name: str) -> str:
    """Read the file of a secret, as Docker and Kubernetes hand them out."""
    file = env.str(f"{name}_FILE", default="")
    if not file:
        raise ImproperlyConfigured(f"BACKUP_S3_BUCKET needs {name} or {name}_FILE.")
    try:
        return Path(file).read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE: {error.strerror}: {file}.") from None
