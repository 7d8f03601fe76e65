"""The benchmark measures what it says, and its document says what was measured.

No test here looks at a time.
"""

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections import Counter
from pathlib import Path
from statistics import mean, median

import psutil
import pytest

from infra.local.stack import CHECKOUT
from pipeline.core.records import Draft, Fetched, Page, Validators
from pipeline.discovery.discover import CrawlOptions, Discovery, discover
from pipeline.extraction import stage
from pipeline.extraction.extract import extract
from pipeline.journeys.outcome import Advance
from tests.pages import WHEN
from tools.bench import (
    document,
    floors,
    library,
    limit,
    profiles,
    report,
    statements,
    stub,
    usage,
    writes,
)
from tools.bench.pages import page
from tools.bench.product import Blog

USED = "~bench~{0}|DETAIL:  ! system usage stats:\n\t!\t0.000{1} s user, 0.000300 s system, 0.004400 s elapsed\n"
SEEN = (
    """\
~bench~71|store|LOG:  duration: 4.500 ms  statement: UPDATE pipeline_journey SET reason = 'it''s
\tgone', size = 12 WHERE id IN (3, 4, 5)
~bench~72|fetch|LOG:  duration: 1.000 ms  statement: BEGIN
~bench~71|store|LOG:  QUERY STATISTICS
"""
    + USED.format("72|fetch", 100)
    + USED.format("71|store", 700)
    + """\
~bench~71|store|STATEMENT:  UPDATE pipeline_journey
~bench~73|store|LOG:  duration: 0.500 ms  statement: EXECUTE statement_4 (3, 'a')
~bench~73|store|DETAIL:  prepare: PREPARE statement_4 AS
\tUPDATE pipeline_journey SET reason = '', size = 7 WHERE id IN (9)
"""
    + USED.format("73|store", 200)
    + "~bench~74|bench|LOG:  duration: 9.000 ms  statement: SELECT 1\n"
    + USED.format("74|bench", 100)
    + "~bench~75|beat|LOG:  duration: 0.100 ms  statement: SELECT 2\n"
    + USED.format("75|beat", 100)
)
LOGGED = """\
rmgr: Heap        len (rec/tot):     54/  8000, tx: 7, lsn: 0/1, desc: INSERT off: 1, blkref #0: rel 1663/5/11 blk 0 FPW
rmgr: Heap        len (rec/tot):    100/   100, tx: 7, lsn: 0/2, desc: INSERT off: 2, blkref #0: rel 1663/5/12 blk 0
rmgr: Btree       len (rec/tot):     64/    64, tx: 7, lsn: 0/3, desc: INSERT_LEAF off: 3, blkref #0: rel 1663/5/13 blk 1
rmgr: Heap        len (rec/tot):     70/    70, tx: 7, lsn: 0/4, desc: LOCK xmax: 7, blkref #0: rel 1663/5/99 blk 1
rmgr: Transaction len (rec/tot):     34/    34, tx: 7, lsn: 0/5, desc: COMMIT 2026-11-30
"""
FILES = {
    11: ("catalog_article", "heap"),
    12: ("monitor_logevent_20260101", "heap"),
    13: ("catalog_article", "indexes"),
}
PROCESSES = (*report.STAGES, *report.SERVERS, *report.REST, *report.APART)


def a_run(part: str, turn: int, seconds: float, size: int = 1000) -> report.Result:
    """What a measured run of the product gives, everything a second of CPU."""
    return {
        "part": part,
        "size": size,
        "round": turn,
        "urls": size,
        "stored": 0 if part == "again" else size,
        "seconds": seconds,
        "first": None if part == "again" else 0.5,
        "tail": 0.05,
        "broker_disk": 3e6,
        "wal": 5e7,
        "cpu": dict.fromkeys(PROCESSES, 1.0),
        "memory": {name: [2, 100.0, 150.0] for name in PROCESSES},
        "tables": {
            "catalog_article": 20_000 * size,
            "monitor_logevent_20260101": 1000 * size,
            "auth_user": 10**9,
        },
    }


