"""JSON-LD: what a page says of itself to machines."""

import html
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

ARTICLE_TYPES = re.compile(
    r"(?:Article|Posting|Report|Review|CreativeWork|Chapter|Recipe|HowTo)$"
)
MAX_NODES = 500
CONTROL = re.compile("[\x00-\x1f]+")
TRAILING_COMMA = re.compile(r",\s*([}\]])")
OPENINGS = ("//", "/*", "*/", "<!--", "<![CDATA[")
CLOSINGS = (";", "//", "/*", "*/", "-->", "]]>")
MAX_WRAPPINGS = 8


def nodes(scripts: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Every object of every script that has a type, outermost first. Broken scripts are skipped."""
    for script in scripts:
        queue = [_load(script)]
        for _ in range(MAX_NODES):
            if not queue:
                break
            node = queue.pop(0)
            if isinstance(node, list):
                queue[:0] = node[:MAX_NODES]
            elif isinstance(node, dict):
                if "@type" in node:
                    yield node
                queue += [
                    node[k]
                    for k in ("@graph", "mainEntity", "mainEntityOfPage")
                    if k in node
                ]


def articles(found: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those nodes that describe an article, a post or the like."""
    return [n for n in found if any(ARTICLE_TYPES.search(t) for t in types(n))]


def types(node: dict[str, Any]) -> list[str]:
    """Return the types of a node, without the vocabulary's address."""
    return [str(t).rsplit("/", 1)[-1] for t in as_list(node.get("@type"))]


def as_list(value: Any) -> list[Any]:
    """JSON-LD lets any property be one value or several."""
    if isinstance(value, list):
        return value
    if value is None:
        return []
    return [value]


def text(value: Any) -> str:
    """Return a string property, unescaped and on one line; "" where it is none."""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("@value")
    if isinstance(value, str):
        return " ".join(html.unescape(value).split())
    return ""


def _load(script: str) -> Any:
    script = CONTROL.sub(" ", _unwrapped(script))
    for candidate in (script, TRAILING_COMMA.sub(r"\1", script)):
        try:
            return json.loads(candidate, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _unwrapped(script: str) -> str:
    """Return a script without the comments and CDATA marks that old templates put around it."""
    for _ in range(MAX_WRAPPINGS):
        shorter = script.strip()
        for mark in OPENINGS:
            shorter = shorter.removeprefix(mark)
        for mark in CLOSINGS:
            shorter = shorter.removesuffix(mark)
        if shorter == script:
            break
        script = shorter
    return script
