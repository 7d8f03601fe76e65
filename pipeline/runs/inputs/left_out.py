"""What a run says of what was given at its launch and is no URL. Pure."""

from collections.abc import Sequence

from pipeline.runs.inputs.rows import MAX_TEXT, storable

MAX_LEFT_OUT = 50  # pieces that a run names one by one


def left_out_notes(problems: Sequence[str], count: int) -> list[str]:
    """Return a run's notes on what was given at its launch and is no URL: each piece and what is
    wrong with it, cut to MAX_TEXT characters, and how many of `count` are not named.

    Up to MAX_LEFT_OUT are.
    """
    shown = [storable(problem)[:MAX_TEXT] for problem in problems[:MAX_LEFT_OUT]]
    notes = [f"Left out at the launch: {problem}" for problem in shown]
    if count > len(shown):
        notes.append(f"Left out at the launch: {count - len(shown):,} more")
    return notes
