"""What readers of files have in common when they write plain text."""

from __future__ import annotations

import re
from collections.abc import Sequence, Sized
from itertools import accumulate, groupby, pairwise

from baocao_nlp.reading.source import Block, Cell
from baocao_nlp.text.normalize import SUPERSCRIPTS

_RAISED = str.maketrans("0123456789", SUPERSCRIPTS)
# with as many rows and columns a table holds data; a smaller one is there for the layout, as of a letterhead
_FEWEST = 3
# a row of a Markdown table, the rule under its header, and a cell
_LINE_RE = re.compile(r"[^\n]*\n|[^\n]+")
_ROW_RE = re.compile(r"\s*\|.*\|\s*$")
_RULE_RE = re.compile(r"[\s|:-]+$")
_CELL_RE = re.compile(r"\|[^\S\n]*([^|\n]*?)[^\S\n]*(?=\|)")


def raised(text: str) -> str:
    """A text with its digits raised.

    >>> raised("m2")
    'm²'
    """
    return text.translate(_RAISED)


def blocks_of(text: str) -> tuple[Block, ...]:
    """The lines of a text; lines in a row with ``|`` before, between and after cells, as in Markdown, are a table."""
    blocks = []
    start, number = 0, 1
    for is_table, group in groupby(_LINE_RE.findall(text), key=lambda line: bool(_ROW_RE.match(line))):
        lines = list(group)
        offsets = list(accumulate(map(len, lines), initial=start))
        cells = _cells(lines, offsets) if is_table and holds_data([line.split("|") for line in lines]) else ()
        if cells:
            blocks.append(Block(start, offsets[-1], number, cells=cells))
        else:
            blocks += [Block(offset, end, number + i) for i, (offset, end) in enumerate(pairwise(offsets))]
        start, number = offsets[-1], number + len(lines)
    return tuple(blocks)


def _cells(lines: Sequence[str], offsets: Sequence[int]) -> tuple[Cell, ...]:
    found = []
    rows = [item for item in zip(lines, offsets) if not _RULE_RE.match(item[0])]
    for row, (line, offset) in enumerate(rows):
        for column, match in enumerate(_CELL_RE.finditer(line)):
            found.append(Cell(offset + match.start(1), offset + match.end(1), row, column))
    return tuple(found)


def holds_data(rows: Sequence[Sized]) -> bool:
    """Whether a table of these rows of cells holds data."""
    return len(rows) >= _FEWEST and max(map(len, rows)) >= _FEWEST
