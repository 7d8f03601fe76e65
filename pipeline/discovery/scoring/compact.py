"""Records of a site's URLs, by key, held folded: a site may have 50,000 URLs and more.

What tells most of them apart is their key alone. The address is written like it but for scheme,
`www.` or a slash, the slug is a piece of it, and what sources say and the judge finds is the same
for many. So of a record its key is held, and of the rest one tuple for all that share it. The
record itself is made whenever somebody looks at it.
"""

from collections.abc import Callable, Iterator, MutableMapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from pipeline.core.records import SourceMetadata

T = TypeVar("T")
K = TypeVar("K")
# different ones that are known again: those that stand near each other in a source are alike
SHARED = 1_000
Rest = tuple[
    tuple[Any, ...], SourceMetadata
]  # plain values, shared with their equals, and what is said, shared with the same


class TextSlice(NamedTuple):
    """A text by where it lies in another one, and what only it has before and after. Equal for
    texts cut alike.
    """

    before: str
    start: int
    end: int | None
    after: str

    def of(self, whole: str) -> str:
        """Return the text."""
        return self.before + whole[self.start : self.end] + self.after


_cut = lru_cache(maxsize=SHARED)(TextSlice)


def cut(text: str, whole: str, piece: str) -> TextSlice:
    """How `text` comes from `whole`, if both hold `piece`; else it is kept as it is."""
    start = whole.rfind(piece)
    if not piece or start < 0 or piece not in text:
        return TextSlice(text, 0, 0, "")
    before, _, after = text.partition(piece)
    return _cut(before, start, start + len(piece) - len(whole) or None, after)


def cut_address(url: str, key: str) -> TextSlice:
    """How an address comes from its key."""
    return cut(url, key, key[key.index("/", len("https://")) :])


class CompactRecords(MutableMapping[str, T]):
    """Records by key, in the order in which the keys came."""

    def __init__(
        self,
        fold: Callable[[T], Rest],
        unfold: Callable[[str, tuple[Any, ...], SourceMetadata], T],
    ) -> None:
        self._fold = fold
        self._unfold = unfold
        self._held: dict[str, Rest] = {}
        self._known: dict[Any, Rest] = {}

    def __getitem__(self, key: str) -> T:
        return self._unfold(key, *self._held[key])

    def __setitem__(self, key: str, record: T) -> None:
        plain, said = rest = self._fold(record)
        known = self._known.get(plain)
        if (
            known is None or known[1] is not said
        ):  # not "equal": equal moments may be written differently
            if len(self._known) >= SHARED:
                self._known.clear()
            known = self._known[plain] = (known[0], said) if known else rest
        self._held[key] = known

    def __delitem__(self, key: str) -> None:
        del self._held[key]

    def __contains__(self, key: object) -> bool:
        return key in self._held

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def copy_from(self, key: str, other: "CompactRecords[T]") -> None:
        """Hold another one's record, as that holds it."""
        self._held[key] = other._held[key]


class LazySequence(Sequence[T]):
    """A list of things that are made, each of what is held of it, whenever somebody looks at
    them."""

    def __init__(self, held: Sequence[K], make: Callable[[K], T]) -> None:
        self._held = held
        self._make = make

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, slice):
            return LazySequence(self._held[at], self._make)
        return self._make(self._held[at])

    def __iter__(self) -> Iterator[T]:
        return map(self._make, self._held)

    def __len__(self) -> int:
        return len(self._held)
