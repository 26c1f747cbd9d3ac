"""Files of facts: the format by the end of the name, written whole or not at all."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkstemp
from typing import Any

from baocao_nlp.facts import Fact, FileFacts
from baocao_nlp.outputs.database import read_database, write_database
from baocao_nlp.outputs.frames import arrow_schema, arrow_table, needed
from baocao_nlp.outputs.records import FIELDS, READABLE, record, sound
from baocao_nlp.outputs.spreadsheet import read_spreadsheet, write_spreadsheet

# rows that go into a group of a Parquet file
_GROUP = 20_000


def write_facts(
    documents: Iterable[FileFacts], path: str | Path, *, fields: Iterable[str] | None = None, lang: str = "vi"
) -> None:
    """Write the facts of files into one file: ``.csv``, ``.jsonl``, ``.json``, ``.parquet``, ``.xlsx`` or ``.duckdb``.

    The file is there when all is written, or not at all. A DuckDB database that is there already is added to: what it
    has of a file that is written again is replaced.

    Parameters
    ----------
    fields : the columns, of `FIELDS`, for formats that have columns; without any, all that people read (in Parquet and
        DuckDB also ``fact``, which `read_facts` needs). JSON has everything.
    lang : language of the headings of a spreadsheet.

    Raises
    ------
    ValueError
        Where the name ends in none of these, or a library is not installed.
    OSError
        Where the file cannot be written.
    """
    path = Path(path)
    writer = _writer(path)
    chosen = tuple(fields) if fields is not None else READABLE
    if fields is None and path.suffix == ".parquet":
        chosen = tuple(FIELDS)
    if path.suffix == ".duckdb" and path.exists():
        write_database(documents, path)
        return
    with _replaced(path) as temporary:
        writer(documents, temporary, chosen, lang)


def check_output(path: Path) -> None:
    """Raise at once what `write_facts` would raise in the end."""
    _writer(path)
    if not path.parent.is_dir():
        raise FileNotFoundError(f"no folder {path.parent} to write {path.name} into")


def read_facts(path: str | Path) -> list[Fact]:
    """The facts in a file that `write_facts` wrote with everything in it (in columns: with the field ``fact``).

    Raises
    ------
    ValueError
        Where the file is of another kind, or has no such column.
    """
    path = Path(path)
    if path.suffix not in _READERS:
        raise ValueError(f"{path}: facts are read from {', '.join(_READERS)}")
    return [Fact.from_dict(data) for data in _READERS[path.suffix](path)]


def _writer(path: Path) -> Callable[[Iterable[FileFacts], Path, tuple[str, ...], str], None]:
    if path.suffix not in FORMATS:
        raise ValueError(f"{path}: facts are written to files that end in {', '.join(FORMATS)}")
    for library in _NEEDED.get(path.suffix, ()):
        needed(library)
    return FORMATS[path.suffix]


@contextmanager
def _replaced(path: Path) -> Iterator[Path]:
    """A file beside another that takes its place when all went well."""
    handle, name = mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    # DuckDB wants to make the file itself
    os.unlink(name)
    temporary = Path(name)
    try:
        yield temporary
        os.replace(temporary, path)
    except BaseException:
        with suppress(FileNotFoundError):
            temporary.unlink()
        raise


def _write_csv(documents: Iterable[FileFacts], path: Path, fields: tuple[str, ...], lang: str) -> None:
    # the mark at the beginning tells spreadsheets that it is UTF-8
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, fields)
        writer.writeheader()
        for document in documents:
            writer.writerows(record(fact, fields) for fact in document.facts)


def _write_jsonl(documents: Iterable[FileFacts], path: Path, fields: tuple[str, ...], lang: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        for document in documents:
            file.writelines(json_lines(document))


def json_lines(document: FileFacts) -> Iterator[str]:
    """A line of JSON for each fact."""
    for fact in document.facts:
        yield sound(json.dumps({"file": document.file, **fact.to_dict()}, ensure_ascii=False)) + "\n"


def _write_json(documents: Iterable[FileFacts], path: Path, fields: tuple[str, ...], lang: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json_parts(documents))


def json_parts(documents: Iterable[FileFacts]) -> Iterator[str]:
    """One JSON list of files with their facts, piece by piece."""
    before = "["
    for document in documents:
        yield f"{before}\n{sound(json.dumps(document.to_dict(), ensure_ascii=False))}"
        before = ","
    yield "[]\n" if before == "[" else "\n]\n"


def _write_parquet(documents: Iterable[FileFacts], path: Path, fields: tuple[str, ...], lang: str) -> None:
    with needed("pyarrow.parquet").ParquetWriter(path, arrow_schema(fields)) as writer:
        group: list[Fact] = []
        for document in documents:
            group += document.facts
            if len(group) >= _GROUP:
                writer.write_table(arrow_table(group, fields))
                group = []
        writer.write_table(arrow_table(group, fields))


def _write_spreadsheet(documents: Iterable[FileFacts], path: Path, fields: tuple[str, ...], lang: str) -> None:
    write_spreadsheet(documents, path, fields, lang)


def _write_database(documents: Iterable[FileFacts], path: Path, fields: tuple[str, ...], lang: str) -> None:
    write_database(documents, path)


FORMATS: dict[str, Callable[[Iterable[FileFacts], Path, tuple[str, ...], str], None]] = {
    ".csv": _write_csv,
    ".jsonl": _write_jsonl,
    ".json": _write_json,
    ".parquet": _write_parquet,
    ".xlsx": _write_spreadsheet,
    ".duckdb": _write_database,
}
_NEEDED = {".parquet": ("pyarrow",), ".xlsx": ("xlsxwriter",), ".duckdb": ("duckdb", "pyarrow")}


def _read_csv(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        if "fact" not in (rows.fieldnames or ()):
            raise ValueError(f"{path} has no column 'fact'; write it with the fields 'all'")
        yield from (json.loads(row["fact"]) for row in rows)


def _read_jsonl(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def _read_json(path: Path) -> Iterator[dict[str, Any]]:
    for document in json.loads(path.read_text(encoding="utf-8")):
        yield from document["facts"]


def _read_parquet(path: Path) -> Iterator[dict[str, Any]]:
    table = needed("pyarrow.parquet").read_table(path)
    if "fact" not in table.column_names:
        raise ValueError(f"{path} has no column 'fact'; write it with the fields 'all'")
    yield from map(json.loads, table.column("fact").to_pylist())


_READERS: dict[str, Callable[[Path], Iterator[dict[str, Any]]]] = {
    ".csv": _read_csv,
    ".jsonl": _read_jsonl,
    ".json": _read_json,
    ".parquet": _read_parquet,
    ".xlsx": read_spreadsheet,
    ".duckdb": read_database,
}
