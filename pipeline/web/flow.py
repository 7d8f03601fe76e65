"""The pipeline of a run as one picture: what went on from stage to stage, and what left it where.

Each band is as wide as the URLs that it stands for: at every stage the band that comes in is as
wide as the bands that go out together.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from pipeline.core.reasons import reason_of
from pipeline.summary.progress import Card, Progress

BRANCHES_SHOWN = 5  # of what ended at a stage; the smaller ones share one
LABEL_LENGTH = 25  # characters
NODE = 8  # the depth of a stage, in the units of the drawing
ROW = 22  # from one label to the next
THINNEST = 1.0  # that one URL is seen among a million


@dataclass(frozen=True, slots=True)
class Part:
    """URLs that do not go on to the next stage: they ended at this one, or are still there."""

    state: str
    label: str
    number: int
    query: str  # of the list of these URLs


@dataclass(frozen=True, slots=True)
class StageFlow:
    """A stage in numbers: reached = passed + the numbers of its parts."""

    stage: str
    reached: int
    done: int
    passed: int
    parts: list[Part]


def flow_of(counted: Progress) -> list[StageFlow]:
    """Return the numbers of the picture, of each stage that URLs run through."""
    return [_stage_flow(card, counted) for card in counted.cards]


def _stage_flow(card: Card, counted: Progress) -> StageFlow:
    parts = [*_there(card), *_ended(card, counted)]
    passed = card.reached - sum(part.number for part in parts)
    return StageFlow(card.stage, card.reached, card.done, passed, parts)


def _there(card: Card) -> Iterator[Part]:
    """Yield what is still at the stage."""
    query = urlencode({"state": "pending", "stage": card.stage})
    for label, number in (
        (_("in progress"), card.in_progress),
        (_("rate-limited"), card.paced),
        (_("retrying later"), card.retries),
        (_("waiting"), card.waiting - card.later),
    ):
        if number > 0:
            yield Part("pending", label, number, query)


def _ended(card: Card, counted: Progress) -> list[Part]:
    """Return what ended at the stage without becoming an article, by reason; the largest first."""
    parts = []
    for cell in counted.cells:
        if cell.stage != card.stage or cell.state in ("pending", "stored"):
            continue
        where = {"state": cell.state, "stage": cell.stage}
        label = _(cell.state)
        if cell.reason:
            where["reason"] = cell.reason
            label = _(reason_of(cell.reason).label)
        parts.append(Part(cell.state, label, cell.count, urlencode(where)))
    return _largest(parts, card.stage)


def _largest(parts: list[Part], stage: str) -> list[Part]:
    if len(parts) <= BRANCHES_SHOWN:
        return parts
    kept = parts[: BRANCHES_SHOWN - 1]
    rest = parts[BRANCHES_SHOWN - 1 :]
    number = sum(part.number for part in rest)
    label = _("%(number)s other reasons") % {"number": len(rest)}
    state = rest[0].state
    return [*kept, Part(state, label, number, urlencode({"stage": stage}))]


@dataclass(frozen=True, slots=True)
class Branch:
    """A part as a band that leaves its stage, with its label."""

    part: Part
    width: float
    path: str
    x: float
    y: float

    @property
    def label(self) -> str:
        """The label as it fits beside the band."""
        label = self.part.label
        if len(label) > LABEL_LENGTH:
            return f"{label[: LABEL_LENGTH - 1]}…"
        return label


@dataclass(frozen=True, slots=True)
class Node:
    """A stage of the drawing: a bar as long as what reached it, and the band to the next one."""

    flow: StageFlow
    x: float
    y: float
    width: float
    height: float
    band: tuple[float, float, float, float]  # x, y, width, height
    branches: list[Branch]


@dataclass(slots=True)
class Picture:
    """The drawing, `upright` from top to bottom for narrow screens, else from left to right."""

    upright: bool
    width: float = 0
    height: float = 0
    nodes: list[Node] = field(default_factory=list)
    end: tuple[float, float, float, float] = (0, 0, 0, 0)  # of what was stored
    stored: int = 0

    @property
    def label(self) -> str:
        """What the drawing says, for who does not see it."""
        numbers = [f"{_(node.flow.stage)} {node.flow.reached}" for node in self.nodes]
        return _("URLs by stage: %(numbers)s, stored %(stored)s") % {
            "numbers": ", ".join(numbers),
            "stored": self.stored,
        }


COLUMN = 262  # from one stage to the next
LENGTH = 112  # of the first stage
HEAD = 52  # above the stages, for their names
BEND = 46  # from a stage to the label of a branch


def across(flows: list[StageFlow]) -> Picture:
    """Return the picture from left to right; branches go down to their labels."""
    scale = LENGTH / max(1, flows[0].reached)
    picture = Picture(False, width=COLUMN * len(flows) + 92)
    lowest = float(HEAD + LENGTH)
    for number, flow in enumerate(flows):
        x = float(COLUMN * number)
        branches = []
        top = HEAD + flow.passed * scale
        y = top + 24
        for part, start in _starts(flow.parts, top, scale):
            width = part.number * scale
            y += max(0, width / 2 - ROW / 2)
            path = _bent(x + NODE, start + width / 2, x + NODE + BEND, y)
            branches.append(_branch(part, width, path, x + NODE + BEND + 8, y))
            lowest = max(lowest, y + width / 2, y + 8)
            y += max(ROW, width / 2 + ROW / 2)
        band = (x + NODE, HEAD, COLUMN - NODE, round(flow.passed * scale, 2))
        height = round(flow.reached * scale, 2)
        picture.nodes.append(Node(flow, x, HEAD, NODE, height, band, branches))
    stored = flows[-1].passed
    picture.end = (COLUMN * len(flows), HEAD, NODE, round(stored * scale, 2))
    picture.stored = stored
    picture.height = lowest + 6
    return picture


BREADTH = 96  # of the first stage, drawn upright
UPRIGHT_WIDTH = 330
LABELS_AT = 122


def upright(flows: list[StageFlow]) -> Picture:
    """Return the picture from top to bottom; branches go to the right, to their labels."""
    scale = BREADTH / max(1, flows[0].reached)
    picture = Picture(True, width=UPRIGHT_WIDTH)
    y = 8.0
    for flow in flows:
        branches = []
        row = y + NODE + ROW + 6
        starts = list(_starts(flow.parts, flow.passed * scale, scale))
        for part, start in reversed(starts):
            width = part.number * scale
            row += max(0, width / 2 - ROW / 2)
            path = _turned(start + width / 2, y + NODE, LABELS_AT - 8, row)
            branches.append(_branch(part, width, path, LABELS_AT, row))
            row += max(ROW, width / 2 + ROW / 2)
        below = row + 4
        passed = round(flow.passed * scale, 2)
        band = (0, y + NODE, passed, below - y - NODE)
        reached = round(flow.reached * scale, 2)
        picture.nodes.append(Node(flow, 0, y, reached, NODE, band, branches))
        y = below
    stored = flows[-1].passed
    picture.end = (0, y, round(stored * scale, 2), NODE)
    picture.stored = stored
    picture.height = y + NODE + 14
    return picture


def _starts(
    parts: list[Part], first: float, scale: float
) -> Iterator[tuple[Part, float]]:
    """Each part with the place at its stage where its band begins."""
    widths = [part.number * scale for part in parts]
    begins = accumulate(widths, initial=first)
    return zip(parts, begins, strict=False)


def _branch(part: Part, width: float, path: str, x: float, y: float) -> Branch:
    return Branch(part, round(max(THINNEST, width), 2), path, round(x, 1), round(y, 1))


def _bent(x: float, y: float, to_x: float, to_y: float) -> str:
    half = (x + to_x) / 2
    return f"M{x:.1f} {y:.2f}C{half:.1f} {y:.2f} {half:.1f} {to_y:.2f} {to_x:.1f} {to_y:.2f}"


def _turned(x: float, y: float, to_x: float, to_y: float) -> str:
    return (
        f"M{x:.2f} {y:.1f}C{x:.2f} {to_y:.1f} {x:.2f} {to_y:.1f} {to_x:.1f} {to_y:.1f}"
    )
