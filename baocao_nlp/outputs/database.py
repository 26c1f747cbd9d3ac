"""Facts in a DuckDB database: a table of files, and a table of their facts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from baocao_nlp.facts import FileFacts
from baocao_nlp.outputs.frames import arrow_table, needed
from baocao_nlp.outputs.records import FIELDS, sound

_TYPES = {"str": "VARCHAR", "int": "BIGINT", "float": "DOUBLE", "date": "DATE"}
_COLUMNS = tuple(name for name in FIELDS if name != "file")
_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS documents (
    file VARCHAR PRIMARY KEY, format VARCHAR, characters BIGINT, facts BIGINT, error VARCHAR
);
CREATE TABLE IF NOT EXISTS facts (
    file VARCHAR NOT NULL, position BIGINT NOT NULL,
    {", ".join(f'"{name}" {_TYPES[FIELDS[name].type.__name__]}' for name in _COLUMNS)},
    PRIMARY KEY (file, position)
);
"""


def write_database(documents: Iterable[FileFacts], path: Path) -> None:
    """Write facts into a database, in one transaction; rows of a file that is there already are replaced."""
    duckdb = needed("duckdb")
    try:
        with duckdb.connect(str(path)) as connection:
            _write(documents, connection)
    except (duckdb.OperationalError, duckdb.FatalException) as error:
        raise OSError(f"{path}: {str(error).splitlines()[0]}") from None


def _write(documents: Iterable[FileFacts], connection: Any) -> None:
    connection.execute(_SCHEMA)
    connection.execute("BEGIN")
    for document in documents:
        file = sound(document.file)
        connection.execute("DELETE FROM facts WHERE file = ?", [file])
        about = [file, document.format, document.characters, len(document.facts), document.error]
        connection.execute("INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?, ?)", about)
        if document.facts:
            rows = arrow_table(document.facts, _COLUMNS)
            connection.register("rows", rows.append_column("position", [range(len(document.facts))]))
            columns = ", ".join(f'"{name}"' for name in ("position", *_COLUMNS))
            connection.execute(f"INSERT INTO facts SELECT ?, {columns} FROM rows", [file])
            connection.unregister("rows")
    connection.execute("COMMIT")


def read_database(path: Path) -> Iterator[dict[str, Any]]:
    """The column ``fact`` of the table of facts, file by file."""
    connection = needed("duckdb").connect(str(path), read_only=True)
    try:
        rows = connection.execute("SELECT fact FROM facts ORDER BY file, position").fetchall()
    finally:
        connection.close()
    yield from (json.loads(fact) for (fact,) in rows)
