"""The patterns with which a person includes or excludes URLs: prefixes, globs and regular
expressions.

Regular expressions run on RE2, whose time is linear in the text whatever the pattern: anybody may
write one.
"""

import fnmatch
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

import re2  # type: ignore[import-untyped]

MAX_PATTERN_LENGTH = 500
_MAX_STARS = 10  # of a glob
_MAX_MEMORY_BYTES = 8_000_000  # of a compiled expression


class InvalidPattern(re.error):
    """A pattern that cannot be used; the message says why, for a person."""


def matches(url: str, patterns: Iterable[str]) -> bool:
    """Whether any pattern fits the URL or its path. Raises `InvalidPattern`."""
    return any(_fits(url, pattern) for pattern in patterns if pattern)


def _fits(url: str, pattern: str) -> bool:
    if len(pattern) > MAX_PATTERN_LENGTH:
        raise InvalidPattern(
            f"{pattern[:40]}... is longer than {MAX_PATTERN_LENGTH} characters"
        )
    if _is_regex(pattern):
        return _compiled(pattern[1:-1]).search(url) is not None
    parts = urlsplit(url)
    path = unquote(parts.path)
    if parts.query:
        path = f"{path}?{parts.query}"
    subjects = (url, path, f"{parts.hostname}{path}")
    if any(character in pattern for character in "*?["):
        if pattern.count("*") > _MAX_STARS:
            raise InvalidPattern(f"{pattern[:40]} has more than {_MAX_STARS} asterisks")
        return any(fnmatch.fnmatchcase(subject, pattern) for subject in subjects)
    return any(subject.startswith(pattern) for subject in subjects)


def _is_regex(pattern: str) -> bool:
    """`/blog/` is a folder; `/blog|news/`, `/^x/` and `/\\d+/` are regular expressions."""
    if len(pattern) <= 2 or not (pattern.startswith("/") and pattern.endswith("/")):
        return False
    return any(character in pattern[1:-1] for character in "\\^$|+()[]*{}")


@lru_cache(maxsize=200)
def _compiled(expression: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MAX_MEMORY_BYTES
    try:
        return re2.compile(expression, options)
    except re2.error as error:
        raise InvalidPattern(_explained(expression, error)) from None


def _explained(expression: str, error: Exception) -> str:
    said = ""
    if error.args:
        said = error.args[0]
    if isinstance(said, bytes):
        reason = said.decode("utf-8", "replace")
    else:
        reason = str(said)
    is_unsupported = any(
        mark in expression for mark in ("(?=", "(?!", "(?<=", "(?<!", "(?>")
    )
    is_unsupported = (
        is_unsupported or re.search(r"\\[1-9]|\(\?P=", expression) is not None
    )
    if is_unsupported:
        return (
            f"/{expression[:80]}/ uses a lookaround or a backreference, which are not supported; "
            "use two patterns, one to include and one to exclude"
        )
    return f"/{expression[:80]}/ is not a valid regular expression: {reason}"
