"""What came of one start address, in words for a person: found how many, decided how, limited by
what, to try what.
"""

from dataclasses import dataclass
from urllib.parse import urljoin

from pipeline.core.failures import Rejected, Unavailable
from pipeline.core.reasons import REASONS, reason_of
from pipeline.discovery.frontier.crawler import SiteCrawler
from pipeline.discovery.readers.parsed import ParsedSource

_MIN_FOREIGN = 3
_SHOWN_HOSTS = 3
_SHORT_PAGE = (
    200  # characters; a page with fewer shows nothing to a reader without scripts
)

FOUND = "found"
NO_ARTICLES = "no-articles"
# What else to try where a start address itself cannot be had, by the slug of the reason.
_ADVICE = {
    "robots": "nothing is fetched against robots.txt; ask the site's owner",
    "http-404": "check the URL, or start from the site's home page",
    "gone": "start from the site's home page",
    "http-401": "only public pages can be crawled",
    "http-403": "ask the site's owner, or start from the site's feed",
    "unknown-host": "check the spelling of the host",
    "internal-address": "if the network is yours, add it to FETCH_ALLOWED_NETWORKS",
    "too-many-redirects": "open it in a browser, and start from where it ends",
    "tls": "try http instead of https",
    "too-large": "start from the site's feed or sitemap",
}


@dataclass(frozen=True, slots=True)
class AddressReport:
    """What came of one start address."""

    address: str
    articles: int  # that were recognized, before the filters of a person
    urls: int  # that were seen
    requests: int
    # FOUND, or the slug of the reason that nothing was: robots, empty, other-hosts,
    # needs-javascript ...
    state: str
    decided: str = ""  # by what the articles were recognized
    problem: str = ""  # why nothing was found
    advice: str = ""  # what to try
    limits: tuple[str, ...] = ()  # what kept discovery from seeing more
    moved_to: str = ""
    rules: tuple[str, ...] = ()  # what came of each rule that people made for the site

    @property
    def text(self) -> str:
        """The report in one line."""
        requests = f"{self.requests} request" + ("" if self.requests == 1 else "s")
        if self.articles:
            noun = "articles"
            if self.articles == 1:
                noun = "article"
            found = f"{self.articles} {noun} of {self.urls} URLs seen in {requests}"
            parts = [f"{found}, by {self.decided}."]
        else:
            parts = [f"no articles in {requests}.", self.problem]
        if self.moved_to:
            parts.append(f"It moved to {self.moved_to}.")
        parts += [f"Site rule: {rule}." for rule in self.rules]
        parts += [f"Limited: {limit}." for limit in self.limits]
        if self.advice:
            parts.append(f"To try: {self.advice}.")
        return f"{self.address}: " + " ".join(parts)


def report_of(
    crawler: SiteCrawler, articles: int, urls: int, rules: tuple[str, ...] = ()
) -> AddressReport:
    """Return the report of a crawl that is over; `articles` of `urls` were recognized."""
    state, problem, advice = FOUND, "", ""
    if not articles:
        state, problem, advice = _explained(crawler, urls)
    elif crawler.limits:
        advice = "raise the limit, and crawl again"
    return AddressReport(
        address=crawler.start,
        articles=articles,
        urls=urls,
        requests=len(crawler.client.asked),
        state=state,
        decided=_decided(crawler),
        problem=problem,
        advice=advice,
        limits=tuple(dict.fromkeys(crawler.limits)),
        moved_to=crawler.site.moved_to,
        rules=rules,
    )


def failed_report(address: str, error: Exception) -> AddressReport:
    """Return the report of an address at which discovery itself failed."""
    return AddressReport(
        address,
        articles=0,
        urls=0,
        requests=0,
        state="internal-error",
        problem=f"Discovery failed on it ({type(error).__name__}: {str(error)[:200]}).",
        advice="report it; the other addresses are not affected",
    )


