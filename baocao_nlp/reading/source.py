"""A file that was read: its text in blocks, paragraphs and tables, and where each stands in the file."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from baocao_nlp.facts import Source
from baocao_nlp.reading.errors import UnreadableFileError
from baocao_nlp.text.normalize import canonicalise

_BREAK = "\n\n"
# of a table, those that one cell covers counted apart
_MOST_PLACES = 200_000


@dataclass(frozen=True, slots=True)
class Entry:
    """What a reader finds in a cell of a table, how many rows and columns it covers, and how far it is indented."""

    text: str
    rows: int = 1
    columns: int = 1
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """What a reader finds, in reading order: a paragraph, or the rows of a table; and the page, from 1."""

    content: str | Sequence[Sequence[Entry]]
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: the offsets of its text, its place from 0, the rows and columns it covers, its indentation."""

    start: int
    end: int
    row: int
    column: int
    rows: int = 1
    columns: int = 1
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or, where it has cells, a table.

    Attributes
    ----------
    start, end : offsets into the text.
    number : which paragraph it is, or which table, from 1; in a text file the line that it begins in.
    page : of the file, from 1, where it has pages.
    cells : of a table, row by row.
    """

    start: int
    end: int
    number: int
    page: int | None = None
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """The text of a file, and what it is made of.

    Attributes
    ----------
    text : what facts are offsets into; the rows of a table are lines of it, with ``|`` between the cells.
    format : ``docx``, ``pdf``, ``html`` or ``text``.
    encoding : of text and HTML (see `decode`).
    blocks : paragraphs (in a text file: lines) and tables, in the order of the text.
    """

    text: str
    format: str
    encoding: str | None
    blocks: tuple[Block, ...]

    @property
    def tables(self) -> list[Block]:
        """The blocks that are tables."""
        return [block for block in self.blocks if block.cells]

    def place(self, offset: int, file: str | None = None) -> Source:
        """Where in the file an offset into the text is: page, paragraph, or table with row and column."""
        block = _last(self.blocks, offset)
        if block is None:
            return Source(file)
        if not block.cells:
            return Source(file, block.page, block.number)
        cell = _last(block.cells, offset)
        return Source(file, block.page, None, block.number, *((cell.row + 1, cell.column + 1) if cell else ()))


T = TypeVar("T", Block, Cell)


def _last(items: Sequence[T], offset: int) -> T | None:
    """The last of some items that begins at an offset or before it."""
    index = bisect_right(items, offset, key=lambda item: item.start)
    return items[index - 1] if index else None


def assemble(pieces: Iterable[Piece], kind: str, encoding: str | None = None) -> SourceDocument:
    """Put what a reader found together to a document.

    Raises
    ------
    UnreadableFileError
        Where a table is too large.
    """
    parts: list[str] = []
    blocks = []
    numbers = {True: 0, False: 0}
    length = 0
    for piece in pieces:
        is_table = not isinstance(piece.content, str)
        numbers[is_table] += 1
        text, cells = (piece.content, ()) if isinstance(piece.content, str) else _written(piece.content, length)
        blocks.append(Block(length, length + len(text), numbers[is_table], piece.page, cells))
        parts.append(text)
        length += len(text) + len(_BREAK)
    return SourceDocument(_BREAK.join(parts), kind, encoding, tuple(blocks))


def _written(rows: Sequence[Sequence[Entry]], offset: int) -> tuple[str, tuple[Cell, ...]]:
    """A table as text that begins at an offset, and its cells; what another cell covers takes no place in it."""
    lines, cells = [], []
    for number, (row, columns) in enumerate(zip(rows, _columns(rows))):
        line = "|"
        for entry, column in zip(row, columns):
            text = " ".join(canonicalise(entry.text).text.split())
            start = offset + len(line) + 1
            cells.append(Cell(start, start + len(text), number, column, entry.rows, entry.columns, entry.indent))
            line += f" {text} |" if text else " |"
        lines.append(line)
        offset += len(line) + 1
    return "\n".join(lines), tuple(cells)


def _columns(rows: Sequence[Sequence[Entry]]) -> list[list[int]]:
    """The column of each entry, where cells above may cover places."""
    taken: set[tuple[int, int]] = set()
    found = []
    for number, row in enumerate(rows):
        columns, column = [], 0
        for entry in row:
            while (number, column) in taken:
                column += 1
            columns.append(column)
            height = min(entry.rows, len(rows) - number)
            taken |= {(number + i, column + j) for i in range(height) for j in range(entry.columns)}
            column += entry.columns
        if len(taken) > _MOST_PLACES:
            raise UnreadableFileError(f"a table of more than {_MOST_PLACES:,} cells")
        found.append(columns)
    return found