def results(size: int = 1000) -> list[report.Result]:
    """Three rounds on a machine that is twice as slow in the last one."""
    found = []
    for turn, slow in enumerate((1.0, 1.1, 2.0)):
        plain = {"size": size, "round": turn, "urls": size}
        found += [
            {"part": p, **plain, "seconds": 10 * slow, "cpu": 20.0 * slow}
            for p in ("limit", "own")
        ]
        found += [
            {
                "part": p,
                **plain,
                "seconds": 40 * slow,
                "cpu": {"peer": 30.0, "postgres": 1.0, "blog": 5.0},
            }
            for p in ("peer_one", "peer_cores")
        ]
        found += [
            a_run("whole", turn, (20, 22, 50)[turn], size),
            a_run("again", turn, slow, size),
            a_run("stub", turn, 9, size),
        ]
    return found


def all_figures() -> dict[str, object]:
    """What a whole benchmark finds, made up."""
    return {
        "measured": "2026-01-02",
        "machine": {
            "cores": 2,
            "memory_gb": 8,
            "processor": "a processor",
            "python": "3.11.7",
            "postgresql": "18.4",
            "rabbitmq": "4.1.0",
        },
        "pages": {
            "kind": "generated",
            "mean_bytes": 47_000,
            "hosts": 8,
            "limit": limit.CALL,
        },
        "idle_ms_a_second": 40.0,
        "sizes": report.figures([*results(1000), *results(10_000)]),
        "statements": statements.read(SEEN).figures(2),
        "writes": writes.Writes(
            Counter({"store": 9.0, "walwriter": 0.001}),
            writes.by_table(iter(LOGGED.splitlines()), FILES),
            {"catalog_article": {"heap": 8192}, "auth_user": {"heap": 10}},
        ).figures(2),
        "floors": {
            "articles": 500,
            "characters": 11_078,
            "processor": "a processor",
            "parts": {"to find the words": [1.1, 0], "a row": [0.26, 14_571]},
        },
        "publisher": {
            "peak_mb": {
                "1000": {"planned": 119.0, "discover": 120.0, "summarise": 110.0},
                "50000": {"planned": 129.0, "discover": 130.0, "summarise": 111.0},
            },
            "growth": 10.0,
        },
        "catalogue": {
            "articles": 50_000,
            "urls": 10_000,
            "empty": {"cpu_ms": 40.0, "postgres_ms": 8.0, "wal": 83_000},
            "full": {"cpu_ms": 42.0, "postgres_ms": 9.5, "wal": 84_900},
            "ratio": 1.05,
        },
        "profiles": {
            "normal": {
                "urls": 1000,
                "rest": {"web": [3, 130.0], "postgres": [9, 50.0]},
                "run": {"web": [3, 140.0], "postgres": [9, 90.0]},
                "after": {"web": [3, 135.0], "postgres": [9, 80.0]},
            }
        },
    }


def test_the_document_is_what_the_figures_say() -> None:
    assert document.PAGE.read_text() == document.render(
        json.loads(document.DATA.read_text())
    )


def test_the_document_and_the_terminal_show_the_same_tables() -> None:
    found = all_figures()

    for table in re.split(r"\n\n", document.tables(found)):
        assert table in document.render(found)
    assert json.loads(json.dumps(found)) == found


def test_the_floor_under_what_storing_takes_is_told_by_part() -> None:
    shown = floors.shown(all_figures())

    assert "500 texts of 11,078 characters" in " ".join(shown.split())
    rows = [line.split() for line in shown.splitlines()]
    assert "| a row | 0.26 | 14,571 |".split() in rows
    assert floors.shown({}) == "Not measured yet."


def test_the_memory_of_a_profile_is_that_of_all_its_processes(tmp_path: Path) -> None:
    shown = profiles.shown(all_figures())
    rows = [line.split() for line in shown.splitlines()]
    assert "| `web` | 130 (3) | 140 (3) |".split() in rows
    assert "| all | 180 | 230 |".split() in rows

    code = "import subprocess, sys; c = subprocess.Popen(['cat']); print(c.pid, flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout
        (tmp_path / "servers").mkdir()
        (tmp_path / "servers/a-server.pid").write_text(
            parent.stdout.readline().decode()
        )
        used = profiles.by_process(psutil.Process(parent.pid), tmp_path)
        parent.communicate(b"\n")

    assert set(used) == {"gleaner up", "a-server"}
    assert [number for number, _ in used.values()] == [1, 1]
    assert used["gleaner up"][1] > used["a-server"][1] > 0


