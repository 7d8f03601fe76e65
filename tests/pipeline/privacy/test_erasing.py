"""Erasing by source and by pattern: in small steps, and for good."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.links import OutLink, replace_links
from catalog.models import Article, ArticleVersion, Link, Source, WordCount
from catalog.search.indexing import index_all
from pipeline.access.models import AuditEntry
from pipeline.core import serialize
from pipeline.core.failures import Rejected
from pipeline.core.quoted_urls import keys_in, without_links, without_urls
from pipeline.core.records import Draft
from pipeline.fetching import stage as fetching_stage
from pipeline.fetching.stage import fetch_page
from pipeline.journeys import transitions
from pipeline.journeys.bulk import write
from pipeline.models import (
    ErasedURL,
    Erasure,
    Import,
    ImportRow,
    Journey,
    JourneyDraft,
    Snapshot,
)
from pipeline.models.erasure import digest_of, stand_in
from pipeline.monitor.models import LogEvent
from pipeline.privacy import listed, requests, work
from pipeline.privacy.requests import NotErased
from pipeline.privacy.work import erase_for, work_once
from pipeline.storage.stage import store
from tests.pages import a_run, a_snapshot, an_article, journeys

pytestmark = pytest.mark.django_db
HOST = "blog.example"


def erased(host: str = HOST, pattern: str = "", by: str = "ada") -> Erasure:
    erasure = requests.start(host, pattern, by)
    erase_for(60)
    erasure.refresh_from_db()
    return erasure


def test_all_of_a_source_is_erased_and_nothing_of_another() -> None:
    for number in range(3):
        an_article(number)
    other = an_article(9, host="other.example")
    assert requests.preview(HOST) == 3
    erasure = erased()
    assert (erasure.state, erasure.found, erasure.erased) == ("done", 3, 3)
    assert list(Article.objects.all()) == [other]


def test_what_fits_a_pattern_is_erased_and_nothing_else() -> None:
    an_article(1, url=f"https://{HOST}/people/ada", key=f"https://{HOST}/people/ada")
    kept = an_article(2)
    assert requests.preview(HOST, "/people/") == 1
    assert requests.preview(HOST, "/^.*ada$/") == 1
    erasure = erased(HOST, "/people/")
    assert list(Article.objects.all()) == [kept]
    assert (erasure.host, erasure.pattern) == ("", "")


@pytest.mark.parametrize(
    ("host", "pattern"),
    [("nobody.example", ""), (HOST, "/(?=x)/"), (HOST, "x" * 600)],
)
def test_what_cannot_be_meant_is_refused(host: str, pattern: str) -> None:
    an_article(1)
    with pytest.raises(NotErased):
        requests.start(host, pattern)
    assert not Erasure.objects.exists()


def test_it_goes_on_where_a_killed_worker_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(work, "ARTICLES_AT_ONCE", 2)
    for number in range(5):
        an_article(number)
    erasure = requests.start(HOST)
    assert work_once()
    erasure.refresh_from_db()
    assert (erasure.state, erasure.erased) == ("running", 2)

    def die(ids: object) -> int:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(work, "erase_articles", die)
        with pytest.raises(SystemExit):
            work_once()
    erasure.refresh_from_db()
    assert (erasure.erased, Article.objects.count()) == (2, 3)
    erase_for(60)
    erasure.refresh_from_db()
    assert (erasure.state, erasure.erased) == ("done", 5)
    assert not Article.objects.exists()


def test_the_audit_log_holds_a_digest_and_no_content() -> None:
    an_article(1, title="Secret")
    requests.start(HOST, "/1", "ada")
    entry = AuditEntry.objects.get(verb="erase")
    assert entry.who == "ada"
    assert entry.kind == "pattern"
    assert entry.object.startswith("sha256:")
    assert HOST not in f"{entry.object} {entry.after}"


def test_the_rows_of_runs_stay_in_the_counts_and_quote_nothing() -> None:
    article = an_article(1)
    run = a_run()
    [journey] = journeys(
        run, 1, "stored", "store", article=article, source_metadata={"title": "Secret"}
    )
    [pending] = journeys(run, 1, "pending", "extract")
    Journey.objects.filter(pk=pending.pk).update(
        snapshot=a_snapshot(article, b"secret")
    )
    erased()
    journey.refresh_from_db()
    assert (journey.state, journey.article) == ("stored", None)
    assert journey.url == journey.key == stand_in(f"https://{HOST}/{run.pk}-0")
    assert journey.source_metadata == {}
    pending.refresh_from_db()
    assert (pending.state, pending.reason) == ("skipped", "erased")
    assert not Snapshot.objects.exists()


def test_a_crawl_that_finds_it_again_writes_that_it_was_erased() -> None:
    key = f"https://{HOST}/1"
    ErasedURL.objects.create(digest=digest_of(key), erased_at=timezone.now())
    run = a_run()
    rows = [
        {"url": url, "key": url, "source_metadata": {"title": "Secret"}}
        for url in (key, f"https://{HOST}/2")
    ]
    write(run, rows)
    gone, there = run.journeys.order_by("-state")
    assert (gone.url, gone.state, gone.reason) == (stand_in(key), "skipped", "erased")
    assert gone.source_metadata == {}
    assert (there.url, there.state) == (f"https://{HOST}/2", "pending")


@pytest.mark.parametrize("is_listed", [True, False])
def test_a_url_that_was_erased_is_not_fetched(is_listed: bool) -> None:
    [journey] = journeys(a_run(), 1)
    if is_listed:
        ErasedURL.objects.create(
            digest=digest_of(journey.key), erased_at=timezone.now()
        )
    else:
        Journey.objects.update(key=stand_in("x"), url=stand_in("x"))
    context = transitions.start_stage(journey.pk, "fetch", fetching_stage.INPUT_QUERY)
    assert context is not None
    outcome = fetch_page(context)
    assert isinstance(outcome, Rejected)
    assert outcome.reason == "erased"


def test_what_turns_out_to_be_erased_is_not_stored() -> None:
    key = f"https://{HOST}/canonical"
    ErasedURL.objects.create(digest=digest_of(key), erased_at=timezone.now())
    an_article(5)
    [journey] = journeys(a_run(), 1, stage="store")
    draft = Draft(url=key, title="Secret", text="secret", html="<p>secret</p>")
    JourneyDraft.objects.create(journey=journey, data=serialize.pack(draft))
    context = transitions.start_stage(journey.pk, "store")
    assert context is not None
    outcome = store(context)
    assert isinstance(outcome, Rejected)
    assert outcome.reason == "erased"
    assert not Article.objects.filter(key=key).exists()
    journey.refresh_from_db()
    assert journey.url == stand_in(context.key)


def test_links_of_others_lead_nowhere_any_more_and_their_words_stay() -> None:
    gone = an_article(1)
    html = f'<p>See <a href="{gone.url}">this</a> and <a href="https://a.example/">that</a>.</p>'
    other = an_article(2, host="other.example", html=html, anchors="called so")
    called = an_article(3, host="other.example", anchors="what the first one calls it")
    replace_links(
        gone.pk, [OutLink(called.key, "other.example", "what the first one calls it")]
    )
    replace_links(other.pk, [OutLink(gone.key, HOST, "this")])
    page = a_snapshot(other, html.encode())
    erased()
    other.refresh_from_db()
    called.refresh_from_db()
    assert other.html == (
        '<p>See <a>this</a> and <a href="https://a.example/">that</a>.</p>'
    )
    assert not Link.objects.exists()
    assert called.anchors == ""
    assert not Snapshot.objects.filter(pk=page.pk).exists()


def test_words_that_are_in_no_article_any_more_are_forgotten() -> None:
    an_article(1, text="zanzibar counters")
    an_article(2, host="other.example", text="counters")
    index_all()
    assert WordCount.objects.filter(word="zanzibar").exists()
    erased()
    assert not WordCount.objects.filter(word="zanzibar").exists()
    assert WordCount.objects.filter(word="counter").exists()


def test_log_lines_and_imports_that_name_it_are_emptied() -> None:
    article = an_article(1)
    line = {"at": timezone.now(), "level": 20, "event": "looked"}
    LogEvent.objects.create(**line, url=article.url, data={"title": "Secret"})
    LogEvent.objects.create(**line, data={"note": f"found {article.url}."})
    LogEvent.objects.create(**line, data={"note": f"found https://{HOST}/other"})
    run = a_run()
    run.notes = [f"left out {article.url}"]
    run.save()
    parent = Import.objects.create(name="list", kind="text")
    ImportRow.objects.create(
        parent=parent, line=1, address=article.url, key=article.key, title="Secret"
    )
    erased()
    said = [
        (event.url, str(event.data))
        for event in LogEvent.objects.filter(event="looked")
    ]
    assert sorted(said)[2] == ("", f"{{'note': 'found https://{HOST}/other'}}")
    assert sorted(said)[:2] == [("", "{'erased': 'with its article'}")] * 2
    row = ImportRow.objects.get()
    assert (row.address, row.title, row.problem) == ("", "", "erased")
    run.refresh_from_db()
    assert run.notes == ["left out erased"]


def test_the_source_keeps_its_host_and_nothing_else() -> None:
    article = an_article(1)
    Source.objects.update(name="Ada's blog", authors=["Ada"])
    erased()
    source = Source.objects.get(pk=article.source_id)
    assert (source.host, source.name, source.authors) == (HOST, "", [])


def test_a_lifted_url_may_come_back() -> None:
    article = an_article(1)
    erased()
    digest = digest_of(article.key)
    assert ErasedURL.objects.filter(pk=digest).exists()
    assert listed.lift(article.url) == digest
    assert not ErasedURL.objects.filter(pk=digest).exists()
    with pytest.raises(NotErased):
        listed.lift(digest)
    with pytest.raises(NotErased):
        listed.lift("no URL")


def test_the_list_is_written_and_applied_to_a_restored_catalogue() -> None:
    article = an_article(1)
    kept = an_article(2)
    erased(HOST, "/1/")
    exported = list(listed.lines())
    assert exported
    ErasedURL.objects.all().delete()
    an_article(1, title="back from an older backup")
    ArticleVersion.objects.create(
        article=Article.objects.get(key=article.key), title="", text="", html="",
        content_hash="x",
    )  # fmt: skip
    assert listed.add(exported) == len(exported)
    assert listed.add(exported) == 0
    listed.erase_listed("ada")
    erase_for(60)
    assert list(Article.objects.all()) == [kept]
    assert Erasure.objects.first().erased == 1  # type: ignore[union-attr]


@pytest.mark.parametrize("line", ["hello", "ab12 2026-01-01", f"{'a' * 64} yesterday"])
def test_a_line_that_is_none_is_refused(line: str) -> None:
    with pytest.raises(NotErased):
        list(listed.read([line]))


def test_urls_are_found_in_whatever_is_said() -> None:
    is_erased = {f"https://{HOST}/1"}.__contains__
    value = {
        "a": [f"see (https://{HOST}/1/), or https://{HOST}/2"],
        "n": 1,
        "none": None,
    }
    assert keys_in(value) >= {f"https://{HOST}/1", f"https://{HOST}/2"}
    assert without_urls(value, is_erased) == {
        "a": [f"see (erased), or https://{HOST}/2"], "n": 1, "none": None,
    }  # fmt: skip
    assert without_links(f'<a href="https://{HOST}/1/">x</a>', is_erased) == "<a>x</a>"


def test_an_old_trash_tombstone_goes_too() -> None:
    week_ago = timezone.now() - timedelta(days=7)
    an_article(1, deleted_at=week_ago, erased_at=week_ago)
    assert erased().erased == 1
    assert not Article.objects.exists()
