"""The crawl of one start address: requests its sources, the most telling first, until they have
nothing new to tell.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from urllib.parse import urljoin

from pipeline.core.failures import Rejected, Unavailable
from pipeline.discovery.frontier.budget import CrawlBudget
from pipeline.discovery.frontier.crawl_rules import CrawlRules, parts_of_source
from pipeline.discovery.frontier.failures import GUESSES, ends_crawl, failure_note
from pipeline.discovery.frontier.links import (
    FrontierItem,
    follow_up_sources,
    menu_pages,
    sitemap_type,
    with_own_sources,
)
from pipeline.discovery.frontier.location import SiteLocation
from pipeline.discovery.frontier.notes import bound_note, relocation_note
from pipeline.discovery.frontier.parents import lists_in_menus, parent_lists
from pipeline.discovery.frontier.source_fetch import SourceClient
from pipeline.discovery.frontier.source_queue import SourceQueue
from pipeline.discovery.frontier.titles import are_no_articles, sample_pages
from pipeline.discovery.frontier.usual_places import usual_places
from pipeline.discovery.readers.parsed import ParsedSource
from pipeline.discovery.scoring.evidence import Evidence, News
from pipeline.discovery.scoring.items import key_of
from pipeline.discovery.scoring.learn import build_profile
from pipeline.discovery.scoring.site_profile import (
    CONFIDENT,
    FEED,
    TITLE_LIST,
    USUAL_CAPS,
    SiteProfile,
    is_whole,
)
from pipeline.discovery.urls.scope import Scope
from pipeline.discovery.urls.site_rules import SiteRules

MAX_REFRESHES = 3  # that lead from one page to the next
MAX_OUTSIDE = 5_000  # sources that are kept for the case that the whole host is taken
MANY_URLS = 2_000
MAX_MENU_CLICKS = 2
MAX_MENU_PAGES = 12  # of one page
NO_LISTS = ("nothing", "comments", "robots")
LONG_LISTS = ("page", "feed-page", "year", "month", "tag")
Progress = Callable[[str, int], None]  # (address requested, URLs seen so far)


@dataclass(slots=True)
class SiteCrawler:
    """One start address, its scope, and all that its sources said."""

    start: str
    client: SourceClient
    rules: SiteRules = field(default_factory=SiteRules)
    crawl_rules: CrawlRules = field(init=False)
    site: SiteLocation = field(init=False)
    evidence: Evidence = field(init=False)
    budget: CrawlBudget = field(init=False)
    profile: SiteProfile = field(default_factory=SiteProfile)
    # By URL, without their links.
    parsed: dict[str, ParsedSource] = field(default_factory=dict)
    # Keys of pages that were read as lists, or of their further pages.
    lists: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    # What kept the crawl from seeing more.
    limits: list[str] = field(default_factory=list)
    failure: Rejected | Unavailable | None = None  # of the start address
    queue: SourceQueue = field(default_factory=SourceQueue)
    # On the host, but not under the folder.
    outside: list[FrontierItem] = field(default_factory=list)
    menus: list[FrontierItem] = field(default_factory=list)
    clicks: int = 0
    must_learn: bool = False  # the evidence has grown since the profile was built
    learned_urls: int = 0  # that were known then
    looked_at_article: bool = False
    # URLs of a list of titles without dates.
    samples: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.site = SiteLocation(self.start, self.notes)
        self.crawl_rules = CrawlRules(self.rules)
        self.evidence = Evidence(self.scope, self.rules)
        self.budget = CrawlBudget(self.evidence, self.start)

    @property
    def scope(self) -> Scope:
        """What belongs to the site."""
        return self.site.scope

    def run(self, progress: Progress | None = None) -> None:
        """Request sources until nothing promising is left or a bound is reached."""
        self.queue.add([FrontierItem(self.start, "start")])
        while self._drain(progress) and self._look_further():
            continue
        self._judge_titles()
        self._learn()
        in_menus = lists_in_menus(self.profile, self.evidence)
        self.lists |= {key_of(source) for source in in_menus} - self.profile.articles

    def _drain(self, progress: Progress | None) -> bool:
        """Request what is queued. False where a bound or a failure ended it."""
        while self.queue:
            item = self.queue.pop()
            if self.must_learn and item.kind != "sitemap":
                self._learn()
            if not self._should_fetch(item):
                continue
            bound = self.client.reached_bound() or self._reached_url_bound()
            if bound:
                self._note_bound(bound)
                return False
            self._request(item)
            if progress:
                progress(item.url, len(self.evidence.items))
            if self._is_over():
                return False
        return True

    def _should_fetch(self, item: FrontierItem) -> bool:
        if self.crawl_rules.leaves_out(item):
            return False
        if self.crawl_rules.is_pinned(item):
            return True
        if self.budget.should_fetch(item, self.profile):
            return True
        self.budget.skip(item)
        return False

    def _reached_url_bound(self) -> str:
        most = self.client.bounds.urls
        if len(self.evidence.items) < most:
            return ""
        return f"{most} URLs"

    def _is_over(self) -> bool:
        if ends_crawl(self.failure):
            return True
        is_start_open = self.failure is None and not self.parsed
        if is_start_open or not self.client.has_lost_host:
            return False
        last = self.client.asked[-1]
        self.limits.append(
            f"the server stopped answering ({last.outcome}); start the crawl again later"
        )
        return True

    def _note_bound(self, bound: str) -> None:
        self.limits.append(bound_note(bound, len(self.queue) + 1))
        self.notes.append(f"{self.start}: {self.limits[-1]}")

    def _look_further(self) -> bool:
        """Where no list of articles was found: the rest of the host, then the pages that its menus
        lead to.
        """
        if self.failure:
            return False
        if self._has_found_list():
            return self._look_at_parents() or self._look_at_article()
        if self.scope.folder != "/" and not self.profile.articles:
            self._widen(f"no article was found under {self.scope.folder}")
            return True
        if self.clicks >= MAX_MENU_CLICKS:
            return self._look_at_titles()
        self.clicks += 1
        pages = self.menus
        self.menus = []
        self.queue.add(pages)
        return bool(self.queue) or self._look_at_titles()

    def _look_at_parents(self) -> bool:
        """Queue the folders of the articles: they may list more of them than what was read."""
        if self.profile.whole or self.budget.covered(self.profile):
            return False
        self.queue.add(parent_lists(self.profile, self.evidence, self.start))
        return bool(self.queue)

    def _look_at_titles(self) -> bool:
        """Queue some pages of a list of titles without dates: it may be of projects or products."""
        if self.profile.basis != TITLE_LIST or self.samples:
            return False
        samples = sample_pages(self.profile, self.evidence, self.start)
        self.samples = [item.url for item in samples]
        self.queue.add(samples)
        return bool(self.queue)

    def _judge_titles(self) -> None:
        pages = (self.parsed[url] for url in self.samples if url in self.parsed)
        if are_no_articles(pages):
            self.evidence.titles_are_articles = False
            self.notes.append(
                f"{self.start}: a list of titles was left out: its pages have no date, author or text"
            )

    def _look_at_article(self) -> bool:
        """Where one list is all there is: an article may name the feed or the archive that the
        list does not.
        """
        kinds = self.evidence.kinds.values()
        has_more = any(kind == "feed" or kind.startswith("sitemap") for kind in kinds)
        if has_more or self.budget.pages_read or self.looked_at_article:
            return False
        self.looked_at_article = True
        listed = [
            key
            for key in self.evidence.keys_of(self.start)
            if key in self.profile.listed
        ]
        newest = [self.evidence.items[key].url for key in listed[:1]]
        self.queue.add(FrontierItem(url, "article", 1, self.start) for url in newest)
        return bool(self.queue)

    def _has_found_list(self) -> bool:
        """Whether the articles are known by more than a guess, and by more than a feed that may be
        cut.
        """
        profile = self.profile
        if profile.basis not in CONFIDENT:
            return False
        if profile.listed or profile.basis != FEED or self.budget.covered(profile):
            return True
        return len(profile.sure) not in USUAL_CAPS

    def _request(self, item: FrontierItem) -> None:
        answer = self.client.request(item)
        if isinstance(answer, Unavailable) and self.client.may_retry(item):
            self.queue.put_back(replace(item, tries=item.tries + 1))
            return
        news = 0
        if isinstance(answer, ParsedSource):
            news = self._take(item, answer)
        else:
            self._note_failure(item, answer)
        self.budget.note(item, news)
        self.client.productive += news > 0
        self._after(item)

    def _after(self, item: FrontierItem) -> None:
        """Queue the places where a site's other sources usually are."""
        if item.kind == "start" and item.depth == 0:
            self.queue.add(self.crawl_rules.pinned_sources(self.scope))
            self.queue.add(
                [FrontierItem(urljoin(self.site.home, "/robots.txt"), "robots")]
            )
        if item.kind != "robots":
            return
        # Only now: a path that robots.txt names is no guess.
        has_start = self.failure is None
        guesses = usual_places(self.site.home, self.scope.folder, has_start=has_start)
        # The last run has seen which of them are there.
        if self.client.is_known_site(self.start):
            guesses = [guess for guess in guesses if guess.url in self.client.known]
        self.queue.add(guesses)

    def _note_failure(
        self, item: FrontierItem, failure: Rejected | Unavailable
    ) -> None:
        if item.kind == "start" and item.depth == 0:
            self.failure = failure
        note = failure_note(item, failure)
        if note:
            self.notes.append(note)

    def _take(self, item: FrontierItem, parsed: ParsedSource) -> int:
        """Hand a source to the evidence and what it leads to to the queue; return how much of it
        was new.
        """
        if parsed.kind == "sitemap":
            kind = sitemap_type(item.url)
        else:
            kind = parsed.kind
        if item.kind in GUESSES and kind in ("page", "stub"):
            return 0  # a server that answers every path with a page
        parsed = with_own_sources(parsed)
        self.parsed[item.url] = replace(parsed, links=(), sources=())
        if parsed.cut:
            self.limits.append(f"{item.url}: {parsed.cut}")
            self.notes.append(f"{item.url}: {parsed.cut}")
        if item.kind == "start":
            self._settle(item, parsed)
        if kind == "stub":
            target = FrontierItem(parsed.canonical, item.kind, item.depth + 1, item.url)
            self.queue.add([target] if item.depth < MAX_REFRESHES else [])
            return 0
        news = News()
        is_repeat = item.url in self.client.repeats
        is_list = kind not in NO_LISTS and item.kind != "article"
        if self.crawl_rules.is_pinned(item):
            self.evidence.pinned_sources[item.url] = item.url
        if is_list and not is_repeat and not self.crawl_rules.is_forbidden(item):
            news = self.evidence.add(parsed, item.url, kind)
            self._note_relocation(item)
        if kind == "page":
            self._take_page(item, parsed)
        if kind == "feed":
            self.budget.note_feed(item)
        self._follow(item, parsed)
        return self._learned(item, news)

    def _take_page(self, item: FrontierItem, parsed: ParsedSource) -> None:
        is_list = not parsed.article and item.kind not in ("menu", "article")
        if is_list:
            self.lists |= {key_of(item.url), key_of(parsed.url)}
        pages = itertools.islice(
            menu_pages(parsed, self.scope, item.depth + 1), 4 * MAX_MENU_PAGES
        )
        unseen = [page for page in pages if not self.queue.has_seen(page.url)]
        self.menus += unseen[:MAX_MENU_PAGES]

    def _learned(self, item: FrontierItem, news: News) -> int:
        listed = len(self.profile.listed)
        counted = self.budget.news_of(item, news, self.profile)
        if item.kind == "sitemap":
            self.must_learn = True  # once for all that follow each other
            return counted
        if self._is_hardly_changed(item):
            return counted
        self._learn()
        is_listing = self.profile.blurred and item.kind == "page"
        if is_listing and self.budget.covered(self.profile):
            # Being listed is news there, though a sitemap named it before.
            return len(self.profile.listed) - listed
        return counted

    def _is_hardly_changed(self, item: FrontierItem) -> bool:
        """Whether one more page of a long list can wait: a profile takes time with the URLs of
        the whole site."""
        number = len(self.evidence.items)
        if item.kind not in LONG_LISTS or self.profile.blurred:
            return False
        return number > MANY_URLS and number - self.learned_urls < 0.02 * number

    def _note_relocation(self, item: FrontierItem) -> None:
        host = self.evidence.relocated.get(item.url)
        if host:
            self.notes.append(relocation_note(item.url, host))

    def _follow(self, item: FrontierItem, parsed: ParsedSource) -> None:
        """Queue what the source leads to."""
        max_depth = self.client.bounds.depth
        if parsed.kind in ("index", "sitemap"):
            max_depth = self.client.bounds.sitemap_depth
        if item.depth >= max_depth:
            self.notes.append(
                f"{item.url}: {item.depth} steps from the start, not followed further"
            )
            return
        further = list(follow_up_sources(parsed, self.scope, item.depth + 1))
        pages = [found for found in further if found.kind == "page"]
        if not pages:
            has_months = any(found.kind == "month" for found in further)
            self.budget.note_single_page(item, has_months=has_months)
        self.lists |= {key_of(page.url) for page in pages}
        pin = self.evidence.pinned_sources.get(item.url)
        if pin:
            parts = parts_of_source(parsed, further)
            self.evidence.pinned_sources |= dict.fromkeys(parts, pin)
        self.queue.add(further)
        if self.scope.folder != "/" and len(self.outside) < MAX_OUTSIDE:
            self.outside += follow_up_sources(
                parsed, self.scope.widened(), item.depth + 1
            )
        if item.kind == "start" and parsed.kind in ("feed", "sitemap", "index"):
            address = urljoin(self.site.home, self.scope.folder)
            self.queue.add([FrontierItem(address, "start", item.depth + 1, item.url)])

    def _settle(self, item: FrontierItem, parsed: ParsedSource) -> None:
        """Go by what the start says of where the site is."""
        folder = self.scope.folder
        further = self.site.settle(item, parsed)
        self.evidence.scope = self.scope
        self.queue.add(further)
        if folder != "/" and self.scope.folder == "/":
            self._enqueue_outside()

    def _widen(self, why: str) -> None:
        self.site.widen(why)
        self.evidence.scope = self.scope
        self._enqueue_outside()

    def _enqueue_outside(self) -> None:
        self.queue.add(self.outside)
        self.outside = []

    def _learn(self) -> None:
        base = tuple(part.lower() for part in self.scope.folder.split("/") if part)
        self.must_learn = False
        self.learned_urls = len(self.evidence.items)
        self.profile = build_profile(self.evidence, base)
        lists_read = self.budget.whole(self.profile, self.queue)
        self.profile.whole = lists_read and is_whole(self.profile, self.evidence)
