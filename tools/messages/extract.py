"""The texts of the code, with the files that they are in."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from django.utils.translation import template as django_templates

ROOT = Path(__file__).parents[2]
DOMAINS = {"django": ("*.py", "*.html"), "djangojs": ("*.js",)}
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "counted": (1, 2),
}
REASONS = {"Reason": ((1,), (2,), (3,))}
SCRIPT_KEYWORDS = {"text": None, "counted": (1, 2)}
NO_TEXTS = ("vendor", "migrations")  # folders
# Their words are of the code, and are translated where they are shown.
CHOICE = re.compile(r'^ {4,8}[A-Z_]+ = [\w"-]+, "([^"]+)"', re.M)
REASON = re.compile(r"Reason\((.*?)\)[,\n]", re.S)


def extracted(app: str, domain: str) -> Catalog:
    """Return the texts of an app, in the order of files and lines."""
    catalogue = Catalog()
    for file in files(app, domain):
        name = str(file.relative_to(ROOT))
        for line, found, context in texts(file, domain):
            catalogue.add(found, locations=[(name, line)], context=context)
    return catalogue


def files(app: str, domain: str) -> list[Path]:
    """Return the files of an app that may have texts."""
    found = [
        file
        for pattern in DOMAINS[domain]
        for file in (ROOT / app).rglob(pattern)
        if not set(file.parts) & set(NO_TEXTS)
    ]
    return sorted(found)


def texts(
    file: Path, domain: str
) -> Iterator[tuple[int, str | tuple[str, ...], str | None]]:
    """(line, text or texts of a plural, context) of each text of a file."""
    source = file.read_text()
    if file.suffix == ".js":
        yield from _called(source, "javascript", SCRIPT_KEYWORDS)
    elif file.suffix == ".html":
        # inside of a bracket indentation means nothing
        python = f"({django_templates.templatize(source)}\n)"
        yield from _called(python, "python", KEYWORDS)
    else:
        yield from _called(source, "python", KEYWORDS)
        yield from _labels(file, source)


def _called(
    source: str, method: str, keywords: dict[str, object]
) -> Iterator[tuple[int, str | tuple[str, ...], str | None]]:
    opened = io.BytesIO(source.encode())
    for line, found, _, context in extract(method, opened, keywords):
        if found:
            yield line, found, context


def _labels(file: Path, source: str) -> Iterator[tuple[int, str, None]]:
    """Labels of choices, and what reasons say."""
    for found in CHOICE.finditer(source):
        yield source.count("\n", 0, found.start()) + 1, found[1], None
    if file.name != "reasons.py":
        return
    from pipeline.core import reasons

    known = reasons.REASONS.values()
    told = [text for each in known for text in (each.label, each.meaning, each.advice)]
    for number in reasons.STATUSES:
        of_status = reasons.reason_of(f"http-{number}")
        told += [of_status.label, of_status.advice]  # its meaning is a sentence
    for text in told:
        if text:
            yield 1, text, None
