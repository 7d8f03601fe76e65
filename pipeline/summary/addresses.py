"""How many of a run's start URLs brought articles, from the reports that discovery made of them.

A report is a dictionary with the fields of an AddressReport and its `text`.
"""

from collections.abc import Sequence
from typing import Any

Report = dict[str, Any]
MAX_IN_REASON = 3  # start URLs of which the reason of a failed run tells


def without_articles(reports: Sequence[Report]) -> str:
    """Say how many start URLs brought no articles; "" where each brought some."""
    number = len(_empty(reports))
    if not number:
        return ""
    return f"{number} of {len(reports)} URLs brought no articles"


def reason_without_articles(reports: Sequence[Report]) -> str:
    """Say why the start URLs of a run brought nothing; "" where no report says so."""
    empty = _empty(reports)
    parts = [str(report["text"]) for report in empty[:MAX_IN_REASON]]
    if len(empty) > MAX_IN_REASON:
        parts.append(f"and {len(empty) - MAX_IN_REASON} more URLs without articles")
    return " ".join(parts)


def _empty(reports: Sequence[Report]) -> list[Report]:
    return [report for report in reports if not report["articles"]]
