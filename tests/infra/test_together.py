"""Processes that were forked from one parent tell the terminal of their restarts."""

from pathlib import Path

import pytest

from infra import together


def test_what_ended_is_told_line_by_line_in_the_folder_of_logs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GLEANER_LOGS", str(tmp_path))
    together.tell("fetch was killed by SIGKILL; it is started again in 1 s")
    together.tell("fetch was started again")

    told = (tmp_path / together.RESTARTS).read_text().splitlines()
    assert told == [
        "fetch was killed by SIGKILL; it is started again in 1 s",
        "fetch was started again",
    ]
