"""Icons of sources: fetched after a crawl, once, and shown where one is stored."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Source
from pipeline.fetching import icons, images
from pipeline.models import Image
from pipeline.runs.tasks import fetch_icons

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def keep(source: Source, trouble: str = "", days: int = 0) -> None:
    kind, data = ("", b"") if trouble else ("image/png", PNG)
    Image.objects.create(
        key=images.key(icons.address(source)),
        kind=kind,
        data=data,
        size=len(data),
        trouble=trouble,
        fetched_at=timezone.now() - timedelta(days=days),
    )


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr("pipeline.fetching.images.fetch", found.append)
    return found


def test_only_what_was_crawled_just_now_and_not_asked_for_lately_is_fetched(
    asked: list[str],
) -> None:
    now = timezone.now()
    names = ("new", "known", "none", "stale")
    new, known, none, stale = (
        Source.objects.create(host=f"{name}.example", last_crawled_at=now)
        for name in names
    )
    Source.objects.create(host="old.example", last_crawled_at=now - timedelta(hours=2))
    Source.objects.create(host="127.0.0.1:8100", last_crawled_at=now)
    Source.objects.create(host="never.example")
    keep(known)
    keep(none, trouble="http-404")
    keep(stale, days=31)
    fetch_icons.run()
    assert sorted(asked) == sorted([icons.address(new), icons.address(stale)])


def test_few_are_fetched_at_once(asked: list[str]) -> None:
    now = timezone.now()
    for number in range(9):
        Source.objects.create(host=f"n{number}.example", last_crawled_at=now)
    assert icons.fetch_missing(now) == len(asked) == icons.FETCHED_AT_ONCE


def test_a_stored_icon_is_shown_and_a_source_without_one_has_its_initial(
    admin_client: Client, asked: list[str]
) -> None:
    shown = Source.objects.create(host="shown.example")
    plain = Source.objects.create(host="plain.example")
    keep(shown)
    keep(plain, trouble="http-404")
    page = admin_client.get("/sources/").text
    assert f'src="/sources/{shown.pk}/icon"' in page
    assert f"/sources/{plain.pk}/icon" not in page
    icon = admin_client.get(f"/sources/{shown.pk}/icon")
    assert (icon.content, icon["Content-Type"]) == (PNG, "image/png")
    assert "sandbox" in icon["Content-Security-Policy"]
    assert admin_client.get(f"/sources/{plain.pk}/icon").status_code == 404
    assert asked == [], "a page fetches nothing"


def test_an_ico_file_is_told_by_its_first_bytes() -> None:
    assert images.kind_of(b"\0\0\1\0" + bytes(20)) == "image/x-icon"
