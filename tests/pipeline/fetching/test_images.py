"""Images of an article come through this server: those that stand in it, and nothing else."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Article
from catalog.reader import image_name
from pipeline.fetching import images
from pipeline.models import Image
from pipeline.web import images as images_page
from tests.pages import admin_user, an_article
from tests.pipeline.servers import Server, response

__all__ = ["admin_user"]
pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


@pytest.fixture
def site(settings: Any) -> Iterator[Server]:
    settings.FETCH_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    images.fetcher.cache_clear()  # it remembers which hosts failed
    pages = {
        "/a.png": response(body=PNG, content_type="image/png"),
        "/bytes": response(body=PNG, content_type="application/octet-stream"),
        "/gif-called-jpeg": response(
            body=b"GIF89a" + bytes(20), content_type="image/jpeg"
        ),
        "/a.webp": response(body=b"RIFF\0\0\0\0WEBPVP8 ", content_type="image/webp"),
        "/a.avif": response(body=b"\0\0\0\x20ftypavif\0\0", content_type="image/avif"),
        "/a.svg": response(body=SVG, content_type="image/svg+xml"),
        "/svg-called-png": response(body=SVG, content_type="image/png"),
        "/page": response(),
        "/page-called-png": response(content_type="image/png"),
        "/empty": response(body=b"", content_type="image/png"),
        "/large": response(
            body=PNG + bytes(images.MAX_IMAGE_BYTES), content_type="image/png"
        ),
        "/inside": response(
            302, b"", location="http://169.254.169.254/latest/meta-data/"
        ),
        "/away": response(302, b"", location="/a.png"),
    }
    with Server(pages) as server:
        yield server


def shown(client: Client, address: str, article: Article | None = None) -> Any:
    article = article or an_article(1, html=f'<p><img src="{address}" alt="x"></p>')
    return client.get(f"/articles/{article.pk}/images/{image_name(address)}")


def test_a_page_goes_on_without_an_image_that_cannot_be_had(
    admin_client: Client, site: Server
) -> None:
    address = site.url + "/page"
    by_itself = shown(admin_client, address)
    article = Article.objects.get()
    among_others = admin_client.get(
        f"/articles/{article.pk}/images/{image_name(address)}",
        headers={"Sec-Fetch-Dest": "image"},
    )

    assert by_itself.status_code == 404
    assert by_itself.text.startswith("No image: ")
    assert (among_others.status_code, among_others.content) == (204, b"")
    assert "Sec-Fetch-Dest" in among_others["Vary"]
    assert "max-age=60" in among_others["Cache-Control"]


def test_it_works(admin_client: Client, site: Server) -> None:
    address = f"{site.url}/a.png"
    article = an_article(
        1, html=f'<p>Words <img src="{address}" alt="A chart" width="640"></p>'
    )
    off = admin_client.get(article.get_absolute_url() + "?images=off").text
    assert "<img" not in off.partition('class="reader"')[2]
    page = admin_client.get(article.get_absolute_url()).text
    inner = f"/articles/{article.pk}/images/{image_name(address)}"
    assert f'src="{inner}"' in page
    assert 'alt="A chart"' in page
    assert (
        site.url not in page.partition('class="reader"')[2].partition("</article>")[0]
    )
    answer = admin_client.get(inner)
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (
        200,
        PNG,
        "image/png",
    )
    assert answer["Content-Disposition"] == 'inline; filename="image.png"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"].startswith("private")
    assert "Referer" not in site.headers
    assert "Cookie" not in site.headers


def test_the_browser_remembers_the_wish(admin_client: Client, site: Server) -> None:
    article = an_article(1, html=f'<img src="{site.url}/a.png">')
    admin_client.cookies["images"] = "off"
    assert "/images/" not in admin_client.get(article.get_absolute_url()).text
    asked = admin_client.get(article.get_absolute_url() + "?images=on").text
    assert "/images/" in asked


def test_the_image_that_a_page_names_for_previews_is_served_too(
    admin_client: Client, site: Server
) -> None:
    address = f"{site.url}/a.png"
    article = an_article(1, image=address)
    assert shown(admin_client, address, article).content == PNG
    assert shown(admin_client, f"{site.url}/a.webp", article).status_code == 404


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/a.png", "image/png"),
        ("/bytes", "image/png"),
        ("/gif-called-jpeg", "image/gif"),
        ("/a.webp", "image/webp"),
        ("/a.avif", "image/avif"),
        ("/away", "image/png"),
    ],
)
def test_the_type_is_what_the_bytes_are(
    admin_client: Client, site: Server, path: str, kind: str
) -> None:
    assert shown(admin_client, site.url + path)["Content-Type"] == kind


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/a.svg", "not-an-image"),
        ("/svg-called-png", "not-an-image"),
        ("/page", "not-an-image"),
        ("/page-called-png", "not-an-image"),
        ("/empty", "not-an-image"),
        ("/large", "too-large"),
        ("/missing", "http-404"),
        ("/inside", "internal-address"),
    ],
)
def test_what_is_no_image_is_not_handed_on(
    admin_client: Client, site: Server, path: str, reason: str
) -> None:
    answer = shown(admin_client, site.url + path)
    assert (answer.status_code, answer.text) == (404, f"No image: {reason}\n")
    assert answer["Content-Type"].startswith("text/plain")
    assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/a.png",
        "http://10.0.0.1/a.png",
        "http://[::ffff:10.0.0.1]/",
        "http://0/a.png",
    ],
)
def test_no_image_is_fetched_from_inside_the_network(
    admin_client: Client, address: str
) -> None:
    images.fetcher.cache_clear()
    assert shown(admin_client, address).text == "No image: internal-address\n"


def test_only_images_of_that_article_are_fetched(
    admin_client: Client, client: Client, site: Server
) -> None:
    article = an_article(1, html=f'<a href="{site.url}/a.png">a link is no image</a>')
    other = an_article(2, html=f'<img src="{site.url}/a.png">')
    gone = an_article(
        3, html=f'<img src="{site.url}/a.png">', deleted_at=timezone.now()
    )
    for each in (article, gone):
        assert shown(admin_client, f"{site.url}/a.png", each).status_code == 404
    for name in ("x", "0" * 32, "..", site.url):
        assert (
            admin_client.get(f"/articles/{other.pk}/images/{name}").status_code == 404
        )
    assert (
        client.get(
            f"/articles/{other.pk}/images/{image_name(site.url + '/a.png')}"
        ).status_code
        == 302
    )
    assert site.asked == []


def test_an_image_is_fetched_once_and_trouble_is_remembered_for_a_while(
    admin_client: Client, site: Server
) -> None:
    article = an_article(
        1, html=f'<img src="{site.url}/a.png"><img src="{site.url}/missing">'
    )
    for _ in range(3):
        assert shown(admin_client, f"{site.url}/a.png", article).status_code == 200
        assert shown(admin_client, f"{site.url}/missing", article).status_code == 404
    assert sorted(site.paths) == ["/a.png", "/missing"], (
        "and robots.txt is not asked: a person looks"
    )
    Image.objects.update(fetched_at=timezone.now() - timedelta(hours=1))
    shown(admin_client, f"{site.url}/a.png", article)
    shown(admin_client, f"{site.url}/missing", article)
    assert site.paths.count("/missing") == 2
    assert site.paths.count("/a.png") == 1


def test_what_is_kept_stays_within_its_room(
    admin_client: Client, site: Server, monkeypatch: Any
) -> None:
    monkeypatch.setattr(images, "MAX_CACHE_BYTES", 2_000)
    site.pages |= {
        f"/{n}.png": response(body=PNG, content_type="image/png") for n in range(5)
    }
    article = an_article(
        1, html="".join(f'<img src="{site.url}/{n}.png">' for n in range(5))
    )
    for n in range(5):
        assert shown(admin_client, f"{site.url}/{n}.png", article).status_code == 200
    newest = Image.objects.order_by("-fetched_at").first()
    assert newest is not None
    assert newest.pk == images.key(f"{site.url}/4.png")
    assert Image.objects.count() == 3, "each takes 108 bytes and its row"


def test_too_many_at_once_are_turned_away_at_the_door(
    admin_client: Client, site: Server, monkeypatch: Any
) -> None:
    monkeypatch.setattr(images_page, "PLACE_TIMEOUT_SECONDS", 0.05)
    for _ in range(images.MAX_FETCHES_PER_HOST):
        images_page.places.acquire()
    try:
        answer = shown(admin_client, f"{site.url}/a.png")
        assert (answer.status_code, answer["Cache-Control"]) == (503, "no-store")
    finally:
        for _ in range(images.MAX_FETCHES_PER_HOST):
            images_page.places.release()
    assert site.asked == []


def test_slow_images_never_hold_every_thread_of_the_web(
    site: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images, "_places", threading.BoundedSemaphore(1))
    address = f"{site.url}/a.png"
    with images._places:
        refused = images.fetch(address)
    assert (refused.trouble, site.paths) == (images.BUSY, [])
    assert images.cached_image(address) is None, "the next look may find it"
    assert images.fetch(address).kind == "image/png"
