"""`make messages`: the texts of the code into locale/*/LC_MESSAGES/*.po, and these into *.mo.

A text that is new comes in without a translation, one that is gone goes out. `--check` changes
nothing and fails where something would change.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from myworld.languages import LANGUAGES
from tools.messages.extract import DOMAINS, ROOT, extracted

APPS = ("catalog", "pipeline")
ENGLISH = "en"
TRANSLATED = [code for code, _ in LANGUAGES if code != ENGLISH]
TIMES = ("POT-Creation-Date", "PO-Revision-Date")  # would differ each time


def main() -> int:
    """Write all catalogues; return 1 where `--check` finds one that is not as it should be."""
    check = "--check" in sys.argv
    stale = []
    for path, content in wanted():
        if path.is_file() and path.read_bytes() == content:
            continue
        stale.append(path)
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    for path in stale:
        print(path.relative_to(ROOT))
    return int(check and bool(stale))


def wanted() -> list[tuple[Path, bytes]]:
    """Return each file with what should be in it."""
    found = []
    for domain in DOMAINS:
        known: set[object] = set()
        for app in APPS:
            template = extracted(app, domain)
            for message in list(template):
                key = (message.context, message.id)
                if message.id and key in known:
                    template.delete(message.id, message.context)
                known.add(key)
            for language in TRANSLATED:
                po = catalogue_path(app, language, domain)
                catalogue = updated(po, language, template)
                found += [
                    (po, po_bytes(catalogue)),
                    (po.with_suffix(".mo"), mo_bytes(catalogue)),
                ]
    return found


def catalogue_path(app: str, language: str, domain: str) -> Path:
    """Return where the catalogue of an app is."""
    return ROOT / app / "locale" / language / "LC_MESSAGES" / f"{domain}.po"


def updated(path: Path, language: str, template: Catalog) -> Catalog:
    """Return the catalogue with just the texts of the template."""
    catalogue = Catalog(locale=language, project="Gleaner", fuzzy=False)
    if path.is_file():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.header_comment = f"# Gleaner in the language {language}."
    return catalogue


def po_bytes(catalogue: Catalog) -> bytes:
    """Return the catalogue for people, without what differs each time."""
    written = io.BytesIO()
    write_po(written, catalogue, width=100, include_lineno=False, sort_by_file=False)
    lines = written.getvalue().splitlines(keepends=True)
    kept = [
        line
        for line in lines
        if not line.startswith(tuple(f'"{name}'.encode() for name in TIMES))
    ]
    return b"".join(kept)


def mo_bytes(catalogue: Catalog) -> bytes:
    """Return the catalogue for programs."""
    again = read_po(io.BytesIO(po_bytes(catalogue)), locale=str(catalogue.locale))
    plain = Catalog(locale=str(catalogue.locale), fuzzy=False, header_comment="")
    plain._messages = again._messages
    written = io.BytesIO()
    write_mo(written, plain)
    return without_times(written.getvalue())


def without_times(content: bytes) -> bytes:
    """Return the content with fixed times, of the same length."""
    import re

    return re.sub(
        rb"(POT-Creation-Date|PO-Revision-Date): [^\n]*",
        lambda found: found[1] + b": " + b"-" * (len(found[0]) - len(found[1]) - 2),
        content,
    )


if __name__ == "__main__":
    sys.exit(main())
