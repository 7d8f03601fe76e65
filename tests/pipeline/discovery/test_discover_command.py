"""`manage.py discover`: URLs on the standard output, what came of each address on the standard error."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from pipeline.management.commands.discover import Progress
from tests.pipeline.servers import Server, response

DAYS = [date(2025, 5, 5) - timedelta(days=9 * n) for n in range(6)]
POSTS = [f"/2025/a-post-about-something-rather-long-and-winding-{n}/" for n in range(6)]


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    settings.FETCH_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    settings.FETCH_HOST_DELAY = 0
    lines = "".join(
        f"<li><time datetime={day}></time><a href='{post}'>Post</a></li>"
        for day, post in zip(DAYS, POSTS, strict=True)
    )
    with Server() as server:
        server.pages["/"] = response(200, f"<html><ul>{lines}</ul></html>".encode())
        yield server


def run(
    capsys: pytest.CaptureFixture[str], *arguments: str
) -> tuple[list[str], str, int]:
    """The lines of the standard output, the standard error and the exit status."""
    status = 0
    try:
        call_command("discover", *arguments)
    except SystemExit as stopped:
        status = int(stopped.code or 0)
    said = capsys.readouterr()
    return said.out.splitlines(), said.err, status


def test_a_line_for_each_url_and_a_report_for_each_address(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    out, err, status = run(capsys, server.url + "/", "--json")
    assert [json.loads(line)["url"] for line in out] == [
        server.url + post for post in POSTS
    ]
    assert f"{server.url}/: 6 articles of 6 URLs seen" in err
    assert status == 0


def test_urls_stay_whole_however_narrow_the_screen_is(
    server: Server, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    out, _, _ = run(capsys, server.url + "/")
    assert [line.split()[2] for line in out] == [server.url + post for post in POSTS]
    assert out[0].split()[1] == "2025-05-05"


def test_what_is_left_out_has_its_reason(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    out, err, status = run(
        capsys, server.url + "/", "--exclude", "/2025/", "--refused", "--json"
    )
    assert {json.loads(line)["refused"] for line in out} == {"excluded"}
    assert "Your options leave all of them out." in err
    assert status == 1


def test_nothing_found_is_a_failure_with_its_reason(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    out, err, status = run(capsys, server.url + "/gone/")
    assert (out, status) == ([], 1)
    assert "404 Not Found" in err
    assert "check the URL" in err


def test_a_port_that_refuses_is_left_at_once(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    out, err, status = run(capsys, "http://127.0.0.1:1/")
    assert (out, status) == ([], 1)
    assert "Connection refused" in err
    assert "1 request." in err


def test_a_pattern_that_cannot_be_used_is_told_before_anything_is_requested(
    server: Server,
) -> None:
    with pytest.raises(CommandError, match="lookaround"):
        call_command("discover", server.url + "/", "--include", "/(?=a)b/")
    assert server.paths == []


def test_limits_can_be_set(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    _, err, _ = run(capsys, server.url + "/", "--max-requests", "1")
    assert "stopped after 1 requests (raise --max-requests" in err


class Stream:
    """A stream that remembers what was written."""

    def __init__(self, *, is_terminal: bool) -> None:
        self.is_terminal = is_terminal
        self.written = ""

    def isatty(self) -> bool:
        return self.is_terminal

    def write(self, text: str) -> int:
        self.written += text
        return len(text)

    def flush(self) -> None:
        return


def test_progress_is_one_line_for_a_person_and_now_and_then_a_line_for_a_file() -> None:
    terminal = Stream(is_terminal=True)
    progress = Progress(terminal)  # type: ignore[arg-type]
    progress("https://a.example/", 3)
    progress.end()
    assert "1 requests, 3 URLs seen, last https://a.example/" in terminal.written
    assert "\n" not in terminal.written

    file = Stream(is_terminal=False)
    progress = Progress(file)  # type: ignore[arg-type]
    progress("https://a.example/", 3)
    assert file.written == ""
    progress.said_at -= 60
    progress("https://a.example/", 4)
    assert file.written == "2 requests, 4 URLs seen, last https://a.example/\n"
