"""The sources that wait to be requested, the most telling first, each once."""

import heapq
import itertools
from collections.abc import Iterable, Iterator

from pipeline.discovery.frontier.links import FrontierItem
from pipeline.discovery.scoring.items import key_of


class SourceQueue:
    """A queue by priority, that knows what was in it before."""

    def __init__(self) -> None:
        self._heap: list[tuple[tuple[int, int], int, int, FrontierItem]] = []
        self._seen: set[str] = set()
        self._serial = itertools.count()

    def __len__(self) -> int:
        return len(self._heap)

    def __iter__(self) -> Iterator[FrontierItem]:
        """Yield what waits, in no order."""
        return (item for *_, item in self._heap)

    def add(self, items: Iterable[FrontierItem]) -> None:
        """Queue sources, each once, under whichever of its spellings comes first."""
        for item in items:
            key = key_of(item.url)
            if key and key not in self._seen:
                self._seen.add(key)
                self.put_back(item)

    def put_back(self, item: FrontierItem) -> None:
        """Queue a source, also one that was requested before."""
        entry = (item.order, item.depth, next(self._serial), item)
        heapq.heappush(self._heap, entry)

    def pop(self) -> FrontierItem:
        """Take out the most telling source. Raises IndexError where nothing waits."""
        return heapq.heappop(self._heap)[-1]

    def has_seen(self, url: str) -> bool:
        """Whether the source waits or was requested."""
        return key_of(url) in self._seen
