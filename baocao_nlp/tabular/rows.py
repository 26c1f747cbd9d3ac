"""What the rows of a table are: their names, what they hang under, their units."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from baocao_nlp.facts import Span
from baocao_nlp.reading.source import Cell
from baocao_nlp.tabular.columns import Column
from baocao_nlp.tabular.grid import Grid
from baocao_nlp.tabular.headers import is_unit
from baocao_nlp.tabular.words import pattern
from baocao_nlp.text.normalize import fold

_MARK_RE = re.compile(
    r"\s*+(?:(?P<dash>[-–])|(?P<plus>[+*•])|(?P<roman>[IVX]+)[.)/]|(?P<number>\d+(?:\.\d+)+[.)]?|\d+[.)/])"
    r"|(?P<letter>[a-zđ])[.)/]|(?P<capital>[A-ZĐ])[.)/])\s*+(?=\w)"
)
_ORDINAL_RE = re.compile(
    r"(?:(?P<dash>[-–])|(?P<plus>[+*•])|(?P<roman>[IVX]+)|(?P<number>\d+(?:\.\d+)*)"
    r"|(?P<letter>[a-zđ])|(?P<capital>[A-ZĐ]))[.)]?"
)
_UNIT_END_RE = re.compile(r"\(([^()]*)\)\s*$")
# rows are indented that begin so many points farther right
_INDENTED = 3
_NEAREST = 2


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its name (in parts, where what is counted stands within it), its unit (``named`` where that stands in
    brackets behind the name), and the names of the rows it hangs under, outermost first."""

    index: int
    name: tuple[Span, ...]
    unit: Span | None
    named: bool
    above: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Open:
    """A row that others may hang under: how it is numbered, how far it is indented, its name, the unit in it."""

    kind: str
    indent: int
    name: Span
    unit: Span | None = None


def read_rows(grid: Grid, height: int, columns: Sequence[Column]) -> list[Row]:
    """The rows of a table below its header that have a name."""
    names = _name_columns(grid, height, columns)
    if not names:
        return []
    ordinal = next((column.index for column in columns if column.role == "ordinal"), None)
    units = next((column.index for column in columns if column.role == "unit"), None)
    found: list[Row] = []
    stack: list[_Open] = []
    unit: Span | None = None
    opens_parts = False
    for index in range(height, grid.height):
        cell = _name_cell(grid, index, names, ordinal)
        if cell is None:
            continue
        own = grid.cells.get((index, units)) if units is not None else None
        unit = _unit(grid, own, unit)
        kind, start = _numbering(grid, index, cell, ordinal)
        surface = grid.surface(cell)
        part = pattern("row", "part").match(surface[start:].lower())
        if part and not surface[start + part.end() :].strip(" :"):
            opens_parts = True
            continue
        start += part.end() if part else 0
        name, in_brackets = _named(grid, cell, start)
        if name is None:
            continue
        stack = _hanging(stack, kind, cell.indent, fold(name.text), bool(part), opens_parts)
        opens_parts = False
        groups = _groups(grid, index, names, cell)
        above = (*groups, *(item.name for item in stack))
        inherited = next((item.unit for item in reversed(stack) if item.unit), None)
        parts, counted = ((name,), None) if units is not None or in_brackets else _counted(name)
        chosen = unit if grid.surface(own) else in_brackets or counted or inherited or unit
        found.append(Row(index, parts, chosen, chosen is not None and chosen is in_brackets, above[-_NEAREST:]))
        stack = [*stack, _Open("part" if part else kind, cell.indent, name, in_brackets)]
    return found


def _name_columns(grid: Grid, height: int, columns: Sequence[Column]) -> list[int]:
    """The columns of groups, whose cells cover several rows, and then that of the rows' names; others are remarks."""
    found = []
    for column in columns:
        if column.role == "name":
            found.append(column.index)
            cells = [grid.cells.get((row, column.index)) for row in range(height, grid.height)]
            if not any(cell and cell.rows > 1 for cell in cells):
                break
    return found


