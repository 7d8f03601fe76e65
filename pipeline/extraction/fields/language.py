"""Which language an article is in, as an ISO 639-1 code."""

import re

from py3langid import langid

from pipeline.extraction.fields.candidate import Evidence
from pipeline.extraction.page.parsed import ParsedPage

CODE = re.compile(r"^([a-z]{2})(?:[-_]|$)", re.I)
SAMPLE = 500  # characters
ENOUGH = 80  # letters that it takes to tell a language


def decide(page: ParsedPage, text: str, said: str = "", site: str = "") -> Evidence[str]:
    """What the text is written in, else what is declared: themes declare "en" over articles in any language."""
    if sum(c.isalpha() for c in text[:SAMPLE]) >= ENOUGH:
        return Evidence(str(langid.classify(text[:SAMPLE])[0]), "text")
    declared = [(said, "feed"), (page.tree.get("lang") or "", "html lang"), (site, "site")]
    return next(
        (
            Evidence(m.group(1).lower(), source)
            for value, source in declared
            if (m := CODE.match(value))
        ),
        Evidence("", "none"),
    )
