"""Feeds out: an address with a secret, the whole history, nothing else."""

import json
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
import structlog
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from catalog.feeds import addresses, pages
from catalog.models import Article, Feed, SavedView
from myworld import redaction
from tests.pages import an_article
from tests.pipeline.servers import Server, response

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
ARCHIVE = "{http://purl.org/syndication/history/1.0}archive"


@pytest.fixture
def articles() -> list[Article]:
    """90 articles, every third from another blog."""
    return [
        an_article(
            number,
            host="other.example" if number % 3 == 0 else "blog.example",
            html=f"<p>number {number} &amp; more</p>",
        )
        for number in range(90)
    ]


def made(client: Client, **post: Any) -> Feed:
    """The feed that pressing the button makes."""
    assert client.post("/articles/feeds/make", post).status_code == 302
    return Feed.objects.latest("pk")


def documents(address: str) -> Iterator[ElementTree.Element]:
    """The pages of an Atom feed, as a reader of ten lines follows them: signed in as nobody."""
    reader = Client()
    while address:
        response = reader.get(address)
        assert response.status_code == 200
        feed = ElementTree.fromstring(response.content)
        yield feed
        older = [
            link.get("href", "")
            for link in feed.findall(f"{ATOM}link")
            if link.get("rel") == "prev-archive"
        ]
        address = older[0] if older else ""


def ids(feed: ElementTree.Element) -> list[str]:
    return [entry.findtext(f"{ATOM}id", "") for entry in feed.findall(f"{ATOM}entry")]


def test_a_reader_that_follows_the_pages_gets_every_article_once(
    admin_client: Client, articles: list[Article]
) -> None:
    feed = made(admin_client, query="source=blog.example&sort=oldest&view=table")
    found = list(documents(addresses.address(feed, "atom")))
    urls = list(dict.fromkeys(each for document in found for each in ids(document)))
    wanted = [each.url for each in reversed(articles) if "blog.example" in each.url]
    assert urls == wanted
    assert len(found) > 2
    assert len(ids(found[0])) == 25
    archived = [each for document in found[1:] for each in ids(document)]
    assert len(archived) == len(set(archived))
    assert [document.find(ARCHIVE) is not None for document in found] == [
        number > 0 for number in range(len(found))
    ]
    [content, *_] = found[0].iter(f"{ATOM}content")
    assert content.text == "<p>number 89 &amp; more</p>"


def test_older_pages_stay_as_they_are_when_articles_come(
    admin_client: Client, articles: list[Article]
) -> None:
    feed = made(admin_client, query="")
    address = addresses.address(feed, "atom")
    before = {tuple(ids(document)) for document in documents(address)}
    for number in range(100, 108):
        an_article(number)
    after = {tuple(ids(document)) for document in documents(address)}
    assert len(before) > 4
    # But for the first one, and what follows it where no article of it ends a page.
    assert len(before - after) <= 2


def test_json_feed_has_the_same_articles(
    admin_client: Client, articles: list[Article]
) -> None:
    feed = made(admin_client, query="source=other.example")
    reader = Client()
    address = addresses.address(feed, "json")
    found = []
    while address:
        document = json.loads(reader.get(address).content)
        found += [
            item["content_html"]
            for item in document["items"]
            if item["content_html"] not in found
        ]
        address = document.get("next_url", "")
    assert found == [each.html for each in reversed(articles) if "other" in each.url]
    assert document["version"] == "https://jsonfeed.org/version/1.1"


def test_an_embed_has_its_name_in_both_formats_of_a_feed(admin_client: Client) -> None:
    link = '<a href="https://video.example/1" class="embed" title="The horn"></a>'
    an_article(1, html=f'<p><img src="https://pictures.example/1.png">{link}</p>')
    for images in (Feed.Images.ORIGINAL, Feed.Images.PROXIED):
        feed = made(admin_client, query="")
        Feed.objects.filter(pk=feed.pk).update(images=images)
        for form in ("json", "atom"):
            shown = Client().get(addresses.address(feed, form)).text
            assert "The horn</a>" in shown or "The horn&lt;/a&gt;" in shown


