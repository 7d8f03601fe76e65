"""What a process loads before its work begins, and the search for garbage."""

import gc

MANY_OBJECTS = 20_000  # that survived a full collection; fewer take no time
MAX_FREEZES = 10  # what is frozen while a page is made may stay for ever


def freeze_loaded_objects() -> None:
    """Keep what is loaded out of garbage collection: to look through it takes a tenth of a second,
    again and again, of a worker's task or of whoever's page it falls upon."""
    if gc.isenabled():  # not in infra/together.py, which frees nothing
        gc.collect()
    gc.freeze()


class FreezeLater:
    """Freezes what a process loads as it goes, such as the templates of each page that is shown.

    After every page had been shown once, a full collection took 65 ms of whatever request it fell
    upon.
    """

    def __init__(self) -> None:
        self.freezes = 0

    def __call__(self, phase: str, info: dict[str, int]) -> None:
        """Freeze what survived a full collection: one of `gc.callbacks`."""
        is_end_of_full = phase == "stop" and info["generation"] == 2
        if not is_end_of_full or self.freezes >= MAX_FREEZES:
            return
        if len(gc.get_objects()) >= MANY_OBJECTS:
            gc.freeze()
            self.freezes += 1
