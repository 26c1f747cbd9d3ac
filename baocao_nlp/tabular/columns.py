"""What the columns of a table are, by their headers and by each other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import median
from typing import Literal

from baocao_nlp.facts import Basis, Span
from baocao_nlp.meaning.comparisons import cue_basis
from baocao_nlp.meaning.periods import Dates, ReportPeriod, resolve
from baocao_nlp.meaning.units import parse_unit
from baocao_nlp.reading.source import Cell
from baocao_nlp.tabular.grid import Grid
from baocao_nlp.tabular.headers import Header
from baocao_nlp.tabular.words import pattern
from baocao_nlp.text.normalize import fold

Role = Literal["ordinal", "unit", "note", "name", "value"]
Kind = Literal["level", "ratio", "change", "share", "reference"]

_NUMBER = r"\d(?:[\d.,]*\d)?"
NUMBER_RE = re.compile(
    rf"\(?\s*[-–−+]?\s*{_NUMBER}(?:\s*/\s*{_NUMBER})?\s*(?:%|[^\W\d_]+(?: [^\W\d_]+){{0,2}}(?:[,;].*)?)?\s*\)?"
)
_BARE_RE = re.compile(r"\(?\s*(?P<sign>[-–−])?\s*(?P<digits>\d[\d.,]*)\s*%?\)?")
_YEAR_RE = re.compile(r"(?:20[0-3]\d|19\d\d)(?:\s*[-–]\s*(?:20)?\d\d)?")
_NUMBERING_RE = re.compile(r"\(?(?:[a-zđ]|\d{1,2})\)?|\(?\d{1,2}\)?\s*=.*")
_ORDER: tuple[Basis, ...] = ("same_period", "other", "plan", "previous_year", "previous_period")
# growth rates are hardly ever as large, ratios to last year hardly ever smaller
_LARGEST_CHANGE = 60
# a column of values has numbers in so many of its cells
_FEWEST_NUMBERS = 0.3


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its role and, where it holds values, what its header says of them.

    ``kind`` is what its values are to the level they belong to; ``dates`` those of its period, ``against``
    those of its basis; ``certain`` where the header says all of it.
    """

    index: int
    role: Role
    metric: tuple[Span, ...] = ()
    unit: Span | None = None
    kind: Kind = "level"
    basis: Basis = "other"
    cues: tuple[Span, ...] = ()
    period: Span | None = None
    dates: Dates = (None, None)
    against: Dates = (None, None)
    certain: bool = True


def header_height(grid: Grid) -> int:
    """How many rows of a table are its header, numbers of columns included."""
    height = 0
    while height < grid.height:
        cells = list(grid.row(height))
        filled = [cell for cell in cells if grid.surface(cell)]
        if height and _is_numbering(grid, filled):
            return height + 1
        is_title = len(filled) == 1 and filled[0].columns > grid.width // 2
        in_titles = is_title and all(len(list(grid.row(row))) == 1 for row in range(height))
        is_section = len(filled) <= 2 and not any(cell.row < height for cell in cells)
        if height and not in_titles and (is_section or _holds_values(grid, filled)):
            return height
        height = max([height + 1, *(cell.row + cell.rows for cell in filled if cell.row == height and not is_title)])
    return 1


def _is_numbering(grid: Grid, cells: Sequence[Cell]) -> bool:
    surfaces = [fold(grid.surface(cell)) for cell in cells]
    digits = [int(bare) for surface in surfaces if (bare := surface.strip("()")).isdecimal()]
    return (
        len(surfaces) >= 3
        and all(_NUMBERING_RE.fullmatch(surface) for surface in surfaces)
        and len(digits) >= 2
        and digits == sorted(set(digits))
        and digits[0] <= 2
        and digits[-1] <= grid.width + 2
    )


def _holds_values(grid: Grid, cells: Sequence[Cell]) -> bool:
    numbers = [surface for cell in cells if _BARE_RE.fullmatch(surface := grid.surface(cell))]
    return bool(numbers) and not all(_YEAR_RE.fullmatch(number) for number in numbers)


def read_columns(grid: Grid, height: int, report: ReportPeriod | None) -> list[Column]:
    """The columns of a table whose header has so many rows."""
    columns: list[Column] = []
    headers = [Header.of(grid, _pieces(grid, index, height)) for index in range(grid.width)]
    for index, header in enumerate(headers):
        role = _role(grid, index, height, columns)
        if role == "value":
            values = [grid.surface(grid.cells.get((row, index))) for row in range(height, grid.height)]
            columns.append(_value_column(index, header, values, columns, report))
        else:
            columns.append(Column(index, role))
    columns = _with_earlier_years(columns)
    for index in range(len(columns)):
        before = columns[:index]
        columns[index] = _with_basis_of_neighbour(_with_period_of_level(columns[index], before), before)
    return columns


