"""The view: a report's text with what was understood in it, and its facts in a table beside it, as one HTML page.

The page needs no network and runs no script but its own; what stands in the report is text in it and nothing else.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from baocao_nlp.facts import Fact, Label
from baocao_nlp.reading.source import Block, Cell, SourceDocument
from baocao_nlp.wording import column_titles, wording

LANGUAGES = ("vi", "en")
_ORDER: tuple[Label, ...] = ("VALUE", "UNIT", "COMPARISON", "PERIOD", "METRIC")


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of text with the label it is shown in, and the numbers of the facts that it belongs to."""

    start: int
    end: int
    label: str
    facts: tuple[int, ...]


def view_page(document: SourceDocument, facts: Sequence[Fact], title: str, lang: str = "vi") -> str:
    """A document and its facts as one HTML page.

    Parameters
    ----------
    facts : as `extract_document` gives them; their offsets refer to the text of the document.
    title : what the page is called.
    lang : the language that the page opens in, "vi" or "en"; the reader can switch.
    """
    environment = Environment(loader=PackageLoader("baocao_nlp.pages", "templates"), autoescape=True)
    script = files(__package__).joinpath("templates", "view.js").read_text(encoding="utf-8")
    marks = marks_of(facts)
    return environment.get_template("view.html.jinja").render(
        title=title,
        lang=lang,
        words={language: wording(language) for language in LANGUAGES},
        titles={language: column_titles(language) for language in LANGUAGES},
        blocks=[shown for block in document.blocks if not (shown := _Shown(document, block, marks)).is_blank],
        facts=facts,
        sections=list(dict.fromkeys(s for fact in facts if fact.source and (s := fact.source.section))),
        style=Markup(files(__package__).joinpath("templates", "view.css").read_text(encoding="utf-8")),
        script=Markup(script),
        script_hash=b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )


def marks_of(facts: Sequence[Fact]) -> list[Mark]:
    """The stretches of text that belong to facts, apart from each other; where several labels meet, one is shown."""
    edges: dict[int, list[tuple[bool, Label, int]]] = defaultdict(list)
    for number, fact in enumerate(facts):
        for label, span in fact.spans():
            edges[span.start].append((True, label, number))
            edges[span.end].append((False, label, number))
    found: list[Mark] = []
    open_: dict[tuple[Label, int], int] = defaultdict(int)
    before = 0
    for offset in sorted(edges):
        held = [key for key, count in open_.items() if count > 0]
        if held and offset > before:
            label = min((label for label, _ in held), key=_ORDER.index)
            found.append(Mark(before, offset, label.lower(), tuple(sorted({number for _, number in held}))))
        for begins, label, number in edges[offset]:
            open_[label, number] += 1 if begins else -1
        before = offset
    return found


@dataclass(frozen=True, slots=True)
class _Shown:
    """A block as the template shows it."""

    document: SourceDocument
    block: Block
    marks: Sequence[Mark]

    @property
    def is_blank(self) -> bool:
        return not self.document.text[self.block.start : self.block.end].strip()

    @property
    def heading(self) -> bool:
        return self.document.text[self.block.start : self.block.start + 1] == "#"

    @property
    def pieces(self) -> Iterator[tuple[str, Mark | None]]:
        """The text of the block in pieces, with the mark of each that has one."""
        return _pieces(self.document.text, self.block.start, self.block.end, self.marks)

    @property
    def rows(self) -> list[list[tuple[Cell, list[tuple[str, Mark | None]]]]]:
        """The rows of a table: each cell with the pieces of its text."""
        rows: dict[int, list[tuple[Cell, list[tuple[str, Mark | None]]]]] = defaultdict(list)
        for cell in self.block.cells:
            rows[cell.row].append((cell, list(_pieces(self.document.text, cell.start, cell.end, self.marks))))
        return [rows[number] for number in sorted(rows)]


def _pieces(text: str, start: int, end: int, marks: Sequence[Mark]) -> Iterator[tuple[str, Mark | None]]:
    position = start
    for mark in marks[bisect_left(marks, start, key=lambda mark: mark.end) :]:
        if mark.start >= end:
            break
        if mark.end <= start:
            continue
        if mark.start > position:
            yield text[position : mark.start], None
        yield text[max(mark.start, start) : min(mark.end, end)], mark
        position = mark.end
    if position < end:
        yield text[position:end], None
