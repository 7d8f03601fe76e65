"""The processes of infra/Procfile or infra/Procfile.small, run side by side on this machine."""

import os
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from honcho.environ import parse_procfile

from infra.local.process import LocalError, Process
from infra.local.stack import CHECKOUT, Stack

PROCFILE = CHECKOUT / "infra" / "Procfile"
# the same processes from one parent, whose memory they share; and few of them
PROCFILE_TOGETHER = CHECKOUT / "infra" / "Procfile.together"
PROCFILE_SMALL = CHECKOUT / "infra" / "Procfile.small"


def commands(procfile: Path = PROCFILE) -> dict[str, str]:
    """Return the shell command of each process by its name, in the order of the file."""
    return dict(parse_procfile(procfile.read_text()).processes)


def environment(stack: Stack, extra: Mapping[str, str] = {}) -> dict[str, str]:
    """Return what a process of this checkout finds in its environment: ours, the stack's addresses,
    our commands first.

    By MALLOC_ARENA_MAX threads share what others have freed; else each keeps it for itself. The
    image has it, too.
    """
    path = os.pathsep.join(
        [str(Path(sys.executable).parent), os.environ.get("PATH", "")]
    )
    own = {"PATH": path, "PYTHONUNBUFFERED": "1", "MALLOC_ARENA_MAX": "2"}
    return {**os.environ, **stack.environment, **own, **extra}


class Processes:
    """All processes of the Procfile, or those of `names`; each logs to its own file.

    Stopped at the end of `with`.
    """

    def __init__(
        self,
        stack: Stack,
        extra: Mapping[str, str] = {},
        names: Iterable[str] | None = None,
        procfile: Path = PROCFILE,
    ) -> None:
        env = environment(stack, extra)
        known = commands(procfile)
        self.by_name = {
            name: Process(
                name,
                [
                    "sh",
                    "-c",
                    f"exec {known[name]}",
                ],  # exec: signals must reach the program, not a shell
                home=stack.root,
                log=stack.logs / f"{name}.log",
                env={**env, "GLEANER_PROCESS": name},
                cwd=CHECKOUT,
            )
            for name in names or known
        }

    def __getitem__(self, name: str) -> Process:
        return self.by_name[name]

    def __enter__(self) -> "Processes":
        for process in self.by_name.values():
            process.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def check(self) -> None:
        """Raise LocalError with the reason if one of them does not run."""
        for process in self.by_name.values():
            if not process.alive:
                raise LocalError(process.reason())

    def stop(self, timeout: float = 40) -> None:
        """Ask all of them to end at once, wait up to `timeout` seconds together, kill who is
        left."""
        deadline = time.monotonic() + timeout
        for process in self.by_name.values():
            process.terminate()
        for process in self.by_name.values():
            process.wait(max(0.0, deadline - time.monotonic()))
            process.kill()
