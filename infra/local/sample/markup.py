"""A light markup, enough for the sample posts: paragraphs, headings, lists, tables, code, images,
quotes."""

import re
from html import escape

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

_INLINE = (
    (
        re.compile(r"!\[([^\]]*)\]\(([^)]+)\)"),
        r'<img src="\2" alt="\1" width="480" height="200">',
    ),
    (re.compile(r"\[([^\]]+)\]\(([^)]+)\)"), r'<a href="\2">\1</a>'),
    (re.compile(r"\*\*([^*]+)\*\*"), r"<strong>\1</strong>"),
    (re.compile(r"(?<!\*)\*([^*]+)\*"), r"<em>\1</em>"),
)


def render(source: str) -> str:
    """Return the HTML of a text in the markup."""
    parts = re.split(r"^```(\w+)\n(.*?)\n```$", source, flags=re.S | re.M)
    html = []
    for text, language, code in zip(
        parts[::3], [*parts[1::3], ""], [*parts[2::3], ""], strict=True
    ):
        html += [_block(block) for block in re.split(r"\n\s*\n", text.strip()) if block]
        if language:
            html.append(_code(code, language))
    return "\n".join(html)


def _code(code: str, language: str) -> str:
    spans = highlight(code, get_lexer_by_name(language), HtmlFormatter(nowrap=True))
    return f'<div class="highlight"><pre><code class="language-{language}">{spans}</code></pre></div>'


def _block(block: str) -> str:
    lines = block.splitlines()
    if block.startswith("## "):
        return f"<h2>{_inline(block[3:])}</h2>"
    if block.startswith("- "):
        return _list("ul", re.split(r"^- ", block, flags=re.M))
    if block.startswith("1. "):
        return _list("ol", re.split(r"^\d+\. ", block, flags=re.M))
    if block.startswith("| "):
        return _table(lines)
    if block.startswith("> "):
        return f"<blockquote><p>{_inline(' '.join(line[2:] for line in lines))}</p></blockquote>"
    if block.startswith("!["):
        return f"<figure>{_inline(block)}</figure>"
    return f"<p>{_inline(block)}</p>"


def _list(tag: str, items: list[str]) -> str:
    return f"<{tag}>{''.join(f'<li>{_inline(item.strip())}</li>' for item in items if item.strip())}</{tag}>"


def _table(lines: list[str]) -> str:
    rows = [
        [_inline(cell.strip()) for cell in line.strip("| ").split("|")]
        for line in lines
    ]
    head = "".join(f"<th>{cell}</th>" for cell in rows[0])
    body = "".join(
        f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows[1:]
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _inline(text: str) -> str:
    pieces = re.split(r"`([^`]+)`", text)
    pieces[1::2] = [
        f"<code>{escape(piece, quote=False)}</code>" for piece in pieces[1::2]
    ]
    for number in range(0, len(pieces), 2):
        pieces[number] = escape(pieces[number], quote=False)
        for pattern, replacement in _INLINE:
            pieces[number] = pattern.sub(replacement, pieces[number])
    return "".join(pieces)
