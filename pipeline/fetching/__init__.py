"""URL -> Page: polite, bounded, and never inside the network. The only package that knows requests.

policy     what an installation allows itself: user agent, pace, caps
client     Fetcher: one URL through redirects to an outcome
target     what someone wrote -> an address that can be asked
guard      which addresses may be connected to
rulebook   robots.txt, asked for once and obeyed; robots reads it
pace       when a host may be asked again, and what a keeper of hosts must offer; memory is one for a single process
places     how many threads one host may hold
exchange   one request: its turn (gate), the wire, what it taught about the host
line       a thread's sockets: guarded, in turn, within a deadline; wire puts them under requests
deadline   a thread's clock, standing still while it waits its turn
answer     what a status means; failure: what an error means; kinds: what a content type means
body       the content encoding undone, within a cap
charset    which charset a body is in
"""

from pipeline.fetching.client import Fetcher
from pipeline.fetching.policy import Policy
from pipeline.fetching.politeness.memory import MemoryHosts
from pipeline.fetching.politeness.pace import Hosts, Pace, Turn
from pipeline.fetching.politeness.robots import RobotsFile
from pipeline.fetching.transport.charset import charset_of
from pipeline.fetching.transport.content_types import Purpose
from pipeline.fetching.transport.target import host_name

__all__ = [
    "Fetcher",
    "Hosts",
    "MemoryHosts",
    "Pace",
    "Policy",
    "Purpose",
    "RobotsFile",
    "Turn",
    "charset_of",
    "host_name",
]
