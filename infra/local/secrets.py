"""Random secrets of the local stack, each in a file that only its owner can read."""

import os
import secrets
from pathlib import Path


def secret(path: Path) -> str:
    """Return the secret kept in `path`; made on first use, 0600."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text()
    value = secrets.token_urlsafe(32)
    with os.fdopen(descriptor, "w") as file:
        file.write(value)
    return value
