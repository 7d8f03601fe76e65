"""The asserts of the test files, rewritten once for all processes of a test run.

pytest keeps what it rewrote. In a new clone there is nothing yet, and the processes that are started
together would all rewrite all files, which takes longer than loading them.
"""

import multiprocessing
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.assertion.rewrite import (
    PYC_TAIL,
    _rewrite_test,
    _write_pyc,
    assertstate_key,
    get_cache_dir,
)


def rewrite_all(config: pytest.Config, folder: Path) -> None:
    """Rewrite the test files of a folder that never were; side by side, since they take seconds."""
    files = list(never_rewritten(folder))
    share = len(os.sched_getaffinity(0))
    forking = multiprocessing.get_context("fork")
    workers = [
        forking.Process(target=rewrite, args=(config, files[number::share]))
        for number in range(share if files else 0)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def never_rewritten(folder: Path) -> Iterator[Path]:
    """The files of which pytest keeps nothing; those that changed it finds by itself."""
    for pattern in ("test_*.py", "conftest.py"):
        for file in folder.rglob(pattern):
            if not kept(file).exists():
                yield file


def kept(file: Path) -> Path:
    """Where pytest keeps the rewritten file."""
    return Path(get_cache_dir(file)) / f"{file.stem}{PYC_TAIL}"


def rewrite(config: pytest.Config, files: list[Path]) -> None:
    """Rewrite these files, and keep them as pytest does."""
    for file in files:
        digest, code = _rewrite_test(file, config)
        kept(file).parent.mkdir(exist_ok=True)
        _write_pyc(config.stash[assertstate_key], code, digest, kept(file))
