"""Tables and paragraphs of the document and of the terminal."""

from textwrap import fill


def span(values: list[float] | None) -> str:
    """Return the median, and the least and the most behind it."""
    if not values:
        return ""
    middle, least, most = values
    if least == most:
        return f"{middle:g}"
    return f"{middle:g} ({least:g} to {most:g})"


def wrapped(block: str) -> str:
    """Return a paragraph in lines of 120 characters; headings, tables and lists stay as they
    are."""
    if block.startswith(("#", "|", "- ", "<!--")):
        return block
    return fill(block, 120, break_long_words=False, break_on_hyphens=False)


def table(heads: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table in columns; nothing where there are no rows."""
    if not rows:
        return ""
    widths = [max(len(row[n]) for row in [heads, *rows]) for n in range(len(heads))]
    lines = [heads, ["-" * width for width in widths], *rows]
    return "\n".join(
        "| "
        + " | ".join(
            cell.ljust(width) for cell, width in zip(line, widths, strict=True)
        )
        + " |"
        for line in lines
    )
