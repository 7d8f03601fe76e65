"""What an operator wants kept of a source's pages: previewed, stored, extracted, undone."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from catalog.models import Article, KeptBlock
from pipeline.access.models import AuditEntry
from pipeline.access.roles import Role
from pipeline.core.failures import Rejected
from pipeline.core.records import OF_NO_RULE, LeftOut
from pipeline.core.serialize import dump
from pipeline.extraction import stage as extraction_stage
from pipeline.journeys import transitions
from pipeline.journeys.outcome import Advance
from pipeline.models import Journey, Run
from pipeline.runs import kept_blocks
from pipeline.runs.control import InvalidState
from pipeline.runs.kept_blocks import Lacking
from pipeline.storage import stage as storage_stage
from tests.pages import WHEN, a_run, a_snapshot, an_article
from tests.people import program, session
from tests.pipeline.extraction.test_kept_on_request import PAGE

pytestmark = pytest.mark.django_db
WORDS = "Related posts Cups that keep warm Pots of iron"
BLOCK = dump(LeftOut("section", WORDS, 9, "related-posts", "It offers other posts."))
KEEP = {"rule": "related-posts", "words": WORDS}


@pytest.fixture(autouse=True)
def published(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "pipeline.journeys.batches.dispatch_batches", lambda run_id: None
    )


def stored_article(number: int = 1, **values: Any) -> Article:
    """An article that was stored without a block, with its page."""
    article = an_article(number, **{"left_out": [BLOCK]} | values)
    snapshot = a_snapshot(article, PAGE.encode())
    Journey.objects.create(
        run=a_run("finished"),
        url=article.url,
        key=article.key,
        state="stored",
        article=article,
        snapshot=snapshot,
    )
    return article


def work(run: Run) -> list[Any]:
    """Do what workers would: extract and store each URL of a run; what came of each."""
    done = []
    for journey in run.journeys.all():
        context = transitions.start_stage(
            journey.pk, "extract", extraction_stage.INPUT_QUERY
        )
        assert context
        found = extraction_stage.extract_draft(context)
        assert isinstance(found, Advance)
        transitions.complete_stage(context, draft=found.draft)
        context = transitions.start_stage(journey.pk, "store")
        assert context
        outcome = storage_stage.store(context)
        if not isinstance(outcome, Rejected):
            transitions.finish(context, outcome.state, article=outcome.article)
        done.append(outcome)
    return done


def test_a_preview_says_what_would_change_and_changes_nothing() -> None:
    article = stored_article()
    run = kept_blocks.preview_keep(article.source, *KEEP.values(), by="ada")
    assert run.parameters["preview"]
    [outcome] = work(run)
    assert outcome.reason == "would-change"
    assert "text" in outcome.detail
    article.refresh_from_db()
    assert "Cups" not in article.text
    assert not KeptBlock.objects.exists()


def test_what_is_kept_is_extracted_again_and_stays_kept() -> None:
    article = stored_article()
    kept, run = kept_blocks.keep_and_extract(article.source, *KEEP.values(), by="ada")
    assert (kept.created_by, run.journeys.count()) == ("ada", 1)
    work(run)
    article.refresh_from_db()
    assert "Cups that keep warm" in article.text
    assert "related-posts" not in [block["rule"] for block in article.left_out]
    assert article.versions.count() == 1


def test_undo_extracts_what_holds_such_a_block_again() -> None:
    article = stored_article()
    kept, run = kept_blocks.keep_and_extract(article.source, *KEEP.values(), by="ada")
    work(run)
    preview = kept_blocks.preview_undo(kept, by="ada")
    assert [outcome.reason for outcome in work(preview)] == ["would-change"]
    assert KeptBlock.objects.exists()
    again = kept_blocks.undo_and_extract(kept, by="ada")
    work(again)
    article.refresh_from_db()
    assert "Cups that keep warm" not in article.text
    assert not KeptBlock.objects.exists()


def test_only_articles_of_the_source_that_lack_such_a_block_are_concerned() -> None:
    article = stored_article(1)
    other_words = stored_article(2, left_out=[BLOCK | {"words": "See also"}])
    stored_article(3, left_out=[])
    stored_article(4, host="tea.example")
    source = article.source
    assert kept_blocks.articles_without(source, **KEEP) == [article.pk]
    assert kept_blocks.articles_without(source, "related-posts") == [
        other_words.pk,
        article.pk,
    ]
    assert kept_blocks.articles_without(source, "sidebar") == []


def test_another_source_keeps_nothing() -> None:
    article = stored_article(host="tea.example")
    kept_blocks.keep(an_article(2).source, "related-posts", "", by="ada")
    run = kept_blocks.launch_extraction([article.pk])
    work(run)
    article.refresh_from_db()
    assert "Cups" not in article.text


def test_a_source_keeps_a_bounded_number_and_nothing_twice() -> None:
    source = an_article().source
    for number in range(KeptBlock.MAX_PER_SOURCE):
        kept_blocks.keep(source, "related-posts", f"block {number}", by="ada")
    first = source.kept_blocks.first()
    assert kept_blocks.keep(source, "related-posts", "block 0", by="eve") == first
    with pytest.raises(InvalidState, match="at most 50"):
        kept_blocks.keep(source, "related-posts", "one more", by="ada")


@pytest.mark.parametrize(
    ("rule", "words"), [("no-rule", ""), ("", ""), ("sidebar", "w" * 121)]
)
def test_what_no_rule_or_record_could_mean_is_refused(rule: str, words: str) -> None:
    with pytest.raises(InvalidState):
        kept_blocks.keep(an_article().source, rule, words, by="ada")
    assert not KeptBlock.objects.exists()


def test_without_a_stored_page_it_is_kept_and_no_run_begins() -> None:
    article = an_article(left_out=[BLOCK])
    kept, run = kept_blocks.keep_and_extract(article.source, *KEEP.values(), by="ada")
    assert (str(kept), run) == (f"related-posts: {WORDS}", None)


def test_rules_are_counted_over_the_newest_articles(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source = an_article(1, left_out=[BLOCK, BLOCK, BLOCK | {"rule": "sidebar"}]).source
    an_article(2, left_out=[BLOCK])
    an_article(3, host="tea.example", left_out=[BLOCK])
    found = [
        (each.rule, each.blocks, each.articles)
        for each in kept_blocks.left_out_lately(source)
    ]
    assert found == [("related-posts", 3, 2), ("sidebar", 1, 1)]
    monkeypatch.setattr(kept_blocks, "RECENT_ARTICLES", 1)
    assert kept_blocks.left_out_lately(source)[0].blocks == 2


def test_the_choice_counts_in_the_newest_articles_and_says_so(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = stored_article(1, published=WHEN).source
    stored_article(2, published=WHEN)
    stored_article(3, published=WHEN, left_out=[])
    assert kept_blocks.count_without(source, **KEEP) == Lacking(2, 3)
    monkeypatch.setattr(kept_blocks, "RECENT_ARTICLES", 2)
    assert kept_blocks.count_without(source, **KEEP) == Lacking(1, 2)
    page = admin_client.get(f"/sources/{source.pk}/keep", KEEP).text
    assert page.count("1 of the newest 2 articles") == 2
    assert page.count("Keep and extract again") == 2


def test_the_choice_reads_the_newest_articles_along_an_index() -> None:
    stored_article()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN {kept_blocks.LACKING}", ["[]", 1, 100])
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "article_source_by_date" in plan
    assert "Sort" not in plan


def test_the_panel_leads_to_the_choice_and_the_choice_to_a_preview(
    admin_client: Client,
) -> None:
    article = stored_article()
    path = f"/sources/{article.source_id}/keep"
    assert (
        f'href="{path}?rule=related-posts&amp;words=Related%20posts'
        in admin_client.get(f"/articles/{article.pk}/").text
    )
    page = admin_client.get(path, KEEP).text
    assert "Only blocks that begin like this" in page
    assert page.count("1 article would be extracted again") == 2
    answer = admin_client.post(path, KEEP | {"preview": "on"})
    run = Run.objects.latest("pk")
    assert answer["Location"] == f"/runs/{run.pk}/"
    Run.objects.filter(pk=run.pk).update(state="cancelling")
    Run.objects.filter(pk=run.pk).update(state="cancelled")
    page = admin_client.get(f"/runs/{run.pk}/").text
    assert "Keep and extract again" in page
    assert f'action="{path}"' in page


def test_what_no_rule_left_out_cannot_be_kept_and_is_not_counted(
    admin_client: Client,
) -> None:
    others = [BLOCK | {"rule": name} for name in sorted(OF_NO_RULE)]
    article = stored_article(1, left_out=[BLOCK, *others])
    page = admin_client.get(f"/articles/{article.pk}/").text
    assert "keep?rule=related-posts" in page
    assert page.count("keep?rule=") == 1
    assert [each.rule for each in kept_blocks.left_out_lately(article.source)] == [
        "related-posts"
    ]


def test_the_page_of_the_source_shows_what_is_kept_and_undoes_it(
    admin_client: Client,
) -> None:
    article = stored_article()
    path = f"/sources/{article.source_id}/"
    assert f'href="{path}keep?rule=related-posts"' in admin_client.get(path).text
    assert "Kept blocks" not in admin_client.get(path).text
    assert admin_client.post(f"{path}keep", KEEP)["Location"].startswith("/runs/")
    page = admin_client.get(path).text
    assert "Kept blocks" in page
    kept = KeptBlock.objects.get()
    assert f'action="{path}kept/{kept.pk}/undo"' in page
    answer = admin_client.post(f"{path}kept/{kept.pk}/undo", follow=True)
    assert "No longer kept." in answer.text
    verbs = (
        AuditEntry.objects.filter(kind="kept block")
        .order_by("pk")
        .values_list("verb", flat=True)
    )
    assert list(verbs) == ["create", "delete"]


def test_a_page_refuses_a_rule_that_does_not_exist(admin_client: Client) -> None:
    source = an_article().source
    answer = admin_client.get(f"/sources/{source.pk}/keep?rule=no-rule", follow=True)
    assert "there is no rule" in answer.text


def test_a_viewer_sees_what_is_kept_and_cannot_change_it() -> None:
    article = stored_article()
    viewer = session(Role.VIEWER)
    path = f"/sources/{article.source_id}/keep"
    assert path not in viewer.get(f"/articles/{article.pk}/").text
    assert "An operator can do this." in viewer.get(path, KEEP).text
    assert viewer.post(path, KEEP).status_code == 403


def test_the_api_keeps_lists_previews_and_undoes() -> None:
    article = stored_article()
    api = program(Role.OPERATOR)
    path = f"/api/sources/{article.source_id}/kept-blocks"

    def post(**more: Any) -> Any:
        return api.post(path, json.dumps(KEEP | more), content_type="application/json")

    tried = post(preview=True)
    assert (tried.status_code, tried.json()["kept"]) == (201, None)
    assert tried.json()["run"]["name"].startswith("Preview: keep Related posts")
    made = post().json()
    assert made["run"]["state"] == "running"
    assert [each["id"] for each in api.get(path).json()] == [made["kept"]["id"]]
    assert post(rule="no-rule").status_code == 409
    left_out = api.get(f"/api/sources/{article.source_id}/left-out").json()
    assert left_out[0]["rule"] == "related-posts"
    one = f"{path}/{made['kept']['id']}"
    assert (
        api.delete(f"{one}?preview=true").status_code == 409
    )  # no article holds one yet
    assert api.delete(one).json() == {"kept": None, "run": None}
    assert api.get(path).json() == []
    assert api.delete(one).status_code == 404
