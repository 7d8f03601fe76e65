"""What an answer means for an original, and when it is looked at again."""

from datetime import UTC, datetime, timedelta

import pytest

from catalog.models import LinkCheck
from pipeline.core.failures import Rejected, Unavailable
from pipeline.core.records import Sighting
from pipeline.linkcheck.judge import (
    AGAIN_AFTER_TROUBLE,
    GONE_AFTER,
    MISSING,
    MOVED,
    THERE,
    UNREACHABLE,
    Answer,
    Known,
    judge,
    read_answer,
)

NOW = datetime(2026, 3, 1, tzinfo=UTC)
MONTH = timedelta(days=30)
URL = "http://blog.example/post/"


@pytest.mark.parametrize(
    ("final_url", "status", "kind"),
    [
        (URL, 200, THERE),
        ("https://www.blog.example/post", 200, THERE),
        (URL, 404, MISSING),
        (URL, 410, MISSING),
        ("https://blog.example/post", 404, MISSING),
        (URL, 403, UNREACHABLE),
        (URL, 500, UNREACHABLE),
        ("http://blog.example/", 200, MOVED),
        ("http://other.example/post/", 200, MOVED),
        ("http://blog.example/new-place/", 404, UNREACHABLE),
        ("http://blog.example/login", 401, UNREACHABLE),
    ],
)
def test_only_the_own_address_says_that_an_original_is_missing(
    final_url: str, status: int, kind: str
) -> None:
    answer = read_answer(URL, Sighting(final_url, status))
    assert answer is not None
    assert (answer.kind, answer.status) == (kind, status)


@pytest.mark.parametrize("reason", ["timeout", "robots", "unknown-host", "tls"])
def test_no_answer_is_told_by_its_reason(reason: str) -> None:
    assert read_answer(URL, Unavailable(reason)) == Answer(UNREACHABLE, reason=reason)
    assert read_answer(URL, Rejected(reason)) == Answer(UNREACHABLE, reason=reason)


@pytest.mark.parametrize("reason", ["host-busy", "host-given-up", "stopped"])
def test_a_server_that_was_not_asked_has_not_answered(reason: str) -> None:
    assert read_answer(URL, Unavailable(reason)) is None


def looks(*seen: tuple[float, str]) -> Known:
    """What is known after these answers, each some days after the beginning."""
    known = Known()
    for days, kind in seen:
        status = 404 if kind == MISSING else None
        known = judge(known, Answer(kind, status), NOW + timedelta(days=days), MONTH)
    return known


def test_it_is_gone_after_two_404s_a_week_apart_with_both_as_evidence() -> None:
    once = looks((0, MISSING))
    assert not once.is_gone
    assert once.next_at == NOW + GONE_AFTER
    twice = judge(once, Answer(MISSING, 410), NOW + GONE_AFTER, MONTH)
    assert twice.is_gone
    assert (twice.missing_at, twice.missing_status) == (NOW, 404)
    assert (twice.confirmed_at, twice.confirmed_status) == (NOW + GONE_AFTER, 410)


def test_two_404s_within_a_week_are_one() -> None:
    soon = looks((0, MISSING), (3, MISSING), (6.9, MISSING))
    assert not soon.is_gone
    assert soon.missing_at == NOW
    assert soon.next_at == NOW + GONE_AFTER


@pytest.mark.parametrize("kind", [THERE, MOVED])
def test_a_page_in_between_begins_anew(kind: str) -> None:
    assert not looks((0, MISSING), (4, kind), (8, MISSING)).is_gone


def test_trouble_in_between_is_no_evidence_of_either() -> None:
    assert looks((0, MISSING), (7, UNREACHABLE), (10, MISSING)).is_gone
    assert not looks((0, UNREACHABLE), (7, UNREACHABLE), (90, UNREACHABLE)).is_gone
    assert looks((0, MISSING), (7, MISSING), (14, UNREACHABLE)).is_gone


def test_what_comes_back_is_not_gone() -> None:
    back = looks((0, MISSING), (7, MISSING), (14, THERE))
    assert back == Known(next_at=NOW + timedelta(days=14) + MONTH)


def test_trouble_is_looked_at_sooner_than_the_rest() -> None:
    assert looks((0, UNREACHABLE)).next_at == NOW + AGAIN_AFTER_TROUBLE
    assert looks((0, THERE)).next_at == NOW + MONTH
    first, proof = looks((0, MISSING), (7, MISSING)), looks((0, MISSING), (20, MISSING))
    assert first.next_at == NOW + 2 * GONE_AFTER
    again = judge(proof, Answer(MISSING, 404), NOW + timedelta(days=27), MONTH)
    assert again.confirmed_at == NOW + timedelta(days=20)


def test_the_answers_are_those_of_the_table() -> None:
    assert set(LinkCheck.Answer.values) == {THERE, MISSING, MOVED, UNREACHABLE}
