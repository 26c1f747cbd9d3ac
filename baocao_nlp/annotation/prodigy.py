"""Annotated reports as Prodigy and spaCy's tools read and write them: JSON Lines with ``tokens``, ``spans`` and
``relations``.

A relation goes from the last token of the value to that of the other span, and has both spans beside it. The settings
of a value stand in its span, as ``attributes`` and ``notes``; what is not there, convention says.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from baocao_nlp.annotation.files import first_record, read_json_lines, write_lines
from baocao_nlp.annotation.graph import Entity, Graph, outline
from baocao_nlp.annotation.report import AnnotatedReport, Checked
from baocao_nlp.text.document import Document

CONFIGURATION = None

log = logging.getLogger(__name__)


def recognises(path: Path) -> bool:
    """Whether a path is JSON Lines with ``text`` and ``spans``."""
    return {"text", "spans"} <= first_record(path).keys()


def read(path: Path) -> Iterator[Checked]:
    """The reports that were accepted, those without an answer among them; the others are told in the log. Errors are
    those of `read_json_lines`."""
    left_out = 0
    for number, record in read_json_lines(path):
        graph = Graph("")
        name = f"line-{number}"
        try:
            if record.get("answer", "accept") != "accept":
                left_out += 1
                continue
            graph.text = str(record["text"])
            name = str((record.get("meta") or {}).get("name") or name)
            _read_record(graph, number, record)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            graph.problem(number, f"not as Prodigy writes it ({error!r})")
        graph.complete()
        report, problems = graph.report(name)
        yield Checked(report, path, tuple(problems))
    if left_out:
        log.warning("%s: %d reports that were not accepted are left out", path, left_out)


def _read_record(graph: Graph, number: int, record: Mapping[str, Any]) -> None:
    for span in record["spans"]:
        graph.add_entity(number, _key(span), span["label"], int(span["start"]), int(span["end"]))
    for span in record["spans"]:
        for name, setting in (span.get("attributes") or {}).items():
            graph.add_attribute(number, name, _key(span), setting)
    for relation in record.get("relations") or ():
        graph.add_link(number, relation["label"], _key(relation["head_span"]), _key(relation["child_span"]))
    for span in record["spans"]:
        for name, content in (span.get("notes") or {}).items():
            graph.add_note(number, _key(span), name, content)


def _key(span: Mapping[str, Any]) -> str:
    return f"{span['start']}-{span['end']}"


def write(reports: Iterable[AnnotatedReport], output: Path) -> None:
    """Write reports, one a line."""
    write_lines((json.dumps(_record(report), ensure_ascii=False) for report in reports), output)


def _record(report: AnnotatedReport) -> dict[str, Any]:
    document = Document(report.text)
    tokens = [document.span(i, i) for i in range(len(document.tokens))]
    entities, relations = outline(report)
    spans = {entity.key: _span(entity, document) for entity in entities}
    settings = {
        entity.key: {"attributes": dict(entity.attributes), "notes": dict(entity.notes)}
        for entity in entities
        if entity.label == "VALUE"
    }
    return {
        "text": report.text,
        "meta": {"name": report.name},
        "tokens": [
            {
                "text": token.text,
                "start": token.start,
                "end": token.end,
                "id": i,
                "ws": report.text[token.end : token.end + 1] == " ",
            }
            for i, token in enumerate(tokens)
        ],
        "spans": [spans[entity.key] | settings.get(entity.key, {}) for entity in entities],
        "relations": [
            {
                "label": relation.kind,
                "head": spans[relation.value]["token_end"],
                "child": spans[relation.other]["token_end"],
                "head_span": spans[relation.value],
                "child_span": spans[relation.other],
            }
            for relation in relations
        ],
    }


def _span(entity: Entity, document: Document) -> dict[str, Any]:
    within = document.tokens_within(entity.span)
    return {
        "start": entity.span.start,
        "end": entity.span.end,
        "token_start": within[0],
        "token_end": within[-1],
        "label": entity.label,
    }
