"""A draft becomes an article once, whatever comes twice and under whatever address."""

import random
from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.models import Article, ArticleVersion, Link, Source
from catalog.near_duplicates import MAX_DIFFERENT_BITS, near, quarters
from pipeline.broker.chords import create_chord
from pipeline.core import serialize
from pipeline.core.records import CodeBlock, Draft
from pipeline.extraction.text import fingerprint
from pipeline.journeys import transitions
from pipeline.journeys.stage import Ended
from pipeline.journeys.transitions import StageContext
from pipeline.models import Chord, ChordPart, Journey, JourneyDraft, Run
from pipeline.storage import stage as storage_stage

pytestmark = pytest.mark.django_db
URL = "https://blog.test/post/"
DRAFT = Draft(
    url=URL,
    title="A post",
    text="Its text.",
    html="<p>Its text.</p>",
    code=(CodeBlock("print(1)", "python"),),
)


def visit(run: Run, url: str = URL, **changes: Any) -> StageContext:
    draft = serialize.pack(
        serialize.load(Draft, {**serialize.dump(DRAFT), "url": url, **changes})
    )
    journey = Journey.objects.create(
        run=run, url=url, key=url.rstrip("/"), stage="store"
    )
    JourneyDraft.objects.create(journey=journey, data=draft)
    entered = transitions.start_stage(journey.pk, "store")
    assert entered
    return entered


def called(one: StageContext, url: str) -> StageContext:
    """The visit with a draft that names another address."""
    return replace(
        one,
        draft=serialize.pack(
            replace(serialize.unpack(Draft, one.draft or b""), url=url)
        ),
    )


def settle(one: StageContext) -> Any:
    outcome = storage_stage.store(one)
    if isinstance(outcome, Ended):
        Journey.objects.filter(pk=one.id).update(
            state=outcome.state, article=outcome.article
        )
        return outcome.state, outcome.detail
    return outcome


@pytest.fixture
def run() -> Run:
    return Run.objects.create(state=Run.State.RUNNING)


def test_it_works(run: Run) -> None:
    assert settle(visit(run)) == ("stored", "new")

    article = Article.objects.get()
    assert (article.title, article.url, article.source.host) == (
        "A post",
        URL,
        "blog.test",
    )
    assert article.has_code
    assert article.code_languages == ["python"]


def test_a_new_article_of_a_known_blog_costs_two_statements_and_ends_its_journey(
    run: Run,
) -> None:
    Source.objects.create(host="blog.test")

    with CaptureQueriesContext(connection) as asked:
        one = visit(run)
        outcome = storage_stage.store(one)

    assert len(asked) == 4, (
        "the test's own INSERTs of journey and draft, and entering, and leaving with the article"
    )
    journey = Journey.objects.get(pk=one.id)
    assert outcome == Ended("stored", "new", journey.article_id, written=True)
    assert (journey.state, journey.detail) == ("stored", "new")
    assert not JourneyDraft.objects.exists()
    assert journey.timings["store"] > 0


def test_a_new_article_gets_the_labels_of_its_source_either_way(run: Run) -> None:
    Source.objects.create(host="blog.test", labels=["Python", "Core"])
    storage_stage.store(visit(run))
    other = f"{URL}other"
    draft = replace(DRAFT, url=other, title="Another", text="Other words.")
    storage_stage.record(visit(run, other), draft, other, other)
    labels = Article.objects.values_list("labels", flat=True)
    assert list(labels) == [["Python", "Core"]] * 2


def test_nothing_is_stored_for_a_journey_that_is_over(run: Run) -> None:
    Source.objects.create(host="blog.test")
    one = visit(run)
    Journey.objects.filter(pk=one.id).update(state="failed", reason="worker-killed")

    keeping = storage_stage.insertion(run.pk, DRAFT, URL, URL)

    assert transitions.finish_stored(one, "new", keeping) is None
    assert not Article.objects.exists()


def test_the_end_of_a_journey_is_counted_in_its_chord_once(run: Run) -> None:
    Source.objects.create(host="blog.test")
    create_chord("a group", 2)
    one = replace(visit(run), part=transitions.Part("a group", "a task"))

    stored = storage_stage.store(one)

    assert isinstance(stored, Ended)
    assert stored.counted == (1, 2)
    assert Chord.objects.get().done == 1
    assert ChordPart.objects.get().pk == ("a group", "a task")

    again = storage_stage.store(one)

    assert isinstance(again, Ended)
    assert (again.detail, again.counted) == ("new", None)
    assert Chord.objects.get().done == 1


def test_the_end_of_a_journey_whose_batch_is_through_counts_no_more(run: Run) -> None:
    Source.objects.create(host="blog.test")
    create_chord("a group", 1)
    Chord.objects.update(done=1, fired_at=timezone.now())
    one = replace(visit(run), part=transitions.Part("a group", "a task"))

    stored = storage_stage.store(one)

    assert isinstance(stored, Ended)
    assert stored.counted is None
    assert Chord.objects.get().done == 1


def test_the_same_article_in_the_next_run_is_unchanged(run: Run) -> None:
    settle(visit(run))

    assert settle(visit(Run.objects.create()))[0] == "unchanged"
    assert Article.objects.count() == 1


