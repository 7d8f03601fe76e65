"""What people pin and forbid by hand goes before what discovery learns, and is explained."""

import pytest

from pipeline.discovery.discover import CrawlOptions, Discovery, discover
from pipeline.discovery.urls.site_rules import (
    FORBID,
    LIST,
    PATTERN,
    PIN,
    SOURCE,
    InvalidRule,
    SiteRules,
    checked_rule,
)
from tests.pipeline.discovery.miniature import (
    NOW,
    Blog,
    blog,
    feed_link,
    html,
    lines,
    links,
    paged,
    posts_in,
    rss,
    sitemap,
)

HOST = "rules.test"
START = f"https://{HOST}/"


def site() -> Blog:
    posts = posts_in("/posts/", 9)
    guides = [f"/handbook/{word}" for word in ("water", "leaves", "cups")]
    recipes = [f"/recipes/{n}/" for n in range(12)]
    around = {"head": feed_link("/feed.xml"), "nav": links("/about/", "/recipes/")}
    pages = paged(
        recipes,
        5,
        lambda n: "/recipes/" if n == 1 else f"/recipes/page/{n}/",
        nav=links("/"),
    )
    pages |= {
        "/": html(lines(posts), **around),
        "/feed.xml": rss(START, posts),
        "/guides.xml": rss(START, guides),
        "/handbook/": html(lines(guides, dates=False)),
        "/sitemap.xml": sitemap(START, [*posts, *guides, "/about/"]),
    }
    return blog(START, pages, posts)


def looked(
    *rules: tuple[str, str, str], start: str = START, at: Blog | None = None
) -> Discovery:
    made = SiteRules(checked_rule(HOST, *rule) for rule in rules)
    fetch = (at or site()).fetch
    return discover(
        CrawlOptions((start,)), fetch, NOW, rules=made, wait=lambda seconds: None
    )


def paths(found: Discovery) -> set[str]:
    return {candidate.url.removeprefix(START[:-1]) for candidate in found.candidates}


def reasons(found: Discovery, path: str) -> tuple[str, ...]:
    url = START[:-1] + path
    return next(c.reasons for c in found.candidates if c.url == url)


def test_without_rules_the_site_teaches_its_posts() -> None:
    assert paths(looked()) == set(posts_in("/posts/", 9))


def test_all_that_a_pinned_feed_names_is_taken_and_says_why() -> None:
    found = looked((PIN, SOURCE, "/guides.xml"))

    assert paths(found) == {
        *posts_in("/posts/", 9),
        "/handbook/water",
        "/handbook/leaves",
        "/handbook/cups",
    }
    assert reasons(found, "/handbook/water")[0] == (
        "site rule: named by a pinned source"
    )
    assert found.addresses[0].rules == (
        f"pinned feed or sitemap {START}guides.xml: read, 3 URLs taken as articles",
    )
    assert "Site rule: pinned feed or sitemap" in found.addresses[0].text


def test_a_pinned_list_is_read_to_its_last_page() -> None:
    found = looked((PIN, LIST, "/recipes/"))

    assert {f"/recipes/{n}/" for n in range(12)} < paths(found)
    assert found.addresses[0].rules == (
        f"pinned list page {START}recipes/: read, 12 URLs taken as articles",
    )


def test_a_pinned_pattern_takes_what_nothing_else_speaks_for() -> None:
    found = looked((PIN, PATTERN, "/handbook/*"))

    assert "/handbook/cups" in paths(found)
    assert reasons(found, "/handbook/cups") == (
        "site rule: pinned URL pattern /handbook/*",
    )
    assert found.addresses[0].rules == ("pinned URL pattern /handbook/*: 3 URLs taken",)


def test_a_forbidden_pattern_refuses_what_the_feed_names() -> None:
    found = looked((FORBID, PATTERN, "*-2/"))

    refused = {c.url: (why, c.reasons) for c, why in found.refused}
    gone = next(path for path in posts_in(START + "posts/", 9) if path.endswith("-2/"))
    assert len(found.candidates) == 8
    assert refused[gone] == (
        "forbidden",
        ("site rule: forbidden URL pattern *-2/",),
    )
    assert found.addresses[0].rules == ("forbidden URL pattern *-2/: 1 URL left out",)


