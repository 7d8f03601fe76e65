"""What a process loads before its work begins, and the search for garbage."""

import gc


def freeze_loaded_objects() -> None:
    """What is loaded stays: to look through it for garbage takes a tenth of a second, again and
    again, of a worker's task or of whoever's page it falls upon.
    """
    gc.collect()
    gc.freeze()