def test_a_changed_article_is_updated(run: Run) -> None:
    settle(visit(run))

    assert settle(visit(Run.objects.create(), text="Another text.")) == (
        "stored",
        "updated",
    )
    assert Article.objects.get().text == "Another text."


def test_what_was_left_out_is_kept_with_each_version(run: Run) -> None:
    menu = {
        "kind": "list",
        "words": "Home About",
        "word_count": 2,
        "rule": "navigation",
        "reason": "A menu.",
        "blocks": 1,
    }
    settle(visit(run, left_out=[menu]))
    article = Article.objects.get()
    assert article.left_out == [menu]
    settle(visit(Run.objects.create(state=Run.State.RUNNING), text="Other text."))
    article.refresh_from_db()
    assert article.left_out == []
    assert article.versions.get().left_out == [menu]


def test_the_same_text_with_better_html_is_unchanged_and_has_the_better_html(
    run: Run,
) -> None:
    settle(visit(run))
    html = "<figure><img src='https://blog.example/a.png'></figure><p>Its text.</p>"
    again = visit(Run.objects.create(state=Run.State.RUNNING), html=html, quality=0.5)
    assert settle(again)[0] == "unchanged"
    article = Article.objects.get()
    assert (article.html, article.quality) == (html, 0.5)
    assert not article.versions.exists()


def test_an_article_knows_the_runs_that_stored_it_and_what_its_code_imports(
    run: Run,
) -> None:
    Source.objects.create(host="blog.test")
    again, unchanged = Run.objects.create(), Run.objects.create()
    code = [{"text": ">>> import numpy as np", "language": "pycon"}]
    storage_stage.store(visit(run, code=code))
    Article.objects.update(labels=["to read"])
    changed = {
        "text": "Another text.",
        "code": [{"text": "from django.db import models", "language": "python"}],
    }
    settle(visit(again, **changed))
    settle(visit(unchanged, **changed))
    article = Article.objects.get()
    assert (article.runs, article.imports, article.labels) == (
        [run.pk, again.pk],
        ["django"],
        ["to read"],
    )


def test_the_same_content_at_another_address_is_a_duplicate_of_the_first(
    run: Run,
) -> None:
    settle(visit(run))

    assert settle(visit(run, "https://blog.test/copy/")) == (
        "duplicate",
        f"the same content as {URL}",
    )
    assert Article.objects.count() == 1


def test_two_addresses_with_one_canonical_url_are_one_article(run: Run) -> None:
    settle(visit(run))
    other = called(visit(run, "https://blog.test/2024/post/"), URL)

    assert settle(other) == ("duplicate", f"another address of {URL}")


def test_a_canonical_url_on_another_site_is_not_believed(run: Run) -> None:
    one = called(visit(run), "https://elsewhere.test/post/")

    settle(one)

    assert Article.objects.get().url == URL


def test_what_its_owner_deleted_does_not_come_back(run: Run) -> None:
    settle(visit(run))
    Article.objects.update(deleted_at="2026-01-01T00:00:00Z")

    assert settle(visit(Run.objects.create())).reason == "deleted"


def test_what_an_article_was_is_kept_as_a_version(run: Run) -> None:
    settle(visit(run))
    settle(visit(Run.objects.create(), text="Another text."))
    settle(visit(Run.objects.create(), text="Another text."))

    assert [version.text for version in ArticleVersion.objects.all()] == ["Its text."]


def test_a_preview_says_what_would_change_and_changes_nothing(run: Run) -> None:
    settle(visit(run))
    preview = Run.objects.create(state=Run.State.RUNNING, parameters={"preview": True})

    outcome = settle(visit(preview, text="Another text.", word_count=2))

    assert (outcome.reason, outcome.detail) == (
        "would-change",
        "text would change (+2 words)",
    )
    assert Article.objects.get().text == "Its text."


def test_articles_that_are_nearly_the_same_are_grouped_under_the_oldest(
    run: Run,
) -> None:
    words = [f"word{n}" for n in range(200)]
    text, copy = " ".join(words), " ".join([*words[:-1], "changed"])
    same = {
        "simhash": fingerprint.simhash(text),
        "published": "2024-05-01T00:00:00+00:00",
    }
    settle(visit(run, "https://blog.test/late/", text=text, **same))
    older = {
        "simhash": fingerprint.simhash(copy),
        "published": "2020-05-01T00:00:00+00:00",
    }
    settle(visit(run, "https://blog.test/early/", text=copy, **older))
    settle(
        visit(
            run,
            "https://blog.test/other/",
            text="Something else.",
            simhash=fingerprint.simhash("Something else."),
        )
    )

    early = Article.objects.get(url="https://blog.test/early/")
    assert (early.original, [article.url for article in early.copies.all()]) == (
        None,
        ["https://blog.test/late/"],
    )
    assert Article.objects.get(url="https://blog.test/other/").original is None


