"""Tables of stored html as pipe tables."""

from collections.abc import Callable, Iterator

from lxml.html import HtmlElement

LINES = {"left": ":---", "right": "---:", "center": ":---:"}
MAX_COLUMNS = 200
Cell = Callable[[HtmlElement], str]


def table(element: HtmlElement, cell: Cell) -> Iterator[str]:
    """Yield the caption and the table; cells that reach over columns or rows are followed by empty
    ones."""
    for caption in element.iterchildren("caption"):
        if text := cell(caption).strip():
            yield text
    rows = [row for row in element.iter("tr") if _table_of(row) is element]
    grid = _grid(rows, cell)
    grid = [row for row in grid if any(row)]
    if not grid:
        return
    width = max(map(len, grid))
    lines = [_line([*row, *[""] * (width - len(row))]) for row in grid]
    yield "\n".join([lines[0], _rule(rows, width), *lines[1:]])


def _table_of(row: HtmlElement) -> HtmlElement | None:
    return next(row.iterancestors("table"), None)


def _grid(rows: list[HtmlElement], cell: Cell) -> list[list[str]]:
    """Return the cells, row by row, with empty ones where one from the left or from above
    reaches."""
    grid: list[list[str]] = []
    reaching: dict[int, int] = {}  # column -> rows that a cell above still reaches into
    for row in rows:
        cells: list[str] = []
        for each in row.iterchildren("td", "th"):
            _skip(cells, reaching)
            below = _number(each.get("rowspan")) - 1
            for column in range(_number(each.get("colspan"))):
                if below:
                    reaching[len(cells)] = below
                cells.append("" if column else cell(each).replace("|", "\\|"))
        _skip(cells, reaching)
        grid.append(cells[:MAX_COLUMNS])
    return grid


def _skip(cells: list[str], reaching: dict[int, int]) -> None:
    while reaching.get(len(cells)):
        reaching[len(cells)] -= 1
        cells.append("")


def _number(span: str | None) -> int:
    return min(int(span), MAX_COLUMNS) if (span or "").isdigit() and span else 1


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _rule(rows: list[HtmlElement], width: int) -> str:
    """Return the line below the head, which says how columns are aligned."""
    fullest = max(rows, key=lambda row: sum(1 for _ in row.iterchildren("td", "th")))
    aligned = [cell.get("align") or "" for cell in fullest.iterchildren("td", "th")][
        :width
    ]
    aligned += [""] * (width - len(aligned))
    return "| " + " | ".join([LINES.get(align, "---") for align in aligned]) + " |"
