"""The steps of a first start and their times, as they are printed and as they are kept."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

HEADING = "## {way}\n"
SECRET = re.compile(r"(\?[\w-]+=|/signin/)[\w.:=-]{12,}")


class NotAsTold(Exception):
    """A step that did not come true; its text says what happened instead."""


@dataclass(frozen=True, slots=True)
class Step:
    """What was done or seen, and how long it took."""

    text: str
    took_seconds: float
    at_seconds: float

    def __str__(self) -> str:
        return f"{self.took_seconds:7.1f} {self.at_seconds:7.1f}  {self.text}"


@dataclass
class Journal:
    """The steps so far."""

    print_line: Callable[[str], None]
    clock: Callable[[], float] = time.monotonic
    steps: list[Step] = field(default_factory=list)
    _began: float = field(init=False)

    def __post_init__(self) -> None:
        self._began = self.clock()

    def done(self, text: str) -> None:
        """Write down what came true just now."""
        at = self.clock() - self._began
        before = self.steps[-1].at_seconds if self.steps else 0.0
        step = Step(without_secrets(text), at - before, at)
        self.steps.append(step)
        self.print_line(str(step))

    def block(self) -> str:
        """Return all of it as a block of Markdown."""
        head = "   step   total  seconds"
        return "\n".join(["```text", head, *map(str, self.steps), "```", ""])


def without_secrets(text: str) -> str:
    """Return the text without what signs somebody in."""
    return SECRET.sub(r"\1...", text)


def keep(document: Path, way: str, block: str) -> None:
    """Put the block of this way in the place of its last one; at the end where there is none."""
    text = document.read_text()
    before, heading, rest = text.partition(HEADING.format(way=way))
    if not heading:
        document.write_text(f"{text.rstrip()}\n\n{HEADING.format(way=way)}\n{block}")
        return
    told, _, _ = rest.partition("```text")
    _, _, after = rest.partition("\n```\n")
    document.write_text(f"{before}{heading}{told}{block}{after}")
