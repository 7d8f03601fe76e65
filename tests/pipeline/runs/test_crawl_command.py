"""What `manage.py crawl` makes of its arguments before anything is launched."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from pipeline.broker import publisher
from pipeline.management.commands import crawl
from pipeline.models import Run

pytestmark = pytest.mark.django_db


@pytest.fixture
def crawled(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The addresses of each run."""
    runs: list[list[str]] = []

    def note(command: Any, addresses: list[str], *_: Any) -> bool:
        runs.append(list(addresses))
        return len(runs) != 2

    monkeypatch.setattr(crawl.Command, "crawl", note)
    return runs


def test_files_and_urls_go_into_one_run(
    crawled: list[list[str]], tmp_path: Path
) -> None:
    file = tmp_path / "blogs.csv"
    file.write_text("name,url\nA,a.example\n")
    call_command("crawl", "https://b.example/", str(file))
    assert crawled == [["https://b.example/", "https://a.example"]]


def test_bad_lines_are_named_and_the_way_is_said(
    crawled: list[list[str]], tmp_path: Path, settings: Any
) -> None:
    settings.FETCH_ALLOWED_NETWORKS = []
    file = tmp_path / "blogs.txt"
    file.write_text("a.example\nhello\n")
    with pytest.raises(CommandError, match=r"blogs\.txt, line 2: hello.*--only-valid crawls the other 1"):  # fmt: skip
        call_command("crawl", str(file), "localhost")
    assert crawled == []
    call_command("crawl", str(file), "localhost", "--only-valid")
    assert crawled == [["https://a.example"]]


def test_what_was_left_out_is_noted_on_the_first_run(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.MAX_ADDRESSES = 1
    monkeypatch.setattr(publisher, "send_discover", lambda *_, **__: None)
    monkeypatch.setattr(crawl, "follow", lambda *_: None)
    monkeypatch.setattr(crawl.Command, "report", lambda *_: None)
    good = ["https://a.example/", "https://b.example/"]
    with pytest.raises(SystemExit):  # neither run stored anything
        call_command("crawl", *good, "he\udcffllo", "--only-valid", "--split")
    first, second = Run.objects.order_by("pk")
    assert first.notes[0].startswith("Left out at the launch: he?llo: ")
    assert len(first.notes) == 1
    assert second.notes == []


def test_more_than_a_run_takes_is_refused_with_the_number_or_split(
    crawled: list[list[str]], settings: Any
) -> None:
    settings.MAX_ADDRESSES = 2
    given = [f"https://{n}.example/" for n in range(5)]
    with pytest.raises(CommandError, match=r"5 addresses.*--split starts 3 runs"):
        call_command("crawl", *given)
    with pytest.raises(SystemExit):  # the second run stored nothing
        call_command("crawl", *given, "--split")
    assert [len(each) for each in crawled] == [2, 2, 1]


def test_a_file_that_cannot_be_read_is_named(
    crawled: list[list[str]], tmp_path: Path
) -> None:
    file = tmp_path / "image.png"
    file.write_bytes(b"\x89PNG\0")
    with pytest.raises(CommandError, match=r"image\.png: The file is not a text file"):
        call_command("crawl", str(file))
