"""The header of a column, taken apart: what is measured, in what unit, of when, against what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from baocao_nlp.facts import Span
from baocao_nlp.meaning.periods import find_expressions
from baocao_nlp.meaning.units import parse_unit
from baocao_nlp.reading.source import Cell
from baocao_nlp.tabular.grid import Grid
from baocao_nlp.tabular.words import pattern

_YEAR_RE = re.compile(r"(?<![\d.,])(?:20[0-3]\d|19[89]\d)(?![\d.,])")
# "đến 14/6", "5T/2024", "T5"
_SHORT_RE = re.compile(
    r"(?:(?:tính )?đến |tại )?(?:ngày )?\b\d{1,2}[/.]\d{1,2}(?:[/.]20\d\d)?\b"
    r"|\b(?:\d{1,2} ?t|t\d{1,2})(?:/20\d\d)?\b|tháng báo cáo|kỳ báo cáo"
)
_BRACKET_RE = re.compile(r"\(([^()]*)\)")
_UNIT_LEAD_RE = re.compile(r"\s*+(?:đvt|đơn vị(?: tính)?|tính bằng)\s*+:\s*+", re.IGNORECASE)
_WORD_RE = re.compile(r"[^\W\d_]+(?:\.[^\W\d_]+)*\.?|\d[\d.,/]*")

# a basis that is named whole, so that what follows speaks of the measured again
_SETTLED = ("same_period", "previous_year", "previous_period")
Places = Sequence[tuple[int, int]]


@dataclass(slots=True)
class Header:
    """The header of a column.

    Attributes
    ----------
    pieces : the words of its cells from above, without units and periods.
    before, after : its words before and after what relates the measured to a basis (``related``), together.
    metric, units, periods, cues : the spans it has of these; ``basis_periods`` the periods of the basis.
    counted : the noun that is counted, where it stands in the name ("Số hộ").
    """

    pieces: list[str] = field(default_factory=list)
    before: str = ""
    after: str = ""
    related: bool = False
    metric: list[Span] = field(default_factory=list)
    units: list[Span] = field(default_factory=list)
    counted: Span | None = None
    periods: list[Span] = field(default_factory=list)
    basis_periods: list[Span] = field(default_factory=list)
    cues: list[Span] = field(default_factory=list)

    @property
    def words(self) -> str:
        return f"{self.before} {self.after}"

    @property
    def is_percent(self) -> bool:
        return any(unit.text.strip() == "%" for unit in self.units)

    @property
    def is_bare(self) -> bool:
        """Whether the lowest of its cells names nothing that is measured."""
        return not self.pieces or not _named(self.pieces[-1], 0, len(self.pieces[-1]))

    @property
    def is_unrelated(self) -> bool:
        """Whether the lowest of several cells says nothing but that it is a share of something."""
        last = self.pieces[-1] if len(self.pieces) > 1 else "so với"
        return self.is_bare and not any(
            pattern("relation", name).search(last) for name in ("against", "compare", "plan")
        )

    @classmethod
    def of(cls, grid: Grid, cells: Iterable[Cell]) -> Header:
        """The header with these cells, from above."""
        header = cls()
        for cell in cells:
            header._add(grid, cell)
        topics = [span for span in header.metric if pattern("words", "topic").match(_line_of(grid, span).lower())]
        header.metric = [span for span in header.metric if span not in topics] or header.metric
        return header

    def _add(self, grid: Grid, cell: Cell) -> None:
        """Take the next cell, below those that are there."""
        surface = grid.surface(cell)
        low = surface.lower() if len(surface.lower()) == len(surface) else surface
        units, masked = _units(surface, low)
        expressions, covered = _expressions(masked)
        settled = self.related and any(pattern("basis", name).search(self.after) for name in _SETTLED)
        start, end = self._relate(covered)
        self.units += [grid.span(cell, *place) for place in units]
        self._add_periods(grid, cell, low, expressions, len(low) if settled else end)
        self._add_metric(grid, cell, low, covered, start)
        self.cues += _all_words(grid, cell, masked, start if end > start else end)
        self.pieces.append(covered)
        self.before += " " + covered[:start]
        self.after += " " + masked[start:]

    def _relate(self, covered: str) -> tuple[int, int]:
        """Where in a cell the words stand that relate the measured, before them, to a basis, behind them."""
        match = None if self.related else pattern("relation", "against").search(covered)
        if match:
            self.related = True
            return match.span()
        self.related = self.related or any(pattern("relation", "bases").search(piece) for piece in self.pieces)
        return (0, 0) if self.related else (len(covered), len(covered))

    def _add_periods(self, grid: Grid, cell: Cell, low: str, expressions: Places, measured: int) -> None:
        """Sort the times that a cell says: those of the measured, before an offset, and those of the basis."""
        same = pattern("basis", "same_period").search(low)
        end = min(measured, same.start()) if same else measured
        for place in expressions:
            (self.basis_periods if place[0] >= end else self.periods).append(grid.span(cell, *place))

    def _add_metric(self, grid: Grid, cell: Cell, low: str, covered: str, end: int) -> None:
        """Take what a cell says is measured, before an offset; where things are counted, their noun apart."""
        if counted := pattern("words", "counted").search(low):
            self.counted = grid.span(cell, *counted.span(1))
            named = _named(covered, counted.end(1), max(end, counted.end(1)))
        else:
            named = _named(_masked(covered, [found.span() for found in _BRACKET_RE.finditer(covered)]), 0, end)
        if named:
            self.metric.append(grid.span(cell, *named))


def is_unit(words: str) -> bool:
    """Whether the words in a bracket are a unit: one of measure, or a short noun for what is counted."""
    if not re.search(r"[^\W\d]|%|‰", words) or re.search(r"[+=]", words):
        return False
    unit = parse_unit(words)
    if unit.dimension != "count" or unit.factor != 1:
        return True
    if re.search(r"\d", words) or pattern("relation", "change").search(words):
        return False
    named = any(pattern("basis", name).search(words) for name in ("same_period", "plan", "previous_year"))
    return words == words.lower() and len(words.split()) <= 2 and not named


def _units(surface: str, low: str) -> tuple[list[tuple[int, int]], str]:
    """The units that a header has, in brackets or as a percent sign; and the header, blank where there are brackets."""
    found = []
    masked = low
    for match in _BRACKET_RE.finditer(low):
        lead = _UNIT_LEAD_RE.match(match[1])
        start = match.start(1) + (lead.end() if lead else 0)
        inside = surface[start : match.end(1)]
        if lead or is_unit(inside.strip()):
            left = start + len(inside) - len(inside.lstrip())
            found.append((left, left + len(inside.strip())))
            masked = _masked(masked, [match.span()])
    found += [match.span() for match in re.finditer("%", masked)]
    return found, masked


def _expressions(low: str) -> tuple[list[tuple[int, int]], str]:
    """Where a header says a time, and the header with blanks there, but for years that may be related to each other."""
    found = find_expressions(low)
    covered = _masked(low, found)
    for match in _SHORT_RE.finditer(covered):
        found.append(match.span())
    covered = _masked(covered, found)
    for match in _YEAR_RE.finditer(covered):
        if not pattern("words", "season").search(low[: match.start()]):
            found.append(match.span())
    return sorted(found), covered


def _masked(text: str, places: Places) -> str:
    for start, end in places:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _named(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Where a part of a header says what is measured, without the words at its edges that name nothing."""
    text = _masked(text, [match.span() for match in pattern("words", "generic").finditer(text)])
    edges = pattern("words", "edges")
    words = list(_WORD_RE.finditer(text, start, end))
    named = [not (word[0][0].isdigit() or edges.fullmatch(word[0].strip("."))) for word in words]
    if True not in named:
        return None
    return words[named.index(True)].start(), words[len(named) - 1 - named[::-1].index(True)].end()


def _all_words(grid: Grid, cell: Cell, text: str, start: int) -> list[Span]:
    words = list(_WORD_RE.finditer(text, start))
    return [grid.span(cell, words[0].start(), words[-1].end())] if words else []


def _line_of(grid: Grid, span: Span) -> str:
    """The text of the cell that a span begins in, from the cell's beginning."""
    start = grid.text.rfind("|", 0, span.start) + 1
    return grid.text[start : span.end].strip()
