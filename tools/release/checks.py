"""What must hold before a release is built."""

import re
import subprocess
import tomllib
from pathlib import Path

VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
SECTION = re.compile(r"^## \[?([^\s\]]+)\]?.*$", re.M)


class NotReady(Exception):
    """Why no release can be built, and what to do."""


def check(version: str, root: Path) -> None:
    """Raise NotReady where the checkout is not what would be released under this version."""
    if not VERSION.fullmatch(version):
        raise NotReady(f"{version!r} is no version such as 1.2.3")
    _check_tree(root)
    _check_tag(version, root)
    stated = stated_version(root)
    if stated != version:
        raise NotReady(f"pyproject.toml says {stated}: set it to {version} and commit")
    notes = release_notes((root / "CHANGELOG.md").read_text(), version)
    if not notes.strip():
        raise NotReady(f"the section {version} of CHANGELOG.md is empty")


def stated_version(root: Path) -> str:
    """Return the version of pyproject.toml, the only place that has it."""
    return str(
        tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"]
    )


def release_notes(changelog: str, version: str) -> str:
    """Return the section of a version. Raises NotReady where there is none with a date."""
    heading = re.compile(rf"^## \[?{re.escape(version)}\]? - \d{{4}}-\d\d-\d\d$", re.M)
    found = heading.search(changelog)
    if found is None:
        raise NotReady(
            f"CHANGELOG.md has no section `## {version} - YYYY-MM-DD`: "
            "rename Unreleased to it"
        )
    following = SECTION.search(changelog, found.end())
    end = following.start() if following else len(changelog)
    return changelog[found.end() : end]


def _check_tree(root: Path) -> None:
    changed = _git(root, "status", "--porcelain")
    if changed:
        files = ", ".join(line[3:] for line in changed.splitlines()[:5])
        raise NotReady(f"there are changes that are not committed: {files}")


def _check_tag(version: str, root: Path) -> None:
    """Refuse a tag of another commit; in CI a tag of this one started it all."""
    tagged = _git(root, "tag", "--points-at", "HEAD").splitlines()
    existing = _git(root, "tag", "--list", f"v{version}")
    if existing and f"v{version}" not in tagged:
        raise NotReady(f"v{version} was released already, from another commit")


def _git(root: Path, *arguments: str) -> str:
    command = ["git", "-C", str(root), *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.rstrip("\n")
