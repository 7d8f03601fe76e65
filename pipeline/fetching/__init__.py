"""URL -> Page: polite, bounded, and never inside the network. The only package that knows requests.

policy         what an installation allows itself: user agent, pace, caps
client         Fetcher: one URL through redirects to an outcome
request        one request: its turn, the response, what it taught about the host
robots_check   robots.txt, asked for once and obeyed
hosts/         hosts as all workers know them: rows in PostgreSQL
politeness/    pace: when a host may be asked again; turn: a request's slot; robots reads robots.txt;
               concurrency: how many threads one host may hold; memory: hosts for a single process
transport/     target: what someone wrote -> an address; guard: which addresses may be connected to;
               sockets: guarded, in turn, within a deadline; adapter puts them under requests;
               deadline: a thread's clock; status and errors: what an answer or an error means;
               content_types;
               body: the content encoding undone, within a cap; charset: which charset a body is in
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
