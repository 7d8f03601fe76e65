"""Where the site of a start address is: its hosts, its folder and its home page."""

from dataclasses import dataclass, field, replace
from urllib.parse import urljoin, urlsplit

from pipeline.core.url import WEB, is_draft_of
from pipeline.discovery.frontier.links import FrontierItem
from pipeline.discovery.readers.parsed import ITEM, ParsedSource
from pipeline.discovery.scoring.items import key_of
from pipeline.discovery.urls.patterns import is_list, is_paged, shape_of
from pipeline.discovery.urls.scope import Scope, scope_of


@dataclass(slots=True)
class SiteLocation:
    """What belongs to the site: at first what the start address says, then what its answer does."""

    start: str
    notes: list[str]
    scope: Scope = field(init=False)
    home: str = field(init=False)  # the start address after redirects
    moved_to: str = ""

    def __post_init__(self) -> None:
        self.scope = scope_of(self.start)
        self.home = self.start

    def settle(self, item: FrontierItem, parsed: ParsedSource) -> list[FrontierItem]:
        """Go by what the start address says; return what else is to be requested as a start.

        A redirect, the page's own URL or a feed's entries may name another home than was typed.
        """
        if parsed.kind == "feed":
            return self._settle_feed(parsed)
        self._settle_host(item, parsed.url, is_redirect=True)
        if parsed.kind in ("page", "stub"):
            self._settle_host(item, parsed.canonical, is_redirect=parsed.kind == "stub")
        if (
            parsed.kind == "page"
            and item.depth == 0
            and self.scope.has_host(parsed.url)
        ):
            self.home = parsed.url
            moved_folder = scope_of(parsed.url)
            if not self.scope.has(parsed.url) and moved_folder.folder != "/":
                self.scope = replace(self.scope, folder=moved_folder.folder)
        if parsed.kind == "page" and self.scope.folder != "/":
            self._settle_folder(parsed)
        return []

    def _settle_host(self, item: FrontierItem, url: str, *, is_redirect: bool) -> None:
        if not url or self.scope.has_host(url) or not key_of(url):
            return
        if _path(url) in (_path(item.url), ""):
            self.notes.append(
                f"{item.url}: the site also answers as {urlsplit(url).hostname}"
            )
            self.scope = self.scope.with_host(url)
        elif is_redirect:
            self.notes.append(f"{item.url}: it moved to {url}")
            self.moved_to = url
            self.home = url
            self.scope = scope_of(url)

    def _settle_folder(self, parsed: ParsedSource) -> None:
        """Widen where the start page lists nothing under its own folder."""
        items = [link.url for link in parsed.links if link.place == ITEM]
        under = sum(self._may_be_article(url, self.scope) for url in items)
        elsewhere = sum(
            self._may_be_article(url, self.scope.widened()) for url in items
        )
        if (not under and elsewhere) or (parsed.article and under < 3):
            self.widen(f"no list of articles under {self.scope.folder}")

    def _settle_feed(self, parsed: ParsedSource) -> list[FrontierItem]:
        """Settle the site of a start address that is a feed: it is where its entries are."""
        homes = [source.url for source in parsed.sources if source.how == "home"]
        entries = [link.url for link in parsed.links]
        home = ""
        if homes:
            home = homes[0]
        if home.startswith(WEB) and key_of(home) and not is_draft_of(home, self.start):
            scope = scope_of(home)
            own = sum(scope.has(url) for url in entries)
            if own < 0.5 * len(entries):
                scope = scope.widened()
                own = sum(scope.has(url) for url in entries)
            if own >= 0.5 * len(entries) and entries:
                return self._move_to(home, scope)
        hosts = {urlsplit(url).netloc for url in entries}
        if (
            len(hosts) == 1
            and not self.scope.has_host(entries[0])
            and not is_draft_of(entries[0], self.start)
        ):
            root = urljoin(entries[0], "/")
            return self._move_to(root, scope_of(root))
        return []

    def _move_to(self, home: str, scope: Scope) -> list[FrontierItem]:
        if scope.hosts != self.scope.hosts:
            self.moved_to = home
            self.notes.append(f"{self.start}: a feed of {urlsplit(home).hostname}")
        self.home = home
        self.scope = scope
        robots = FrontierItem(urljoin(home, "/robots.txt"), "robots")
        return [FrontierItem(home, "start", 1, self.start), robots]

    def _may_be_article(self, url: str, scope: Scope) -> bool:
        if not scope.has(url) or is_paged(url) or is_list(shape_of(url)):
            return False
        return _path(url) != _path(self.home)

    def widen(self, why: str) -> None:
        """Take the whole host, and say why."""
        self.notes.append(f"{self.start}: {why}, so the whole host is taken")
        self.scope = self.scope.widened()


def _path(url: str) -> str:
    return urlsplit(url).path.rstrip("/")
