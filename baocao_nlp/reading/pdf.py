"""Text out of PDF files: lines put together to paragraphs, page headers left out, footnotes at their marks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from statistics import median
from typing import Any

from baocao_nlp.reading.errors import ScanError
from baocao_nlp.reading.plain import holds_data, raised
from baocao_nlp.reading.source import Entry, Piece
from baocao_nlp.text.normalize import SUPERSCRIPTS

_MARKER_RE = re.compile(
    r"(?:[-+*•–]\s|[•+*](?=\w)|\(?(?:\d{1,2}|[a-zđ]|[IVX]{1,5})(?:\.\d{1,2})*[.)/](?:\s|(?=[^\W\d_])))"
)
_ENDED_RE = re.compile(r"[.;:!?…)\]/*]$")
_NOTE_RE = re.compile(f"[{SUPERSCRIPTS}]+")
# share of a page's height at its top and bottom where headers and footers stand
_MARGIN = 0.1
# letters are raised that are smaller than so much of their line's; a footnote's are smaller than so much of the text's
_RAISED, _SMALL = 0.8, 0.93
# words stand apart by more than so much of the letters' size
_TOUCHING = 0.1
# a line ends its paragraph that ends so much of the page's width before the text's right edge
_SHORT = 0.08
# in points; and the distance of paragraphs, in heights of a line
_INDENT, _SAME_LINE, _GAP = 6.0, 3.0, 0.8
# letters on a page, on average, below which a file is a scan
_FEWEST = 20


@dataclass(frozen=True, slots=True)
class Line:
    """A line: its text, where it stands on which page, in points, and the size of its letters; or a table."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    size: float
    page: int
    page_width: float
    page_height: float
    rows: tuple[tuple[Entry, ...], ...] = ()


@dataclass(slots=True)
class Paragraph:
    """Lines that belong together."""

    lines: list[Line] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)


def pieces_of_pages(pages: Iterable[Any]) -> list[Piece]:
    """The paragraphs and tables of a PDF file's pages, as pdfplumber gives them.

    Raises
    ------
    ScanError
        Where there is hardly any text.
    """
    by_page = [list(_lines(page, number)) for number, page in enumerate(pages)]
    lines = _without_margins([line for page in by_page for line in page], len(by_page))
    if sum(len(line.text) for line in lines) < _FEWEST * max(len(by_page), 1) and not any(line.rows for line in lines):
        raise ScanError("a scan without text: its letters must be recognised first (--ocr, or ocr=True)")
    size = median([line.size for line in lines if not line.rows] or [0.0])
    notes = [line for line in lines if line.size < _SMALL * size and not line.rows]
    body = [line for line in lines if line.size >= _SMALL * size or line.rows]
    return _with_notes(_paragraphs(_with_whole_tables(body)), _paragraphs(notes))


def _lines(page: Any, number: int) -> Iterator[Line]:
    """The lines and tables of a page, from top to bottom."""
    words = page.extract_words(extra_attrs=["size"], x_tolerance_ratio=0.2)
    tables = [table for table in page.find_tables() if holds_data([row.cells for row in table.rows])]
    found = [_table_line(table, words, page, number) for table in tables]
    outside = [word for word in words if not any(_is_within(word, table.bbox) for table in tables)]
    found += _text_lines(outside, page, number)
    # pdfplumber keeps what it has read of a page
    page.close()
    yield from sorted(found, key=lambda line: line.top) if tables else found


def _text_lines(words: Iterable[Any], page: Any, number: int) -> Iterator[Line]:
    for row in _rows(words):
        size = max(word["size"] for word in row)
        yield Line(
            text=_text(row, size),
            left=row[0]["x0"],
            right=row[-1]["x1"],
            top=min(word["top"] for word in row),
            bottom=max(word["bottom"] for word in row),
            size=size,
            page=number,
            page_width=float(page.width),
            page_height=float(page.height),
        )


def _table_line(table: Any, words: Sequence[Any], page: Any, number: int) -> Line:
    left, top, right, bottom = map(float, table.bbox)
    return Line("", left, right, top, bottom, 0, number, float(page.width), float(page.height), _entries(table, words))


def _entries(table: Any, words: Sequence[Any]) -> tuple[tuple[Entry, ...], ...]:
    """The cells of a table, row by row; where no line divides two places, they are one cell."""
    boxes = [box for row in table.rows for box in row.cells if box]
    lefts, tops = (sorted({round(box[side]) for box in boxes}) for side in (0, 1))
    inside: dict[Any, list[Any]] = {box: [] for box in boxes}
    for word in words:
        if box := next((box for box in boxes if _is_within(word, box)), None):
            inside[box].append(word)
    rows: list[list[Entry]] = [[] for _ in tops]
    for box in sorted(boxes, key=lambda box: (box[1], box[0])):
        lines = list(_rows(inside[box]))
        rows[tops.index(round(box[1]))].append(
            Entry(
                " ".join(_text(row, max(word["size"] for word in row)) for row in lines),
                sum(box[1] - 1 < top < box[3] - 1 for top in tops),
                sum(box[0] - 1 < left < box[2] - 1 for left in lefts),
                int(lines[0][0]["x0"] - box[0]) if lines else 0,
            )
        )
    return tuple(map(tuple, rows))


