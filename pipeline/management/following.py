"""A run as it goes on, in a terminal or in the log of a job."""

import time

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from pipeline.core.stages import HEADER_STAGES
from pipeline.models import Run
from pipeline.monitor.workers.trouble import troubles
from pipeline.summary.progress import Progress as Counted
from pipeline.summary.progress import progress as count_journeys

PAUSE_SECONDS = 0.5
LINE_SECONDS = 5.0  # between two lines where there is no terminal


def follow(run: Run, console: Console) -> None:
    """Show the run's progress until it has ended: bars in a terminal, else lines."""
    columns = (
        TextColumn("{task.description:10}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    lines = Lines(console)
    with Progress(*columns, console=console, refresh_per_second=4) as progress:
        bars = {
            stage: progress.add_task(stage, total=None)
            for stage in ("discover", *HEADER_STAGES)
        }
        while not run.ended:
            time.sleep(PAUSE_SECONDS)
            run.refresh_from_db(fields=["state", "reason", "discovery"])
            counts = count_journeys(run)
            if found := counts.found:
                progress.update(bars["discover"], total=found, completed=found)
            for stage in HEADER_STAGES:
                progress.update(
                    bars[stage], total=found or None, completed=counts.past[stage]
                )
            lines.write(what_it_does(run, counts))


class Lines:
    """Writes what is new, above the bars or, without a terminal, every LINE_SECONDS."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.last = ""
        self.written_at = float("-inf")  # of time.monotonic

    def write(self, line: str) -> None:
        """Write the line, unless it says the same as the last one or comes too soon after it."""
        now = time.monotonic()
        if line in ("", self.last) or now < self.written_at + LINE_SECONDS:
            return
        self.last = line
        self.written_at = now
        self.console.print(Text(line))


def what_it_does(run: Run, counts: Counted) -> str:
    """Return what the run does or waits for; "" where the bars say it."""
    if run.ended:
        return ""
    trouble = next(iter(troubles(run, counts)), None)
    if trouble:
        return f"{trouble.text} {trouble.cure}"
    if run.state == Run.State.DISCOVERING:
        return _discovery(run)
    if run.state == Run.State.RUNNING:
        return ""
    return f"{run.state}: {run.reason}".removesuffix(": ")


def _discovery(run: Run) -> str:
    """Return how far discovery is."""
    live = run.discovery
    said = (
        f"{live.get('requests', 0)} requests, {live.get('found', 0)} URLs found so far"
    )
    waiting = [each["url"] for each in live.get("waiting", [])]
    if waiting:
        return f"{said}, waiting for {waiting[0]}"
    return said
