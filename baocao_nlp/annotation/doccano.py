"""Annotated reports as doccano reads and writes them: JSON Lines for sequence labelling with relations.

doccano knows labels and relations only. So the settings of a value are labels over the same characters ("Comparison:
ratio"): its project must allow overlapping spans. Number and period stand in ``values``, by the value's offsets, which
doccano gives back as it got them; what is not there, convention says.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from baocao_nlp.annotation.files import first_record, read_json_lines, write_lines
from baocao_nlp.annotation.graph import ATTRIBUTES, Entity, Graph, outline
from baocao_nlp.annotation.report import AnnotatedReport, Checked

CONFIGURATION = "doccano-span-labels.json"


def recognises(path: Path) -> bool:
    """Whether a path is JSON Lines with ``text`` and ``entities``."""
    return {"text", "entities"} <= first_record(path).keys()


def read(path: Path) -> Iterator[Checked]:
    """The reports of an export. Errors are those of `read_json_lines`."""
    for number, record in read_json_lines(path):
        graph = Graph("")
        name = f"line-{number}"
        try:
            graph.text = str(record["text"])
            name = str(record.get("name") or f"example-{record['id']}")
            _read_record(graph, number, record)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            graph.problem(number, f"not as doccano writes it ({error!r})")
        graph.complete()
        report, problems = graph.report(name)
        yield Checked(report, path, tuple(problems))


def _read_record(graph: Graph, number: int, record: Mapping[str, Any]) -> None:
    settings = []
    values: dict[tuple[int, int], str] = {}
    for entity in record["entities"]:
        key, label = str(entity["id"]), entity["label"]
        start, end = int(entity["start_offset"]), int(entity["end_offset"])
        name, _, setting = label.partition(": ")
        if name in ATTRIBUTES:
            settings.append((name, setting, (start, end)))
            continue
        graph.add_entity(number, key, label, start, end)
        if label == "VALUE":
            values[start, end] = key
    for name, setting, place in settings:
        graph.add_attribute(number, name, values.get(place, f"what stands at {place[0]} {place[1]}"), setting)
    for relation in record.get("relations") or ():
        graph.add_link(number, relation["type"], str(relation["from_id"]), str(relation["to_id"]))
    for place, notes in (record.get("values") or {}).items():
        start, end = map(int, place.split("-"))
        # the value may have been corrected away since
        if (start, end) in values:
            for name, content in notes.items():
                graph.add_note(number, values[start, end], name, content)


def write(reports: Iterable[AnnotatedReport], output: Path) -> None:
    """Write reports as examples, one a line."""
    write_lines((json.dumps(_record(i, report), ensure_ascii=False) for i, report in enumerate(reports, 1)), output)


def _record(number: int, report: AnnotatedReport) -> dict[str, Any]:
    entities, relations = outline(report)
    ids = {entity.key: i for i, entity in enumerate(entities)}
    marked: list[tuple[int, Entity, str]] = [(ids[entity.key], entity, entity.label) for entity in entities]
    over = [
        (entity, f"{name}: {setting}" if setting else name)
        for entity in entities
        for name, setting in entity.attributes.items()
    ]
    marked += [(i, entity, label) for i, (entity, label) in enumerate(over, len(entities))]
    return {
        "id": number,
        "name": report.name,
        "text": report.text,
        "entities": [
            {"id": i, "label": label, "start_offset": entity.span.start, "end_offset": entity.span.end}
            for i, entity, label in marked
        ],
        "relations": [
            {"id": i, "from_id": ids[relation.value], "to_id": ids[relation.other], "type": relation.kind}
            for i, relation in enumerate(relations)
        ],
        "values": {_place(entity): dict(entity.notes) for entity in entities if entity.notes},
    }


def _place(entity: Entity) -> str:
    return f"{entity.span.start}-{entity.span.end}"
