"""The facts in the cells of a table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from baocao_nlp.facts import Comparison, ComparisonType, Fact, Source, Span
from baocao_nlp.linking.facts import in_canonical_unit, readable_label
from baocao_nlp.meaning.numbers import COMPOUND, PLAIN, Habit
from baocao_nlp.meaning.periods import ReportPeriod
from baocao_nlp.meaning.units import parse_unit
from baocao_nlp.reading.source import Block, Cell
from baocao_nlp.tabular.columns import Column, read_columns
from baocao_nlp.tabular.grid import Grid
from baocao_nlp.tabular.neighbours import read_together
from baocao_nlp.tabular.rows import Row, read_rows
from baocao_nlp.tabular.shape import header_height
from baocao_nlp.tabular.words import confidence, pattern

_VALUE = rf"(?:{COMPOUND}|{PLAIN})"
_CELL_RE = re.compile(
    rf"(?P<open>\()?\s*+(?:(?P<sign>[-–−+])\s*+)?(?P<value>{_VALUE})(?:\s*+/\s*+(?P<whole>{_VALUE}))?\s*+"
    r"(?P<unit>%|[^\W\d_][^\d()|,;]*+)?(?:[,;]\s.*)?\)?\s*+\*{0,3}",
    re.IGNORECASE,
)
_MINUS = "-–−"


@dataclass(frozen=True, slots=True)
class _Table:
    """What is known of a whole table: how it writes numbers, what its caption says, where it stands."""

    grid: Grid
    habit: Habit
    caption: Span | None
    block: Block
    file: str | None


def table_facts(
    text: str, table: Block, caption: Span | None = None, report: ReportPeriod | None = None, file: str | None = None
) -> list[Fact]:
    """The facts in a table of a document.

    Parameters
    ----------
    text : of the document.
    caption : the unit that the caption says, for the cells whose row and column say none.
    report : what the periods in the headers refer to.
    file : for the source of the facts.
    """
    grid = Grid.of(text, table)
    height = header_height(grid)
    columns = read_together(read_columns(grid, height, report))
    surfaces = [match["value"] for cell in table.cells if (match := _CELL_RE.fullmatch(grid.surface(cell)))]
    known = _Table(grid, Habit.of(surfaces), caption, table, file)
    values = [column for column in columns if column.role == "value"]
    return [
        fact
        for row in read_rows(grid, height, columns)
        for column in values
        if (cell := grid.cells.get((row.index, column.index))) and (cell.row, cell.column) == (row.index, column.index)
        for fact in _facts_of(known, row, column, cell)
    ]


def _facts_of(table: _Table, row: Row, column: Column, cell: Cell) -> Iterator[Fact]:
    """The fact in a cell; where it holds a fraction, the whole is another."""
    match = _CELL_RE.fullmatch(table.grid.surface(cell))
    if match is None or (match["unit"] and len(match["unit"].split()) > 3):
        return
    is_negative = (match["sign"] or "+") in _MINUS or (match["open"] is not None and column.kind == "change")
    comparison = _comparison(column, is_negative)
    unit = _unit(table, row, column, cell, match)
    yield _fact(table, row, column, cell, match.span("value"), unit, comparison, is_negative)
    if match["whole"]:
        whole = Comparison("reference", "total")
        yield _fact(table, row, column, cell, match.span("whole"), unit, whole, False)


def _fact(
    table: _Table,
    row: Row,
    column: Column,
    cell: Cell,
    place: tuple[int, int],
    unit: Span | None,
    comparison: Comparison | None,
    is_negative: bool,
) -> Fact:
    value = table.grid.span(cell, *place)
    is_counted = unit is not None and _dimension(unit) == "count"
    number = table.habit.read(value.text, whole=is_counted)
    if number is not None and is_negative and column.kind != "change":
        number = -number
    start, end = column.dates
    metric = (*column.metric, *row.name)
    fact = Fact(
        value=value,
        number=number,
        unit=unit,
        metric=metric,
        context=row.above,
        comparison=comparison,
        period=column.period,
        period_start=start,
        period_end=end,
        confidence=confidence("understood" if column.certain else "guessed"),
        label=readable_label(row.name, (*row.above, *column.metric), unit if is_counted else None),
        source=Source(table.file, table.block.page, None, table.block.number, cell.row + 1, cell.column + 1),
    )
    return in_canonical_unit(fact)


def _comparison(column: Column, is_negative: bool) -> Comparison | None:
    types: dict[str, ComparisonType] = {
        "ratio": "ratio",
        "share": "share",
        "reference": "reference",
        "change": "decrease" if is_negative else "increase",
    }
    if column.kind == "level":
        return None
    return Comparison(types[column.kind], column.basis, tuple(sorted(column.cues)))


def _unit(table: _Table, row: Row, column: Column, cell: Cell, match: re.Match[str]) -> Span | None:
    """The unit of a value: of its cell, its column, its row, or the caption."""
    if match["unit"]:
        start = match.start("unit")
        return table.grid.span(cell, start, start + len(match["unit"].rstrip()))
    if row.unit and row.named and column.unit and _dimension(row.unit) == _dimension(column.unit):
        return row.unit
    if column.unit:
        return column.unit
    if column.kind in ("ratio", "share"):
        return table.caption if table.caption and table.caption.text == "%" else None
    in_money = any(pattern("words", "money").match(span.text.lower()) for span in column.metric)
    if table.caption and in_money and _dimension(row.unit) != _dimension(table.caption) == "money":
        return table.caption
    return row.unit or table.caption


def _dimension(unit: Span | None) -> str | None:
    return parse_unit(unit.text).dimension if unit else None
