"""What may be written down: values without secrets, bounded, and such that JSON and PostgreSQL take
them.

By the name of a field at any depth, and within texts: user information in addresses, parameters and
headers that are named like secrets, sign-in links.
"""

import math
import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Any

HIDDEN = "[redacted]"
WORDS = r"passw|passphrase|secret|token|authori[sz]ation|cookie|credential|api[_-]?key|private[_-]?key|sesame"
SECRET = re.compile(WORDS, re.I)
# One of these is in every text in which SECRET or BEARER finds something.
HINTS = (
    "passw",
    "passphrase",
    "secret",
    "token",
    "authori",
    "cookie",
    "credential",
    "key",
    "sesame",
    "earer",
)
USER_INFO = re.compile(r"(?<=://)[^/?#\s\"'<>]+@")
NAMED = re.compile(
    rf"(?:(?<=[?&;,\s\"'{{(\[])|^)([\w.-]{{0,40}}(?:{WORDS})[\w.-]{{0,40}}[\"']?\s?[=:]\s?[\"']?)(?!\[redacted)[^\s&\"',;}})\]]+",
    re.I,
)
HEADER = re.compile(
    r"(\b(?:proxy-)?authori[sz]ation[\"']?\s?[:=]\s?[\"']?)(?:\w+\s+)?[\w+/=.~-]{6,}",
    re.I,
)
BEARER = re.compile(r"(\bbearer\s+)(?=[a-z]{0,80}[^a-z\s])[\w+/=.~-]{6,}", re.I)
# what an identity provider sends a browser back with
SIGN_IN_ANSWER = re.compile(r"(/signin/provider/done\?)\S+")
# by which a new password is set
RESET_LINK = re.compile(r"(/signin/reset/)[^\s\"'<>]+")
UNWRITABLE = re.compile("[\0\ud800-\udfff]")
MAX_TEXT_LENGTH = 8_000  # characters of one value
# characters of one value that are searched for secrets; the rest is cut away in any case
LOOKED_AT = 20_000
MAX_ITEMS = 100  # items of a list, fields of an object
DEEPEST = 5


def safe(value: Any, depth: int = 0) -> Any:
    """Return the value as JSON takes it. Never raises."""
    if isinstance(value, str):
        return text(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if -(2**63) <= value < 2**63:
            return value
        return text(f"{value:.6e}" if abs(value) < 10**300 else "a huge number")
    if isinstance(value, float):
        if math.isfinite(value):
            return value
        return str(value)
    if depth < DEEPEST and isinstance(value, Mapping):
        return {
            text(str(name))[:200]: field(str(name), each, depth + 1)
            for name, each in islice(value.items(), MAX_ITEMS)
        }
    if depth < DEEPEST and isinstance(value, list | tuple | set | frozenset):
        return _items(list(islice(value, MAX_ITEMS)), depth)
    return _told(value)


def field(name: str, value: Any, depth: int = 0) -> Any:
    """Return a named value; nothing of it where the name is that of a secret."""
    if names_secret(name) and value not in (None, ""):
        return HIDDEN
    return safe(value, depth)


@lru_cache(maxsize=1024)
def names_secret(name: str) -> bool:
    """Whether a field of this name holds a secret.

    There are few names, and each line of the log has ten.
    """
    return SECRET.search(name) is not None


def text(value: str) -> str:
    """Return a text without secrets, at most MAX_TEXT_LENGTH characters."""
    if len(value) > LOOKED_AT:
        value = value[: LOOKED_AT // 2] + value[-LOOKED_AT // 2 :]
    if "\0" in value or not value.isascii():
        value = UNWRITABLE.sub("\ufffd", value)
    if "@" in value:
        value = USER_INFO.sub(f"{HIDDEN}@", value)
    if "/signin/provider" in value:
        value = SIGN_IN_ANSWER.sub(rf"\1{HIDDEN}", value)
    if "/signin/reset" in value:
        value = RESET_LINK.sub(rf"\1{HIDDEN}", value)
    if may_have_secret(value) and (SECRET.search(value) or "earer" in value.lower()):
        for form in (HEADER, BEARER, NAMED):
            value = form.sub(rf"\1{HIDDEN}", value)
    return shortened(value)


def may_have_secret(value: str) -> bool:
    """Whether one of HINTS is in a text; to look for those takes a tenth of the time."""
    # To a regular expression that ignores case "ſ" is an "s"; in lower case it stays.
    if not value.isascii():
        return True
    lowered = value.lower()
    return any(word in lowered for word in HINTS)


def shortened(value: str) -> str:
    """At most MAX_TEXT_LENGTH characters: the beginning and, since a traceback names its error there, the
    end.
    """
    half = MAX_TEXT_LENGTH // 2
    if len(value) <= MAX_TEXT_LENGTH:
        return value
    return f"{value[:half]} ... {value[-half:]}"


def _items(values: list[Any], depth: int) -> list[Any]:
    if (
        len(values) == 2 and isinstance(values[0], str) and SECRET.search(values[0])
    ):  # a header as a pair
        return [values[0][:200], HIDDEN]
    return [safe(each, depth + 1) for each in values]


def _told(value: Any) -> str:
    try:
        if isinstance(value, date):
            return value.isoformat()
        return text(str(value))
    except Exception:  # noqa: BLE001 - whatever it is, the line that names it must be written
        return f"<{type(value).__name__}>"
