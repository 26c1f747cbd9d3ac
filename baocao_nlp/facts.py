"""What a report says, as plain data: spans of its text and the facts they make up.

Everything here is frozen, typed and free of other dependencies. Offsets count code points of the
very string that was analysed, so ``text[span.start:span.end] == span.text`` always holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any, Literal, get_args

Label = Literal["METRIC", "VALUE", "UNIT", "COMPARISON", "PERIOD"]
ComparisonType = Literal["increase", "decrease", "ratio", "share", "reference"]
Basis = Literal["plan", "same_period", "previous_period", "previous_year", "total", "other"]
Modifier = Literal["=", "~", ">", "<"]
CheckKind = Literal["fraction", "change", "sum"]

LABELS: tuple[Label, ...] = get_args(Label)
COMPARISON_TYPES: tuple[ComparisonType, ...] = get_args(ComparisonType)
BASES: tuple[Basis, ...] = get_args(Basis)
MODIFIERS: tuple[Modifier, ...] = get_args(Modifier)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of text: ``start`` and ``end`` in code points, end exclusive."""

    start: int
    end: int
    text: str

    def __str__(self) -> str:
        return self.text

    def to_dict(self) -> dict[str, Any]:
        return {"start": self.start, "end": self.end, "text": self.text}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Span:
        return cls(data["start"], data["end"], data["text"])

    @classmethod
    def of(cls, text: str, start: int, end: int) -> Span:
        """The span of ``text`` between two offsets."""
        return cls(start, end, text[start:end])


@dataclass(frozen=True, slots=True, order=True)
class LabelledSpan:
    """A span with the label a tagger or an annotator gave it, and how probable the label is."""

    span: Span
    label: Label
    probability: float = 1.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """What makes a value relative: the kind of relation, what it is relative to, and the cue words."""

    type: ComparisonType
    basis: Basis
    spans: tuple[Span, ...] = ()

    def __str__(self) -> str:
        return f"{self.type} of {self.basis}"

    def to_dict(self) -> dict[str, Any]:
        return {"type": self.type, "basis": self.basis, "spans": [span.to_dict() for span in self.spans]}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Comparison:
        return cls(data["type"], data["basis"], tuple(map(Span.from_dict, data["spans"])))