def test_what_a_run_does_not_measure_stays_in_the_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document, "DATA", tmp_path / "performance.json")
    monkeypatch.setattr(document, "PAGE", tmp_path / "performance.md")
    document.write(all_figures())

    document.write(
        {name: value for name, value in all_figures().items() if name != "publisher"}
    )
    document.write(
        {
            **all_figures(),
            "sizes": {},
            "statements": {**statements.read("").figures(1), "a_url": 5.5},
        }
    )

    kept = json.loads(document.DATA.read_text())
    assert (kept["publisher"]["growth"], kept["statements"]["a_url"]) == (10, 5.5)
    assert list(kept["sizes"]) == ["1000", "10000"]
    assert "discover at its peak" in document.PAGE.read_text()


def test_medians_are_taken_over_the_rounds_and_ratios_within_each() -> None:
    of = report.figures(results())["1000"]

    assert of["rounds"] == 3
    assert of["limit"]["urls_a_second"] == [90.91, 50, 100]
    assert of["ratios"]["whole / limit"] == [0.5, 0.4, 0.5]
    assert of["ratios"]["whole / peer_one"] == [2, 1.6, 2]


def test_what_only_the_measuring_costs_is_left_out() -> None:
    of = report.figures(results())["1000"]

    assert of["peer_one"]["cpu_ms"] == [31, 31, 31]
    assert of["whole"]["cpu_ms"][0] == len(PROCESSES) - len(report.APART)
    assert set(of["whole"]["memory"]) == set(PROCESSES) - set(report.APART)


def test_only_tables_that_grow_with_the_articles_are_counted_and_days_of_the_log_are_one() -> (
    None
):
    of = report.figures(results())["1000"]

    assert of["whole"]["bytes_an_article"] == {
        "catalog_article": 20_000,
        "monitor_logevent": 1000,
    }
    assert "bytes_an_article" not in of["again"]


def test_goals_are_judged_by_medians() -> None:
    held = {what: (value, ok) for what, value, _, ok in report.goals(all_figures())}

    assert held["Gleaner by the limit, 1000 URLs"] == (0.5, False)
    assert held["Gleaner by the peer, one process, 1000 URLs"] == (2, True)
    assert held["MB that the publisher grows with the run"] == (10, True)
    assert held["CPU a URL without extraction, 10000 by 1000 URLs"] == (0.1, True)
    assert held["CPU a URL beside 50000 articles, by that beside none"] == (1.05, True)


def test_cpu_is_compared_as_milliseconds_a_url_within_each_round() -> None:
    ratios = report.figures(results())["1000"]["ratios"]

    assert ratios["own / limit, CPU"] == [1, 1, 1]
    assert ratios["PostgreSQL / limit, CPU"] == [0.04545, 0.025, 0.05]
    assert ratios["extract stage / own, CPU"] == [0.04545, 0.025, 0.05]


def test_what_a_large_catalogue_costs_is_told_beside_an_empty_one() -> None:
    told = " ".join(document.render(all_figures()).split())

    assert "A run of 10,000 URLs costs 1.05 times as much CPU" in told
    assert "42 ms a URL and 40, of which PostgreSQL 9.5 and 8" in told
    assert "What a large catalogue changes was not measured." in document.render(
        {n: value for n, value in all_figures().items() if n != "catalogue"}
    )


def test_statements_are_counted_by_kind_with_what_they_cost() -> None:
    found = statements.read(SEEN)
    update = "store", "UPDATE pipeline_journey SET reason = ?, size = ? WHERE id IN (?)"

    assert found.counts == {update: 2, ("fetch", "BEGIN"): 1, ("beat", "SELECT ?"): 1}
    assert found.times[update] == 5
    assert found.cpu[update] == pytest.approx(1.5)
    assert (found.of_stages(frames=False), found.of_stages(frames=True)) == (2, 1)


def test_what_postgresql_logs_is_counted_by_table_and_days_of_the_log_are_one() -> None:
    assert writes.by_table(iter(LOGGED.splitlines()), FILES) == {
        "catalog_article": {"heap": 8000, "indexes": 64},
        "monitor_logevent": {"heap": 100},
        "other": {"heap": 70},
    }


def test_tables_with_hardly_a_byte_a_url_are_not_shown() -> None:
    seen = writes.Writes(
        log={"catalog_article": {"heap": 2000}, "auth_user": {"heap": 10}},
        disk={"catalog_article": {"toast": 4000}},
    )

    assert seen.figures(2)["tables"] == {
        "catalog_article": [[1000, 0, 0], [0, 2000, 0]]
    }


