"""What makes two errors the same: the event, the class of the exception, and the last line of our
own that was in it.

Also how a traceback is shown: our own frames, the libraries' folded away.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FRAME = re.compile(r'^  File "(?P<path>[^"\n]+)", line \d+, in (?P<name>\S+)')
OURS = re.compile(r"(?:^|/)((?:myworld|pipeline|catalog|infra)/[\w/]+\.py)$")
LIBRARIES = ("site-packages", "dist-packages", "/lib/python")
RAISED = re.compile(r"^([A-Za-z_][\w.]*)(?::|$)")
MAX_LENGTH = 200  # characters


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines of a traceback that belong together: of a frame, or what stands around frames."""

    text: str
    foreign: bool  # a frame of a library


def signature(event: Mapping[str, Any]) -> str:
    """One line that is the same for the same error; the place is a file and a function, since
    line numbers move."""
    name = str(event.get("event", ""))
    trace = event.get("exception")
    if not isinstance(trace, str) or not trace:
        return " ".join(name.split())[:MAX_LENGTH]
    parts = [name if len(name) < 80 else "", raised(trace), place(trace)]
    return " ".join(" ".join(filter(None, parts)).split())[:MAX_LENGTH]


def raised(trace: str) -> str:
    """Return the class of the exception without its module, "" where the text does not say."""
    for line in reversed(trace.splitlines()):
        if found := RAISED.match(line):
            return found[1].rpartition(".")[2]
    return ""


def place(trace: str) -> str:
    """Where our own code was last: "pipeline/storage/stage.py:record"."""
    for line in reversed(trace.splitlines()):
        if (frame := FRAME.match(line)) and (ours := _ours(frame["path"])):
            return f"{ours}:{frame['name']}"
    return ""


def pieces(trace: str) -> list[Piece]:
    """Return the traceback, cut at its frames."""
    found: list[tuple[list[str], bool]] = []
    for line in trace.splitlines():
        frame = FRAME.match(line)
        if frame or not found or not line.startswith("    "):
            found.append(([line], frame is not None and not _ours(frame["path"])))
        else:
            found[-1][0].append(line)
    return [Piece("\n".join(lines), foreign) for lines, foreign in found]


def folded(trace: str) -> tuple[str, int]:
    """Return the traceback with the libraries' frames counted instead of shown, and how many those
    are."""
    lines: list[str] = []
    run = total = 0
    for piece in [*pieces(trace), Piece("", False)]:
        if piece.foreign:
            run = run + 1
            total = total + 1
            continue
        if run:
            lines.append(f"  … {run} frame{'s' if run > 1 else ''} of libraries")
            run = 0
        lines.append(piece.text)
    return "\n".join(lines).rstrip("\n"), total


def _ours(path: str) -> str:
    if any(part in path for part in LIBRARIES):
        found = None
    else:
        found = OURS.search(path)
    if found:
        return found[1]
    return ""
