"""What is vendored, against the list of it in docs/third-party.md."""

import re
from pathlib import Path

LIST = "docs/third-party.md"
# Where files of others lie; a licence beside them is named like them.
FOLDERS = (
    "catalog/static/gleaner/fonts",
    "catalog/static/gleaner/vendor",
    "pipeline/web/static/web/vendor",
    "tests/browser/vendor",
)
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.M)
FILE = re.compile(r"`([^`]+)`")


def differences(root: Path) -> list[str]:
    """Return what is there and not listed, and what is listed and not there, as sentences."""
    there = {
        str(file.relative_to(root))
        for folder in FOLDERS
        for file in (root / folder).iterdir()
    }
    listed = set()
    found = []
    for name, version, _, files in _rows(root):
        paths = FILE.findall(files)
        listed |= set(paths)
        found += [
            f"{path} does not say that it is version {version} of {name}"
            for path in paths
            if path.endswith((".js", ".css")) and not _states(root / path, version)
        ]
    found += [f"{path} is not in {LIST}" for path in sorted(there - listed)]
    found += [
        f"{LIST} names {path}, which is not there" for path in sorted(listed - there)
    ]
    return found


def _rows(root: Path) -> list[tuple[str, str, str, str]]:
    rows = ROW.findall((root / LIST).read_text())
    return [row for row in rows if FILE.search(row[3])]


def _states(file: Path, version: str) -> bool:
    if not file.is_file():
        return True  # said by another sentence
    return version in file.read_text()[:2000] or file.name.endswith(".min.css")
