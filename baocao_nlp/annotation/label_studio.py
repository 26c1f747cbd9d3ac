"""Annotated reports as Label Studio tasks: one JSON list, with regions, relations between them, and choices of regions.

The names of the controls are those of our settings; `configurations/label-studio.xml` shows them. What a person leaves
out because convention says it, numbers and dates, is filled in.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from baocao_nlp.annotation.files import whole_file
from baocao_nlp.annotation.graph import Entity, Graph, outline
from baocao_nlp.annotation.report import AnnotatedReport, Checked

CONFIGURATION = "label-studio.xml"
_LABEL, _TEXT = "label", "text"

log = logging.getLogger(__name__)


def recognises(path: Path) -> bool:
    """Whether a path is a JSON list of tasks."""
    if path.suffix != ".json" or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(1000).decode("utf-8-sig", "ignore").lstrip()[:1] == "["


def read(path: Path) -> Iterator[Checked]:
    """The annotated tasks of an export; those that no one has annotated are left out, and told in the log.

    Of a task that was annotated several times the ground truth counts, where one is marked, else the latest.

    Raises
    ------
    ValueError
        Where the file is no list of tasks.
    """
    try:
        tasks = json.loads(path.read_text(encoding="utf-8-sig"))
        texts = [(task, str(task["data"]["text"])) for task in tasks]
    except (KeyError, RecursionError, TypeError, ValueError) as error:
        raise ValueError(f"{path} is no list of Label Studio tasks with data.text ({error})") from None
    left_out = 0
    for number, (task, text) in enumerate(texts, 1):
        results = _chosen(task.get("annotations") or ())
        if results is None:
            left_out += 1
            continue
        graph = Graph(text)
        _read_results(graph, number, results)
        graph.complete()
        report, problems = graph.report(str(task["data"].get("name") or f"task-{task.get('id', number)}"))
        yield Checked(report, path, tuple(problems))
    if left_out:
        log.warning("%s: %d tasks that no one has annotated are left out", path, left_out)


def _chosen(annotations: Iterable[Mapping[str, Any]]) -> list[Any] | None:
    done = [item for item in annotations if not item.get("was_cancelled")]
    if not done:
        return None
    best = max(done, key=lambda item: (bool(item.get("ground_truth")), str(item.get("updated_at") or "")))
    return list(best.get("result") or ())


def _read_results(graph: Graph, number: int, results: Sequence[Any]) -> None:
    """Put the results of a task into a graph: regions before what refers to them."""
    try:
        for result in results:
            if result["type"] == "labels":
                value = result["value"]
                (label,) = value["labels"]
                start, end, surface = int(value["start"]), int(value["end"]), value.get("text")
                # line breaks come back as they are or escaped
                surface = surface and str(surface).replace("\\n", "\n")
                graph.add_entity(number, result["id"], label, start, end, surface)
        for result in results:
            _read_setting(graph, number, result)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        graph.problem(number, f"a result is not as Label Studio writes it ({error!r})")


def _read_setting(graph: Graph, number: int, result: Mapping[str, Any]) -> None:
    if result["type"] == "relation":
        for kind in result["labels"] or ("without a name",):
            graph.add_link(number, kind, result["from_id"], result["to_id"])
    elif result["type"] == "choices":
        (choice,) = result["value"]["choices"]
        graph.add_attribute(number, result["from_name"], result["id"], choice)
    elif result["type"] == "textarea":
        graph.add_note(number, result["id"], result["from_name"], "".join(result["value"]["text"]).strip())


def write(
    reports: Iterable[AnnotatedReport],
    output: Path,
    *,
    model: str = "",
    scores: Mapping[str, float] = MappingProxyType({}),
) -> None:
    """Write reports as tasks.

    Parameters
    ----------
    model : the name of the model that found the facts, where it was a model: they are predictions then, for a person
        to correct.
    scores : of each report by name, kept with its predictions, by which Label Studio can order tasks.
    """
    tasks = []
    for report in reports:
        entities, relations = outline(report)
        results = [result for entity in entities for result in _results(entity)]
        results += [
            {
                "type": "relation",
                "from_id": relation.value,
                "to_id": relation.other,
                "direction": "right",
                "labels": [relation.kind],
            }
            for relation in relations
        ]
        task: dict[str, Any] = {"data": {"name": report.name, _TEXT: report.text}}
        if model:
            task["predictions"] = [{"model_version": model, "score": scores.get(report.name), "result": results}]
        else:
            task["annotations"] = [{"result": results}]
        tasks.append(task)
    lines = ",\n".join(json.dumps(task, ensure_ascii=False) for task in tasks)
    with whole_file(output) as temporary:
        temporary.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def _results(entity: Entity) -> Iterator[dict[str, Any]]:
    place = {"start": entity.span.start, "end": entity.span.end, "text": entity.span.text}

    def result(control: str, kind: str, value: dict[str, Any]) -> dict[str, Any]:
        return {"id": entity.key, "from_name": control, "to_name": _TEXT, "type": kind, "value": place | value}

    yield result(_LABEL, "labels", {"labels": [entity.label]})
    for name, setting in entity.attributes.items():
        yield result(name, "choices", {"choices": [setting or "true"]})
    for name, content in entity.notes.items():
        yield result(name, "textarea", {"text": [content]})
