"""What is published: wheel, sdist, list of components, checksums."""

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCKED = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^\s;]+)", re.M)


def build(root: Path, to: Path) -> list[Path]:
    """Build wheel and sdist of the committed files; return them."""
    # The time of the commit, so that the same commit gives the same bytes
    stamp = _run(root, "git", "log", "-1", "--format=%ct").strip()
    env = {**os.environ, "SOURCE_DATE_EPOCH": stamp}
    command = [sys.executable, "-m", "build", "--outdir", str(to), str(root)]
    subprocess.run(command, check=True, env=env, cwd=root)
    return sorted([*to.glob("*.whl"), *to.glob("*.tar.gz")])


def list_components(root: Path, version: str, to: Path) -> Path:
    """Write the components of requirements.lock, which is what the image holds, as CycloneDX."""
    file = to / f"gleaner-{version}.cdx.json"
    command = [
        str(Path(sys.executable).with_name("cyclonedx-py")),
        "requirements",
        str(root / "requirements.lock"),
        "--pyproject",
        str(root / "pyproject.toml"),
        "--mc-type",
        "application",
        "--spec-version",
        "1.6",
        "--output-reproducible",
        "--validate",
        "--output-file",
        str(file),
    ]
    subprocess.run(command, check=True, cwd=root)
    missing = missing_components(root, json.loads(file.read_text()))
    if missing:
        raise ValueError(f"the list of components lacks {', '.join(missing)}")
    return file


def missing_components(root: Path, document: dict[str, Any]) -> list[str]:
    """Return what is locked and not in the list."""
    locked = LOCKED.findall((root / "requirements.lock").read_text())
    listed = {
        (each["name"].lower().replace("_", "-"), each.get("version"))
        for each in document["components"]
    }
    return [
        f"{name} {number}" for name, number in locked if (name, number) not in listed
    ]


def write_checksums(files: list[Path], to: Path) -> Path:
    """Write SHA256SUMS as `sha256sum --check` reads it."""
    sums = to / "SHA256SUMS"
    lines = [
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n"
        for file in sorted(files)
    ]
    sums.write_text("".join(lines))
    return sums


def _run(root: Path, *command: str) -> str:
    done = subprocess.run(command, check=True, cwd=root, capture_output=True, text=True)
    return done.stdout
