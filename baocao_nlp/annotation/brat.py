"""Annotated reports in brat standoff: ``NAME.txt`` and ``NAME.ann`` beside it.

Reading collects every problem with its line, so that an annotator mends a file in one go;
`load_report` refuses a file that has any.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from baocao_nlp.annotation.graph import Graph, outline
from baocao_nlp.annotation.problems import AnnotationError, Problem
from baocao_nlp.annotation.report import AnnotatedReport, Checked

CONFIGURATION = "annotation.conf"
_ONE_LINE = str.maketrans("\r\n", "  ")


def parse(name: str, text: str, annotations: str) -> tuple[AnnotatedReport, list[Problem]]:
    """Read standoff annotations of ``text``; what is broken is left out and listed."""
    graph = Graph(text)
    links = []
    for number, line in enumerate(annotations.splitlines(), 1):
        if not line.strip():
            continue
        kind = line[0]
        if kind == "T":
            _read_entity(graph, number, line)
        elif kind in "RA#":
            links.append((number, line))
        else:
            graph.problem(number, f"unknown kind of line {line[:20]!r}: expected T, R, A or #")
    for number, line in links:
        {"R": _read_relation, "A": _read_attribute, "#": _read_note}[line[0]](graph, number, line)
    return graph.report(name)


def _read_entity(graph: Graph, number: int, line: str) -> None:
    match = re.fullmatch(r"(T\d+)\t(\w+) (\d{1,9}) (\d{1,9})\t(.*)", line)
    if not match:
        return graph.problem(number, "an entity is 'T1<tab>LABEL START END<tab>TEXT', contiguous")
    graph.add_entity(number, match[1], match[2], int(match[3]), int(match[4]), match[5])


def _read_relation(graph: Graph, number: int, line: str) -> None:
    match = re.fullmatch(r"R\d+\t(\w+) Arg1:(T\d+) Arg2:(T\d+)\s*", line)
    if not match:
        return graph.problem(number, "a relation is 'R1<tab>TYPE Arg1:T1 Arg2:T2'")
    graph.add_relation(number, *match.groups())


def _read_attribute(graph: Graph, number: int, line: str) -> None:
    match = re.fullmatch(r"A\d+\t(\w+) (T\d++) ?(\w*+)\s*", line)
    if not match:
        return graph.problem(number, "an attribute is 'A1<tab>NAME T1 VALUE'")
    graph.add_attribute(number, *match.groups())


def _read_note(graph: Graph, number: int, line: str) -> None:
    match = re.fullmatch(r"#\d+\tAnnotatorNotes (T\d+)\t(.*)", line)
    if not match or match[1] not in graph.entities:
        return graph.problem(number, "a note is '#1<tab>AnnotatorNotes T1<tab>KEY=VALUE …' of an entity that exists")
    for item in match[2].split():
        name, _, content = item.partition("=")
        graph.add_note(number, match[1], name, content)


def dump(report: AnnotatedReport) -> str:
    """The standoff annotations of a report; the same report gives the same bytes."""
    entities, relations = outline(report)
    values = [entity for entity in entities if entity.label == "VALUE"]
    lines = [f"{e.key}\t{e.label} {e.span.start} {e.span.end}\t{e.span.text.translate(_ONE_LINE)}" for e in entities]
    numbered = {
        "R": [f"{relation.kind} Arg1:{relation.value} Arg2:{relation.other}" for relation in relations],
        "A": [f"{name} {e.key} {setting}".strip() for e in values for name, setting in e.attributes.items()],
        "#": [f"AnnotatorNotes {e.key}\t{' '.join(f'{k}={v}' for k, v in e.notes.items())}" for e in values],
    }
    for prefix, items in numbered.items():
        lines += [f"{prefix}{i}\t{item}" for i, item in enumerate(items, 1)]
    return "".join(f"{line}\n" for line in lines)


def load_report(path: str | Path) -> AnnotatedReport:
    """Read ``NAME.txt`` with ``NAME.ann`` beside it; ``path`` is either of the two.

    Raises
    ------
    AnnotationError
        With every problem of the annotations, by line.
    FileNotFoundError
        Where one of the two files is missing.
    """
    path = Path(path)
    report, problems = check_report(path)
    if problems:
        raise AnnotationError([(path.with_suffix(".ann"), problem) for problem in problems])
    return report


def check_report(path: Path) -> tuple[AnnotatedReport, list[Problem]]:
    """Read an annotated report with whatever is wrong with it."""
    # newline="" keeps CRLF as it is: offsets refer to the text as stored
    with open(path.with_suffix(".txt"), encoding="utf-8", newline="") as file:
        text = file.read()
    return parse(path.stem, text, path.with_suffix(".ann").read_text(encoding="utf-8"))


def find_reports(folder: str | Path) -> list[Path]:
    """The annotation files under a folder, by name.

    Raises
    ------
    FileNotFoundError
        Where there is none.
    """
    found = sorted(Path(folder).rglob("*.ann"))
    if not found:
        raise FileNotFoundError(f"no annotated reports (NAME.ann beside NAME.txt) under {folder}")
    return found


def save_report(report: AnnotatedReport, folder: str | Path) -> Path:
    """Write ``NAME.txt`` and ``NAME.ann`` into a folder; returns the path of the latter."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / f"{report.name}.txt", "w", encoding="utf-8", newline="") as file:
        file.write(report.text)
    path = folder / f"{report.name}.ann"
    path.write_text(dump(report), encoding="utf-8")
    return path


def recognises(path: Path) -> bool:
    """Whether a path is an annotated report, or a folder with any."""
    if path.is_dir():
        return any(path.rglob("*.ann"))
    return path.suffix in (".ann", ".txt") and path.with_suffix(".ann").is_file()


def read(path: Path) -> Iterator[Checked]:
    """The reports of a folder by name, or the one that a path names."""
    for file in find_reports(path) if path.is_dir() else [path.with_suffix(".ann")]:
        try:
            report, problems = check_report(file)
        except (OSError, UnicodeDecodeError) as error:
            report, problems = AnnotatedReport(file.stem, "", ()), [Problem(1, f"cannot be read: {error}")]
        yield Checked(report, file, tuple(problems))


def write(reports: Iterable[AnnotatedReport], output: Path) -> None:
    """Write reports into a folder."""
    for report in reports:
        save_report(report, output)
