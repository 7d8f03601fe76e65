"""What became of a site's feeds: read from real servers, run by run, and told once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from catalog.models import Source
from pipeline.access.models import Webhook
from pipeline.access.webhooks import mail, tasks
from pipeline.core.records import Fetched, Validators
from pipeline.discovery.discover import CrawlOptions, Discovery, discover
from pipeline.discovery.feed_changes import FeedState, compare_feeds
from pipeline.discovery.frontier.source_fetch import SourceRequest
from pipeline.discovery.known_feeds import note_feeds
from pipeline.fetching import Fetcher, MemoryHosts, Policy
from pipeline.models import KnownFeed, Run
from pipeline.runs import sources
from tests.pages import WHEN, a_run, an_article
from tests.pipeline.servers import Server, response

pytestmark = pytest.mark.django_db
POLICY = Policy("Gleaner/0.1", host_delay=0, allowed_networks=("127.0.0.0/8",))
DAY = datetime(2026, 5, 4, tzinfo=UTC)


class Blog(Server):
    """A blog whose front page announces `feed`."""

    def __init__(self) -> None:
        super().__init__()
        self.announce("/feed.xml")
        self.fill("/feed.xml", 3)
        for number in range(3):
            text = f"<h1>Post {number}</h1>" + "<p>Words of a post.</p>" * 20
            page = f"<!doctype html><title>{number}</title><article>{text}</article>"
            self.pages[f"/2026/post-{number}/"] = response(200, page.encode())

    def announce(self, feed: str) -> None:
        links = "".join(
            f'<li><a href="/2026/post-{n}/">Post {n}</a></li>' for n in range(3)
        )
        page = (
            "<!doctype html><html><head><title>A blog</title>"
            f'<link rel="alternate" type="application/rss+xml" href="{feed}">'
            f"</head><body><ul>{links}</ul></body></html>"
        )
        self.pages["/"] = response(200, page.encode())

    def fill(self, feed: str, posts: int) -> None:
        items = "".join(
            f"<item><title>Post {n}</title><link>{self.url}/2026/post-{n}/</link>"
            f"<pubDate>Mon, 0{n + 1} Jun 2026 10:00:00 GMT</pubDate></item>"
            for n in range(posts)
        )
        text = (
            f'<rss version="2.0"><channel><title>A blog</title>{items}</channel></rss>'
        )
        self.pages[feed] = response(
            200, text.encode(), content_type="application/rss+xml"
        )


@pytest.fixture
def blog() -> Iterator[Blog]:
    with Blog() as server:
        yield server


def crawl(blog: Blog) -> Run:
    """A run that discovers the blog anew."""
    start = f"{blog.url}/"
    run = Run.objects.create(parameters={"addresses": [start]}, state="discovering")
    fetcher = Fetcher(POLICY, MemoryHosts())

    def fetch(url: str, validators: Validators) -> Fetched:
        return fetcher.fetch(url, validators=validators, purpose="source")

    options = CrawlOptions(addresses=(start,))
    note_feeds(run, discover(options, fetch, DAY, wait=lambda _: None))
    return run


def feed_of(blog: Blog, path: str = "/feed.xml") -> KnownFeed:
    return KnownFeed.objects.get(address=f"{blog.url}{path}")


def test_a_feed_that_is_read_as_before_is_no_news(blog: Blog) -> None:
    crawl(blog)
    run = crawl(blog)
    feed = feed_of(blog)
    assert (feed.state, feed.entries, feed.changed_at) == ("ok", 3, None)
    assert (feed.run, feed.host, feed.trouble) == (run.pk, blog.host, "")


def test_a_feed_that_redirects_is_told_with_where_it_leads(blog: Blog) -> None:
    crawl(blog)
    blog.fill("/new/feed.xml", 3)
    blog.pages["/feed.xml"] = response(301, b"", location="/new/feed.xml")
    crawl(blog)
    feed = feed_of(blog)
    assert feed.state == "moved"
    assert feed.moved_to == f"{blog.url}/new/feed.xml"
    assert feed.changed_at is not None
    assert "redirects to" in feed.trouble


@pytest.mark.parametrize("status", [404, 410])
def test_a_feed_that_is_gone_is_told_once(blog: Blog, status: int) -> None:
    crawl(blog)
    blog.pages["/feed.xml"] = response(status, b"no")
    crawl(blog)
    told = feed_of(blog)
    assert told.state == "gone"
    crawl(blog)
    again = feed_of(blog)
    assert again.changed_at == told.changed_at is not None
    assert again.read_at > told.read_at
    blog.fill("/feed.xml", 2)
    crawl(blog)
    assert feed_of(blog).state == "ok"
    blog.pages["/feed.xml"] = response(status, b"no")
    crawl(blog)
    assert feed_of(blog).changed_at > told.changed_at  # type: ignore[operator]


def test_a_feed_that_became_empty_or_a_page_is_told(blog: Blog) -> None:
    crawl(blog)
    blog.fill("/feed.xml", 0)
    crawl(blog)
    assert (feed_of(blog).state, feed_of(blog).entries) == ("empty", 3)
    blog.pages["/feed.xml"] = blog.pages["/2026/post-1/"]
    crawl(blog)
    assert feed_of(blog).state == "no-feed"


def test_another_feed_in_its_place_is_told(blog: Blog) -> None:
    blog.announce("/all-my-posts/")
    blog.fill("/all-my-posts/", 3)
    del blog.pages["/feed.xml"]
    crawl(blog)
    assert feed_of(blog, "/all-my-posts/").state == "ok"
    blog.announce("/news-of-mine/")
    blog.fill("/news-of-mine/", 3)
    crawl(blog)
    feed = feed_of(blog, "/all-my-posts/")
    assert feed.state == "replaced"
    assert feed.moved_to == f"{blog.url}/news-of-mine/"
    assert feed_of(blog, "/news-of-mine/").state == "ok"


FEED = "https://blog.example/feed"
OTHER = "https://blog.example/index.xml"


def asked(
    address: str = FEED, outcome: str = "feed", **values: object
) -> SourceRequest:
    given = {"entries": 3, "read_as": "feed", "final_url": address, **values}
    return SourceRequest(address, "feed", outcome, **given)  # type: ignore[arg-type]


def test_a_feed_is_replaced_where_another_is_read_for_the_first_time() -> None:
    known = {FEED: FeedState("ok", entries=3)}
    [new, old] = compare_feeds(known, [asked(OTHER)])
    assert (new.address, new.is_news) == (OTHER, False)
    assert old.now == FeedState("replaced", OTHER, 3)
    assert old.is_news
    assert compare_feeds({**known, OTHER: FeedState("ok")}, [asked(OTHER)])[1:] == []


@pytest.mark.parametrize(
    "request_",
    [
        asked(outcome="timeout", read_as="", final_url="", entries=0),
        asked(outcome="http-503", read_as="", final_url="", entries=0),
        asked(outcome="robots", read_as="", final_url="", entries=0),
        asked(final_url="http://www.blog.example/feed/"),
    ],
)
def test_trouble_that_passes_and_a_slash_more_are_no_news(
    request_: SourceRequest,
) -> None:
    known = {FEED: FeedState("ok", entries=3)}
    assert not any(change.is_news for change in compare_feeds(known, [request_]))


def test_what_is_first_read_elsewhere_or_empty_is_no_news() -> None:
    [moved] = compare_feeds({}, [asked(final_url=OTHER)])
    assert (moved.now.state, moved.is_news) == ("moved", False)
    [empty] = compare_feeds({}, [asked(entries=0)])
    assert (empty.now.state, empty.is_news) == ("ok", False)
    assert compare_feeds({}, [asked(outcome="http-404", read_as="")]) == []


def test_a_feed_at_another_host_belongs_to_the_only_site_of_its_run() -> None:
    run = Run.objects.create(parameters={"addresses": ["https://blog.example/"]})
    feed = "https://feeds.example/blog"
    found = Discovery((), (), (asked(feed),), (), {"blog.example": object()})  # type: ignore[dict-item]
    note_feeds(run, found)
    assert KnownFeed.objects.get().host == "blog.example"


def a_changed_feed(state: str = "gone", hours_ago: float = 1) -> KnownFeed:
    changed_at = timezone.now() - timedelta(hours=hours_ago)
    return KnownFeed.objects.create(
        address=FEED, host="blog.example", starts=[], state=state, run=7,
        read_at=changed_at, changed_at=changed_at,
    )  # fmt: skip


def test_a_changed_feed_is_on_home_and_on_its_source(admin_client: Client) -> None:
    cache.clear()
    source = an_article(quality=1).source
    run = a_run("finished", found=9, stored=9)
    source.add_run(run.pk)
    source.last_crawled_at = WHEN
    source.save()
    a_changed_feed()
    home = admin_client.get("/").text
    assert "blog.example: Feed changed" in home
    page = admin_client.get(f"/sources/{source.pk}/").text
    assert f"The feed {FEED} is gone." in page
    shown = admin_client.get(f"/api/sources/{source.pk}").json()
    assert [(each["address"], each["state"]) for each in shown["feeds"]] == [
        (FEED, "gone")
    ]
    later = timezone.now() + sources.FEEDS_LATELY
    assert sources.crawls_of([source], later)[source.pk].health.label != "Feed changed"
    assert sources.crawls_of([source], WHEN)[source.pk].health.label == "Feed changed"


def test_a_changed_feed_is_notified_once_for_each_change() -> None:
    hook = Webhook.objects.make("mailto:ana@example.org", ["feed.changed"])
    Webhook.objects.filter(pk=hook.pk).update(created_at=WHEN)
    source = Source.objects.create(host="blog.example", name="A blog")
    feed = a_changed_feed()
    tasks.notice()
    tasks.notice()
    [sent] = hook.deliveries.all()
    assert sent.facts["path"] == f"/sources/{source.pk}/"
    assert (sent.facts["feed"], sent.facts["feed_state"]) == (FEED, "gone")
    assert mail.subject(sent) == "Gleaner: A blog: feed changed"
    assert "Its feed is gone." in mail.text(sent)
    feed.state = "moved"
    feed.moved_to = OTHER
    feed.changed_at = timezone.now()
    feed.save()
    tasks.notice()
    assert hook.deliveries.count() == 2


def test_old_news_and_feeds_that_are_read_again_are_not_notified() -> None:
    hook = Webhook.objects.make("mailto:ana@example.org", ["feed.changed"])
    feed = a_changed_feed()
    tasks.notice()
    assert hook.deliveries.count() == 0, "it was not there when the feed changed"
    Webhook.objects.filter(pk=hook.pk).update(created_at=WHEN)
    KnownFeed.objects.update(state="ok")
    tasks.notice()
    KnownFeed.objects.update(
        state="gone", changed_at=feed.changed_at - timedelta(days=2)
    )  # type: ignore[operator]
    tasks.notice()
    assert hook.deliveries.count() == 0
