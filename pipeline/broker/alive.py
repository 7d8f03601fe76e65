"""A file that a worker touches while it can work, for infra/healthy.py, which asks nobody."""

import tempfile
from contextlib import suppress
from pathlib import Path

NAME = "gleaner-{}.alive"


def touch(process: str) -> None:
    """Say that `process` can work.

    A disk that takes nothing says so by itself: the file grows old.
    """
    with suppress(OSError):
        (Path(tempfile.gettempdir()) / NAME.format(process)).touch()
