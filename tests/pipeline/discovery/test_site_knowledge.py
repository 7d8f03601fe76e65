"""Rules and what was learned, as rows: kept, bounded, on record, and shown on the source's page, by
the API and on the command line."""

from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from catalog.models import Source
from pipeline.access.models import AuditEntry
from pipeline.access.roles import Role
from pipeline.diagnosis.predict import predict
from pipeline.discovery import site_knowledge
from pipeline.discovery.discover import CrawlOptions, discover
from pipeline.discovery.site_knowledge import (
    keep_rule,
    learned_of,
    load_rules,
    rules_of,
    save_learned,
)
from pipeline.discovery.urls.site_rules import InvalidRule
from pipeline.models import LearnedSource, SourceRule
from tests.pages import an_article
from tests.people import program, session
from tests.pipeline.discovery.miniature import NOW, look
from tests.pipeline.discovery.test_site_rules import site

pytestmark = pytest.mark.django_db
HOST = "rules.test"
JSON = "application/json"


@pytest.fixture
def source() -> Source:
    return an_article(host=HOST).source


def command(*words: Any) -> str:
    out = StringIO()
    call_command("source", *map(str, words), stdout=out)
    return out.getvalue()


def test_a_rule_is_kept_once_and_the_next_discovery_uses_it() -> None:
    keep_rule(HOST, "pin", "source", "/guides.xml", "for the handbook")
    keep_rule(HOST, "pin", "pattern", "/handbook/")
    kept = keep_rule(HOST, "forbid", "pattern", "/handbook/")

    found = discover(
        CrawlOptions((f"https://{HOST}/",)), site().fetch, NOW, rules=load_rules()
    )

    assert (kept.verdict, rules_of(f"www.{HOST}").count()) == ("forbid", 2)
    assert [rule.partition(": ")[2] for rule in found.addresses[0].rules] == [
        "read, 0 URLs taken as articles",
        "3 URLs left out",
    ]


def test_a_path_is_of_the_site_as_it_was_last_crawled() -> None:
    [learned] = look(site()).learned
    save_learned([replace(learned, address=f"http://www.{HOST}:8080/blog/")])

    kept = keep_rule(HOST, "pin", "source", "/feed.xml")

    assert kept.value == f"http://www.{HOST}:8080/feed.xml"


def test_a_site_has_a_bounded_number_of_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_knowledge, "MAX_RULES", 2)
    for path in ("/a/", "/b/"):
        keep_rule(HOST, "forbid", "pattern", path)

    with pytest.raises(InvalidRule, match="has 2 rules, which is the most"):
        keep_rule(HOST, "forbid", "pattern", "/c/")

    assert keep_rule(HOST, "pin", "pattern", "/b/").verdict == "pin"
    assert keep_rule("other.test", "pin", "pattern", "/c/").pk


def test_who_made_and_removed_a_rule_is_on_record(source: Source) -> None:
    operator = session(Role.OPERATOR)
    operator.post(
        f"/sources/{source.pk}/rules",
        {"verdict": "pin", "kind": "list", "value": "/recipes/"},
    )
    rule = SourceRule.objects.get()
    operator.post(f"/sources/{source.pk}/rules/{rule.pk}/remove")

    entries = AuditEntry.objects.filter(kind="source rule").order_by("pk")
    assert [(entry.verb, entry.way) for entry in entries] == [
        ("create", "page"),
        ("delete", "page"),
    ]
    assert entries[0].after["value"] == f"https://{HOST}/recipes/"


def test_the_page_of_a_source_shows_its_rules_to_all_and_their_form_to_operators(
    source: Source,
) -> None:
    rule = keep_rule(HOST, "forbid", "pattern", "/drafts/*", "never finished")
    page = f"/sources/{source.pk}/"

    shown = session(Role.OPERATOR).get(page).text
    assert "/drafts/*" in shown
    assert "never finished" in shown
    assert f"{page}rules/{rule.pk}/remove" in shown
    viewer = session(Role.VIEWER)
    assert "/drafts/*" in viewer.get(page).text
    assert "Add rule" not in viewer.get(page).text
    assert viewer.post(f"{page}rules/{rule.pk}/remove").status_code == 403


def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(source: Source) -> None:
    answer = session(Role.OPERATOR).post(
        f"/sources/{source.pk}/rules",
        {"verdict": "forbid", "kind": "pattern", "value": "/(/", "note": "why not"},
    )

    assert answer.status_code == 422
    assert "is not a valid regular expression" in answer.text
    assert 'value="why not"' in answer.text
    assert not SourceRule.objects.exists()


def test_a_rule_of_another_source_is_not_removed_through_this_one(
    source: Source,
) -> None:
    other = keep_rule("other.test", "pin", "pattern", "/x/")
    path = f"/sources/{source.pk}/rules/{other.pk}"

    assert session(Role.OPERATOR).post(f"{path}/remove").status_code == 404
    assert program(Role.OPERATOR).delete(f"/api{path}").status_code == 404
    assert SourceRule.objects.filter(pk=other.pk).exists()