def _decided(crawler: SiteCrawler) -> str:
    basis = crawler.profile.basis or "the words of its URLs"
    sitemaps = sum(
        kind.startswith("sitemap") for kind in crawler.evidence.kinds.values()
    )
    lists = sum(kind == "page" for kind in crawler.evidence.kinds.values())
    others = []
    if sitemaps and "sitemap" not in basis:
        others.append("its sitemap")
    if lists and "list" not in basis:
        others.append("its lists")
    named = ", ".join([basis, *others[:-1]])
    return " and ".join([named, *others[-1:]])


def _explained(crawler: SiteCrawler, urls: int) -> tuple[str, str, str]:
    """(state, problem, advice) of an address at which nothing was found."""
    if crawler.failure:
        return _failed(crawler.failure)
    if not crawler.client.asked:
        return (
            "time-limit",
            "It was not requested: the time for all start URLs was over.",
            "crawl it by itself",
        )
    start = _start_page(crawler)
    if start is None:
        return (
            "nothing",
            "It answered with nothing that can be read.",
            "open it in a browser",
        )
    if _has_routes(crawler):
        return (
            "hash-routes",
            "Its pages are parts of one page that a script shows: their URLs have #/ or #!.",
            "start from a copy of the site with real URLs, or from its feed",
        )
    if _is_one_page(crawler):
        return (
            "one-page",
            "All entries are on one page, under URLs that differ after # only.",
            "add the page itself, to keep it as one article",
        )
    if len(crawler.evidence.foreign_urls) >= _MIN_FOREIGN:
        return _aggregator(crawler)
    if start.kind == "page" and start.text_length < _SHORT_PAGE and start.scripts:
        return (
            "needs-javascript",
            "The page is drawn by a script, and no feed or sitemap was found.",
            "start from the site's feed, if it has one",
        )
    if start.kind == "nothing" or (start.text_length == 0 and not urls):
        return "empty", "The page is empty.", "check the URL"
    return (
        NO_ARTICLES,
        "Nothing on it was recognized as an article: no feed, no sitemap and no list with dates.",
        "start from the page that lists the articles, or from a feed",
    )


def _failed(failure: Rejected | Unavailable) -> tuple[str, str, str]:
    slug = failure.reason
    behind, _, _ = failure.detail.removeprefix("robots.txt: ").partition(";")
    if slug == "robots-unreachable" and behind in REASONS:
        slug = behind  # robots.txt is only the first that was requested
    reason = reason_of(slug)
    problem = f"{reason.label}. {reason.meaning}".strip()
    if (
        failure.detail
        and slug == failure.reason
        and not failure.detail.startswith("the server answered")
    ):
        problem += f" ({failure.detail})"
    if isinstance(failure, Unavailable) and failure.retry_after:
        problem += f" It asks to come back in {failure.retry_after:.0f} s."
    return slug, problem, _ADVICE.get(slug, "start the crawl again later")


def _start_page(crawler: SiteCrawler) -> ParsedSource | None:
    """Return what was read first: the start address, or where it redirects."""
    for request in crawler.client.asked:
        parsed = crawler.parsed.get(request.url)
        if request.kind == "start" and parsed is not None and parsed.kind != "stub":
            return parsed
    return None


def _has_routes(crawler: SiteCrawler) -> bool:
    return sum(parsed.hash_routes for parsed in crawler.parsed.values()) >= _MIN_FOREIGN


def _is_one_page(crawler: SiteCrawler) -> bool:
    feeds = [parsed for parsed in crawler.parsed.values() if parsed.kind == "feed"]
    in_feeds = sum(feed.hash_links for feed in feeds)
    in_pages = max(
        (p.hash_links for p in crawler.parsed.values() if p.kind == "page"), default=0
    )
    return in_feeds >= 2 or in_pages >= _MIN_FOREIGN


def _aggregator(crawler: SiteCrawler) -> tuple[str, str, str]:
    hosts = crawler.evidence.foreign_hosts
    shown = ", ".join(host for host, _ in hosts.most_common(_SHOWN_HOSTS))
    more = ""
    if len(hosts) > _SHOWN_HOSTS:
        more = " and others"
    count = len(crawler.evidence.foreign_urls)
    example = urljoin(next(iter(crawler.evidence.foreign_urls)), "/")
    return (
        "other-hosts",
        f"All {count} entries are of other hosts: {shown}{more}.",
        f"start from those sites, such as {example}",
    )
