"""The annotations of a report as every tool stores them: labelled spans, relations between them, settings of values.

`Graph` takes them in one by one, whatever the file they come from, collects every problem with its line, and puts
facts together; `outline` is the way back.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from baocao_nlp.annotation.problems import Problem
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
from baocao_nlp.meaning.numbers import conventional, is_compound, parse_compound, readings
from baocao_nlp.meaning.periods import period_of_text, resolve
from baocao_nlp.text.normalize import canonicalise

RELATIONS: dict[str, Label] = {
    "Measures": "METRIC",
    "Within": "METRIC",
    "HasUnit": "UNIT",
    "ComparedBy": "COMPARISON",
    "During": "PERIOD",
}
MODIFIER_NAMES: dict[str, Modifier] = {"approx": "~", "more": ">", "less": "<"}
ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "Comparison": COMPARISON_TYPES,
    "Basis": BASES,
    "Modifier": tuple(MODIFIER_NAMES),
    "Optional": ("", "true"),
}
NOTES = ("number", "period")


@dataclass(frozen=True, slots=True)
class Entity:
    """A labelled span by a key; of a VALUE also its settings, by `ATTRIBUTES` and `NOTES`."""

    key: str
    label: Label
    span: Span
    attributes: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Relation:
    """One of `RELATIONS`, from the key of a VALUE to that of another span."""

    kind: str
    value: str
    other: str


@dataclass
class Graph:
    """The annotations of a text, before they are put together.

    Every ``add_…`` takes the line that its problems are told with, and leaves out what is broken.
    """

    text: str
    entities: dict[str, LabelledSpan] = field(default_factory=dict)
    relations: dict[str, dict[str, list[str]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    attributes: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    notes: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    lines: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, line: int, message: str) -> None:
        self.problems.append(Problem(line, message))

    def add_entity(self, line: int, key: str, label: str, start: int, end: int, surface: str | None = None) -> None:
        """A span; ``surface`` is what its tool says stands there, with any white space for white space."""
        found = self.text[start:end] if 0 <= start < end else ""
        if label not in LABELS:
            return self.problem(line, f"unknown label {label}: expected one of {', '.join(LABELS)}")
        if key in self.entities:
            return self.problem(line, f"{key} is defined twice")
        if not 0 <= start < end <= len(self.text):
            return self.problem(line, f"offsets {start} {end} are outside the text of {len(self.text)} characters")
        if surface is not None and re.sub(r"\s", " ", found) != re.sub(r"\s", " ", surface):
            return self.problem(line, f"the text at {start} {end} is {found!r}, not {surface!r}")
        if found != found.strip():
            self.problem(line, f"{found!r} begins or ends with a space")
        self.entities[key] = LabelledSpan(Span(start, end, found), label)
        self.lines[key] = line

    def add_relation(self, line: int, kind: str, value: str, other: str) -> None:
        if kind not in RELATIONS:
            return self.problem(line, f"unknown relation {kind}: expected one of {', '.join(RELATIONS)}")
        for key, label in ((value, "VALUE"), (other, RELATIONS[kind])):
            if key not in self.entities:
                return self.problem(line, f"{kind} points to {key}, which does not exist")
            if self.entities[key].label != label:
                return self.problem(line, f"{kind} needs a {label}, {key} is a {self.entities[key].label}")
        if kind in ("HasUnit", "During") and self.relations[value][kind]:
            return self.problem(line, f"{value} has more than one {RELATIONS[kind]}")
        self.relations[value][kind].append(other)

    def add_link(self, line: int, kind: str, one: str, other: str) -> None:
        """A relation, in whichever direction it was drawn."""
        is_turned = one in self.entities and self.entities[one].label != "VALUE"
        self.add_relation(line, kind, *((other, one) if is_turned else (one, other)))

    def add_attribute(self, line: int, name: str, key: str, setting: str) -> None:
        if name not in ATTRIBUTES:
            return self.problem(line, f"unknown attribute {name}: expected one of {', '.join(ATTRIBUTES)}")
        if setting not in ATTRIBUTES[name]:
            return self.problem(line, f"{name} cannot be {setting!r}: expected one of {', '.join(ATTRIBUTES[name])}")
        if key not in self.entities or self.entities[key].label != "VALUE":
            return self.problem(line, f"{name} belongs to a VALUE, which {key} is not")
        self.attributes[key][name] = setting

    def add_note(self, line: int, key: str, name: str, content: str) -> None:
        if key not in self.entities or name not in NOTES:
            return self.problem(line, f"unknown note {name}={content} of {key}: expected number=… or period=START/END")
        self.notes[key][name] = content

    def complete(self) -> None:
        """Note numbers and periods as convention reads them, where none are noted: not every tool asks for them. The
        dates of a period that is no longer linked are dropped."""
        report = period_of_text(canonicalise(self.text).text)
        for key, entity in self.entities.items():
            if entity.label != "VALUE":
                continue
            if "number" not in self.notes[key] and (number := conventional(entity.span.text)) is not None:
                self.notes[key]["number"] = number_text(number)
            period = self.relations[key]["During"]
            if not period:
                self.notes[key].pop("period", None)
            elif "period" not in self.notes[key]:
                start, end = resolve(canonicalise(self.entities[period[0]].span.text).text, report)
                self.notes[key]["period"] = f"{start or ''}/{end or ''}"

    def report(self, name: str) -> tuple[AnnotatedReport, list[Problem]]:
        """The facts that the annotations make up, and all problems."""
        self._check_overlaps()
        facts = [(entity, fact) for entity in self.entities if (fact := self._fact(entity))]
        facts.sort(key=lambda item: item[1].value)
        self._check_unlinked()
        optional = frozenset(i for i, (entity, _) in enumerate(facts) if "Optional" in self.attributes[entity])
        return AnnotatedReport(name, self.text, tuple(fact for _, fact in facts), optional), sorted(self.problems)

    def _check_overlaps(self) -> None:
        ordered = sorted(self.entities.items(), key=lambda item: item[1].span)
        furthest: tuple[str, LabelledSpan] | None = None
        for key, entity in ordered:
            if furthest and entity.span.start < furthest[1].span.end:
                other, text = furthest[0], furthest[1].span.text
                self.problem(self.lines[key], f"{key} {entity.span.text!r} overlaps {other} {text!r}")
            if not furthest or entity.span.end > furthest[1].span.end:
                furthest = (key, entity)

    def _check_unlinked(self) -> None:
        linked = {other for kinds in self.relations.values() for others in kinds.values() for other in others}
        for key, entity in self.entities.items():
            if entity.label != "VALUE" and key not in linked:
                self.problem(self.lines[key], f"{entity.label} {entity.span.text!r} belongs to no value")

    def _fact(self, key: str) -> Fact | None:
        entity = self.entities[key]
        if entity.label != "VALUE":
            return None

        def linked(kind: str) -> tuple[Span, ...]:
            return tuple(sorted(self.entities[other].span for other in self.relations[key][kind]))

        attributes = self.attributes[key]
        if not linked("Measures") and "Optional" not in attributes:
            self.problem(self.lines[key], f"the value {entity.span.text!r} has no metric")
        unit, period = linked("HasUnit"), linked("During")
        start, end = self._period_dates(key, bool(period))
        return Fact(
            value=entity.span,
            number=self._number(key, entity.span.text),
            unit=unit[0] if unit else None,
            metric=linked("Measures"),
            context=linked("Within"),
            comparison=self._comparison(key, linked("ComparedBy")),
            period=period[0] if period else None,
            period_start=start,
            period_end=end,
            modifier=MODIFIER_NAMES.get(attributes.get("Modifier", ""), "="),
        )

    def _comparison(self, key: str, cues: tuple[Span, ...]) -> Comparison | None:
        attributes = self.attributes[key]
        if ("Comparison" in attributes) != ("Basis" in attributes):
            self.problem(self.lines[key], "a comparison needs both a Comparison and a Basis")
        if "Comparison" not in attributes:
            if cues:
                self.problem(self.lines[key], f"{cues[0].text!r} compares the value, which has no Comparison")
            return None
        return Comparison(attributes["Comparison"], attributes.get("Basis", "other"), cues)  # type: ignore[arg-type]

    def _number(self, key: str, surface: str) -> float | None:
        noted = self.notes[key].get("number")
        if noted is None:
            self.problem(self.lines[key], f"the value {surface!r} has no note number=…")
            return None
        try:
            number = float(noted)
        except ValueError:
            self.problem(self.lines[key], f"number={noted} is not a number")
            return None
        possible = (parse_compound(surface),) if is_compound(surface) else readings(surface)
        if possible and not any(p is not None and abs(abs(number) - p) <= 1e-9 * max(p, 1) for p in possible):
            self.problem(self.lines[key], f"number={noted} is no reading of {surface!r}")
        return number

    def _period_dates(self, key: str, has_period: bool) -> tuple[date | None, date | None]:
        noted = self.notes[key].get("period")
        if noted is None:
            if has_period:
                self.problem(self.lines[key], "a value with a period needs a note period=START/END")
            return None, None
        if not has_period:
            self.problem(self.lines[key], f"period={noted} is noted, but no PERIOD is linked")
        try:
            start, end = (date.fromisoformat(day) if day else None for day in noted.split("/"))
        except ValueError:
            message = f"period={noted} is not START/END in ISO dates, either of which may be empty"
            self.problem(self.lines[key], message)
            return None, None
        if start and end and start > end:
            self.problem(self.lines[key], f"period={noted} ends before it starts")
        return start, end


def outline(report: AnnotatedReport) -> tuple[list[Entity], list[Relation]]:
    """The spans of a report in text order, keyed T1, T2, …, and the relations between them."""
    spans = report.spans
    keys = {(item.label, item.span): f"T{i}" for i, item in enumerate(spans, 1)}
    facts = {fact.value: (fact, index in report.optional) for index, fact in enumerate(report.facts)}
    entities = []
    for item in spans:
        key = keys[item.label, item.span]
        if item.label == "VALUE":
            fact, optional = facts[item.span]
            entities.append(Entity(key, item.label, item.span, dict(_settings(fact, optional)), dict(_notes(fact))))
        else:
            entities.append(Entity(key, item.label, item.span))
    relations = [
        Relation(kind, keys["VALUE", fact.value], keys[RELATIONS[kind], span])
        for fact in report.facts
        for kind, span in _links(fact)
    ]
    return entities, relations


def _links(fact: Fact) -> Iterator[tuple[str, Span]]:
    yield from (("Measures", span) for span in fact.metric)
    yield from (("Within", span) for span in fact.context)
    if fact.unit:
        yield "HasUnit", fact.unit
    if fact.comparison:
        yield from (("ComparedBy", span) for span in fact.comparison.spans)
    if fact.period:
        yield "During", fact.period


def _settings(fact: Fact, optional: bool) -> Iterator[tuple[str, str]]:
    if fact.comparison:
        yield "Comparison", fact.comparison.type
        yield "Basis", fact.comparison.basis
    if fact.modifier != "=":
        yield "Modifier", next(name for name, sign in MODIFIER_NAMES.items() if sign == fact.modifier)
    if optional:
        yield "Optional", ""


def _notes(fact: Fact) -> Iterator[tuple[str, str]]:
    if fact.number is not None:
        yield "number", number_text(fact.number)
    if fact.period:
        yield "period", f"{fact.period_start or ''}/{fact.period_end or ''}"


def number_text(number: float) -> str:
    """A number in digits, as short as says it exactly.

    >>> number_text(17_320_000_000.0), number_text(0.1), number_text(0.1 + 0.2)
    ('17320000000', '0.1', '0.30000000000000004')
    """
    short = format(number, ".15g")
    return short if float(short) == number else repr(number)


def regraphed(report: AnnotatedReport, line: int = 1) -> Graph:
    """A report taken apart again, so that its problems can be told like those of any other file."""
    graph = Graph(report.text)
    entities, relations = outline(report)
    for entity in entities:
        graph.add_entity(line, entity.key, entity.label, entity.span.start, entity.span.end, entity.span.text)
        for name, setting in entity.attributes.items():
            graph.add_attribute(line, name, entity.key, setting)
        for name, content in entity.notes.items():
            graph.add_note(line, entity.key, name, content)
    for relation in relations:
        graph.add_relation(line, relation.kind, relation.value, relation.other)
    return graph


def file_name_problem(name: str) -> str | None:
    """Why a report's name cannot be that of a file, where it cannot."""
    if re.fullmatch(r"[^/\\\x00-\x1f:]{1,200}", name) and not name.startswith(".") and name == name.strip():
        return None
    return f"a report cannot be named {name!r}: the name is that of a file"