def test_near_articles_are_looked_for_by_their_index_while_a_catalogue_is_young(
    run: Run,
) -> None:
    source = Source.objects.create(host="blog.test")
    Article.objects.bulk_create(
        Article(
            source=source,
            url=f"{URL}{n}",
            key=f"{URL}{n}",
            content_hash=str(n),
            simhash=n * 7919 << 20,
        )
        for n in range(1, 2001)
    )
    article = Article.objects.order_by("pk")[0]
    one = visit(run, simhash=article.simhash)

    insertion = storage_stage.insertion(
        run.pk, serialize.unpack(Draft, one.draft or b""), URL, URL
    )
    with connection.cursor() as cursor:
        values = {
            "id": one.id,
            "stage": "store",
            "seconds": 0,
            "detail": "new",
            "group": "",
            "task": "",
            **insertion.values,
        }
        cursor.execute(f"EXPLAIN {insertion.sql}{transitions.FINISH_STORED}", values)
        storing = "\n".join(line for (line,) in cursor.fetchall())

    assert "Bitmap Index Scan on article_quarters" in storing
    assert "Bitmap Index Scan on article_quarters" in near(article).explain()


def test_a_worker_that_was_killed_after_storing_finds_its_own_work(run: Run) -> None:
    one = visit(run)

    assert storage_stage.store(one) == storage_stage.store(one)
    assert settle(one) == ("stored", "new")


def test_two_addresses_of_an_article_that_are_stored_at_once_are_one_article(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one's transaction ends between this one's look and its insert."""
    other, one = visit(run), called(visit(run, f"{URL}?from=feed"), URL)
    outcomes = iter([IntegrityError("duplicate key value violates unique constraint")])
    record, duplicate_of = storage_stage.record, storage_stage.duplicate_of

    def overtaken(*arguments: Any) -> Any:
        if error := next(outcomes, None):
            raise error
        return record(*arguments)

    def meanwhile(*arguments: Any) -> Any:
        assert settle(other) == ("stored", "new")
        return duplicate_of(*arguments)

    monkeypatch.setattr(storage_stage, "record", overtaken)
    monkeypatch.setattr(storage_stage, "duplicate_of", meanwhile)

    assert settle(one) == ("duplicate", f"another address of {URL}")
    assert Article.objects.count() == 1


def test_fingerprints_that_differ_in_seven_bits_meet_in_a_quarter() -> None:
    chance = random.Random(5)
    for _ in range(200):
        one = chance.getrandbits(64) - (1 << 63)
        near = one ^ sum(
            1 << bit for bit in chance.sample(range(63), MAX_DIFFERENT_BITS)
        )
        with connection.cursor() as cursor:
            cursor.execute("SELECT catalog_quarters(%s) && %s", [near, quarters(one)])
            assert cursor.fetchone() == (True,)


def test_a_near_duplicate_is_not_stored_without_a_look_at_the_other(run: Run) -> None:
    Source.objects.create(host="blog.test")
    settle(visit(run, "https://blog.test/one/", simhash=0b1111111))

    assert (
        transitions.finish_stored(
            visit(run, "https://blog.test/two/"), "new", keeping(run, 0b1111, "Two")
        )
        is None
    )
    assert transitions.finish_stored(
        visit(run, "https://blog.test/three/"),
        "new",
        keeping(run, 0b1111 << 40, "Three"),
    )


def keeping(run: Run, simhash: int, text: str) -> transitions.PendingWrite:
    return storage_stage.insertion(
        run.pk,
        replace(DRAFT, text=text, simhash=simhash),
        text,
        f"https://blog.test/{text}/",
    )


def linked(*targets: str) -> str:
    """Html that links to these."""
    return "".join(f'<p><a href="{each}">to {each}</a></p>' for each in targets)


def targets() -> list[str]:
    """What the articles link to, in the order of their places."""
    rows = Link.objects.order_by("article_id", "place")
    return list(rows.values_list("target", flat=True))


def test_links_come_with_a_new_article_and_change_with_it(run: Run) -> None:
    other = "https://other.test/b"
    far = "https://far.test/c"
    settle(visit(run, "https://blog.test/first", text="First.", html=linked(far)))
    settle(visit(run, html=linked(other, far)))  # one that is known
    assert targets() == [far, other, far]
    assert list(Link.objects.values_list("host", "text").order_by("pk"))[1] == (
        "other.test",
        f"to {other}",
    )
    again = Run.objects.create(state=Run.State.RUNNING)
    settle(visit(again, html=linked(far)))  # the same text, extracted better
    assert targets() == [far, far]
    settle(visit(Run.objects.create(), text="Changed.", html=linked(other)))
    assert targets() == [far, other]


def test_what_was_reviewed_is_to_be_reviewed_again_when_it_changes(run: Run) -> None:
    def is_reviewed_after(**changes: Any) -> bool:
        Article.objects.update(reviewed_at=timezone.now())
        settle(visit(Run.objects.create(state=Run.State.RUNNING), **changes))
        return Article.objects.get().reviewed_at is not None

    low = {"quality": 0.5, "quality_reasons": ["no author"]}
    settle(visit(run, **low))
    assert is_reviewed_after(**low)
    assert not is_reviewed_after(**low | {"quality_reasons": ["no date"]})
    assert not is_reviewed_after(**low, text="Another text.")
