"""What the pages of a run and of the queues say while a fault lasts."""

import threading
from types import TracebackType
from typing import Self

import requests

from tools.watch.screens import Screens, Unreadable

PAUSE_SECONDS = 2.0  # between two looks at the pages


class Listener:
    """Reads the pages again and again for the length of a `with` block."""

    def __init__(
        self, screens: Screens, run: int, pause_seconds: float = PAUSE_SECONDS
    ) -> None:
        self._screens = screens
        self._run = run
        self._pause_seconds = pause_seconds
        self._said: set[str] = set()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join(60)

    @property
    def words(self) -> list[str]:
        """What was said, each sentence once."""
        return sorted(self._said)

    def _listen(self) -> None:
        while not self._over.wait(self._pause_seconds):
            try:
                said = self._screens.words(self._run)
            except Unreadable as error:
                said = {f"unavailable: {str(error)[:60]}"}
            except (requests.HTTPError, ValueError) as error:
                said = {f"WRONG: {error}"[:200]}
            self._said |= {each[:160] for each in said}
