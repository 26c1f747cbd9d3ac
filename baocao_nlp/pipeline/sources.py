"""The facts of a document that was read from a file: of its text and of its tables, each with its place."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from baocao_nlp.facts import Fact, Source
from baocao_nlp.meaning.periods import ReportPeriod
from baocao_nlp.pipeline.extractor import Extractor, report_period_of
from baocao_nlp.pipeline.tables import facts_of_tables
from baocao_nlp.reading.source import SourceDocument
from baocao_nlp.text.document import Document

_LONGEST_HEADING = 200


def facts_of_document(
    extractor: Extractor, document: SourceDocument, report_period: str | None = None, file: str | Path | None = None
) -> list[Fact]:
    """The facts of a document, in the order of their values, each with its source.

    Raises
    ------
    ValueError
        Where ``report_period`` cannot be read.
    """
    name = str(file) if file is not None else None
    text, place = without_tables(document)
    analysed = Document.of(text)

    def source(fact: Fact) -> Source:
        heading = analysed.heading_above(fact.value.start)
        section = " ".join(heading.text.strip("#* \n").split())[:_LONGEST_HEADING] if heading else None
        return replace(document.place(place(fact.value.start), name), section=section)

    facts = [replace(fact.moved(place), source=source(fact)) for fact in extractor(text, report_period)]
    if document.tables:
        report = ReportPeriod.parse(report_period) if report_period else report_period_of(analysed)
        facts += facts_of_tables(document, report, name)
    return sorted(facts, key=lambda fact: fact.value)


def without_tables(document: SourceDocument) -> tuple[str, Callable[[int], int]]:
    """The text of a document without its tables, and the way from offsets into it to those of the document."""
    cuts = list(_cuts(document))
    starts, shifts, parts = [0], [0], []
    position = length = 0
    for start, end in cuts:
        parts.append(document.text[position:start])
        length += start - position
        position = end
        starts.append(length)
        shifts.append(position - length)
    parts.append(document.text[position:])
    return "".join(parts), lambda offset: offset + shifts[bisect_right(starts, offset) - 1]


def _cuts(document: SourceDocument) -> Iterator[tuple[int, int]]:
    for table in document.tables:
        end = table.end
        # the break after a table goes with it
        while end < len(document.text) and document.text[end] == "\n":
            end += 1
        yield table.start, end
