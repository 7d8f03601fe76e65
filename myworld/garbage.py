"""What a process loads before its work begins, and the search for garbage."""

import gc


def freeze_loaded_objects() -> None:
    """Keep what is loaded out of garbage collection: to look through it takes a tenth of a second,
    again and again, of a worker's task or of whoever's page it falls upon."""
    if gc.isenabled():  # not in infra/together.py, which frees nothing
        gc.collect()
    gc.freeze()
