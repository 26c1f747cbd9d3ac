"""Columns by each other: what the header of one leaves open, and others say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from baocao_nlp.facts import Basis
from baocao_nlp.meaning.periods import Dates
from baocao_nlp.tabular.columns import Column


def read_together(columns: Sequence[Column]) -> list[Column]:
    """Columns with what is only known from those beside them: earlier years as bases, inherited periods and bases."""
    found = _with_earlier_years(columns)
    for index in range(len(found)):
        before = found[:index]
        found[index] = _with_basis_of_neighbour(_with_period_of_level(found[index], before), before)
    return found


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


def _with_basis_of_neighbour(column: Column, before: Sequence[Column]) -> Column:
    """A change whose header names no basis with that of the column before which has one."""
    if column.kind != "change" or column.certain:
        return column
    basis = _neighbour([other for other in before if other.role == "value"])
    return replace(column, basis=basis, certain=True) if basis else column


def _neighbour(values: Sequence[Column]) -> Basis | None:
    """The basis of the nearest column before that has one other than the plan."""
    for column in reversed(values):
        if column.kind in ("ratio", "change", "reference") and column.basis not in ("plan", "other"):
            return column.basis
        if column.period and "đầu năm" in column.period.text.lower():
            return "previous_year"
    return None
