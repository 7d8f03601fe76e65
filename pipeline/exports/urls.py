"""The URLs of a run as CSV: what became of each, and why."""

import csv
from collections.abc import Iterator

from django.db.models import QuerySet

from catalog.exports import Echo, defused
from pipeline.core.reasons import reason_of
from pipeline.models import Journey

COLUMNS = (
    "url",
    "state",
    "stage",
    "reason",
    "reason_label",
    "detail",
    "score",
    "ended_at",
)
ROWS_AT_ONCE = 2_000


def table(rows: "QuerySet[Journey]") -> Iterator[str]:
    """Yield CSV with a header line, safe to open in a spreadsheet; the newest URL first."""
    writer = csv.writer(Echo())
    yield writer.writerow(COLUMNS)
    fields = ("url", "state", "stage", "reason", "detail", "score", "ended_at")
    found = rows.order_by("-pk").values_list(*fields)
    for url, state, stage, reason, detail, score, ended_at in found.iterator(
        chunk_size=ROWS_AT_ONCE
    ):
        label = ""
        if reason:
            label = reason_of(reason).label
        ended = ""
        if ended_at:
            ended = ended_at.isoformat()
        cells = (url, state, stage, reason, label, detail, score, ended)
        yield writer.writerow([defused(cell) for cell in cells])
