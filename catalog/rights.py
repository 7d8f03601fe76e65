"""What the author of a page asks of those who store it, and the license it is under: their names
for people."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple


def _(text: str) -> str:
    """Mark a text for the catalogues of the languages; extraction, which reads rights, knows no
    Django."""
    return text


# Name -> how pages call it.
RIGHTS = {
    "noindex": _("No indexing (noindex)"),
    "noarchive": _("No archiving (noarchive)"),
    "noai": _("No use for AI (noai)"),
    "noimageai": _("No use of images for AI (noimageai)"),
    "tdm-reserved": _("Text and data mining reserved (TDM)"),
}
CREATIVE_COMMONS = re.compile(
    r"https?://(?:www\.)?creativecommons\.org/"
    r"(?P<kind>licenses|publicdomain)/(?P<code>[a-z-]{2,20})(?:/(?P<version>\d\.\d))?",
    re.I,
)
PUBLIC_DOMAIN = {"zero": "CC0", "mark": "Public Domain Mark"}
WEB = ("http://", "https://")


class Statement(NamedTuple):
    """A right or a license, and where it was read."""

    name: str
    label: str
    place: str


def license_label(license_name: str) -> str:
    """Return a license as people call it: "CC BY 4.0" for its URL."""
    found = CREATIVE_COMMONS.match(license_name)
    if not found:
        return license_name
    code = found["code"].lower()
    version = found["version"] or ""
    if found["kind"].lower() == "publicdomain":
        name = PUBLIC_DOMAIN.get(code, code)
    else:
        name = f"CC {code.upper()}"
    return f"{name} {version}".strip()


def license_url(license_name: str) -> str:
    """Return the license's URL; "" where only its name is known."""
    if license_name.lower().startswith(WEB):
        return license_name
    return ""


def statements(
    rights: list[str], license_name: str, methods: Mapping[str, str]
) -> Iterator[Statement]:
    """Yield the license and the rights of an article, each with the place where it was read."""
    if license_name:
        label = license_label(license_name)
        yield Statement("license", label, methods.get("license", ""))
    for name in rights:
        yield Statement(name, RIGHTS.get(name, name), methods.get(name, ""))


def in_words(rights: list[str], license_name: str, methods: Mapping[str, str]) -> str:
    """Return all of them as one line, for a feed; "" where there are none."""
    parts = []
    for each in statements(rights, license_name, methods):
        parts.append(f"{each.label}: {each.place}" if each.place else each.label)
    return "; ".join(parts)
