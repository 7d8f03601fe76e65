"""Hosts are asked at their pace, rest when they ask for it, and never hold everybody up."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace

import pytest

from pipeline.core.failures import STOPPED, Rejected, Unavailable
from pipeline.core.records import Fetched, Page
from pipeline.fetching import Fetcher, MemoryHosts, Pace, Policy
from pipeline.fetching.politeness import concurrency, pace
from pipeline.fetching.politeness.concurrency import HostConcurrency
from pipeline.fetching.politeness.pace import Turn
from tests.pipeline.servers import Server, response

POLICY = Policy(
    "Gleaner/0.1",
    host_delay=0.1,
    max_wait_seconds=60,
    obey_robots=False,
    allowed_networks=("127.0.0.0/8",),
)
SETTING = Pace(0.1)


@pytest.fixture
def server() -> Iterator[Server]:
    with Server({"/": response(), "/gone": response(302, b"", location="/")}) as server:
        yield server


def in_threads(count: int, work: Callable[[int], Fetched]) -> list[Fetched]:
    outcomes: list[Fetched] = []
    threads = [
        threading.Thread(target=lambda n=n: outcomes.append(work(n)))
        for n in range(count)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.parametrize("latency", [0.0, 0.05])
def test_threads_share_the_pace(latency: float) -> None:
    with Server(
        answer=lambda connection, _path: (
            time.sleep(latency) or connection.sendall(response())
        )
    ) as server:  # type: ignore[func-returns-value]
        fetcher = Fetcher(POLICY, MemoryHosts())
        started = time.monotonic()
        outcomes = in_threads(8, lambda _n: fetcher.fetch(server.url + "/"))
        assert all(isinstance(outcome, Page) for outcome in outcomes)
        assert len(server.asked) == 8
        assert server.keeps(0.1, started)


def test_hosts_do_not_wait_for_each_other(server: Server) -> None:
    with Server({"/": response()}, address="127.0.0.2") as other:
        policy = replace(POLICY, host_delay=600)
        fetcher = Fetcher(policy, MemoryHosts())
        for site in (server, other):
            assert isinstance(fetcher.fetch(site.url + "/"), Page)
        for site in (server, other):
            busy = fetcher.fetch(site.url + "/")
            assert isinstance(busy, Unavailable)
            assert busy.reason == "host-busy"


def test_threads_keep_the_pace_of_two_hosts_at_once(server: Server) -> None:
    with Server({"/": response()}, address="127.0.0.2") as other:
        fetcher = Fetcher(POLICY, MemoryHosts())
        started = time.monotonic()
        in_threads(10, lambda n: fetcher.fetch((server if n % 2 else other).url + "/"))
        for site in (server, other):
            assert len(site.asked) == 5
            assert site.keeps(0.1, started)


def test_redirects_and_robots_take_slots_too(server: Server) -> None:
    fetcher = Fetcher(replace(POLICY, obey_robots=True), MemoryHosts())
    started = time.monotonic()
    assert isinstance(fetcher.fetch(server.url + "/gone"), Page)
    assert server.paths == ["/robots.txt", "/gone", "/"]
    assert server.keeps(0.1, started)


def test_a_slot_that_is_far_away_is_left_to_others(server: Server) -> None:
    fetcher = Fetcher(
        replace(POLICY, host_delay=500, max_wait_seconds=50), MemoryHosts()
    )
    assert isinstance(fetcher.fetch(server.url + "/"), Page)
    waits = []
    for _ in range(3):
        outcome = fetcher.fetch(server.url + "/")
        assert isinstance(outcome, Unavailable)
        assert outcome.reason == "host-busy"
        waits.append(outcome.retry_after)
    assert waits == sorted(waits)
    assert 300 < waits[0] < 525
    assert waits[2] - waits[0] > 400  # spread over the time to come, not all at once
    assert len(server.asked) == 1


def test_a_source_waits_for_its_slot(server: Server) -> None:
    fetcher = Fetcher(
        replace(POLICY, host_delay=2, max_wait_seconds=0.1), MemoryHosts()
    )
    started = time.monotonic()
    assert isinstance(fetcher.fetch(server.url + "/"), Page)
    assert fetcher.fetch(server.url + "/").reason == "host-busy"  # type: ignore[union-attr]
    assert isinstance(fetcher.fetch(server.url + "/", purpose="source"), Page)
    assert server.keeps(2, started)


def test_full_speed_is_full_speed(server: Server) -> None:
    turns: list[Turn] = []

    class WatchedHosts(MemoryHosts):
        def slot(self, host: str, pace: Pace, max_wait_seconds: float) -> Turn:
            turns.append(super().slot(host, pace, max_wait_seconds))
            return turns[-1]

    fetcher = Fetcher(replace(POLICY, host_delay=0), WatchedHosts())
    for _ in range(50):
        assert isinstance(fetcher.fetch(server.url + "/"), Page)
    assert turns == [Turn(granted=True, wait=0.0)] * 50


@pytest.mark.parametrize(
    ("status", "after", "rest"),
    [(429, "60", 60), (503, "60", 60), (429, "", 10), (503, "", 0)],
)
def test_a_host_that_asks_to_be_left_alone_is(
    status: int, after: str, rest: int, server: Server
) -> None:
    server.pages["/"] = response(status, b"", retry_after=after)
    policy = replace(POLICY, host_delay=0, max_wait_seconds=2)
    fetcher = Fetcher(policy, MemoryHosts())
    fetcher.fetch(server.url + "/")
    outcome = fetcher.fetch(server.url + "/")
    assert isinstance(outcome, Unavailable)
    if not rest:
        assert outcome.reason == f"http-{status}"
        return
    assert outcome.reason == "host-busy"
    assert f"http-{status}" in outcome.detail
    assert outcome.retry_after is not None
    assert rest / 2 <= outcome.retry_after <= rest
    assert len(server.asked) == 1


def test_a_short_rest_is_waited_out(server: Server) -> None:
    hosts = MemoryHosts()
    started = time.monotonic()
    hosts.park(server.host, 0.3, "http-429")
    assert isinstance(Fetcher(POLICY, hosts).fetch(server.url + "/"), Page)
    assert server.keeps(0, started + 0.3)


def test_a_host_that_keeps_failing_is_backed_off_from_and_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pace, "back_off", lambda failures: 0.001)
    with Server() as server:
        url = server.url + "/"
    fetcher = Fetcher(replace(POLICY, host_delay=0), MemoryHosts())
    reasons = []
    for _ in range(pace.GIVE_UP_AFTER + 2):
        time.sleep(0.002)
        outcome = fetcher.fetch(url)
        reasons.append(outcome.reason)  # type: ignore[union-attr]
    assert (
        reasons == ["connection-refused"] * pace.GIVE_UP_AFTER + ["host-given-up"] * 2
    )
    assert isinstance(outcome, Rejected)
    assert "10 failures in a row" in outcome.detail


def test_back_off_grows_to_a_minute() -> None:
    assert [pace.back_off(failures) for failures in (1, 2, 3, 4, 5, 7, 8, 100)] == [
        0,
        0,
        2,
        4,
        8,
        32,
        60,
        60,
    ]


def test_an_answer_ends_the_failures() -> None:
    hosts = MemoryHosts()
    for _ in range(pace.GIVE_UP_AFTER * 2):
        hosts.failed("a.org", "timeout")
        hosts.heard("a.org", 0.1)
    assert hosts.slot("a.org", SETTING, 1).granted


def test_latency_slows_the_pace_but_not_full_speed() -> None:
    assert pace.in_force(SETTING, 0.05) == SETTING
    assert pace.in_force(SETTING, 0.5) == Pace(0.5, "latency")
    assert pace.in_force(Pace(3, "robots"), 0.5) == Pace(3, "robots")
    assert pace.in_force(Pace(0), 5.0) == Pace(0)
    hosts = MemoryHosts()
    for _ in range(9):
        hosts.heard("a.org", 50)
    hosts.slot("a.org", SETTING, 99)
    assert hosts.slot("a.org", SETTING, 99).wait > 30


def test_a_host_holds_a_quarter_of_the_threads() -> None:
    places = HostConcurrency(2)
    assert places.acquire("slow.org", full_speed=False)
    assert places.acquire("slow.org", full_speed=False)
    assert not places.acquire("slow.org", full_speed=False)
    assert places.acquire("other.org", full_speed=False)
    places.release("slow.org")
    assert places.acquire("slow.org", full_speed=False)


def test_a_quick_host_at_full_speed_may_have_them_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = [100.0]
    monkeypatch.setattr(
        concurrency, "time", SimpleNamespace(monotonic=lambda: clock[0])
    )
    monkeypatch.setattr(concurrency, "LOOK_SECONDS", 0.01)
    places = HostConcurrency(1)
    assert places.acquire("a.org", full_speed=True)
    assert not places.acquire(
        "a.org", full_speed=True
    )  # nobody knows yet that it is quick
    places.release("a.org")
    assert places.acquire("a.org", full_speed=True)
    clock[0] += concurrency.QUICK_SECONDS
    places.release("a.org")  # it was not
    assert places.acquire("a.org", full_speed=True)
    assert not places.acquire("a.org", full_speed=True)


@pytest.mark.parametrize("host_delay", [0.0, 0.05])
def test_a_slow_host_does_not_starve_the_others(
    host_delay: float, server: Server
) -> None:
    others_are_done = threading.Event()
    waited: list[bool] = []

    def answer(connection: socket.socket, _path: str) -> None:
        waited.append(others_are_done.wait(600))
        connection.sendall(response())

    with Server(answer=answer, address="127.0.0.2") as slow:
        fetcher = Fetcher(
            replace(
                POLICY,
                host_delay=host_delay,
                max_threads_per_host=2,
                max_seconds=600,
            ),
            MemoryHosts(),
        )
        done = threading.Semaphore(0)

        def work(n: int) -> Fetched:
            outcome = fetcher.fetch((slow if n < 6 else server).url + "/")
            done.release()
            return outcome

        def tell() -> None:
            for _ in range(6):  # all but the two that the slow host holds
                done.acquire()
            others_are_done.set()

        threading.Thread(target=tell, daemon=True).start()
        outcomes = in_threads(8, work)
        assert sum(isinstance(outcome, Page) for outcome in outcomes) == 4
        assert (
            sum(getattr(outcome, "reason", "") == "host-busy" for outcome in outcomes)
            == 4
        )
        assert waited == [True, True]


def test_an_own_site_has_a_pace_of_its_own_and_no_other_has_it() -> None:
    with Server({"/a": response()}) as own, Server({"/a": response()}) as other:
        policy = Policy(
            "Gleaner/0.1",
            host_delay=60,
            max_wait_seconds=0,
            allowed_networks=("127.0.0.0/8",),
            own_sites={own.host: 0.0},
            obey_robots=False,
        )
        fetcher = Fetcher(policy, MemoryHosts())
        for _ in range(3):
            assert isinstance(fetcher.fetch(own.url + "/a"), Page)
        assert isinstance(fetcher.fetch(other.url + "/a"), Page)
        busy = fetcher.fetch(other.url + "/a")
        assert isinstance(busy, Unavailable)
        assert busy.reason == "host-busy"


def test_nothing_leaves_once_nobody_wants_it_even_of_what_waits_for_its_slot() -> None:
    wanted = True

    def stop_at_the_first(connection: socket.socket, _path: str) -> None:
        nonlocal wanted
        wanted = False
        connection.sendall(response(302, b"", location="/next"))

    with Server(answer=stop_at_the_first) as server:
        policy = Policy(
            "Gleaner/0.1",
            host_delay=1,
            allowed_networks=("127.0.0.0/8",),
            max_wait_seconds=5,
        )
        fetcher = Fetcher(policy, MemoryHosts())
        outcome = fetcher.fetch(server.url + "/first", may_send=lambda: wanted)
        assert isinstance(outcome, Unavailable)
        assert outcome.reason == STOPPED
        assert server.paths == ["/robots.txt", "/first"]
        assert fetcher.fetch(server.url + "/other", may_send=lambda: False) == outcome
        assert len(server.paths) == 2
        wanted = True
        assert isinstance(fetcher.fetch(server.url + "/robots.txt"), Rejected), (
            "and goes on after"
        )


def test_no_robots_txt_is_asked_for_by_who_was_stopped() -> None:
    with Server() as server:
        policy = Policy("Gleaner/0.1", host_delay=0, allowed_networks=("127.0.0.0/8",))
        fetcher = Fetcher(policy, MemoryHosts())
        outcome = fetcher.fetch(server.url + "/a", may_send=lambda: False)
        assert isinstance(outcome, Unavailable)
        assert outcome.reason == STOPPED
        assert server.paths == []
        assert fetcher.fetch(server.url + "/a").reason == "http-404"  # type: ignore[union-attr]
