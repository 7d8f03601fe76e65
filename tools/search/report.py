"""The tables."""

from collections.abc import Mapping

from tools.search.ranks import Score
from tools.search.related import RelatedScore

HEAD = """| search | hit@1 | hit@10 | MRR |
|---|---|---|---|"""
RELATED_HEAD = """| related articles | recall@10 | at least one in ten |
|---|---|---|"""


def search_table(title: str, scores: Mapping[str, Score]) -> str:
    """Return a table in Markdown with a line for each way to search."""
    lines = [
        f"| {name.replace('  ', '&emsp;')} | {each.first:.3f} | {each.first_ten:.3f} | {each.reciprocal:.3f} |"
        for name, each in scores.items()
    ]
    return "\n".join([title, "", HEAD, *lines, ""])


def related_table(title: str, scores: Mapping[str, RelatedScore]) -> str:
    """Return a table in Markdown with a line for each way to relate articles."""
    lines = [
        f"| {name.replace('  ', '&emsp;')} | {each.recall:.3f} | {each.any_found:.3f} |"
        for name, each in scores.items()
    ]
    return "\n".join([title, "", RELATED_HEAD, *lines, ""])
