"""`make pausing`: how many requests leave after the click on pause, at one host and at 200.

The hosts are addresses of this machine (127.0.1.1 and on), each with a pace of its own.
"""

import asyncio
import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Self

from infra.local.ports import free_port
from infra.local.stack import CHECKOUT, own_directory
from tools.chaos.steering import large_run
from tools.chaos.world import World

HOSTS = 200
URLS = 4_000
LATENCY_SECONDS = 0.3
WATCHED_SECONDS = 20.0
ALLOWED_SECONDS = 2.0
WORDS = " ".join(f"word{n} and what it means here." for n in range(120))
PAGE = "<html lang=en><title>Note {n}</title><article><h1>Note {n}</h1><p>{words}</p></article>"


class Hosts:
    """Sites on many addresses and one port, which note when each request arrived."""

    def __init__(self, number: int) -> None:
        self.addresses = [f"127.0.{1 + n // 250}.{1 + n % 250}" for n in range(number)]
        self.port = free_port()
        self.arrived: list[float] = []  # of time.monotonic, without robots.txt
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait(30)
        return self

    def __exit__(self, *error: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def url(self, number: int) -> str:
        address = self.addresses[number % len(self.addresses)]
        return f"http://{address}:{self.port}/posts/note-{number}/"

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        start = asyncio.start_server(self._answer, self.addresses, self.port)
        self._loop.run_until_complete(start)
        self._ready.set()
        self._loop.run_forever()

    async def _answer(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            path = head.split()[1].decode()
            if path == "/robots.txt":
                status, body = "404 Not Found", b""
            else:
                self.arrived.append(time.monotonic())
                await asyncio.sleep(LATENCY_SECONDS)
                number = path.strip("/").rpartition("-")[2]
                status, body = "200 OK", PAGE.format(n=number, words=WORDS).encode()
            writer.write(
                f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nConnection: close\r\n"
                f"Content-Length: {len(body)}\r\n\r\n".encode()
            )
            writer.write(body)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


def main() -> int:
    """Print the figures; the exit status is 0 where nothing left later than is allowed."""
    with own_directory(CHECKOUT / ".local" / "pausing") as base:
        world = World(
            Path(os.path.realpath(base)) / "world",
            posts=0,
            latency=0.0,
            reconciler=True,
        )
        world.networks = "127.0.0.0/8"
        world.host_delay_seconds = 0.2
        with world:
            figures = [measure(world, number) for number in (1, HOSTS)]
    print(json.dumps(figures))
    if any(each["requests after 2 s"] for each in figures):
        return 1
    return 0


def measure(world: World, number: int) -> dict[str, float]:
    """Pause a run of so many hosts in the middle; return what left after that."""
    from pipeline.runs import control

    world.empty()
    with Hosts(number) as hosts:
        run = large_run(world, URLS, hosts.url)
        few = min(100, 20 * number)
        world.wait(lambda: len(hosts.arrived) >= few, 180, "for the run to flow")
        control.pause(run, "pausing")
        paused_at = time.monotonic()
        in_flight = (
            "SELECT count(*) FROM pipeline_journey WHERE run_id = %s AND in_progress"
        )
        world.wait(lambda: world.look(in_flight, run) == 0, 60, "for nothing in flight")
        quiet_seconds = time.monotonic() - paused_at
        time.sleep(WATCHED_SECONDS)
        late = [at - paused_at for at in hosts.arrived if at > paused_at]
        before = len(hosts.arrived) - len(late)
        control.cancel(run, "pausing")
    figures = {
        "hosts": number,
        "requests before": before,
        "requests after": len(late),
        "last after seconds": round(max(late, default=0.0), 2),
        "requests after 2 s": sum(seconds > ALLOWED_SECONDS for seconds in late),
        "seconds to nothing in flight": round(quiet_seconds, 2),
    }
    print(figures, flush=True)
    return figures


if __name__ == "__main__":
    sys.exit(main())