def test_a_saved_view_is_followed_as_it_changes(
    admin_client: Client, admin_user: User, articles: list[Article]
) -> None:
    view = SavedView.objects.create(
        owner=admin_user, name="Mine", query="source=other.example"
    )
    feed = made(admin_client, saved=view.pk)
    assert made(admin_client, saved=view.pk) == feed
    address = addresses.address(feed, "atom")
    assert "Mine" in Client().get(address).text
    assert "blog.example/" not in Client().get(address).text
    SavedView.objects.update(query="source=blog.example")
    assert "blog.example/" in Client().get(address).text
    view.delete()
    assert Client().get(address).status_code == 404


def test_who_has_the_page_already_is_told_so(
    admin_client: Client, articles: list[Article]
) -> None:
    address = addresses.address(made(admin_client, query=""), "atom")
    first = Client().get(address)
    assert 'rel="prev-archive"' in first["Link"]
    assert 'rel="self"' in first["Link"]
    tag = {"If-None-Match": first["ETag"]}
    again = Client().get(address, headers=tag)
    assert (again.status_code, again.content) == (304, b"")
    Article.objects.filter(pk=articles[-1].pk).update(changed_at=timezone.now())
    assert Client().get(address, headers=tag).status_code == 200


def test_the_secret_opens_its_feed_and_nothing_else(
    admin_client: Client, admin_user: User, articles: list[Article]
) -> None:
    one = made(admin_client, query="source=other.example")
    two = made(admin_client, query="source=blog.example")
    own = addresses.address(one, "atom")
    stranger = Client()
    assert stranger.get(own).status_code == 200
    assert "sessionid" not in stranger.cookies
    secret = addresses.secret_of(one)
    for path in (
        f"/articles/feeds/{two.pk}.atom?secret={secret}",
        f"/articles/feeds/{one.pk}.atom",
        f"/articles/feeds/{one.pk}.atom?secret=",
        f"/articles/feeds/{one.pk}.atom?secret={secret[:-1]}x",
        f"/articles/feeds/{one.pk}.csv?secret={secret}",
        f"/articles/feeds/99.atom?secret={secret}",
    ):
        assert stranger.get(path).status_code == 404, path
    for path in ("/articles/", "/articles/feeds/", f"/articles/{articles[0].pk}/"):
        assert stranger.get(f"{path}?secret={secret}").status_code == 302, path
    User.objects.filter(pk=admin_user.pk).update(is_active=False)
    assert stranger.get(own).status_code == 404


