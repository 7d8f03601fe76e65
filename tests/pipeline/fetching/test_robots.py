"""robots.txt is asked for once, obeyed, and read as RFC 9309 says."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from protego import Protego

from pipeline.core.failures import Rejected, Unavailable
from pipeline.core.records import Fetched, Page
from pipeline.discovery.readers.parse import read_robots
from pipeline.fetching import Fetcher, MemoryHosts, Policy, RobotsFile
from pipeline.fetching.politeness import robots as rules
from pipeline.fetching.politeness.robots import Rules, better, file_from, unreachable
from tests.pace import calls
from tests.pipeline.servers import Server, response

POLICY = Policy(
    "Gleaner/0.1 (+https://example.org/bot)",
    host_delay=0,
    allowed_networks=("127.0.0.0/8",),
)
NOW = datetime(2024, 1, 2, tzinfo=UTC)
ROBOTS = """
User-agent: *
Disallow: /private/
Allow: /private/open
Crawl-delay: 5
Request-rate: 1/10s

User-agent: Gleaner
Disallow: /mine
"""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(
        {"/post": response(), "/private/a": response(), "/a": response()}
    ) as server:
        yield server


def robots(text: str, status: int = 200, **headers: str) -> bytes:
    return response(status, text.encode(), content_type="text/plain", **headers)


def fetch(server: Server, path: str = "/post", policy: Policy = POLICY) -> Fetched:
    return Fetcher(policy, MemoryHosts()).fetch(server.url + path)


def test_a_page_that_robots_forbids_is_skipped_with_the_rule(server: Server) -> None:
    server.pages["/robots.txt"] = robots("User-agent: *\nDisallow: /private/\n")
    outcome = fetch(server, "/private/a")
    assert outcome == Rejected(
        "robots",
        f"robots.txt of {server.host}, line 2: Disallow: /private/",
        skipped=True,
    )
    assert server.paths == ["/robots.txt"]
    assert isinstance(fetch(server), Page)


def test_robots_is_not_asked_for_where_the_policy_says_so(server: Server) -> None:
    assert isinstance(fetch(server, policy=replace(POLICY, obey_robots=False)), Page)
    assert server.paths == ["/post"]


def test_a_redirect_into_what_robots_forbids_is_not_followed(server: Server) -> None:
    server.pages |= {
        "/robots.txt": robots("User-agent: *\nDisallow: /private/\n"),
        "/post": response(302, b"", location="/private/a"),
    }
    outcome = fetch(server)
    assert isinstance(outcome, Rejected)
    assert outcome.reason == "robots"
    assert server.paths == ["/robots.txt", "/post"]


def test_many_threads_ask_once(server: Server) -> None:
    server.pages["/robots.txt"] = robots("User-agent: *\nDisallow: /no\n")
    fetcher = Fetcher(POLICY, MemoryHosts())
    threads = [
        threading.Thread(target=fetcher.fetch, args=(server.url + "/post",))
        for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert server.paths.count("/robots.txt") == 1
    assert server.paths.count("/post") == 12


def test_robots_itself_is_a_page_from_the_same_memory(server: Server) -> None:
    server.pages["/robots.txt"] = robots(
        "User-agent: *\nDisallow: /\nSitemap: /map.xml\n"
    )
    fetcher = Fetcher(POLICY, MemoryHosts())
    page = fetcher.fetch(server.url + "/robots.txt", purpose="source")
    assert isinstance(page, Page)
    assert b"Sitemap: /map.xml" in page.body
    assert fetcher.fetch(server.url + "/post").reason == "robots"  # type: ignore[union-attr]
    assert server.paths == ["/robots.txt"]


@pytest.mark.parametrize(
    ("answer", "allowed"),
    [
        (robots("", 404), True),
        (robots("", 410), True),
        (robots("", 401), True),
        (robots("", 403), True),
        (
            robots("User-agent: *\nDisallow: /\n", 404),
            True,
        ),  # the body of a refusal says nothing
        (robots("", 200), True),
        (robots("<html>Not a robots.txt", 200), True),
        (robots("\ufeffUser-agent: *\nDisallow: /\n"), False),
        (robots("", 500), False),
        (robots("", 503), False),
        (robots("", 429), False),
        (
            robots("", 302, location="/robots.txt"),
            True,
        ),  # for ever: as if there were none
        (robots("", 302, location="mailto:me"), True),
        (robots("", 302, location="http://["), True),
        (robots("", 302, location="http://127.0.0.1:1/robots.txt"), False),
    ],
)
def test_the_answer_decides(answer: bytes, allowed: bool, server: Server) -> None:
    server.pages["/robots.txt"] = answer
    outcome = fetch(server)
    assert isinstance(outcome, Page) == allowed, outcome
    assert ("/post" in server.paths) == allowed
    assert len(server.paths) <= 7


def test_unreachable_is_for_now(server: Server) -> None:
    server.pages["/robots.txt"] = robots("", 500)
    outcome = fetch(server)
    assert isinstance(outcome, Unavailable)
    assert outcome.reason == "robots-unreachable"
    assert outcome.retry_after == rules.RETRY_SECONDS


def test_one_bad_answer_is_asked_again(server: Server) -> None:
    answers = [robots("", 500), robots("User-agent: *\nDisallow: /post")]
    with Server() as flaky:
        flaky.pages = {"/post": response()}
        flaky._reply = lambda connection, _path: connection.sendall(answers.pop(0))  # type: ignore[method-assign]
        outcome = Fetcher(POLICY, MemoryHosts()).fetch(flaky.url + "/post")
        assert outcome.reason == "robots"  # type: ignore[union-attr]


def test_up_to_five_redirects_are_followed(server: Server) -> None:
    for hop in range(5):
        server.pages["/robots.txt" if hop == 0 else f"/hop{hop}"] = response(
            301, b"", location=f"/hop{hop + 1}"
        )
    server.pages["/hop5"] = robots("User-agent: *\nDisallow: /post")
    assert fetch(server).reason == "robots"  # type: ignore[union-attr]


def test_only_the_first_500_kib_count(server: Server) -> None:
    padding = "# " + "x" * 97 + "\n"
    server.pages["/robots.txt"] = robots(
        padding * 5200 + "User-agent: *\nDisallow: /\n"
    )
    assert isinstance(fetch(server), Page)
    server.pages["/robots.txt"] = robots(
        "User-agent: *\nDisallow: /post\n" + padding * 50_000
    )
    assert fetch(server).reason == "robots"  # type: ignore[union-attr]


def test_an_own_group_replaces_the_general_one() -> None:
    general, own = Rules(ROBOTS, "OtherBot"), Rules(ROBOTS, "Gleaner")
    assert general.refusal("https://a.org/private/x") == "line 3: Disallow: /private/"
    assert not general.refusal("https://a.org/private/open/x")
    assert not general.refusal("https://a.org/mine")
    assert own.refusal("https://a.org/mine") == "line 9: Disallow: /mine"
    assert not own.refusal("https://a.org/private/x")
    assert (general.delay, own.delay) == (10.0, 0.0)


def test_the_rule_is_the_one_that_decided() -> None:
    text = "User-agent: a\nDisallow: /x\n\nUser-agent: *\nAllow: /\nDisallow: /x/*.html$\nDisallow: /y\n"
    assert (
        Rules(text, "Gleaner").refusal("https://a.org/x/1.html")
        == "line 6: Disallow: /x/*.html$"
    )
    assert (
        Rules("User-agent: *\nDisallow: /x\nDisallow: /x", "Gleaner").refusal(
            "https://a.org/x"
        )
        == "line 2: Disallow: /x"
    )


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("Disallow: *.pdf$", "/a/b.pdf"),
        ("disallow:/a%20b", "/a%20b/c"),
        ("Disallow: /caf\u00e9", "/caf%C3%A9/1"),
        ("Disalow: /*?*page=", "/list?x=1&page=2"),
        ("Disallow: /x/*/y/*/z$  # why", "/x/1/y/2/z/z"),
    ],
)
def test_the_rule_is_named_however_it_is_written(line: str, path: str) -> None:
    found = Rules(f"User-agent: *\n{line}", "Gleaner").refusal(f"https://a.org{path}")
    assert found == f"line 2: {line}"


@pytest.mark.parametrize("pattern", ["/private/p{}/x", "/*/p{}*x$", "/*p{}"])
def test_a_large_file_is_not_parsed_again_for_a_refused_url(
    pattern: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = "".join(f"Disallow: {pattern.format(number)}\n" for number in range(10_000))
    rules_of_site = Rules(f"User-agent: *\n{lines}", "Gleaner")
    parsed = []
    parse = rules.Protego.parse
    monkeypatch.setattr(
        rules.Protego, "parse", lambda text: parsed.append(len(text)) or parse(text)
    )
    path = pattern.format(9_990).replace("*", "zz").rstrip("$")
    assert rules_of_site.refusal(f"https://a.org{path}").startswith("line ")
    assert sum(parsed) < 10_000


@pytest.mark.parametrize(
    ("head", "line", "path"),
    [
        ("User-agent: *\n", "Disallow: /p{}\n", "/p1"),
        ("User-agent: *\n", "Disallow: /*a*b{}$\n", "/" + "a" * 2000),
        ("User-agent: *\n", "Disallow: /*a\n", "/" + "a" * 2000),
        ("User-agent: *\n", "Disallow: /a$b{}$c$\n", "/a"),
        ("User-agent: *\n", "User-agent: bot{}\nDisallow: /{}\n", "/x"),
        ("", "User-agent: bot{}\n", "/x"),
        ("User-agent: a*{stars}\n", "Disallow: /{}\n", "/x"),
        ("User-agent: bot{agents}\n", "Disallow: /{}\n", "/x"),
        ("user agent gle{agents}\n", "Disallow: /{}\n", "/x"),
    ],
)
def test_a_file_of_twice_the_length_costs_twice_as_much(
    head: str, line: str, path: str
) -> None:
    """Counted in calls, and not in time, for a file with as many crawlers as rules, too."""

    def read(number: int) -> None:
        heads = [
            head.format(agents=each, stars="*" * each)
            for each in range(number if "{" in head else 1)
        ]
        rules_lines = [line.format(each, each) for each in range(number)]
        text = "".join([*heads, *rules_lines])
        Rules(text, "Gleaner").refusal(f"https://a.org{path}")
        ours = calls(lambda: Rules(text, "Gleaner").refusal(f"https://a.org{path}"))
        discovery = calls(
            lambda: read_robots(text.encode(), "https://a.org/robots.txt")
        )
        costs.append(ours + discovery)

    costs: list[int] = []
    read(200)
    read(800)
    small, large = costs
    assert large < 5 * small


@pytest.mark.parametrize(
    "pattern", ["/" + "*" * 3000, "/" + "*a" * 1500], ids=["stars", "pieces"]
)
def test_long_patterns_are_not_parsed_again_and_again(
    pattern: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules_of_site = Rules(f"User-agent: *\nDisallow: {pattern}\n" * 150, "Gleaner")
    parsed: list[int] = []
    parse = rules.Protego.parse
    monkeypatch.setattr(
        rules.Protego, "parse", lambda text: parsed.append(len(text)) or parse(text)
    )
    assert rules_of_site.refusal("https://a.org/" + "a" * 2000).startswith("line 2: ")
    assert sum(parsed) < rules.MAX_LENGTH_COMPARED * rules.MAX_LINES_TRIED


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("User-agent: x\nUser-agent: gleaner\nDisallow: /\n", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: gleaner/1.0\nAllow: /\n", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: gle*\nAllow: /\n", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: lean\nAllow: /\n", True),
        ("useragent Gleaner\nDisallow: /\n", True),
        ("User agent: GLEANER # us\nDisallow: /\n", True),
        ("User-agent gleaner: yes\nDisallow: /\n", False),
        ("User-agent: g\nDisallow: /\nUser-agent: glean\nDisallow: /x\n", False),
        ("User-agent: *\nUser-agent:\nDisallow: /\n", True),
        ("User-agent: other\nSitemap: /m.xml\nUser-agent: gleaner\nDisallow: /", True),
        ("User-agent: **\nDisallow: /\n", False),
    ],
)
def test_the_group_for_this_crawler_is_the_one_that_protego_finds(
    text: str, refused: bool
) -> None:
    assert Protego.parse(text).can_fetch("https://a.org/a", "Gleaner") != refused
    assert bool(Rules(text, "Gleaner").refusal("https://a.org/a")) == refused


def test_the_product_token_is_what_comes_before_the_version() -> None:
    assert Policy("Gleaner/0.1 (+https://example.org/bot)").product == "Gleaner"
    assert Policy("Gleaner").product == "Gleaner"


def test_a_slow_pace_that_robots_asks_for_is_kept_up_to_the_cap(server: Server) -> None:
    server.pages["/robots.txt"] = robots("User-agent: *\nCrawl-delay: 100\n")
    fetcher = Fetcher(
        replace(POLICY, crawl_delay_cap=0.2, max_wait_seconds=1), MemoryHosts()
    )
    for path in ("/post", "/post", "/a"):
        assert isinstance(fetcher.fetch(server.url + path), Page)
    assert min(server.gaps[1:]) >= 0.19


def test_what_is_known_is_kept_for_a_day_and_a_problem_for_a_moment() -> None:
    known = file_from("https://a.org/robots.txt", 200, b"Disallow: /", NOW)
    assert known.fresh(86_400, NOW + timedelta(hours=23))
    assert not known.fresh(86_400, NOW + timedelta(hours=25))
    problem = unreachable("https://a.org/robots.txt", "500", NOW)
    assert problem.fresh(86_400, NOW + timedelta(seconds=20))
    assert not problem.fresh(86_400, NOW + timedelta(seconds=40))


def test_old_rules_outlast_an_outage() -> None:
    known = file_from("https://a.org/robots.txt", 200, b"Disallow: /", NOW)
    later = NOW + timedelta(days=2)
    kept = better(known, unreachable(known.url, "500", later))
    assert (kept.text, kept.stale, kept.problem) == (known.text, True, None)
    assert not kept.fresh(86_400, later + timedelta(minutes=1))
    assert better(None, unreachable(known.url, "500", later)).problem
    assert better(known, RobotsFile(known.url, 200, "", later)).text == ""


@pytest.mark.parametrize(
    ("file", "verdict"),
    [
        (file_from("u", 200, b"Disallow: /x", NOW), "rules"),
        (file_from("u", 404, b"", NOW), "no rules"),
        (file_from("u", 503, b"", NOW), "unreachable"),
        (RobotsFile("u", 0, "", NOW, Rejected("internal-address")), "internal-address"),
    ],
)
def test_the_verdict_is_a_word(file: RobotsFile, verdict: str) -> None:
    assert file.verdict == verdict


RESERVED = b'[{"location": "/", "tdm-reservation": 1}]'
ASKING = replace(POLICY, read_tdmrep=True)
TDMREP = "/.well-known/tdmrep.json"


def kept(server: Server, policy: Policy = ASKING) -> str:
    """The tdmrep.json that is known after two pages."""
    hosts = MemoryHosts()
    fetcher = Fetcher(policy, hosts)
    assert isinstance(fetcher.fetch(server.url + "/post"), Page)
    assert isinstance(fetcher.fetch(server.url + "/a"), Page)
    file = hosts.robots(server.host, 3600, lambda: pytest.fail("asked again"))
    assert file is not None
    return file.tdmrep


def test_tdmrep_is_asked_for_once_with_robots(server: Server) -> None:
    server.pages[TDMREP] = response(200, RESERVED, content_type="application/json")
    assert kept(server) == RESERVED.decode()
    assert server.paths == ["/robots.txt", TDMREP, "/post", "/a"]


def test_tdmrep_is_not_asked_for_unless_the_policy_says_so(server: Server) -> None:
    server.pages[TDMREP] = response(200, RESERVED)
    assert kept(server, POLICY) == ""
    assert server.paths == ["/robots.txt", "/post", "/a"]


@pytest.mark.parametrize(
    "answer",
    [
        response(404, b"[]"),
        response(200, b"[" + b" " * 100_001 + b"]"),
        response(302, b"", location=TDMREP),
        response(200, b"[", content_encoding="gzip"),
    ],
)
def test_a_tdmrep_that_cannot_be_read_is_none(server: Server, answer: bytes) -> None:
    server.pages[TDMREP] = answer
    assert kept(server) == ""


def test_a_tdmrep_that_robots_forbids_is_not_asked_for(server: Server) -> None:
    server.pages["/robots.txt"] = robots("User-agent: *\nDisallow: /.well-known/\n")
    assert kept(server) == ""
    assert TDMREP not in server.paths


def test_a_tdmrep_is_found_behind_a_redirect(server: Server) -> None:
    server.pages |= {
        TDMREP: response(301, b"", location="/rights.json"),
        "/rights.json": response(200, RESERVED),
    }
    assert kept(server) == RESERVED.decode()
