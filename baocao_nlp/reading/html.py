"""Text out of HTML, which is also what Word files come as: paragraphs, lists, headings, footnotes at their marks.

It is written as people write plain text: ``## `` before a heading, ``- `` and ``+ `` before the items of a list,
``~~`` around what is struck out, and each footnote in a paragraph of its own after the one with its mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from lxml import html

from baocao_nlp.reading.plain import holds_data, raised
from baocao_nlp.reading.source import Entry, Piece

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_PARAGRAPHS = frozenset({"p", "div", "section", "article", "blockquote", "pre", "main", "body", "dt", "dd", "caption"})
_LEFT_OUT = frozenset({"script", "style", "head", "template", "noscript", "img", "svg", "select", "nav", "button"})
_STRUCK = frozenset({"s", "del", "strike"})
_INDENT_RE = re.compile(r"(?:padding-left|margin-left|text-indent)\s*:\s*(\d{1,4})")
# stands where a table was taken out; long enough to be kept as text
_PLACE = "Here stands the table number {} of the page that was set aside."
# a space in points; and how many rows or columns a cell may cover
_SPACE, _WIDEST = 4, 200
_NOTE_RE = re.compile(r"^(?:_?ftn|footnote|endnote|fn)[-_]?(\d+)$", re.IGNORECASE)


def pieces_of(root: html.HtmlElement) -> list[Piece]:
    """The paragraphs and tables of a page, in reading order."""
    notes = dict(_notes(root))
    writer = _Writer(notes)
    writer.write(root)
    return writer.finish()


def set_aside(root: html.HtmlElement) -> list[html.HtmlElement]:
    """Take the tables of data out of a page and leave a paragraph in the place of each, for a reader that does not keep
    cells which cover others."""
    found = [table for table in root.iter("table") if holds_data(_table_rows(table)) and not _is_inside_table(table)]
    for number, table in enumerate(found):
        mark = html.Element("p")
        mark.text = _PLACE.format(number)
        mark.tail, table.tail = table.tail, None
        table.getparent().replace(table, mark)
    return found


def put_back(root: html.HtmlElement, tables: Sequence[html.HtmlElement]) -> None:
    """Put tables that were set aside back into what is left of their page."""
    marks = {_PLACE.format(number): table for number, table in enumerate(tables)}
    for mark in list(root.iter("p")):
        table = marks.get((mark.text or "").strip())
        if table is not None:
            mark.getparent().replace(mark, table)


def _is_inside_table(element: html.HtmlElement) -> bool:
    return next(element.iterancestors("table"), None) is not None


def _table_rows(table: html.HtmlElement) -> list[list[html.HtmlElement]]:
    return [row.xpath("./td|./th") for row in table.xpath("./tr|./*/tr")]


def _notes(root: html.HtmlElement) -> Iterator[tuple[str, html.HtmlElement]]:
    """The footnotes by the id that their marks refer to; links back to the marks are dropped."""
    for element in root.iter("li", "div", "p"):
        name = element.get("id") or ""
        if _NOTE_RE.match(name):
            for link in element.xpath(".//a[starts-with(@href, '#')]"):
                link.drop_tree()
            yield name, element


class _Writer:
    def __init__(self, notes: dict[str, html.HtmlElement]):
        self.notes = notes
        self.written: set[Any] = set(notes.values())
        self.done: list[Piece] = []
        self.pending: list[str] = []
        self.marked: list[str] = []
        self.prefix = ""
        self.depth = 0

    def finish(self) -> list[Piece]:
        self.end_paragraph()
        return self.done

    def end_paragraph(self) -> None:
        """Put what is pending into a paragraph, and behind it the footnotes that it has the marks of."""
        text = re.sub(r"[^\S\n]+", " ", "".join(self.pending)).strip()
        marked, self.marked, self.pending = self.marked, [], []
        if text:
            self.done.append(Piece(self.prefix + text))
            self.prefix = ""
        for name in marked:
            note = " ".join("".join(self.notes.pop(name).itertext()).split())
            self.done.append(Piece(f"{_mark(name)} {note}"))

    def write(self, element: html.HtmlElement) -> None:
        tag = element.tag
        if not isinstance(tag, str) or tag in _LEFT_OUT or element in self.written:
            return
        if tag in _HEADINGS:
            self.block(element, "#" * _HEADINGS[tag] + " ")
        elif tag == "table":
            self.table(element)
        elif tag in ("ul", "ol"):
            self.listing(element)
        elif tag == "br":
            self.pending.append("\n")
        elif tag in _STRUCK:
            self.struck_out(element)
        elif tag == "a" and (note := (element.get("href") or "").removeprefix("#")) in self.notes:
            self.mark(note)
        elif tag == "sup" and element.find(".//a") is None:
            self.pending.append(raised("".join(element.itertext())))
        elif tag in _PARAGRAPHS:
            self.block(element, self.prefix)
        else:
            self.content(element)

    def content(self, element: html.HtmlElement) -> None:
        self.pending.append(element.text or "")
        for child in element:
            self.write(child)
            self.pending.append(child.tail or "")

    def block(self, element: html.HtmlElement, prefix: str) -> None:
        self.end_paragraph()
        self.prefix = prefix
        self.content(element)
        self.end_paragraph()

    def struck_out(self, element: html.HtmlElement) -> None:
        text = "".join(element.itertext())
        if bare := text.strip():
            self.pending.append(text.replace(bare, f"~~{bare}~~", 1))

    def mark(self, note: str) -> None:
        if note not in self.marked:
            self.marked.append(note)
            self.pending.append(_mark(note))

    def listing(self, element: html.HtmlElement) -> None:
        self.end_paragraph()
        self.depth += 1
        start = element.get("start") or ""
        number = int(start) if start.isdecimal() else 1
        for item in element:
            if item.tag == "li" and item not in self.written:
                self.block(item, f"{number}. " if element.tag == "ol" else "- " if self.depth == 1 else "+ ")
                number += 1
        self.depth -= 1

    def table(self, element: html.HtmlElement) -> None:
        rows = _table_rows(element)
        if holds_data(rows):
            self.end_paragraph()
            self.done.append(Piece([[_entry(cell) for cell in row] for row in rows]))
        else:
            for cell in (cell for row in rows for cell in row):
                self.block(cell, "")


def _entry(cell: html.HtmlElement) -> Entry:
    """A cell of a table; what is in blocks of its own, or struck out, is kept apart from the rest of its text."""
    parts: list[str] = []
    for element in cell.iter():
        if element is not cell and element.tag in (*_PARAGRAPHS, "br"):
            parts.append(" ")
        if isinstance(element.tag, str) and element.tag not in _LEFT_OUT:
            parts.append(element.text or "")
        if element is not cell:
            parts.append(element.tail or "")
    text = "".join(parts)
    styles = " ".join(element.get("style") or "" for element in (cell, *cell))
    indents = [int(number) for number in _INDENT_RE.findall(styles)]
    spaces = len(text.lstrip("\n\r\t")) - len(text.lstrip())
    return Entry(text, _span(cell, "rowspan"), _span(cell, "colspan"), max(indents, default=0) + _SPACE * spaces)


def _span(cell: html.HtmlElement, name: str) -> int:
    written = cell.get(name) or ""
    return min(max(int(written), 1), _WIDEST) if written.isdecimal() and len(written) < 9 else 1


def _mark(name: str) -> str:
    match = _NOTE_RE.match(name)
    return raised(match[1]) if match else ""
