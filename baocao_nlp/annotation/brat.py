"""Annotated reports in brat standoff: ``NAME.txt`` and ``NAME.ann`` beside it.

Reading collects every problem with its line, so that an annotator mends a file in one go;
`load_report` refuses a file that has any.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from baocao_nlp.annotation.report import AnnotatedReport
from baocao_nlp.facts import (
    BASES,
    COMPARISON_TYPES,
    LABELS,
    Comparison,
    Fact,
    Label,
    LabelledSpan,
    Modifier,
    Span,
)
from baocao_nlp.meaning.numbers import is_compound, parse_compound, readings

RELATIONS: dict[str, Label] = {
    "Measures": "METRIC",
    "Within": "METRIC",
    "HasUnit": "UNIT",
    "ComparedBy": "COMPARISON",
    "During": "PERIOD",
}
MODIFIER_NAMES: dict[str, Modifier] = {"approx": "~", "more": ">", "less": "<"}
_ATTRIBUTES = {
    "Comparison": COMPARISON_TYPES,
    "Basis": BASES,
    "Modifier": tuple(MODIFIER_NAMES),
    "Optional": ("", "true"),
}


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something wrong in an annotation file, and the line (from 1) it stands in."""

    line: int
    message: str


class AnnotationError(ValueError):
    """An annotated report that cannot be used as it is."""

    def __init__(self, path: Path, problems: list[Problem]):
        shown = "\n".join(f"{path}:{problem.line}: {problem.message}" for problem in problems[:20])
        more = f"\n… and {len(problems) - 20} more" if len(problems) > 20 else ""
        super().__init__(f"{len(problems)} problems in {path}\n{shown}{more}")
        self.path = path
        self.problems = problems