def test_generated_pages_are_like_real_ones_and_always_the_same() -> None:
    pages = [page(1, number) for number in range(120)]
    drafts = [
        extract(each.body, f"https://blog.example{each.path}") for each in pages[:16]
    ]

    assert page(1, 7) == pages[7] != page(2, 7)
    assert 38_000 < mean(len(each.body) for each in pages) < 56_000
    assert all(isinstance(draft, Draft) for draft in drafts)
    assert {draft.title for draft in drafts if isinstance(draft, Draft)} == {
        each.title for each in pages[:16]
    }
    assert (
        500
        < median(draft.word_count for draft in drafts if isinstance(draft, Draft))
        < 2500
    )


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> library.Library:
    return library.generated(tmp_path_factory.mktemp("bench"), 16)


def test_the_blogs_serve_the_library_and_know_what_has_not_changed(
    pages: library.Library, tmp_path: Path
) -> None:
    with Blog(pages, tmp_path) as blog:
        for url, entry in zip(blog.pages[:9], pages.entries, strict=False):
            with urllib.request.urlopen(url) as answer:
                assert answer.read() == pages.body(entry)
        request = urllib.request.Request(
            url, headers={"If-None-Match": answer.headers["ETag"]}
        )
        with pytest.raises(urllib.error.HTTPError, match="304"):
            urllib.request.urlopen(request)
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(url + "more")


def test_discovery_finds_every_page_of_the_blogs(
    pages: library.Library, tmp_path: Path
) -> None:
    with Blog(pages, tmp_path) as blog:

        def fetch(url: str, validators: Validators) -> Fetched:
            with urllib.request.urlopen(url) as answer:
                return Page(
                    url,
                    url,
                    200,
                    {"content-type": answer.headers["content-type"]},
                    answer.read(),
                    WHEN,
                )

        found: Discovery = discover(CrawlOptions(tuple(blog.urls)), fetch, WHEN)

        assert {candidate.url for candidate in found.candidates} == set(blog.pages)
        assert not found.refused


def test_a_corpus_is_served_as_it_lies(tmp_path: Path) -> None:
    (tmp_path / "expected").mkdir()
    (tmp_path / "expected" / "a.org.txt").write_text("/2020/one/\n/two\n/gone\n")
    (tmp_path / "expected" / "a.org.optional.txt").write_text("/draft\n")
    for path, body in (
        ("2020/one/index.html", b"one"),
        ("two.html", b"two"),
        ("draft.html", b"draft"),
    ):
        file = tmp_path / "sites" / "a.org" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)

    found = library.collected(tmp_path / "home", tmp_path)

    assert {entry.path: found.body(entry) for entry in found.entries} == {
        "/posts/a-org/2020/one/": b"one",
        "/posts/a-org/two": b"two",
    }


@pytest.mark.parametrize(("what", "processes"), [("trafilatura", 2), ("product", 1)])
def test_the_limit_is_measured_over_every_page_once(
    pages: library.Library, what: str, processes: int
) -> None:
    found = limit.measure(pages, what, processes)

    assert found["urls"] == len(pages.entries)
    assert 0 < found["cpu"] < 60
    assert found["seconds"] > 0


def test_extraction_can_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "examine", stage.examine)
    stub.replace_extraction()
    examined = vars(stage)["examine"](b"", "https://blog.example/post")
    assert isinstance(stage.accepted(examined), Advance)


def test_cpu_of_children_that_ended_is_counted() -> None:
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'sum(range(20_000_000))']); print(); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout
        child.stdout.readline()

        assert usage.cpu(child.pid) > 0.1
        assert usage.memory(child.pid).processes == 1
        child.kill()


def test_the_peer_has_the_products_versions() -> None:
    named = dict(
        re.findall(
            r"^([\w-]+)==(\S+)$",
            (CHECKOUT / "requirements-bench.txt").read_text(),
            re.M,
        )
    )
    ours = dict(
        re.findall(
            r"^([\w-]+)(?:\[.*\])?==(\S+)",
            (CHECKOUT / "requirements.lock").read_text(),
            re.M,
        )
    )

    assert {
        name: ours.get(name.replace("_", "-")) for name in named if name != "scrapy"
    } == {name: version for name, version in named.items() if name != "scrapy"}


def test_unknown_parts_are_refused() -> None:
    command = [sys.executable, "-m", "tools.bench", "--parts", "limit,speed"]
    done = subprocess.run(
        command, cwd=CHECKOUT, capture_output=True, text=True, env={**os.environ}
    )

    assert done.returncode == 2
    assert "no such part: speed" in done.stderr
