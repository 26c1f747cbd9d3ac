"""The facts in the tables of a document that was read from a file."""

from __future__ import annotations

from baocao_nlp.facts import Fact, Span
from baocao_nlp.meaning.periods import ReportPeriod, read_report_period
from baocao_nlp.reading.source import Block, SourceDocument
from baocao_nlp.tabular import table_facts
from baocao_nlp.tabular.words import pattern
from baocao_nlp.text.normalize import fold

# so many paragraphs before a table may be its title and caption, and are no longer than so much
_BEFORE, _LONGEST = 6, 300


def facts_of_tables(
    document: SourceDocument, report: ReportPeriod | None = None, file: str | None = None
) -> list[Fact]:
    """The facts in the tables of a document, in their order.

    Parameters
    ----------
    report : what the report is about; a title over a table may say another period.
    file : for the source of the facts.
    """
    found: list[Fact] = []
    for index, block in enumerate(document.blocks):
        if block.cells:
            before = _heading(document, index)
            period = _period_of_title(document, before) or report
            found += table_facts(document.text, block, _caption(document, [*before, block]), period, file)
    return found


def _heading(document: SourceDocument, index: int) -> list[Block]:
    """The short paragraphs before a block."""
    found: list[Block] = []
    for block in reversed(document.blocks[max(index - _BEFORE, 0) : index]):
        if block.cells or block.end - block.start > _LONGEST:
            break
        found.insert(0, block)
    return found


def _caption(document: SourceDocument, blocks: list[Block]) -> Span | None:
    """The unit that a caption of a table names, the one nearest before it; it may stand in the table's first row."""
    for block in reversed(blocks):
        end = next((cell.end for cell in block.cells if cell.columns > 1), block.start) if block.cells else block.end
        lowered = document.text[block.start : end].lower()
        if matches := list(pattern("row", "caption").finditer(lowered)):
            start, stop = matches[-1].span(1)
            words = document.text[block.start + start : block.start + stop].rstrip(" ,)*")
            return Span(block.start + start, block.start + start + len(words), words)
    return None


def _period_of_title(document: SourceDocument, blocks: list[Block]) -> ReportPeriod | None:
    """The period that a title over a table names."""
    lines = [document.text[block.start : block.end] for block in blocks]
    titles = [line for line in lines if pattern("row", "title").search(fold(line))]
    return read_report_period(titles) if titles else None
