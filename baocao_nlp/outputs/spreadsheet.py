"""Facts as a spreadsheet: a sheet of facts and a sheet of the files they are from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from baocao_nlp.facts import FileFacts
from baocao_nlp.outputs.frames import needed
from baocao_nlp.outputs.records import FIELDS, record, sound
from baocao_nlp.wording import column_titles, wording

_DOCUMENTS = {"file": 40, "format": 10, "characters": 12, "counted": 10, "error": 60}
# what a cell may hold at most
_LONGEST = 32_767
_MOST_ROWS = 1_048_575


def write_spreadsheet(documents: Iterable[FileFacts], path: Path, fields: Sequence[str], lang: str) -> None:
    """Write facts as an Excel file: numbers and dates as such, a header that stays in sight, filters.

    Raises
    ------
    ValueError
        Where there are more facts than a sheet has rows, or a text is longer than a cell holds.
    """
    words, titles = wording(lang), column_titles(lang)
    # row by row, so that memory does not grow with the facts; what begins with "=" is no formula
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with _told(), needed("xlsxwriter").Workbook(str(path), options) as book:
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        dated = book.add_format({"num_format": "dd/mm/yyyy"})
        facts = book.add_worksheet(words["facts_sheet"])
        files = book.add_worksheet(words["files_sheet"])
        _begin(facts, [titles[name] for name in fields], [FIELDS[name].width for name in fields], bold)
        _begin(files, [titles[name] for name in _DOCUMENTS], list(_DOCUMENTS.values()), bold)
        row = number = 0
        for number, document in enumerate(documents, 1):
            about = (sound(document.file), document.format, document.characters, len(document.facts), document.error)
            for column, value in enumerate(about):
                _write(files, number, column, value, dated)
            for fact in document.facts:
                row += 1
                if row > _MOST_ROWS:
                    raise ValueError(f"more facts than a sheet has rows ({_MOST_ROWS:,}): write .parquet or .duckdb")
                for column, value in enumerate(record(fact, fields).values()):
                    _write(facts, row, column, value, dated)
        facts.autofilter(0, 0, max(row, 1), len(fields) - 1)
        files.autofilter(0, 0, max(number, 1), len(_DOCUMENTS) - 1)


@contextmanager
def _told() -> Iterator[None]:
    """A file that cannot be written, as the error that other formats raise."""
    try:
        yield
    except needed("xlsxwriter.exceptions").FileCreateError as error:
        raise error.args[0] if isinstance(error.args[0], OSError) else OSError(str(error)) from None


def _begin(sheet: Any, titles: Sequence[str], widths: Sequence[int], bold: Any) -> None:
    for column, (title, width) in enumerate(zip(titles, widths)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title, bold)
    sheet.freeze_panes(1, 0)


def _write(sheet: Any, row: int, column: int, value: Any, dated: Any) -> None:
    if isinstance(value, str):
        if len(value) > _LONGEST:
            raise ValueError(f"a cell cannot hold {len(value):,} characters: write .jsonl, .parquet or .duckdb")
        sheet.write_string(row, column, value)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, dated)
    elif value is not None:
        sheet.write_number(row, column, value)


def read_spreadsheet(path: Path) -> Iterator[dict[str, Any]]:
    """The column ``fact`` of the sheet of facts."""
    book = needed("openpyxl").load_workbook(path, read_only=True)
    rows = book.worksheets[0].iter_rows(values_only=True)
    header = list(next(rows, ()))
    if "fact" not in header:
        raise ValueError(f"{path} has no column 'fact'; write it with the fields 'all'")
    column = header.index("fact")
    yield from (json.loads(row[column]) for row in rows)
