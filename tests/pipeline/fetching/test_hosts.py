"""Hosts in PostgreSQL: what all workers agree on."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from pipeline.core.failures import Rejected, Unavailable
from pipeline.core.records import Page
from pipeline.fetching import Fetcher, Pace, Policy, RobotsFile
from pipeline.fetching.hosts import DatabaseHosts, Host, robots_cache
from pipeline.fetching.hosts import store as hosts_store
from pipeline.fetching.politeness import pace
from tests.pipeline.servers import Server, response
from tests.real_servers import RealServer
from tests.waiting import PATIENCE_SECONDS

pytestmark = pytest.mark.django_db(transaction=True)
POLICY = Policy("Gleaner/0.1", host_delay=0.2, allowed_networks=("127.0.0.0/8",))
CHECKOUT = Path(__file__).parents[3]
NOW = datetime.now(UTC)
RULES = RobotsFile(
    "http://a.org/robots.txt", 200, "User-agent: *\nDisallow: /no\n", NOW
)


@pytest.fixture
def server() -> Iterator[Server]:
    with Server({"/": response()}) as server:
        yield server


def in_threads(count: int, work: Callable[[int], Any]) -> list[Any]:
    results: list[Any] = []

    def run(n: int) -> None:
        try:
            results.append(work(n))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_slots_follow_each_other_at_the_pace() -> None:
    hosts = DatabaseHosts()
    waits = [hosts.slot("a.org", Pace(1000), 9000).wait for _ in range(4)]
    assert waits == pytest.approx([0, 1050, 2100, 3150], abs=PATIENCE_SECONDS)
    row = Host.objects.get(name="a.org")
    assert (row.delay, row.delay_reason) == (1000, "setting")
    assert row.next_at > timezone.now() + timedelta(seconds=4000)


def test_no_two_callers_get_the_same_slot() -> None:
    hosts = [DatabaseHosts(), DatabaseHosts()]

    def work(n: int) -> list[float]:
        return [
            time.monotonic() + hosts[n % 2].slot("a.org", Pace(1000), 99_000).wait
            for _ in range(10)
        ]

    slots = sorted(chain.from_iterable(in_threads(8, work)))
    gaps = [later - earlier for earlier, later in pairwise(slots)]
    assert gaps == pytest.approx([1050] * 79, abs=PATIENCE_SECONDS)


def test_a_far_slot_is_not_taken_but_a_time_to_come_back_is_told() -> None:
    hosts = DatabaseHosts()
    hosts.slot("a.org", Pace(1000), 2)
    before = Host.objects.get(name="a.org").next_at
    turns = [hosts.slot("a.org", Pace(1000), 2) for _ in range(3)]
    assert not any(turn.granted for turn in turns)
    assert {turn.reason for turn in turns} == {"pace"}
    waits = [turn.wait for turn in turns]
    assert waits == pytest.approx([1049, 1574, 2099], abs=PATIENCE_SECONDS)
    assert Host.objects.get(name="a.org").next_at == before
    assert hosts.slot("a.org", Pace(1000), 1100).granted


def test_the_same_as_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.fetching import MemoryHosts

    def told(hosts: Any) -> list[tuple[bool, float, str]]:
        turns = [hosts.slot("a.org", Pace(1000), 1500) for _ in range(4)]
        hosts.heard("a.org", 6000)
        turns += [hosts.slot("a.org", Pace(1000), 15_000) for _ in range(2)]
        hosts.failed("a.org", "timeout")
        hosts.park("a.org", 3600, "http-429")
        turns += [
            hosts.slot("a.org", Pace(1000), 1500),
            hosts.slot("b.org", Pace(0), 1500),
            hosts.slot("c.org", Pace(1000), -1),
        ]
        monkeypatch.setattr(pace, "back_off", lambda _failures: 0.0)
        for _ in range(pace.GIVE_UP_AFTER):
            hosts.failed("d.org", "timeout")
        return [
            (turn.granted, turn.wait, turn.reason)
            for turn in [*turns, hosts.slot("d.org", Pace(1000), 1500)]
        ]

    monkeypatch.setattr(hosts_store.hosts_sql, "BACK_OFFS", [0.0] * pace.GIVE_UP_AFTER)
    assert told(DatabaseHosts()) == [
        (granted, pytest.approx(wait, abs=PATIENCE_SECONDS), reason)
        for granted, wait, reason in told(MemoryHosts())
    ]


def test_a_fetch_is_one_statement(django_assert_num_queries: Any) -> None:
    hosts = DatabaseHosts()
    hosts.robots("a.org", 86_400, lambda: RULES)
    with django_assert_num_queries(5):
        for _ in range(5):
            assert hosts.robots("a.org", 86_400, lambda: RULES) == RULES
            assert hosts.slot("a.org", Pace(0.1), 9).granted
            hosts.heard("a.org", 0.05)


def test_full_speed_costs_no_statement(
    server: Server,
    django_assert_max_num_queries: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hosts_store, "NEWS_EVERY_SECONDS", 3600.0)
    fetcher = Fetcher(replace(POLICY, host_delay=0), DatabaseHosts())
    fetcher.fetch(server.url + "/")
    with django_assert_max_num_queries(
        6
    ):  # a look at who rests and news of answers, once in a while
        for _ in range(100):
            assert isinstance(fetcher.fetch(server.url + "/"), Page)


def test_a_rest_is_noticed_by_others_at_full_speed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hosts_store, "NEWS_EVERY_SECONDS", 0.1)
    here, there = DatabaseHosts(), DatabaseHosts()
    assert there.slot("a.org", Pace(0), 2).granted
    here.park("a.org", 3000, "http-503")
    assert not here.slot("a.org", Pace(0), 2).granted
    time.sleep(0.12)
    turn = there.slot("a.org", Pace(0), 2)
    assert (turn.granted, turn.reason, turn.detail) == (False, "parked", "http-503")
    assert turn.wait == pytest.approx(2999, abs=PATIENCE_SECONDS)
    assert Host.objects.get(parked_until__gt=timezone.now()).name == "a.org"


def test_what_was_heard_travels_with_the_next_slot() -> None:
    hosts = DatabaseHosts()
    hosts.slot("a.org", Pace(0.1), 9)
    for _ in range(3):
        hosts.heard("a.org", 1.0)
    hosts.slot("a.org", Pace(0.1), 9)
    row = Host.objects.get(name="a.org")
    assert (row.answered, row.delay_reason) == (3, "latency")
    assert row.latency == row.delay == pytest.approx(0.657)


def test_a_host_that_fails_is_backed_off_from_given_up_and_opened_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hosts = DatabaseHosts()
    assert hosts_store.hosts_sql.BACK_OFFS[:3] == [0, 0, 2]
    monkeypatch.setattr(hosts_store.hosts_sql, "BACK_OFFS", [0.0, 0.0, *[2000.0] * 8])
    began_at = timezone.now()
    for _ in range(5):
        hosts.failed("a.org", "timeout")
    row = Host.objects.get(name="a.org")
    assert (row.failures, row.last_failure) == (
        3,
        "timeout",
    )  # the other two were under way when it was parked
    assert row.parked_until is not None
    assert began_at < row.parked_until - timedelta(seconds=2000) < timezone.now()
    monkeypatch.setattr(hosts_store.hosts_sql, "BACK_OFFS", [0.0] * pace.GIVE_UP_AFTER)
    Host.objects.update(parked_until=None)
    for _ in range(pace.GIVE_UP_AFTER - 3):
        hosts.failed("a.org", "timeout")
    turn = hosts.slot("a.org", Pace(1), 99)
    assert (turn.granted, turn.reason, turn.detail) == (
        False,
        "closed",
        "10 failures in a row, the last: timeout",
    )
    assert Host.objects.reopen(["b.org"]) == 0
    assert Host.objects.reopen(["a.org"]) == 1
    assert hosts.slot("a.org", Pace(1), 99).granted


def test_an_answer_ends_the_failures() -> None:
    hosts = DatabaseHosts()
    hosts.failed("a.org", "timeout")
    hosts.failed("a.org", "timeout")
    hosts.heard("a.org", 0.1)
    assert Host.objects.get(name="a.org").failures == 0
    hosts.failed("a.org", "timeout")
    assert Host.objects.get(name="a.org").failures == 1


def test_robots_is_asked_once_by_many_workers() -> None:
    asked: list[float] = []

    def ask() -> RobotsFile:
        asked.append(time.monotonic())
        time.sleep(0.3)
        return RULES

    hosts = [DatabaseHosts() for _ in range(4)]
    files = in_threads(8, lambda n: hosts[n % 4].robots("a.org", 86_400, ask))
    assert len(asked) == 1
    assert {file.text for file in files} == {RULES.text}
    assert DatabaseHosts().robots("a.org", 86_400, ask).text == RULES.text  # type: ignore[union-attr]
    assert len(asked) == 1
    row = Host.objects.get(name="a.org")
    assert (row.robots_status, row.robots_text, row.robots_claimed_until) == (
        200,
        RULES.text,
        None,
    )
    assert row.robots_verdict == "rules"


def test_who_cannot_wait_for_robots_is_sent_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(robots_cache, "WAIT_SECONDS", 0.1)
    Host.objects.create(
        name="a.org", robots_claimed_until=timezone.now() + timedelta(seconds=60)
    )
    assert DatabaseHosts().robots("a.org", 86_400, lambda: RULES) is None
    Host.objects.update(
        robots_claimed_until=timezone.now() - timedelta(seconds=1)
    )  # that worker is dead
    assert DatabaseHosts().robots("a.org", 86_400, lambda: RULES) == RULES


def test_tdmrep_is_kept_with_robots_for_all() -> None:
    file = replace(RULES, tdmrep='[{"location": "/", "tdm-reservation": 1}]')
    DatabaseHosts().robots("a.org", 86_400, lambda: file)
    known = DatabaseHosts().robots("a.org", 86_400, lambda: RULES)
    assert known is not None
    assert known.tdmrep == file.tdmrep


def test_a_failed_attempt_at_robots_leaves_the_way_free() -> None:
    def fail() -> RobotsFile:
        raise RuntimeError

    hosts = DatabaseHosts()
    with pytest.raises(RuntimeError):
        hosts.robots("a.org", 86_400, fail)
    assert hosts.robots("a.org", 86_400, lambda: RULES) == RULES


@pytest.mark.parametrize(
    "problem",
    [
        Unavailable("robots-unreachable", "why", 30.0),
        Rejected("internal-address", "why"),
    ],
)
def test_a_problem_with_robots_is_kept_for_all(problem: Rejected | Unavailable) -> None:
    file = replace(
        RULES, text="", status=0, fetched_at=datetime.now(UTC), problem=problem
    )
    DatabaseHosts().robots("a.org", 86_400, lambda: file)
    known = DatabaseHosts().robots("a.org", 86_400, lambda: RULES)
    assert known is not None
    assert known.problem == problem


def test_robots_is_asked_again_after_a_day_and_old_rules_outlast_an_outage() -> None:
    old = replace(RULES, fetched_at=datetime.now(UTC) - timedelta(hours=25))
    DatabaseHosts().robots("a.org", 86_400, lambda: old)
    down = replace(
        RULES,
        text="",
        fetched_at=datetime.now(UTC),
        problem=Unavailable("robots-unreachable", "500", 30.0),
    )
    kept = DatabaseHosts().robots("a.org", 86_400, lambda: down)
    assert kept is not None
    assert (kept.text, kept.stale, kept.problem) == (RULES.text, True, None)
    Host.objects.update(robots_fetched_at=datetime.now(UTC) - timedelta(minutes=1))
    fresh = replace(RULES, text="", fetched_at=datetime.now(UTC))
    assert DatabaseHosts().robots("a.org", 86_400, lambda: fresh) == fresh


def slow(seconds: float) -> Callable[[Any, str], None]:
    def answer(wire: Any, _path: str) -> None:
        time.sleep(seconds)
        wire.sendall(response())

    return answer


def test_two_processes_with_eight_threads_keep_the_pace_on_every_host(
    postgres: RealServer,
) -> None:
    servers = [
        Server(answer=slow(n * 0.05), address=f"127.0.0.{n + 2}") for n in range(3)
    ]
    urls = [f"{server.url}/{n}" for n in range(10) for server in servers]
    given = {
        **os.environ,
        **postgres.environment,
        "GLEANER_ENV": "/nonexistent",
        "LOG_TO_DATABASE": "0",
    }
    given |= {
        "POSTGRES_DB": connection.settings_dict["NAME"],
        "PYTHONPATH": str(CHECKOUT),
    }
    command = [
        sys.executable,
        str(Path(__file__).parents[1] / "paced_worker.py"),
        "0.2",
    ]
    for server in servers:
        server.__enter__()
    started = time.monotonic()
    workers = [
        subprocess.Popen(
            [*command, *urls[n::2]], env=given, cwd=CHECKOUT, stdout=subprocess.PIPE
        )
        for n in range(2)
    ]
    fetched = [int(worker.communicate(timeout=300)[0]) for worker in workers]
    for server in servers:
        server.__exit__()
    assert fetched == [15, 15]
    for server in servers:
        assert server.paths.count("/robots.txt") == 1
        assert server.keeps(0.2, started)
    first, last = (
        [server.asked[0][0] for server in servers],
        [server.asked[-1][0] for server in servers],
    )
    assert max(first) < min(last)  # all at the same time, not one after the other
