"""What is seen of a run while it goes on."""

import threading
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from tests.infra.containers import Containers

OPEN = "SELECT count(*) AS n FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
EVERY = 3.0  # seconds; asking starts a process in a container


@dataclass(frozen=True, order=True)
class Result:
    """Articles a second, the most connections that PostgreSQL had, and the machine's load (1
    minute) at the end."""

    rate: float
    connections: int
    load: float


class Connections:
    """The most connections of PostgreSQL that were seen within a `with` block."""

    def __init__(self, containers: Containers) -> None:
        self.most = 0
        self._containers = containers
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def _watch(self) -> None:
        while not self._over.wait(EVERY):
            self.most = max(self.most, self._containers.rows(OPEN)[0]["n"])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()