@dataclass
class _Standoff:
    """The lines of an annotation file, before they are put together."""

    text: str
    entities: dict[str, LabelledSpan] = field(default_factory=dict)
    relations: dict[str, dict[str, list[str]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    attributes: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    notes: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    lines: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, line: int, message: str) -> None:
        self.problems.append(Problem(line, message))


def parse(name: str, text: str, annotations: str) -> tuple[AnnotatedReport, list[Problem]]:
    """Read standoff annotations of ``text``; what is broken is left out and listed."""
    doc = _Standoff(text)
    links = []
    for number, line in enumerate(annotations.splitlines(), 1):
        if not line.strip():
            continue
        kind = line[0]
        if kind == "T":
            _read_entity(doc, number, line)
        elif kind in "RA#":
            links.append((number, line))
        else:
            doc.problem(number, f"unknown kind of line {line[:20]!r}: expected T, R, A or #")
    for number, line in links:
        {"R": _read_relation, "A": _read_attribute, "#": _read_note}[line[0]](doc, number, line)
    _check_overlaps(doc)
    facts = [(entity, fact) for entity in doc.entities if (fact := _build_fact(doc, entity))]
    facts.sort(key=lambda item: item[1].value)
    _check_unlinked(doc)
    optional = frozenset(i for i, (entity, _) in enumerate(facts) if "Optional" in doc.attributes[entity])
    report = AnnotatedReport(name, text, tuple(fact for _, fact in facts), optional)
    return report, sorted(doc.problems)


def _read_entity(doc: _Standoff, number: int, line: str) -> None:
    match = re.fullmatch(r"(T\d+)\t(\w+) (\d+) (\d+)\t(.*)", line)
    if not match:
        return doc.problem(number, "an entity is 'T1<tab>LABEL START END<tab>TEXT', contiguous")
    key, label, start, end, surface = match[1], match[2], int(match[3]), int(match[4]), match[5]
    found = doc.text[start:end]
    if label not in LABELS:
        return doc.problem(number, f"unknown label {label}: expected one of {', '.join(LABELS)}")
    if key in doc.entities:
        return doc.problem(number, f"{key} is defined twice")
    if not 0 <= start < end <= len(doc.text):
        return doc.problem(number, f"offsets {start} {end} are outside the text of {len(doc.text)} characters")
    if found.replace("\n", " ") != surface:
        return doc.problem(number, f"the text at {start} {end} is {found!r}, not {surface!r}")
    if found != found.strip():
        doc.problem(number, f"{found!r} begins or ends with a space")
    doc.entities[key] = LabelledSpan(Span(start, end, found), label)
    doc.lines[key] = number


def _read_relation(doc: _Standoff, number: int, line: str) -> None:
    match = re.fullmatch(r"R\d+\t(\w+) Arg1:(T\d+) Arg2:(T\d+)\s*", line)
    if not match:
        return doc.problem(number, "a relation is 'R1<tab>TYPE Arg1:T1 Arg2:T2'")
    kind, value, other = match.groups()
    if kind not in RELATIONS:
        return doc.problem(number, f"unknown relation {kind}: expected one of {', '.join(RELATIONS)}")
    for key, label in ((value, "VALUE"), (other, RELATIONS[kind])):
        if key not in doc.entities:
            return doc.problem(number, f"{kind} points to {key}, which does not exist")
        if doc.entities[key].label != label:
            return doc.problem(number, f"{kind} needs a {label}, {key} is a {doc.entities[key].label}")
    if kind in ("HasUnit", "During") and doc.relations[value][kind]:
        return doc.problem(number, f"{value} has more than one {RELATIONS[kind]}")
    doc.relations[value][kind].append(other)


def _read_attribute(doc: _Standoff, number: int, line: str) -> None:
    match = re.fullmatch(r"A\d+\t(\w+) (T\d+) ?(\w*)\s*", line)
    if not match:
        return doc.problem(number, "an attribute is 'A1<tab>NAME T1 VALUE'")
    name, key, value = match.groups()
    if name not in _ATTRIBUTES:
        return doc.problem(number, f"unknown attribute {name}: expected one of {', '.join(_ATTRIBUTES)}")
    if value not in _ATTRIBUTES[name]:
        return doc.problem(number, f"{name} cannot be {value!r}: expected one of {', '.join(_ATTRIBUTES[name])}")
    if key not in doc.entities or doc.entities[key].label != "VALUE":
        return doc.problem(number, f"{name} belongs to a VALUE, which {key} is not")
    doc.attributes[key][name] = value


def _read_note(doc: _Standoff, number: int, line: str) -> None:
    match = re.fullmatch(r"#\d+\tAnnotatorNotes (T\d+)\t(.*)", line)
    if not match or match[1] not in doc.entities:
        return doc.problem(number, "a note is '#1<tab>AnnotatorNotes T1<tab>KEY=VALUE …' of an entity that exists")
    for item in match[2].split():
        key, equals, value = item.partition("=")
        if equals and key in ("number", "period"):
            doc.notes[match[1]][key] = value
        else:
            doc.problem(number, f"unknown note {item!r}: expected number=… or period=START/END")


def _check_overlaps(doc: _Standoff) -> None:
    ordered = sorted(doc.entities.items(), key=lambda item: item[1].span)
    furthest: tuple[str, LabelledSpan] | None = None
    for key, entity in ordered:
        if furthest and entity.span.start < furthest[1].span.end:
            doc.problem(doc.lines[key], f"{key} {entity.span.text!r} overlaps {furthest[0]} {furthest[1].span.text!r}")
        if not furthest or entity.span.end > furthest[1].span.end:
            furthest = (key, entity)


def _check_unlinked(doc: _Standoff) -> None:
    linked = {other for kinds in doc.relations.values() for others in kinds.values() for other in others}
    for key, entity in doc.entities.items():
        if entity.label != "VALUE" and key not in linked:
            doc.problem(doc.lines[key], f"{entity.label} {entity.span.text!r} belongs to no value")


def _build_fact(doc: _Standoff, key: str) -> Fact | None:
    entity = doc.entities[key]
    if entity.label != "VALUE":
        return None

    def linked(kind: str) -> tuple[Span, ...]:
        return tuple(sorted(doc.entities[other].span for other in doc.relations[key][kind]))

    attributes = doc.attributes[key]
    if not linked("Measures") and "Optional" not in attributes:
        doc.problem(doc.lines[key], f"the value {entity.span.text!r} has no metric")
    unit, period = linked("HasUnit"), linked("During")
    start, end = _period_dates(doc, key, bool(period))
    return Fact(
        value=entity.span,
        number=_number(doc, key, entity.span.text),
        unit=unit[0] if unit else None,
        metric=linked("Measures"),
        context=linked("Within"),
        comparison=_comparison(doc, key, linked("ComparedBy")),
        period=period[0] if period else None,
        period_start=start,
        period_end=end,
        modifier=MODIFIER_NAMES.get(attributes.get("Modifier", ""), "="),
    )


def _comparison(doc: _Standoff, key: str, cues: tuple[Span, ...]) -> Comparison | None:
    attributes = doc.attributes[key]
    if ("Comparison" in attributes) != ("Basis" in attributes):
        doc.problem(doc.lines[key], "a comparison needs both a Comparison and a Basis")
    if "Comparison" not in attributes:
        if cues:
            doc.problem(doc.lines[key], f"{cues[0].text!r} compares the value, which has no Comparison")
        return None
    return Comparison(attributes["Comparison"], attributes.get("Basis", "other"), cues)  # type: ignore[arg-type]


def _number(doc: _Standoff, key: str, surface: str) -> float | None:
    noted = doc.notes[key].get("number")
    if noted is None:
        doc.problem(doc.lines[key], f"the value {surface!r} has no note number=…")
        return None
    try:
        number = float(noted)
    except ValueError:
        doc.problem(doc.lines[key], f"number={noted} is not a number")
        return None
    possible = (parse_compound(surface),) if is_compound(surface) else readings(surface)
    if possible and not any(p is not None and abs(abs(number) - p) <= 1e-9 * max(p, 1) for p in possible):
        doc.problem(doc.lines[key], f"number={noted} is no reading of {surface!r}")
    return number


def _period_dates(doc: _Standoff, key: str, has_period: bool) -> tuple[date | None, date | None]:
    noted = doc.notes[key].get("period")
    if noted is None:
        if has_period:
            doc.problem(doc.lines[key], "a value with a period needs a note period=START/END")
        return None, None
    if not has_period:
        doc.problem(doc.lines[key], f"period={noted} is noted, but no PERIOD is linked")
    try:
        start, end = (date.fromisoformat(day) if day else None for day in noted.split("/"))
    except ValueError:
        doc.problem(doc.lines[key], f"period={noted} is not START/END in ISO dates, either of which may be empty")
        return None, None
    if start and end and start > end:
        doc.problem(doc.lines[key], f"period={noted} ends before it starts")
    return start, end


def dump(report: AnnotatedReport) -> str:
    """The standoff annotations of a report; the same report gives the same bytes."""
    spans = report.spans
    keys = {(entity.label, entity.span): f"T{i}" for i, entity in enumerate(spans, 1)}
    lines = [
        f"{keys[e.label, e.span]}\t{e.label} {e.span.start} {e.span.end}\t{e.span.text.replace(chr(10), ' ')}"
        for e in spans
    ]
    relations, attributes, notes = [], [], []
    for index, fact in enumerate(report.facts):
        value = keys["VALUE", fact.value]
        relations += [f"{kind} Arg1:{value} Arg2:{keys[RELATIONS[kind], span]}" for kind, span in _links(fact)]
        attributes += [f"{name} {value} {setting}".strip() for name, setting in _settings(fact)]
        if index in report.optional:
            attributes.append(f"Optional {value}")
        notes.append(f"AnnotatorNotes {value}\t{_note(fact)}")
    for prefix, items in (("R", relations), ("A", attributes), ("#", notes)):
        lines += [f"{prefix}{i}\t{item}" for i, item in enumerate(items, 1)]
    return "".join(f"{line}\n" for line in lines)


def _links(fact: Fact) -> Iterator[tuple[str, Span]]:
    yield from (("Measures", span) for span in fact.metric)
    yield from (("Within", span) for span in fact.context)
    if fact.unit:
        yield "HasUnit", fact.unit
    if fact.comparison:
        yield from (("ComparedBy", span) for span in fact.comparison.spans)
    if fact.period:
        yield "During", fact.period


def _settings(fact: Fact) -> Iterator[tuple[str, str]]:
    if fact.comparison:
        yield "Comparison", fact.comparison.type
        yield "Basis", fact.comparison.basis
    if fact.modifier != "=":
        yield "Modifier", next(name for name, sign in MODIFIER_NAMES.items() if sign == fact.modifier)


def _note(fact: Fact) -> str:
    items = [] if fact.number is None else [f"number={format(fact.number, '.15g')}"]
    if fact.period:
        items.append(f"period={fact.period_start or ''}/{fact.period_end or ''}")
    return " ".join(items)


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
        raise AnnotationError(path.with_suffix(".ann"), problems)
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


def load_reports(folder: str | Path) -> list[AnnotatedReport]:
    """All annotated reports under a folder, by name."""
    return [load_report(path) for path in find_reports(folder)]


def save_report(report: AnnotatedReport, folder: str | Path) -> Path:
    """Write ``NAME.txt`` and ``NAME.ann`` into a folder; returns the path of the latter."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / f"{report.name}.txt", "w", encoding="utf-8", newline="") as file:
        file.write(report.text)
    path = folder / f"{report.name}.ann"
    path.write_text(dump(report), encoding="utf-8")
    return path
