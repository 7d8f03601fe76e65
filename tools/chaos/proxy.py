"""A TCP proxy that stands for the network between two processes: it can stop carrying, and then
drop what it held."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any

from infra.local.ports import LOOPBACK, free_port


class Proxy:
    """Carries connections from `port` to `target` on loopback until `stop`, in a thread of its
    own."""

    def __init__(self, target: int) -> None:
        self.port = free_port()
        self._target = target
        self._loop = asyncio.new_event_loop()
        self._flowing = asyncio.Event()
        self._writers: set[asyncio.StreamWriter] = set()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self._do(self._open())

    def cut(self) -> None:
        """From now on nothing passes, and nobody is told: packets vanish, connections stay open."""
        self._loop.call_soon_threadsafe(self._flowing.clear)

    def mend(self, reset: bool) -> None:
        """Let everything pass again; with `reset` what was open is closed first, as a router does
        that forgot it."""
        if reset:
            self._do(self._reset())
        self._loop.call_soon_threadsafe(self._flowing.set)

    def stop(self) -> None:
        """End all connections."""
        self._do(self._reset())
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _open(self) -> None:
        self._flowing.set()
        await asyncio.start_server(self._carry, LOOPBACK, self.port, backlog=256)

    async def _reset(self) -> None:
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await self._flowing.wait()
        try:
            far_reader, far_writer = await asyncio.open_connection(
                LOOPBACK, self._target
            )
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, far_writer}
        await asyncio.gather(
            self._pump(reader, far_writer), self._pump(far_reader, writer)
        )
        self._writers -= {writer, far_writer}

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            while data := await reader.read(65536):
                await self._flowing.wait()
                writer.write(data)
                await writer.drain()
        except OSError:
            writer.transport.abort()
        finally:
            writer.close()