def test_a_revoked_feed_is_gone_and_only_its_owner_revokes_it(
    admin_client: Client, articles: list[Article]
) -> None:
    feed = made(admin_client, query="")
    address = addresses.address(feed, "atom")
    other = Client()
    other.force_login(
        User.objects.create(username="other"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    assert other.post(f"/articles/feeds/{feed.pk}/revoke").status_code == 404
    assert other.get("/articles/feeds/").text.count("secret=") == 0
    assert addresses.secret_of(feed) in admin_client.get("/articles/feeds/").text
    admin_client.post(f"/articles/feeds/{feed.pk}/revoke")
    assert Client().get(address).status_code == 404
    again = made(admin_client, query="")
    assert addresses.secret_of(again) != addresses.secret_of(feed)


def test_a_view_that_is_shared_no_more_is_closed(
    admin_client: Client, articles: list[Article]
) -> None:
    other = User.objects.create(username="other")
    view = SavedView.objects.create(owner=other, name="Theirs", shared=True)
    address = addresses.address(made(admin_client, saved=view.pk), "atom")
    assert Client().get(address).status_code == 200
    SavedView.objects.update(shared=False)
    assert Client().get(address).status_code == 404
    response = admin_client.post("/articles/feeds/make", {"saved": view.pk})
    assert response.status_code == 404


def test_deleted_articles_are_in_no_feed(
    admin_client: Client, articles: list[Article]
) -> None:
    address = addresses.address(made(admin_client, query=""), "atom")
    Article.objects.exclude(pk=articles[0].pk).update(deleted_at=timezone.now())
    [document] = documents(address)
    assert ids(document) == [articles[0].url]


def test_the_secret_is_in_no_log_line(
    admin_client: Client, articles: list[Article]
) -> None:
    feed = made(admin_client, query="")
    secret = addresses.secret_of(feed)
    with structlog.testing.capture_logs() as lines:
        Client().get(addresses.address(feed, "atom"))
        Client().get(addresses.address(feed, "atom").replace("atom", "csv"))
    written = [
        redaction.field(name, value) for line in lines for name, value in line.items()
    ]
    assert secret not in repr(written)
    assert secret not in redaction.field("event", addresses.address(feed, "atom", 7))


def test_images_come_from_their_sites_or_through_this_server_by_choice(
    admin_client: Client, settings: Any
) -> None:
    settings.FETCH_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    png = b"\x89PNG\r\n\x1a\n" + b"x" * 20
    with Server({"/a.png": response(200, png, content_type="image/png")}) as server:
        picture = f"{server.url}/a.png"
        shown = f'<p>Look: <img src="{picture}" alt="A"></p>'
        article = an_article(1, html=shown, image=picture)
        other = an_article(2, host="other.example", html=shown, image=picture)
        feed = made(admin_client, query="source=blog.example")
        address = addresses.address(feed, "json")
        first = Client().get(address)
        [item] = json.loads(first.content)["items"]
        assert (item["content_html"], item["image"]) == (shown, picture)
        assert (
            f'rel="enclosure" href="{picture}"'
            in Client().get(addresses.address(feed, "atom")).text
        )
        page = admin_client.post(
            f"/articles/feeds/{feed.pk}/change", {"images": "proxied"}, follow=True
        )
        assert "Images through this server" in page.text
        tag = {"If-None-Match": first["ETag"]}
        proxied = Client().get(address, headers=tag)
        assert proxied.status_code == 200
        [item] = json.loads(proxied.content)["items"]
        assert server.url not in item["content_html"]
        assert item["content_html"].startswith("<p>Look: <img src=")
        assert item["image"] in item["content_html"]
        path = item["image"].removeprefix("http://testserver")
        image = Client().get(path)
        assert (image.status_code, image.content) == (200, png)
        secret = addresses.secret_of(feed)
        assert secret not in item["content_html"], "the image does not open the feed"
        image_secret = path.partition("secret=")[2]
        own = f"/articles/feeds/{feed.pk}.atom?secret={image_secret}"
        assert Client().get(own).status_code == 404
        beside = path.replace(f"/images/{article.pk}/", f"/images/{other.pk}/")
        assert Client().get(beside).status_code == 404, "of no article of the feed"
        assert Client().get(path[:-1]).status_code == 404
        feed.delete()
        assert Client().get(path).status_code == 404


def test_only_its_owner_chooses_where_images_come_from(admin_client: Client) -> None:
    feed = made(admin_client, query="")
    other = Client()
    other.force_login(
        User.objects.create(username="other"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    path = f"/articles/feeds/{feed.pk}/change"
    assert other.post(path, {"images": "proxied"}).status_code == 404
    assert admin_client.post(path, {"images": "none"}).status_code == 404
    feed.refresh_from_db()
    assert feed.images == "original"


def test_a_reader_of_ten_lines_gets_the_stored_text_of_every_article(
    admin_client: Client, articles: list[Article]
) -> None:
    feed = made(admin_client, query="")
    contents = {}
    for document in documents(addresses.address(feed, "atom")):
        for entry in document.findall(f"{ATOM}entry"):
            contents[entry.findtext(f"{ATOM}id")] = entry.findtext(f"{ATOM}content")
    assert contents == {each.url: each.html for each in articles}


def test_there_are_only_so_many_feeds(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "MAX_FEEDS", 1)
    made(admin_client, query="tag=a")
    page = admin_client.post("/articles/feeds/make", {"query": "tag=b"}, follow=True)
    assert "Revoke one first" in page.text
    assert Feed.objects.count() == 1


def test_a_page_that_takes_too_long_is_to_be_asked_again(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = made(admin_client, query="")
    monkeypatch.setattr(
        "catalog.views.feeds.feed_page", lambda *_: pages.FeedPage([], timed_out=True)
    )
    response = Client().get(addresses.address(feed, "atom"))
    assert (response.status_code, response["Retry-After"]) == (503, "60")
