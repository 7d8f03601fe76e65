"""Hosts as all workers on all machines know them: one row each, in PostgreSQL.

model       Host: when it may be asked again and why, its robots.txt, its failures
statements  the SQL, each an atomic statement
robots      robots.txt kept for a day, asked for by one worker while the others wait
keeper      DatabaseHosts: what `fetching` asks of a keeper of hosts
"""

from pipeline.fetching.hosts.store import DatabaseHosts
from pipeline.models.host import Host

__all__ = ["DatabaseHosts", "Host"]
