"""Facts written to a stream as they come."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from typing import IO

from rich.console import Console

from baocao_nlp.facts import FileFacts
from baocao_nlp.outputs.files import json_lines, json_parts
from baocao_nlp.outputs.records import record
from baocao_nlp.tables import facts_table


def stream_facts(
    documents: Iterable[FileFacts], stream: IO[str], kind: str, fields: tuple[str, ...], lang: str = "vi"
) -> None:
    """Write the facts of files to a stream, each file's when it is there; ``kind`` is one of `_STREAMS`."""
    _STREAMS[kind](documents, stream, fields, lang)


def _stream_table(documents: Iterable[FileFacts], stream: IO[str], fields: tuple[str, ...], lang: str) -> None:
    console = Console(file=stream)
    for document in documents:
        if not document.error:
            console.print(facts_table(document.file, document.facts, lang))


def _stream_json(documents: Iterable[FileFacts], stream: IO[str], fields: tuple[str, ...], lang: str) -> None:
    stream.writelines(json_parts(documents))


def _stream_json_lines(documents: Iterable[FileFacts], stream: IO[str], fields: tuple[str, ...], lang: str) -> None:
    for document in documents:
        stream.writelines(json_lines(document))
        stream.flush()


def _stream_csv(documents: Iterable[FileFacts], stream: IO[str], fields: tuple[str, ...], lang: str) -> None:
    writer = csv.DictWriter(stream, fields, lineterminator="\n")
    writer.writeheader()
    for document in documents:
        writer.writerows(record(fact, fields) for fact in document.facts)


_STREAMS: dict[str, Callable[[Iterable[FileFacts], IO[str], tuple[str, ...], str], None]] = {
    "table": _stream_table,
    "json": _stream_json,
    "jsonl": _stream_json_lines,
    "csv": _stream_csv,
}
