"""The table of a batch of runs, and its JSON line."""

import json
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from statistics import median


@dataclass
class Result:
    """What came of one run."""

    fault: str
    seed: int
    ended: bool = False
    seconds: float = 0.0  # from the fault's begin to the run's end
    resent: int = 0  # journeys that the reconciler sent again
    rescued: int = 0  # discoveries sent again and batches ended by the reconciler
    moment: float = 0.0  # how far the run was, 0 to 1, when it struck
    skipped: str = ""  # why this machine cannot do it
    problems: list[str] = field(default_factory=list)
    words: list[str] = field(
        default_factory=list
    )  # what the pages said meanwhile, numbers as N
    deaths: list[str] = field(
        default_factory=list
    )  # processes that ended although nobody killed them

    @property
    def fine(self) -> bool:
        return bool(self.skipped) or (self.ended and not self.problems)


def table(results: list[Result]) -> str:
    """Return a line for each kind of fault."""
    kinds: defaultdict[str, list[Result]] = defaultdict(list)
    for result in (result for result in results if not result.skipped):
        kinds[result.fault].append(result)
    lines = [
        f"{'fault':20} {'runs':>4} {'ended':>5} {'right':>5} {'s to end: median':>17} {'longest':>8} {'sent again':>10}"
    ]
    for fault, some in kinds.items():
        times = [result.seconds for result in some if result.ended] or [0.0]
        helped = f"{sum(r.resent for r in some):10} {sum(r.rescued for r in some):7}"
        lines.append(
            f"{fault:20} {len(some):4} {sum(r.ended for r in some):5} {sum(r.fine for r in some):5}"
            f" {median(times):17.1f} {max(times):8.1f} {helped}"
        )
    return "\n".join(lines)


def line(results: list[Result]) -> str:
    """Everything as one line of JSON."""
    done = [result for result in results if not result.skipped]
    whole = {
        "runs": len(done),
        "ended": sum(r.ended for r in done),
        "right": sum(r.fine for r in done),
    }
    return json.dumps({**whole, "results": [asdict(result) for result in results]})
