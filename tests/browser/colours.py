"""The contrast of colours, judged once for each way in which a text is shown.

axe takes most of its time for contrast, and pages show their texts in the same few hundred ways. What it says of a
text depends on the style of the text and on the backgrounds that it stands on. Here these are its looks, and texts with
looks that axe has judged before, on this page or another one, are left out.
"""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

# The rules of axe that look at colours
RULES = ("color-contrast", "link-in-text-block")
CHECK = (Path(__file__).parent / "colours.js").read_text()
# Looks that axe has nothing against, of all pages that this process looked at
judged: set[int] = set()


def check(page: Page) -> list[dict[str, Any]]:
    """Return what axe finds of the colours of a page, into which it is loaded."""
    answer = page.evaluate(CHECK, {"rules": RULES, "judged": list(judged)})
    judged.update(answer["judged"])
    violations: list[dict[str, Any]] = answer["violations"]
    return violations
