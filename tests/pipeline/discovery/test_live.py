"""What discovery does is on the run's row from the first request on."""

from typing import Any

import pytest
from django.test import Client

from pipeline.core.failures import Unavailable
from pipeline.core.records import NotModified
from pipeline.discovery import live
from pipeline.models import Run
from tests.pages import WHEN, a_run, admin_user

__all__ = ["admin_user"]
pytestmark = pytest.mark.django_db
FEED = "https://blog.example/feed"
HOME = "https://blog.example/"


@pytest.fixture(autouse=True)
def each_write_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "WRITE_SECONDS", 0)


def row(run: Run) -> dict[str, Any]:
    found: dict[str, Any] = Run.objects.values_list("discovery", flat=True).get(
        pk=run.pk
    )
    return found


def test_a_request_is_seen_while_it_waits_and_once_it_is_answered() -> None:
    run = a_run("discovering")
    discovery = live.LiveDiscovery(run.pk)
    discovery.begin(HOME)
    assert [each["url"] for each in row(run)["waiting"]] == [HOME]
    assert row(run)["requests"] == 0
    discovery.on_progress(HOME, 40)
    discovery.end(HOME, Unavailable("timeout"), 1.234)
    assert row(run) == {
        "requests": 1,
        "found": 40,
        "waiting": [],
        "recent": [{"url": HOME, "outcome": "timeout", "seconds": 1.23}],
    }
    assert Run.objects.get(pk=run.pk).heartbeat_at


def test_several_sites_are_counted_together_and_only_the_newest_requests_are_kept() -> (
    None
):
    run = a_run("discovering")
    discovery = live.LiveDiscovery(run.pk)
    discovery.on_progress(HOME, 3)
    discovery.on_progress(FEED, 7)
    discovery.on_progress("https://other.example/", 5)
    for number in range(15):
        discovery.end(f"{FEED}{number}", NotModified(HOME, WHEN), 0.1)
    assert row(run)["found"] == 12
    assert row(run)["requests"] == 15
    assert row(run)["recent"][0]["url"] == f"{FEED}14"
    assert len(row(run)["recent"]) == live.RECENT


def test_the_page_and_the_lists_show_it(admin_client: Client) -> None:
    run = a_run("discovering")
    discovery = live.LiveDiscovery(run.pk)
    discovery.on_progress(HOME, 1234)
    discovery.end(HOME, Unavailable("timeout"), 1.0)
    discovery.begin(FEED)
    page = admin_client.get(f"/runs/{run.pk}/").text
    assert "<b>1,234</b> URLs found so far" in page
    assert f"Waiting for <bdi>{FEED}</bdi>" in page
    assert "Timeout" in page
    for path in ("/", "/runs/"):
        assert "Discovering: 1,234 URLs found, 1 request" in admin_client.get(path).text
