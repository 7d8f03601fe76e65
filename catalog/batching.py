"""Many articles, a few at a time: no statement is for more than BATCH_SIZE of them."""

from collections.abc import Iterator

BATCH_SIZE = 500


def batches(articles: list[int]) -> Iterator[list[int]]:
    """Yield the articles, as many at a time as a statement is for."""
    for start in range(0, len(articles), BATCH_SIZE):
        yield articles[start : start + BATCH_SIZE]
