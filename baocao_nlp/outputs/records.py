"""A fact as a flat record: the columns that tables of facts have."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from baocao_nlp.facts import Fact, Span

_APART = " … "
_UNSOUND_RE = re.compile("[\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its type, how a fact fills it, and how many letters wide it is shown."""

    type: type
    of: Callable[[Fact], Any]
    width: int = 12


def _source(name: str) -> Callable[[Fact], Any]:
    return lambda fact: getattr(fact.source, name) if fact.source else None


def _words(spans: Sequence[Span]) -> str | None:
    return _APART.join(span.text for span in spans) or None


FIELDS: dict[str, Field] = {
    "file": Field(str, _source("file"), 30),
    "section": Field(str, _source("section"), 30),
    "page": Field(int, _source("page"), 6),
    "paragraph": Field(int, _source("paragraph"), 8),
    "table": Field(int, _source("table"), 6),
    "row": Field(int, _source("row"), 6),
    "column": Field(int, _source("column"), 6),
    "label": Field(str, lambda fact: fact.label, 60),
    "metric": Field(str, lambda fact: _words(fact.metric), 40),
    "context": Field(str, lambda fact: _words(fact.context), 30),
    "value": Field(str, lambda fact: fact.value.text, 14),
    "number": Field(float, lambda fact: fact.number, 16),
    "unit": Field(str, lambda fact: fact.unit.text if fact.unit else None, 14),
    "comparison": Field(str, lambda fact: fact.comparison.type if fact.comparison else None),
    "basis": Field(str, lambda fact: fact.comparison.basis if fact.comparison else None, 16),
    "period": Field(str, lambda fact: fact.period.text if fact.period else None, 22),
    "period_start": Field(date, lambda fact: fact.period_start),
    "period_end": Field(date, lambda fact: fact.period_end),
    "modifier": Field(str, lambda fact: fact.modifier, 8),
    "canonical_value": Field(float, lambda fact: fact.canonical_value, 18),
    "canonical_unit": Field(str, lambda fact: fact.canonical_unit, 14),
    "confidence": Field(float, lambda fact: round(fact.confidence, 4), 10),
    "start": Field(int, lambda fact: fact.value.start, 8),
    "end": Field(int, lambda fact: fact.value.end, 8),
    # all of it, so that nothing is lost in a table
    "fact": Field(str, lambda fact: json.dumps(fact.to_dict(), ensure_ascii=False), 20),
}
READABLE = tuple(name for name in FIELDS if name != "fact")


def chosen_fields(names: str | Iterable[str]) -> tuple[str, ...]:
    """The fields of a list of names, with commas between them where it is a string; "all" is all of them.

    Raises
    ------
    ValueError
        Where there is no such field.
    """
    listed = [name.strip() for name in (names.split(",") if isinstance(names, str) else names)]
    if listed == ["all"]:
        return tuple(FIELDS)
    for name in listed:
        if name not in FIELDS:
            raise ValueError(f"no field {name!r}; there are {', '.join(FIELDS)}")
    return tuple(listed)


def record(fact: Fact, fields: Iterable[str]) -> dict[str, Any]:
    """The chosen fields of a fact."""
    values = {name: FIELDS[name].of(fact) for name in fields}
    return {name: sound(value) if isinstance(value, str) else value for name, value in values.items()}


def sound(text: str) -> str:
    """A text with the code points that files of text and XML cannot hold written as JSON escapes, which read back."""
    return _UNSOUND_RE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
