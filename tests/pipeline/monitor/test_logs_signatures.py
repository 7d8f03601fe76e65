"""What makes two errors the same, and how a traceback is folded."""

import logging
import sys

import pytest

from pipeline.monitor.logs.fingerprints import folded, place, raised, signature

TRACE = """Traceback (most recent call last):
  File "/app/pipeline/stage.py", line 152, in attempt
    return work(visit)
           ^^^^^^^^^^^
  File "/app/pipeline/extraction/reading.py", line 7, in read
    tree = lxml.html.fromstring(page)
  File "/venv/lib/python3.11/site-packages/lxml/html/__init__.py", line 873, in fromstring
    doc = document_fromstring(html)
  File "/venv/lib/python3.11/site-packages/lxml/html/pipeline/x.py", line 761, in document_fromstring
    raise etree.ParserError(
lxml.etree.ParserError: Document is empty
"""


def test_it_works() -> None:
    event = {"event": "stage_crashed", "exception": TRACE}
    assert (
        signature(event)
        == "stage_crashed ParserError pipeline/extraction/reading.py:read"
    )


def test_the_same_error_on_another_line_and_with_another_text_is_the_same() -> None:
    other = TRACE.replace("line 7", "line 99").replace(
        "Document is empty", "Something else"
    )
    assert signature({"event": "e", "exception": TRACE}) == signature(
        {"event": "e", "exception": other}
    )
    assert signature({"event": "e", "exception": TRACE}) != signature(
        {"event": "f", "exception": TRACE}
    )


@pytest.mark.parametrize(
    ("trace", "name", "where"),
    [
        ("", "", ""),
        ("no traceback at all", "", ""),
        ("KeyboardInterrupt", "KeyboardInterrupt", ""),
        (TRACE, "ParserError", "pipeline/extraction/reading.py:read"),
        (TRACE + TRACE.replace("ParserError", "Other"), "Other", "pipeline/extraction/reading.py:read"),
        ('  File "/x/catalog/models.py", line 1, in <module>\na.b.C', "C", "catalog/models.py:<module>"),
        ("x" * 100_000, "x" * 100_000, ""),
    ],
)  # fmt: skip
def test_the_parts_of_a_signature(trace: str, name: str, where: str) -> None:
    assert (raised(trace), place(trace)) == (name, where)
    assert len(signature({"event": "e" * 500, "exception": trace})) <= 200


def test_an_error_without_a_traceback_is_known_by_its_event() -> None:
    assert signature({"event": "launch_refused", "exception": None}) == "launch_refused"


def test_the_frames_of_libraries_are_folded() -> None:
    short, number = folded(TRACE)
    assert number == 2
    assert "… 2 frames of libraries" in short
    assert "fromstring(html)" not in short
    assert "lxml.html.fromstring(page)" in short
    assert short.endswith("lxml.etree.ParserError: Document is empty")


def test_a_real_traceback_is_read() -> None:
    try:
        raised(None)  # type: ignore[arg-type]
    except AttributeError:
        trace = logging.Formatter().formatException(sys.exc_info())
    assert (raised(trace), place(trace)) == (
        "AttributeError",
        "pipeline/monitor/logs/fingerprints.py:raised",
    )


def test_what_is_no_traceback_is_shown_as_it_is() -> None:
    assert folded("one line") == ("one line", 0)
    assert folded("") == ("", 0)
