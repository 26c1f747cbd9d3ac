"""What the columns of a table say, by their headers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Literal

from baocao_nlp.facts import Basis, Span
from baocao_nlp.meaning.comparisons import cue_basis
from baocao_nlp.meaning.periods import Dates, ReportPeriod, resolve
from baocao_nlp.meaning.units import parse_unit
from baocao_nlp.tabular.grid import Grid
from baocao_nlp.tabular.headers import Header
from baocao_nlp.tabular.shape import BARE_RE, Role, header_cells, roles_of
from baocao_nlp.tabular.words import pattern

Kind = Literal["level", "ratio", "change", "share", "reference"]

_ORDER: tuple[Basis, ...] = ("same_period", "other", "plan", "previous_year", "previous_period")
# growth rates are hardly ever as large, ratios to last year hardly ever smaller
_LARGEST_CHANGE = 60


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


def read_columns(grid: Grid, height: int, report: ReportPeriod | None) -> list[Column]:
    """The columns of a table whose header has so many rows, each by its own header and those before it."""
    columns: list[Column] = []
    for index, role in enumerate(roles_of(grid, height)):
        column = Column(index, role)
        if role == "value":
            header = Header.of(grid, header_cells(grid, index, height))
            values = [grid.surface(grid.cells.get((row, index))) for row in range(height, grid.height)]
            column = _value_column(index, header, values, columns, report)
        columns.append(column)
    return columns


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
    metric = tuple(header.metric)
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
    matches = [match for value in values if (match := BARE_RE.fullmatch(value))]
    sizes = [_size(match["digits"]) for match in matches]
    return any(match["sign"] for match in matches) or (bool(sizes) and median(sizes) < _LARGEST_CHANGE)


def _size(digits: str) -> float:
    """How large a number is whose last separator is that of decimals."""
    *whole, last = re.split(r"[.,]", digits)
    return float(f"{''.join(whole)}.{last}" if whole else last)