def _is_within(word: Any, box: tuple[float, float, float, float]) -> bool:
    across, down = (word["x0"] + word["x1"]) / 2, (word["top"] + word["bottom"]) / 2
    return bool(box[0] <= across <= box[2] and box[1] <= down <= box[3])


def _with_whole_tables(lines: Sequence[Line]) -> list[Line]:
    """Lines with a table that goes on at the top of the next page put together, its header once."""
    found: list[Line] = []
    for line in lines:
        before = found[-1] if found else None
        if line.rows and before and before.rows and line.page > before.page and _same_columns(before, line):
            repeated = 0
            while line.rows[repeated : repeated + 1] == before.rows[repeated : repeated + 1]:
                repeated += 1
            found[-1] = replace(before, rows=before.rows + line.rows[repeated:])
        else:
            found.append(line)
    return found


def _same_columns(one: Line, other: Line) -> bool:
    def columns(line: Line) -> int:
        return max(sum(entry.columns for entry in row) for row in line.rows)

    return (
        abs(one.left - other.left) < _INDENT
        and abs(one.right - other.right) < _INDENT
        and columns(one) == columns(other)
    )


def _rows(words: Iterable[Any]) -> Iterator[list[Any]]:
    """Words on one line, from left to right; a raised mark is on the line that it touches."""
    rows: list[list[Any]] = []
    for word in sorted(words, key=lambda word: (word["bottom"], word["x0"])):
        same = [row for row in rows[-2:] if abs(row[0]["bottom"] - word["bottom"]) < _SAME_LINE]
        touched = [
            row for row in rows[-2:] if min(row[0]["bottom"], word["bottom"]) - max(row[0]["top"], word["top"]) > 1
        ]
        if same or touched:
            (same or touched)[-1].append(word)
        else:
            rows.append([word])
    for row in rows:
        yield sorted(row, key=lambda word: float(word["x0"]))


def _text(row: Sequence[Any], size: float) -> str:
    """The words of a line, raised digits as such and at the word before."""
    parts: list[str] = []
    for before, word in zip([None, *row], row):
        is_raised = word["size"] < _RAISED * size and word["text"].isdigit()
        is_apart = before is not None and word["x0"] - before["x1"] > _TOUCHING * size
        parts += [" " if is_apart and not is_raised else "", raised(word["text"]) if is_raised else word["text"]]
    return "".join(parts)


def _without_margins(lines: Sequence[Line], pages: int) -> list[Line]:
    """The lines without page numbers, and without what stands at the top or bottom of most pages."""

    def is_margin(line: Line) -> bool:
        return line.bottom < _MARGIN * line.page_height or line.top > (1 - _MARGIN) * line.page_height

    def bare(line: Line) -> str:
        return re.sub(r"[\d\W]+", "", line.text)

    counts = Counter(bare(line) for line in lines if is_margin(line) and not line.rows)
    repeated = {text for text, count in counts.items() if not text or count > max(pages / 2, 1)}
    return [line for line in lines if line.rows or not is_margin(line) or bare(line) not in repeated]


def _paragraphs(lines: Sequence[Line]) -> list[Paragraph]:
    found: list[Paragraph] = []
    edges = {page: _edges(list(own)) for page, own in groupby(lines, key=lambda line: line.page)}
    for before, line in zip([None, *lines], lines):
        if before is None or _begins(before, line, edges[line.page][0], edges[before.page][1]):
            found.append(Paragraph())
        found[-1].lines.append(line)
    return found


def _edges(lines: Sequence[Line]) -> tuple[float, float]:
    """Where the text of a page begins and ends, in points from its left."""
    written = [line for line in lines if not line.rows] or lines
    return min(line.left for line in written), max(line.right for line in written)


def _begins(before: Line, line: Line, left: float, right: float) -> bool:
    """Whether a line begins a paragraph, after another one and between the edges of the text."""
    if before.rows or line.rows:
        return True
    if _NOTE_RE.match(line.text) or (_MARKER_RE.match(line.text) and _ENDED_RE.search(before.text)):
        return True
    if before.right < right - _SHORT * line.page_width:
        return True
    if line.page != before.page:
        return line.left > left + _INDENT and line.text[0].isupper()
    height = line.bottom - line.top
    return line.top - before.bottom > _GAP * height or line.left > max(left, before.left) + _INDENT


def _with_notes(paragraphs: Sequence[Paragraph], notes: Sequence[Paragraph]) -> list[Piece]:
    """Paragraphs and tables, each footnote behind the paragraph with its mark."""
    waiting = list(notes)
    found = []
    for paragraph in paragraphs:
        first = paragraph.lines[0]
        found.append(Piece(first.rows or paragraph.text, first.page + 1))
        marks = set(_NOTE_RE.findall(paragraph.text))
        pages = {line.page for line in paragraph.lines}
        for note in list(waiting):
            match = _NOTE_RE.match(note.text)
            if match and match[0] in marks and note.lines[0].page in pages:
                found.append(_note(note))
                waiting.remove(note)
    return [*found, *map(_note, waiting)]


def _note(paragraph: Paragraph) -> Piece:
    return Piece(_spaced(paragraph.text), paragraph.lines[0].page + 1)


def _spaced(note: str) -> str:
    return re.sub(rf"^({_NOTE_RE.pattern})\s*", r"\1 ", note)