def _pieces(grid: Grid, index: int, height: int) -> list[Cell]:
    """The cells over a column, from above, without titles over the whole table and the numbers of columns."""
    found: list[Cell] = []
    for row in range(height):
        cell = grid.cells.get((row, index))
        if cell is None or (found and cell is found[-1]) or cell.columns >= grid.width:
            continue
        if not _NUMBERING_RE.fullmatch(fold(grid.surface(cell))) or not row:
            found.append(cell)
    return found


def _role(grid: Grid, index: int, height: int, before: Sequence[Column]) -> Role:
    title = " ".join(fold(grid.surface(cell)) for cell in _pieces(grid, index, height)).strip(" .:")
    body = [grid.surface(cell) for row in range(height, grid.height) if (cell := grid.cells.get((row, index)))]
    filled = [surface for surface in body if surface.strip("-–xX ")]
    numbers = [surface for surface in filled if NUMBER_RE.fullmatch(surface)]
    if pattern("role", "ordinal").fullmatch(title):
        return "ordinal"
    named = any(column.role == "name" for column in before)
    if pattern("role", "unit").fullmatch(title) and named and len(numbers) < len(filled) / 4:
        return "unit"
    years = [number for number in numbers if _YEAR_RE.fullmatch(number)]
    if named and (pattern("role", "note").fullmatch(title) or (numbers and len(years) == len(numbers))):
        return "note"
    if not before and _are_ordinals(filled):
        return "ordinal"
    if named and 0 < len(numbers) < _FEWEST_NUMBERS * len(filled):
        return "note"
    if numbers and (named or len(numbers) > len(filled) / 2) and not (index == 0 and not title):
        return "value"
    if index == 0 and not title and numbers:
        return "ordinal"
    return "note" if any(column.role == "value" for column in before) else "name"


def _are_ordinals(surfaces: Sequence[str]) -> bool:
    """Whether the cells of a first column number the rows."""
    whole = [int(surface.rstrip(".")) for surface in surfaces if surface.rstrip(".").isdecimal()]
    return bool(whole) and whole[0] == 1 and len(whole) > 1 and whole == sorted(whole) and whole[-1] <= len(surfaces)


def _value_column(
    index: int, header: Header, values: Sequence[str], before: Sequence[Column], report: ReportPeriod | None
) -> Column:
    measured = resolve(header.periods[-1].text, report) if header.periods else (None, None)
    own = ReportPeriod(*measured) if measured[0] and measured[1] else report  # type: ignore[arg-type]
    kind, basis, certain = _relation(header, before, own)
    if kind == "ratio" and header.is_unrelated and _are_changes(values, before):
        kind = "change"
    period = header.periods[-1] if header.periods else None
    if kind == "reference" and basis == "same_period" and pattern("basis", "same_period").search(header.pieces[-1]):
        period = None
    dates = measured if period else (None, None)
    if dates[1] and not dates[0] and report and dates[1].year == report.year and _is_cumulative(header):
        dates = date(report.year, 1, 1), dates[1]
    unit = header.units[-1] if header.units else header.counted
    metric = tuple(header.metric) if header.metric or not header.counted or unit is header.counted else ()
    cues = tuple(header.cues) if kind != "level" else ()
    against = resolve(header.basis_periods[-1].text, report) if header.basis_periods else (None, None)
    return Column(index, "value", metric, unit, kind, basis, cues, period, dates, against, certain)


def _is_cumulative(header: Header) -> bool:
    words = " ".join([header.words, *(period.text.lower() for period in header.periods)])
    return re.search(r"lũy kế|luỹ kế|cộng dồn|\blk\b", words) is not None


def _relation(header: Header, before: Sequence[Column], report: ReportPeriod | None) -> tuple[Kind, Basis, bool]:
    """What the values of a column are to the level, their basis, and whether its header says so."""
    words = header.words
    values = [column for column in before if column.role == "value"]
    planned = any(column.kind == "reference" and column.basis == "plan" for column in values)
    if pattern("relation", "contribution").search(words):
        return "share", "total", True
    if pattern("relation", "change").search(words):
        basis = _basis(header, header.after if header.related else words, report)
        return "change", basis or "other", basis is not None
    if header.related or any(pattern("relation", "compare").search(piece) for piece in header.pieces):
        basis = _basis(header, header.after or words, report)
        if basis is None and pattern("basis", "total").search(header.after):
            return "share", "total", True
        return "ratio", basis or ("plan" if planned else "other"), basis is not None
    if pattern("relation", "part").search(words):
        return "share", "total", True
    if header.is_bare and (header.is_percent or pattern("relation", "rate").search("".join(header.pieces[-1:]))):
        return ("ratio", "plan", False) if planned else ("share", "total", True)
    if _is_plan(header):
        return "reference", "plan", True
    for name in ("same_period", "previous_year"):
        here = header.pieces[-1] if header.pieces and header.periods else words
        if pattern("basis", name).search(here) and (name == "same_period" or not header.periods):
            return "reference", name, True
    return "level", "other", True