def _name_cell(grid: Grid, index: int, names: Sequence[int], ordinal: int | None) -> Cell | None:
    """The cell with the name of a row: the last of its named cells, or one that runs over the whole row."""
    cells = [grid.cells.get((index, name)) for name in reversed(names)]
    filled = [cell for cell in cells if cell and grid.surface(cell) and cell.row == index]
    if filled:
        return filled[0]
    first = grid.cells.get((index, ordinal)) if ordinal is not None else None
    return first if first and first.columns > 1 and grid.surface(first) else None


def _groups(grid: Grid, index: int, names: Sequence[int], cell: Cell) -> list[Span]:
    """The names of groups that stand in columns of their own to the left."""
    cells = [grid.cells.get((index, name)) for name in names]
    groups = [group for group in cells if group and group is not cell and group.column < cell.column]
    return [span for group in groups if (span := _named(grid, group, 0)[0])]


def _unit(grid: Grid, cell: Cell | None, above: Span | None) -> Span | None:
    """The unit in its column; where there is none or a ditto, that of the row above."""
    surface = grid.surface(cell)
    if cell is None or not surface or pattern("row", "ditto").match(fold(surface)):
        return above
    return grid.span(cell, 0, len(surface))


def _numbering(grid: Grid, index: int, cell: Cell, ordinal: int | None) -> tuple[str, int]:
    """How a row is numbered, and where its name begins."""
    surface = grid.surface(cell)
    inside = _MARK_RE.match(surface)
    numbered = grid.cells.get((index, ordinal)) if ordinal is not None else None
    match = _ORDINAL_RE.fullmatch(grid.surface(numbered)) if numbered and numbered is not cell else None
    if match and inside and inside.lastgroup not in ("dash", "plus"):
        inside = None
    mark = inside or match
    start = inside.end() if inside else 0
    if mark is None or mark.lastgroup is None:
        return "", start
    depth = mark[mark.lastgroup].rstrip(".)/").count(".") if mark.lastgroup == "number" else 0
    return f"{mark.lastgroup}{depth}", start


def _named(grid: Grid, cell: Cell, start: int) -> tuple[Span | None, Span | None]:
    """The name in a cell, and the unit that stands in brackets behind it."""
    surface = grid.surface(cell)
    end = len(surface)
    unit = None
    match = _UNIT_END_RE.search(surface)
    if match and match.start() > start and is_unit(match[1].strip()):
        unit = grid.span(cell, match.start(1), match.end(1))
        end = match.start()
    while end > start and surface[end - 1] in " :;,.*":
        end -= 1
    while start < end and surface[start] in " :*":
        start += 1
    return (grid.span(cell, start, end) if start < end else None), unit


def _counted(name: Span) -> tuple[tuple[Span, ...], Span | None]:
    """A name without the noun for what it counts, and that noun ("Số người trúng tuyển")."""
    match = pattern("words", "counted").search(name.text.lower())
    if match is None or len(name.text.lower()) != len(name.text):
        return (name,), None
    rest = name.text[match.end(1) :].strip()
    start = name.end - len(rest)
    noun = Span(name.start + match.start(1), name.start + match.end(1), name.text[match.start(1) : match.end(1)])
    return ((Span(start, name.end, rest),) if rest else (name,)), noun if rest else None


def _hanging(stack: list[_Open], kind: str, indent: int, name: str, is_part: bool, opens_parts: bool) -> list[_Open]:
    """The open rows that a row hangs under."""
    if is_part or opens_parts:
        return [item for item in stack if item.kind != "part"] if is_part else stack
    if pattern("row", "whole").match(name) and not kind:
        return []
    kinds = [item.kind for item in stack]
    if kind in kinds and (kind or stack[kinds.index(kind)].indent + _INDENTED >= indent):
        return stack[: kinds.index(kind)]
    if kind:
        return stack
    while stack and stack[-1].kind in ("", "part") and stack[-1].indent + _INDENTED >= indent:
        stack = stack[:-1]
    return stack
