"""`manage.py extract`: a JSON line a page, without servers."""

import json
import time
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from pipeline.management.commands import extract as command

PAGES = Path(__file__).parent / "pages"
FIELDS = {
    "id",
    "title",
    "author",
    "published",
    "text",
    "html",
    "language",
    "tags",
    "quality",
    "reasons",
    "methods",
    "markdown",
    "updated",
    "left_out",
}


def lines(*arguments: str) -> list[dict[str, object]]:
    out = StringIO()
    call_command("extract", *arguments, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_file_gives_one_line_with_every_field() -> None:
    (line,) = lines(
        str(PAGES / "octopress_code_figure.html"),
        "--url",
        "https://harbour.example/2023/02/11/three-broken-promises/",
    )
    assert set(line) == FIELDS
    assert line["title"] == "Three broken promises"
    assert line["author"] == "Ines Bramley"
    assert line["published"] == "2023-02-11T21:40:00-05:00"


def test_a_batch_keeps_its_order_and_says_what_could_not_be_read(
    tmp_path: Path,
) -> None:
    batch = tmp_path / "batch.jsonl"
    names = ["soft_404.html", "news_with_promotions.html", "missing.html"]
    rows = [
        {"id": name, "path": str(PAGES / name), "url": f"https://x.example/{name}"}
        for name in names
    ]
    batch.write_text("".join(json.dumps(row) + "\n" for row in rows))
    refused, news, missing = lines("--batch", str(batch))
    assert [refused["id"], news["id"], missing["id"]] == names
    assert refused["text"] == ""
    assert refused["title"] == "Page not found"
    assert refused["reasons"] == [
        "soft-404: The page says that there is no such page, with a status of success."
    ]
    assert news["author"] == "Marta Quill"
    assert missing["reasons"] == ["unreadable: No such file or directory"]


def test_nothing_to_read_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="give a file"):
        lines()
    with pytest.raises(CommandError, match="nowhere"):
        lines("--batch", str(tmp_path / "nowhere"))


def test_a_page_that_takes_too_long_is_given_up_with_a_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(command, "PAGE_SECONDS", 0.05)
    monkeypatch.setattr(command, "examine", lambda *_: time.sleep(60))
    (line,) = lines(str(PAGES / "octopress_code_figure.html"))
    assert line["text"] == ""
    assert line["reasons"] == [command.TOO_LONG]