def _is_plan(header: Header) -> bool:
    """Whether the lowest cell of a header that speaks of plan or outcome speaks of a plan."""
    area = any(parse_unit(unit.text).dimension == "area" for unit in header.units)
    for piece in reversed(header.pieces):
        words = re.sub(r"\bdt\b", "", piece) if area else piece
        if pattern("relation", "promised").search(words):
            return True
        done = pattern("relation", "done").search(words)
        if pattern("relation", "plan").search(words):
            return not done
        if done:
            return False
    return False


def _basis(header: Header, words: str, report: ReportPeriod | None) -> Basis | None:
    for name in _ORDER:
        if pattern("basis", name).search(words):
            return name
    if report and header.basis_periods:
        return _earlier(header.basis_periods[-1], report)
    found = cue_basis(words) if header.related else None
    return found if found != "total" else None


def _neighbour(values: Sequence[Column]) -> Basis | None:
    """The basis of the nearest column before that has one other than the plan."""
    for column in reversed(values):
        if column.kind in ("ratio", "change", "reference") and column.basis not in ("plan", "other"):
            return column.basis
        if column.period and "đầu năm" in column.period.text.lower():
            return "previous_year"
    return None


def _earlier(period: Span, report: ReportPeriod) -> Basis | None:
    """What a period before the report's is to it."""
    start, end = resolve(period.text, report)
    if end is None or end >= report.end:
        return None
    if end.year == report.year:
        return "previous_period"
    months = (start.month if start else 0, end.month)
    if months == (1, 12) or end.year < report.year - 1:
        return "previous_year"
    return "same_period" if end.month == report.end.month or report.end.month == 12 else "previous_year"


def _are_changes(values: Sequence[str], before: Sequence[Column]) -> bool:
    """Whether the bare percentages right after changes are changes too."""
    if not before or before[-1].kind != "change":
        return False
    matches = [match for value in values if (match := _BARE_RE.fullmatch(value))]
    sizes = [float(re.sub(r"[.,](?=.*[.,])", "", match["digits"]).replace(",", ".")) for match in matches if match]
    return any(match["sign"] for match in matches) or (bool(sizes) and median(sizes) < _LARGEST_CHANGE)


def _with_earlier_years(columns: Sequence[Column]) -> list[Column]:
    """Columns with levels of the year before the last one there is as what that year is compared with."""
    levels = [
        column
        for column in columns
        if column.role == "value" and column.kind == "level" and column.dates[0] and column.dates[1]
    ]
    years = {end.year for level in levels if (end := level.dates[1])}
    if len(years) != 2:
        return list(columns)
    windows = {_window(level.dates) for level in levels if level.dates[1] and level.dates[1].year == max(years)}
    found = list(columns)
    for level in levels:
        if level.dates[1] and level.dates[1].year == min(years):
            window = _window(level.dates)
            part = window in windows and window not in ((1, 12), (9, 5))
            found[level.index] = replace(level, kind="reference", basis="same_period" if part else "previous_year")
    return found


def _with_basis_of_neighbour(column: Column, before: Sequence[Column]) -> Column:
    """A change whose header names no basis with that of the column before which has one."""
    if column.kind != "change" or column.certain:
        return column
    basis = _neighbour([other for other in before if other.role == "value"])
    return replace(column, basis=basis, certain=True) if basis else column


def _window(dates: Dates) -> tuple[int, int]:
    return dates[0].month if dates[0] else 0, dates[1].month if dates[1] else 0


def _with_period_of_level(column: Column, before: Sequence[Column]) -> Column:
    """A column with the period of the level that it is of, where its header names none."""
    is_rate = column.kind == "level" and column.unit is not None and column.unit.text == "%"
    if column.role != "value" or column.period or not (column.kind in ("ratio", "change", "share") or is_rate):
        return column
    values = [other for other in before if other.role == "value" and other.kind != "reference"]
    levels = [other for other in values if other.kind == "level"] or values
    alike = [other for other in levels if column.against[1] and _window(other.dates) == _window(column.against)]
    levels = alike or levels
    return replace(column, period=levels[-1].period, dates=levels[-1].dates) if levels else column
