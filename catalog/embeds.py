"""Links that stand for a frame, a player or a snippet of another site.

What an embed is called is no word of the article, so it is stored as the link's title, as the words
of a picture are stored beside it. Whoever shows an article writes the names out.
"""

import re

# In html that was sanitized: there is no "<", ">" or '"' in a value.
LINK = re.compile(
    r'(?P<begin><a (?=[^<>]*class="embed")[^<>]*?) title="(?P<name>[^<>"]+)"(?P<end>[^<>]*>)</a>'
)


def with_names(markup: str) -> str:
    """Return an article's html in which each embed is a link with its name as its text."""
    if 'class="embed"' not in markup:
        return markup
    return LINK.sub(r"\g<begin>\g<end>\g<name></a>", markup)
