"""A table as a grid: which cell is at which place, and what is in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from baocao_nlp.facts import Span
from baocao_nlp.reading.source import Block, Cell
from baocao_nlp.text.normalize import fold


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of a table by row and column, those that cover several places at each of them."""

    text: str
    cells: dict[tuple[int, int], Cell]
    height: int
    width: int

    @classmethod
    def of(cls, text: str, table: Block) -> Grid:
        """The grid of a table in a document's text."""
        height = max(cell.row for cell in table.cells) + 1
        width = max(cell.column + cell.columns for cell in table.cells)
        cells: dict[tuple[int, int], Cell] = {}
        for cell in table.cells:
            for row in range(cell.row, min(cell.row + cell.rows, height)):
                for column in range(cell.column, cell.column + cell.columns):
                    cells.setdefault((row, column), cell)
        return cls(text, cells, height, width)

    def surface(self, cell: Cell | None) -> str:
        """The text of a cell, as it stands."""
        return self.text[cell.start : cell.end] if cell else ""

    def folded(self, row: int, column: int) -> str:
        """The text at a place, as look-ups compare it."""
        return fold(self.surface(self.cells.get((row, column))))

    def row(self, row: int) -> Iterator[Cell]:
        """The cells that begin in a row, and those that cover it from above, each once."""
        seen = None
        for column in range(self.width):
            cell = self.cells.get((row, column))
            if cell is not None and cell is not seen:
                yield cell
            seen = cell

    def span(self, cell: Cell, start: int, end: int) -> Span:
        """The span of a part of a cell's text."""
        return Span.of(self.text, cell.start + start, cell.start + end)
