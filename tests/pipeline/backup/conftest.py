"""Backups of the tests' own database, in a folder of their own."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.backup.keep import Rule


@pytest.fixture
def backup_dir(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where backups go in this test; all of them stay."""
    monkeypatch.setenv("BACKUP_DIR", str(tmp_path / "backups"))
    monkeypatch.delenv("BACKUP_SCHEDULE", raising=False)
    settings.BACKUP_DIR = str(tmp_path / "backups")
    settings.BACKUP_KEEP = Rule(last=100)
    settings.BACKUP_S3 = None
    settings.BACKUP_SCHEDULE = ""
    return tmp_path / "backups"
