"""What one installation allows itself when it fetches. Settings become a Policy; nothing here
reads settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Policy:
    """Caps and manners. Times are seconds, sizes are bytes.

    `user_agent` is sent as it is, and should say who crawls and how to reach them: "Name/1.0
    (+https://...)".
    """

    user_agent: str
    host_delay: float = (
        1.0  # least time between two requests to one host; 0 is full speed
    )
    max_bytes: int = 10 * MEGABYTE  # of a body, after its content encoding is undone
    max_source_bytes: int = (
        52_428_800  # of a feed's or a sitemap's body: the sitemap protocol's 50 MB
    )
    max_seconds: float = (
        30.0  # of one fetch with all its hops, waiting for slots not counted
    )
    connect_seconds: float = 10.0
    max_redirects: int = 10
    allowed_networks: tuple[
        str, ...
    ] = ()  # CIDRs that may be fetched although they are not public
    own_sites: Mapping[str, float] = field(
        default_factory=dict
    )  # "host:port" -> seconds between requests: fetched although not public
    use_env_proxies: bool = False
    obey_robots: bool = True
    read_tdmrep: bool = False  # ask for a host's tdmrep.json along with robots.txt
    robots_max_age: float = 86_400.0
    crawl_delay_cap: float = 30.0  # of what robots.txt may ask for
    max_wait_seconds: float = (
        2.0  # a slot this near is waited for in the thread; a later one is "host-busy"
    )
    max_threads_per_host: int = 0  # of this process; 0 is no limit

    def max_bytes_of(self, purpose: str) -> int:
        """Return the cap on a body that is fetched for this purpose."""
        if purpose == "source":
            return max(self.max_bytes, self.max_source_bytes)
        return self.max_bytes

    @property
    def product(self) -> str:
        """The product token that robots.txt groups are matched against: "Name" of "Name/1.0
        (+https://...)"."""
        return self.user_agent.partition("/")[0].partition(" ")[0]
