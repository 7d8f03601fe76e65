"""`python -m tools.scaling.pages FILE COUNT`: the blogs of `make bench` under host names of their
own, on one port. Runs in the container of the sample blog."""

import asyncio
import re
import sys
from pathlib import Path

from tools.bench import blog
from tools.bench.library import HOSTS, Library

PORT = 8080
NAMES = [f"m{number}.example" for number in range(1, HOSTS + 1)]
URLS = [f"http://{name}:{PORT}/" for name in NAMES]
HOST = re.compile(rb"^host: *([^:\r]+)", re.I | re.M)


class Connection(blog.Connection):
    """One client's connection, to the blog that each request names; the first where it names none
    of them, as the health check does."""

    def __init__(self, sites: dict[bytes, blog.Site]) -> None:
        super().__init__(sites[NAMES[0].encode()])
        self.sites = sites

    def data_received(self, data: bytes) -> None:
        """Answer as the blog of the last request in `data`."""
        if found := HOST.search(data):
            self.site = self.sites.get(found[1], self.site)
        super().data_received(data)


async def serve(library: Library) -> None:
    """Serve for ever."""
    sites = {
        name.encode(): blog.Site(
            library, library.entries[number::HOSTS], f"http://{name}:{PORT}"
        )
        for number, name in enumerate(NAMES)
    }
    server = await asyncio.get_running_loop().create_server(
        lambda: Connection(sites),
        "0.0.0.0",
        PORT,
        backlog=256,
    )
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(Library(Path(sys.argv[1]), int(sys.argv[2]))))
