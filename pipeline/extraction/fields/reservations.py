"""tdmrep.json: what a site reserves of its pages, by the TDM Reservation Protocol of the W3C."""

import json
import re
import string
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlsplit

MAX_RULES = 500
MAX_LOCATION_LENGTH = 500  # characters
MAX_POLICY_LENGTH = 300  # characters
MAX_PATH_LENGTH = 2_000  # characters of a URL that are compared
ENCODED = re.compile("%([0-9A-Fa-f]{2})")
UNRESERVED = frozenset(string.ascii_letters + string.digits + "-._~")


class Reservation(NamedTuple):
    """Whether mining a page is reserved, and where the terms are, "" where nobody says."""

    reserved: bool
    policy: str = ""


class _Rule(NamedTuple):
    location: str
    reservation: Reservation


def reservation_of(value: Any, policy: Any = "") -> Reservation | None:
    """Return what the two values say; None where they are neither 1 nor 0, as the protocol asks."""
    said = str(value).strip()
    if said not in ("0", "1"):
        return None
    if not isinstance(policy, str) or said == "0":
        policy = ""
    return Reservation(said == "1", policy.strip()[:MAX_POLICY_LENGTH])


def of_url(file: str, url: str) -> Reservation | None:
    """Return what a tdmrep.json says of a URL: the first rule that matches counts."""
    if not file:
        return None
    parts = urlsplit(url)
    path = parts.path or "/"
    if parts.query:
        path = f"{path}?{parts.query}"
    path = _decoded(path[:MAX_PATH_LENGTH])
    for rule in _rules(file):
        if matches(rule.location, path):
            return rule.reservation
    return None


def matches(location: str, path: str) -> bool:
    """Whether a path begins as `location` says; "*" is anything, "$" at its end the end."""
    to_end = location.endswith("$")
    first, *others = location.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    if to_end and not others:
        return at == len(path)
    last = others.pop() if to_end else ""
    for part in others:
        found = path.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return path.endswith(last) and len(path) - len(last) >= at


@lru_cache(maxsize=64)
def _rules(file: str) -> tuple[_Rule, ...]:
    try:
        given = json.loads(file)
    except (ValueError, RecursionError):
        return ()
    if not isinstance(given, list):
        return ()
    rules = []
    for each in given[:MAX_RULES]:
        if not isinstance(each, dict) or not isinstance(each.get("location"), str):
            continue
        said = reservation_of(each.get("tdm-reservation"), each.get("tdm-policy", ""))
        if said:
            location = _decoded(each["location"][:MAX_LOCATION_LENGTH])
            rules.append(_Rule(location, said))
    return tuple(rules)


def _decoded(path: str) -> str:
    """Return a path without percent-encoding of characters that need none."""
    return ENCODED.sub(_plain, path)


def _plain(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    if character in UNRESERVED:
        return character
    return match[0].upper()
