"""The reference pages of the documentation list what the code has, no more and no less."""

import ast
import re
from collections.abc import Iterator

import pytest

from infra.local.stack import CHECKOUT
from pipeline.monitor.logs.writer import DROPPED
from pipeline.monitor.metrics import Metrics
from tests.test_readme import rows_of

ROOMS = ("catalog", "infra", "myworld", "pipeline")
LEVELS = {"exception": "error"}  # of the methods of a logger that are not named so
METHODS = {"debug", "info", "warning", "error", "exception"}


def logged() -> Iterator[tuple[str, str]]:
    """Yield the name and the level of each event that the code logs."""
    for room in ROOMS:
        for path in (CHECKOUT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and is_log(node.func):
                    yield name_of(node), level_of(node)


def is_log(function: ast.expr) -> bool:
    """Whether this is a method of a structlog logger."""
    if not isinstance(function, ast.Attribute) or function.attr not in METHODS:
        return False
    return ast.unparse(function.value) in ("log", "structlog.get_logger(__name__)")


def name_of(call: ast.Call) -> str:
    name = call.args[0]
    if isinstance(name, ast.Constant):
        return str(name.value)
    assert ast.unparse(name) == "DROPPED", "an event's name is written as a literal"
    return DROPPED


def level_of(call: ast.Call) -> str:
    assert isinstance(call.func, ast.Attribute)
    return LEVELS.get(call.func.attr, call.func.attr)


def test_every_log_event_is_described_with_its_level_and_no_other() -> None:
    described = {(row[0], row[1]) for row in rows_of("docs/log-events.md")}

    assert described == set(logged())


def test_every_log_event_has_a_sentence() -> None:
    for name, _level, meaning in rows_of("docs/log-events.md"):
        assert re.fullmatch(r"[A-Z].*[.]", meaning), name


@pytest.mark.django_db
def test_every_metric_is_described_with_its_labels_and_no_other() -> None:
    described = {
        (row[0], tuple(re.findall(r"\w+", row[1])))
        for row in rows_of("docs/metrics.md")
    }

    assert described == {(each.name, each._labelnames) for each in Metrics().collect()}
