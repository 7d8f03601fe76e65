"""What reaches the log, and what never does."""

from typing import Any

import pytest
import structlog

from myworld import logs


def through(**event: Any) -> dict[str, Any]:
    return dict(logs.redact(None, "", event))


@pytest.mark.parametrize(
    "name", ["password", "SECRET_KEY", "authorization", "set-cookie", "api_key", "token", "sesame"]
)
def test_a_field_that_is_named_like_a_secret_is_not_told(name: str) -> None:
    assert through(**{name: "hush"}) == {name: "[redacted]"}


def test_addresses_are_told_without_who_signs_in() -> None:
    assert through(url="amqp://user:hush@host:5672/v") == {"url": "amqp://[redacted]@host:5672/v"}
    assert through(path="/signin/?sesame=hush&next=/") == {"path": "/signin/?sesame=[redacted]&next=/"}


def test_a_long_value_keeps_its_beginning_and_its_end() -> None:
    told = through(exception="first line" + "x" * 100_000 + "ValueError: the reason")["exception"]

    assert len(told) < 10_000
    assert told.startswith("first line")
    assert told.endswith("ValueError: the reason")


def test_health_probes_are_not_told() -> None:
    with pytest.raises(structlog.DropEvent):
        logs.drop_probes(None, "", {"event": "request_finished", "request": "GET /readyz"})

    assert logs.drop_probes(None, "", {"event": "request_finished", "request": "GET /runs/1/"})
    assert logs.drop_probes(None, "", {"event": "request_failed", "request": "GET /readyz"})


def test_an_event_becomes_a_row_with_the_rest_as_data() -> None:
    row = logs.row({"event": "stage_finished", "level": "info", "run": 1, "url": "https://a.test/", "seconds": 0.1}, 20)

    assert (row["event"], row["run"], row["url"], row["data"]) == (
        "stage_finished",
        1,
        "https://a.test/",
        {"seconds": 0.1},
    )