def test_the_api_keeps_shows_and_removes_rules(source: Source) -> None:
    api = program(Role.OPERATOR)
    rules = f"/api/sources/{source.pk}/rules"
    given = {"verdict": "pin", "kind": "source", "value": "/feed.xml"}

    made = api.post(rules, given, JSON)
    shown = api.get(f"/api/sources/{source.pk}").json()
    gone = api.delete(f"{rules}/{made.json()['id']}")

    assert (made.status_code, gone.status_code) == (201, 204)
    assert [rule["value"] for rule in shown["rules"]] == [f"https://{HOST}/feed.xml"]
    assert not SourceRule.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [{"verdict": "like"}, {"kind": "tag"}, {"value": "ftp://x/"}, {"value": "a\0b"}, {"note": "n" * 301},
     {"value": "\ud800"}, {"note": "\0"}],
)  # fmt: skip
def test_the_api_refuses_a_wrong_rule_with_its_reason(
    source: Source, wrong: dict[str, str]
) -> None:
    given = {"verdict": "pin", "kind": "source", "value": "/feed.xml", **wrong}

    answer = program(Role.OPERATOR).post(f"/api/sources/{source.pk}/rules", given, JSON)

    assert answer.status_code == 422
    assert answer.json()["detail"]


def test_a_viewer_s_token_makes_no_rule(source: Source) -> None:
    given = {"verdict": "pin", "kind": "source", "value": "/feed.xml"}
    answer = program(Role.VIEWER).post(f"/api/sources/{source.pk}/rules", given, JSON)
    assert answer.status_code == 403


def test_the_command_pins_forbids_shows_and_removes() -> None:
    save_learned(look(site()).learned)
    pinned = command("pin", HOST, "--list", "/recipes/", "--note", "all of them")
    command("forbid", HOST, "--pattern", "/handbook/")

    shown = command("show", HOST)
    command("remove", HOST, pinned.split("\t")[0])

    assert "9 articles, by its feed" in shown
    assert "pattern  /posts/*  9" in shown
    assert f"pin\tlist\thttps://{HOST}/recipes/\tall of them" in shown
    assert [rule.value for rule in rules_of(HOST)] == ["/handbook/"]
    entry = AuditEntry.objects.filter(kind="source rule").latest("pk")
    assert (entry.verb, entry.way) == ("delete", "command")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("pin", HOST, "--list", "https://other.test/x"), "it is not a page of"),
        (("forbid", "no host", "--pattern", "/x/"), "is no host name"),
        (("remove", HOST, "7"), "has no rule 7"),
        (("pin", HOST), "one of the arguments --source --list --pattern is required"),
    ],
)
def test_the_command_says_what_is_wrong(words: tuple[str, ...], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        command(*words)


def test_what_was_learned_is_shown_with_its_sources_and_replaced_by_the_next_run(
    source: Source, admin_client: Client
) -> None:
    save_learned(look(site()).learned)
    save_learned(look(site()).learned)

    page = admin_client.get(f"/sources/{source.pk}/").text
    [learned] = program(Role.VIEWER).get(f"/api/sources/{source.pk}").json()["learned"]

    assert LearnedSource.objects.count() == 1
    assert "9, recognized by its feed" in page
    assert ">/posts/*</code>" in page
    assert f"https://{HOST}/feed.xml" in page
    assert learned["patterns"] == [["/posts/*", 9]]
    assert [f"https://{HOST}/feed.xml", "feed", 9] in learned["sources"]


def test_an_address_where_nothing_was_found_does_not_replace_what_was_learned() -> None:
    save_learned(look(site()).learned)
    empty = site()
    empty.pages.clear()

    save_learned(look(empty).learned)

    assert LearnedSource.objects.get().learned["articles"] == 9


def test_of_several_start_urls_the_one_crawled_last_comes_first() -> None:
    [learned] = look(site()).learned
    earlier, later = f"https://{HOST}/a/", f"https://{HOST}/b/"
    for address in (later, earlier, later):
        save_learned([replace(learned, address=address)])

    found = learned_of(HOST).values_list("address", flat=True)
    assert list(found) == [later, earlier]


def test_why_a_url_is_not_here_names_the_rules_and_what_was_learned() -> None:
    save_learned(look(site()).learned)
    keep_rule(HOST, "forbid", "pattern", "/handbook/")

    said = predict(f"https://{HOST}/handbook/cups", None, timezone.now())

    found = {(each.side, each.about): each.text for each in said}
    assert found["against", "site rule"] == "forbidden URL pattern /handbook/"
    assert found["open", "learned"].startswith(f"https://{HOST}/: 9 articles by its")
