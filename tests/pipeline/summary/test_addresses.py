"""What came of each start URL is kept with its run, and told wherever the run is."""

import io
from typing import Any

import pytest
from django.test import Client
from rich.console import Console

from pipeline.discovery import additions, decide
from pipeline.discovery import stage as discovery_stage
from pipeline.discovery.discover import AddressReport, Discovery
from pipeline.management.commands.crawl import summary_table
from pipeline.models import Addition, Run
from pipeline.summary import stage as summary_stage
from pipeline.summary.addresses import reason_without_articles, without_articles
from tests.pages import WHEN, a_run, journeys

pytestmark = pytest.mark.django_db
GOOD = AddressReport(
    "https://good.example/",
    articles=3,
    urls=12,
    requests=1,
    state="found",
    decided="its feed",
    limits=("200 of 300 lists were read",),
    advice="raise the limit, and crawl again",
    moved_to="https://new.example/",
)
EMPTY = AddressReport(
    "https://empty.example/",
    articles=0,
    urls=0,
    requests=4,
    state="empty",
    problem="The page is empty.\0",
    advice="check the URL",
)
KEPT = [decide.report_as_json(GOOD), decide.report_as_json(EMPTY)]


def found(*reports: AddressReport, notes: tuple[str, ...] = ()) -> Discovery:
    return Discovery((), (), (), notes, {}, addresses=reports)


def ended(run: Run) -> Run:
    run.batches.update(finished_at=WHEN)
    summary_stage.close_run(run.pk)
    run.refresh_from_db()
    return run


def test_each_report_is_kept_with_its_fields_and_its_line() -> None:
    run = a_run("discovering")

    discovery_stage.enqueue(run, found(GOOD, EMPTY))

    run.refresh_from_db()
    good, empty = run.address_reports
    assert (good["articles"], good["urls"], good["decided"]) == (3, 12, "its feed")
    assert good["limits"] == ["200 of 300 lists were read"]
    assert good["text"].startswith("https://good.example/: 3 articles of 12 URLs seen")
    assert (empty["articles"], empty["state"]) == (0, "empty")
    assert "The page is empty." in empty["text"]


def test_the_report_of_an_added_url_joins_the_others() -> None:
    run = a_run(address_reports=KEPT[:1])
    addition = Addition.objects.create(run=run, addresses=[EMPTY.address])

    additions.complete(addition, found(EMPTY))

    run.refresh_from_db()
    assert run.address_reports == KEPT


def test_a_run_says_how_many_urls_brought_no_articles() -> None:
    run = a_run(address_reports=KEPT)
    journeys(run, 3, "stored", "store")

    ended(run)

    assert run.state == "finished"
    assert run.reason == "3 stored; 1 of 2 URLs brought no articles"
    assert run.summary
    assert run.summary["addresses"] == KEPT


def test_a_run_of_which_each_url_brought_articles_says_nothing_of_it() -> None:
    run = a_run(address_reports=KEPT[:1])
    journeys(run, 3, "stored", "store")

    assert ended(run).reason == "3 stored"
    assert without_articles(KEPT[:1]) == without_articles([]) == ""


def test_a_preview_says_how_many_urls_brought_no_articles() -> None:
    run = a_run(address_reports=KEPT)
    run.parameters["dry_run"] = True
    run.save()
    journeys(run, 1, "skipped", "discover", reason="dry-run")

    expected = "Preview complete: 1 article found; 1 of 2 URLs brought no articles"
    assert ended(run).reason == expected


def test_a_run_that_found_nothing_fails_with_what_its_reports_say() -> None:
    run = ended(a_run(address_reports=KEPT[1:], notes=["a note"]))

    assert (run.state, run.reason) == ("failed", KEPT[1]["text"])


def test_a_reason_tells_of_a_few_urls_and_counts_the_others() -> None:
    reason = reason_without_articles([*KEPT[:1], *KEPT[1:] * 9])

    assert reason.count("The page is empty.") == 3
    assert reason.endswith("and 6 more URLs without articles")


def test_the_page_shows_each_url_with_what_was_found_and_what_to_try(
    admin_client: Client,
) -> None:
    notes = [f"{EMPTY.address}: nothing there", "A note of its own."]
    run = a_run(address_reports=KEPT, notes=notes)
    journeys(run, 3, "stored", "store")

    page = admin_client.get(f"/runs/{ended(run).pk}/").text

    for words in (
        "<h2>Start URLs</h2>",
        "Recognized by its feed. Moved to <bdi>https://new.example/</bdi>.",
        "Limited: 200 of 300 lists were read.",
        "To try: raise the limit, and crawl again.",
        "The page is empty.",
        "To try: check the URL.",
        "1 of 2 start URLs brought articles",
        "1 of 2 URLs brought no articles",
        "A note of its own.",
    ):
        assert words in page
    assert "nothing there" not in page, "its report says it"


def test_the_page_of_a_run_without_reports_shows_no_empty_table(
    admin_client: Client,
) -> None:
    assert "Start URLs" not in admin_client.get(f"/runs/{a_run().pk}/").text


def test_the_options_of_a_run_are_among_its_settings(admin_client: Client) -> None:
    run = a_run()
    run.parameters["exclude"] = ["*/drafts/*"]
    run.save()

    page = admin_client.get(f"/runs/{run.pk}/settings").text

    assert "<dt>Exclude</dt><dd>*/drafts/*</dd>" in page


def test_the_api_tells_of_each_url(admin_client: Client) -> None:
    run = a_run(address_reports=KEPT)

    told: dict[str, Any] = admin_client.get(f"/api/runs/{run.pk}").json()

    assert told["address_reports"] == KEPT


def test_the_crawl_command_prints_a_line_for_each_url() -> None:
    run = a_run(address_reports=KEPT)
    journeys(run, 3, "stored", "store")
    console = Console(file=io.StringIO(), width=400)

    console.print(summary_table(ended(run)))

    assert isinstance(console.file, io.StringIO)
    printed = console.file.getvalue()
    assert all(report["text"] in printed for report in KEPT)
    assert "1 of 2 URLs brought no articles" in printed