def test_a_forbidden_source_is_not_requested_and_teaches_nothing() -> None:
    at = site()

    found = looked((FORBID, SOURCE, "/feed.xml"), (FORBID, SOURCE, "/old.xml"), at=at)

    assert START + "feed.xml" not in at.asked
    assert found.addresses[0].decided.startswith("a list with dates")
    assert found.addresses[0].rules == (
        f"forbidden feed or sitemap {START}feed.xml: left out",
        f"forbidden feed or sitemap {START}old.xml: nothing named it",
    )


def test_nothing_below_a_forbidden_pattern_is_requested() -> None:
    at = site()

    looked((FORBID, PATTERN, "/recipes/"), at=at)

    assert not any("/recipes/" in url for url in at.asked)


def test_a_forbidden_start_is_requested_but_its_lines_do_not_count() -> None:
    at = site()

    found = looked((FORBID, LIST, "/"), (FORBID, SOURCE, "/feed.xml"), at=at)

    assert at.asked[0] == START
    sources = {source for c in found.candidates for source in c.found_in}
    assert START not in sources


def test_forbidding_wins_over_pinning() -> None:
    found = looked(
        (PIN, PATTERN, "/handbook/*"),
        (FORBID, PATTERN, "/handbook/cups"),
        (PIN, SOURCE, "/guides.xml"),
    )

    assert "/handbook/water" in paths(found)
    assert "/handbook/cups" not in paths(found)


def test_a_pin_does_not_reach_outside_the_start_s_folder() -> None:
    found = looked((PIN, PATTERN, "/handbook/*"), start=START + "posts/")

    assert not any(path.startswith("/handbook") for path in paths(found))


def test_a_pinned_source_that_is_not_there_says_so() -> None:
    found = looked((PIN, SOURCE, "/gone.xml"))

    assert found.addresses[0].rules == (
        f"pinned feed or sitemap {START}gone.xml: not read (http-404)",
    )


def test_rules_of_another_site_change_nothing() -> None:
    rules = SiteRules(
        [checked_rule("other.test", FORBID, PATTERN, "/posts/")],
    )
    found = discover(CrawlOptions((START,)), site().fetch, NOW, rules=rules)

    assert len(found.candidates) == 9
    assert found.addresses[0].rules == ()


@pytest.mark.parametrize(
    ("verdict", "kind", "value", "said"),
    [
        ("like", SOURCE, "/feed.xml", "'like' is neither pin nor forbid"),
        (PIN, "tag", "/feed.xml", "'tag' is none of source, list, pattern"),
        (PIN, SOURCE, "  ", "give the feed or sitemap"),
        (PIN, SOURCE, "ftp://rules.test/x", "ftp is neither http nor https"),
        (PIN, SOURCE, "https://me:x@rules.test/", "it holds a user name"),
        (PIN, LIST, "https://other.test/list", "it is not a page of rules.test"),
        (PIN, LIST, "/" + "x" * 2_000, "it is longer than 2000 characters"),
        (FORBID, PATTERN, "/(/", "is not a valid regular expression"),
        (FORBID, PATTERN, "*", "it fits every URL of the site"),
        (FORBID, PATTERN, "/", "it fits every URL of the site"),
    ],
)
def test_a_rule_that_cannot_be_kept_says_why(
    verdict: str, kind: str, value: str, said: str
) -> None:
    with pytest.raises(InvalidRule, match=said.replace("(", r"\(")):
        checked_rule(HOST, verdict, kind, value)


def test_a_feed_on_a_feed_host_may_be_pinned_and_hosts_are_compared_without_www() -> (
    None
):
    rule = checked_rule("www.Rules.test:8080", PIN, SOURCE, "https://feeds.test/x")

    assert rule.host == HOST
    assert SiteRules([rule]).of_hosts({"rules.test:8080"}) == [rule]