@dataclass(frozen=True, slots=True)
class Check:
    """Arithmetic that a figure takes part in, with the values of the other figures, and whether it agrees.

    ``fraction`` is a level, what it is measured against, and their percentage; ``change`` a level, what it
    changed from, and the change; ``sum`` a whole and its parts.
    """

    kind: CheckKind
    agrees: bool
    values: tuple[Span, ...]

    def to_dict(self) -> dict[str, Any]:
        return {"kind": self.kind, "agrees": self.agrees, "values": [span.to_dict() for span in self.values]}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Check:
        return cls(data["kind"], data["agrees"], tuple(map(Span.from_dict, data["values"])))


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact stands in a file: page, paragraph, or table with row and column, all counted from 1; and the heading
    above it."""

    file: str | None = None
    page: int | None = None
    paragraph: int | None = None
    table: int | None = None
    row: int | None = None
    column: int | None = None
    section: str | None = None

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Source:
        return cls(**data)


@dataclass(frozen=True, slots=True)
class Fact:
    """One number of a report and everything the report says about it.

    Attributes
    ----------
    value : the number as written.
    number : what it says, in the unit as written; a compound ("17 tỷ 320 triệu") in its base unit.
        ``None`` where the characters cannot be read as a number.
    unit : the unit of measure, or the noun counted.
    metric : the words that name what is measured, in text order.
    context : the heading, or the whole of which this is a part.
    comparison : ``None`` for a level.
    period : the words that date the value; ``period_start`` and ``period_end`` what they say.
    modifier : ``=`` exact, ``~`` approximate, ``>`` more than, ``<`` less than.
    confidence : probability from 0 to 1 that number, unit, metric, comparison and period are all right.
    label : a readable name for what is measured.
    canonical_value, canonical_unit : scale words and unit variants folded ("31,5 tỷ đồng" is
        31500000000.0 ``VND``).
    probabilities : of number, unit, metric, comparison and period, each by itself, to be right.
    checks : the arithmetic inside the report that speaks for or against the number.
    source : where it stands in the file it was read from.
    """

    value: Span
    number: float | None
    unit: Span | None = None
    metric: tuple[Span, ...] = ()
    context: tuple[Span, ...] = ()
    comparison: Comparison | None = None
    period: Span | None = None
    period_start: date | None = None
    period_end: date | None = None
    modifier: Modifier = "="
    confidence: float = 1.0
    label: str = ""
    canonical_value: float | None = None
    canonical_unit: str | None = None
    probabilities: Mapping[str, float] = field(default_factory=dict, hash=False)
    checks: tuple[Check, ...] = ()
    source: Source | None = None

    def spans(self) -> tuple[tuple[Label, Span], ...]:
        """Every span the fact is made of, with its label; metric and context are both METRIC."""
        found: list[tuple[Label, Span]] = [("VALUE", self.value)]
        found += [("METRIC", span) for span in (*self.context, *self.metric)]
        if self.unit:
            found.append(("UNIT", self.unit))
        if self.comparison:
            found += [("COMPARISON", span) for span in self.comparison.spans]
        if self.period:
            found.append(("PERIOD", self.period))
        return tuple(found)

    def moved(self, place: Callable[[int], int]) -> Fact:
        """The fact in another text that has the same words where ``place`` says for each offset."""

        def moved(span: Span) -> Span:
            start = place(span.start)
            return Span(start, start + len(span.text), span.text)

        comparison = self.comparison
        return replace(
            self,
            value=moved(self.value),
            unit=self.unit and moved(self.unit),
            metric=tuple(map(moved, self.metric)),
            context=tuple(map(moved, self.context)),
            comparison=comparison and replace(comparison, spans=tuple(map(moved, comparison.spans))),
            period=self.period and moved(self.period),
            checks=tuple(replace(check, values=tuple(map(moved, check.values))) for check in self.checks),
        )

    def to_dict(self) -> dict[str, Any]:
        """The fact in plain JSON types; `from_dict` takes it back without loss."""
        return {
            "value": self.value.to_dict(),
            "number": self.number,
            "unit": self.unit.to_dict() if self.unit else None,
            "metric": [span.to_dict() for span in self.metric],
            "context": [span.to_dict() for span in self.context],
            "comparison": self.comparison.to_dict() if self.comparison else None,
            "period": self.period.to_dict() if self.period else None,
            "period_start": self.period_start.isoformat() if self.period_start else None,
            "period_end": self.period_end.isoformat() if self.period_end else None,
            "modifier": self.modifier,
            "confidence": self.confidence,
            "label": self.label,
            "canonical_value": self.canonical_value,
            "canonical_unit": self.canonical_unit,
            "probabilities": dict(self.probabilities),
            "checks": [check.to_dict() for check in self.checks],
            "source": self.source.to_dict() if self.source else None,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Fact:
        """The fact that `to_dict` wrote."""
        day = {key: data[key] and date.fromisoformat(data[key]) for key in ("period_start", "period_end")}
        return cls(
            value=Span.from_dict(data["value"]),
            number=data["number"],
            unit=data["unit"] and Span.from_dict(data["unit"]),
            metric=tuple(map(Span.from_dict, data["metric"])),
            context=tuple(map(Span.from_dict, data["context"])),
            comparison=data["comparison"] and Comparison.from_dict(data["comparison"]),
            period=data["period"] and Span.from_dict(data["period"]),
            modifier=data["modifier"],
            confidence=data["confidence"],
            label=data["label"],
            canonical_value=data["canonical_value"],
            canonical_unit=data["canonical_unit"],
            probabilities=data.get("probabilities", {}),
            checks=tuple(map(Check.from_dict, data.get("checks", ()))),
            source=Source.from_dict(data["source"]) if data.get("source") else None,
            **day,
        )


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What came of a file: its facts, and its format and length in characters; or the error that kept it from being
    read."""

    file: str
    facts: tuple[Fact, ...] = ()
    format: str | None = None
    characters: int = 0
    error: str | None = None

    def to_dict(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "format": self.format,
            "characters": self.characters,
            "error": self.error,
            "facts": [fact.to_dict() for fact in self.facts],
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> FileFacts:
        facts = tuple(map(Fact.from_dict, data["facts"]))
        return cls(data["file"], facts, data["format"], data["characters"], data["error"])
