"""What annotated reports are made of, in figures: to compare a corpus with life, and its splits with each other."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from statistics import quantiles

from baocao_nlp.annotation.report import AnnotatedReport
from baocao_nlp.facts import Fact, Span
from baocao_nlp.meaning.units import parse_unit
from baocao_nlp.text.normalize import fold

_NUMBER_RE = re.compile(r"\d+(?:[.,]\d+)*")
_SYLLABLE_RE = re.compile(r"\w+")
_SENTENCE_END_RE = re.compile(r"[.!?]\s+(?=[^\W\d_a-zà-ỹ])")
_FORMS = {
    "05": r"0\d", "12": r"\d+", "12,3": r"\d+,\d+", "1.234": r"\d{1,3}(?:\.\d{3})+", "1.234,5": r"[\d.]+,\d+",
    "12.3": r"\d+\.\d+",
}  # fmt: skip


@dataclass(slots=True)
class Statistics:
    """Counts over reports.

    Attributes
    ----------
    counts : for each property of a fact how many facts have each value of it.
    metric_lengths : syllables of each fact's metric.
    described : for each column of a description of the reports how many reports have each value of it.
    """

    reports: int = 0
    syllables: int = 0
    numbers: int = 0
    facts: int = 0
    counts: dict[str, Counter[str]] = field(default_factory=lambda: {name: Counter() for name in PROPERTIES})
    metric_lengths: list[int] = field(default_factory=list)
    described: dict[str, Counter[str]] = field(default_factory=dict)

    def shares(self, name: str) -> dict[str, float]:
        """The share of facts with each value of a property, the most frequent first; of those that have it."""
        counts = Counter({value: count for value, count in self.counts[name].items() if value})
        return {value: count / counts.total() for value, count in counts.most_common()}

    @property
    def metric_deciles(self) -> list[float]:
        """The deciles of the metrics' lengths."""
        return quantiles(self.metric_lengths, n=10) if len(self.metric_lengths) > 1 else []


def count(reports: Iterable[AnnotatedReport], about: Mapping[str, Mapping[str, str]] | None = None) -> Statistics:
    """Count what reports are made of; optional facts are left out.

    Parameters
    ----------
    about : a description of reports by name: the value of each column, several joined by ``+``.
    """
    found = Statistics()
    for report in reports:
        found.reports += 1
        for column, described in (about or {}).get(report.name, {}).items():
            found.described.setdefault(column, Counter()).update(described.split("+"))
        found.syllables += len(_SYLLABLE_RE.findall(report.text))
        found.numbers += len(_NUMBER_RE.findall(report.text))
        values = [fact.value.start for fact in report.facts]
        for index, fact in enumerate(report.facts):
            if index in report.optional:
                continue
            found.facts += 1
            found.metric_lengths.append(sum(len(_SYLLABLE_RE.findall(span.text)) for span in fact.metric))
            place = _Place(report.text, values, fact)
            for name, property_of in PROPERTIES.items():
                found.counts[name][property_of(place)] += 1
    return found


@dataclass(frozen=True, slots=True)
class _Place:
    """A fact in its report."""

    text: str
    values: list[int]
    fact: Fact

    def numbers_between(self, start: int, end: int) -> int:
        return bisect_left(self.values, end) - bisect_right(self.values, start)


def _comparison(place: _Place) -> str:
    return place.fact.comparison.type if place.fact.comparison else "level"


def _basis(place: _Place) -> str:
    return place.fact.comparison.basis if place.fact.comparison else ""


def _cue(place: _Place) -> str:
    comparison = place.fact.comparison
    return "" if not comparison else "with cue words" if comparison.spans else "without"


def _unit(place: _Place) -> str:
    if not place.fact.unit:
        return "none"
    unit = parse_unit(place.fact.unit.text)
    return "percent" if unit.canonical == "%" else unit.dimension


def _metric_place(place: _Place) -> str:
    value = place.fact.value
    before = [span for span in place.fact.metric if span.start < value.start]
    if not before:
        return "only after"
    nearest = max(before)
    if "\n" in place.text[nearest.end : value.start]:
        return "another line"
    between = place.numbers_between(nearest.end - 1, value.start)
    return "adjacent" if not between else f"{between} numbers between" if between < 4 else "4+ numbers between"


def _period_place(place: _Place) -> str:
    period, value = place.fact.period, place.fact.value
    if period is None:
        return "none"
    left, right = sorted((period, value))
    gap = place.text[left.end : right.start]
    if "\n" in gap:
        return "another line"
    if _SENTENCE_END_RE.search(gap):
        return "another sentence"
    between = place.numbers_between(left.start, right.start)
    return f"same sentence, {between if between < 3 else '3+'} numbers between"


def _form(place: _Place) -> str:
    return next((name for name, form in _FORMS.items() if re.fullmatch(form, place.fact.value.text)), "compound")


def sector_of(fact: Fact) -> str:
    """The sector that the words of a fact speak of: the first in `sectors.toml` with a word among them, or "other"."""
    words = fold(" ".join(span.text for span in (*fact.context, *fact.metric, *_unit_span(fact))))
    return next((name for name, pattern in _sectors().items() if pattern.search(words)), "other")


def _unit_span(fact: Fact) -> tuple[Span, ...]:
    return (fact.unit,) if fact.unit else ()


@cache
def _sectors() -> Mapping[str, re.Pattern[str]]:
    data = tomllib.loads(files("baocao_nlp").joinpath("sectors.toml").read_text(encoding="utf-8"))
    return {name: re.compile(r"\b(?:" + "|".join(words) + r")\b") for name, words in data.items()}


PROPERTIES: Mapping[str, Callable[[_Place], str]] = {
    "comparison": _comparison,
    "basis": _basis,
    "cue": _cue,
    "unit": _unit,
    "metric spans": lambda place: str(len(place.fact.metric)),
    "metric to value": _metric_place,
    "metric after the value": lambda place: (
        "in part" if any(span.start > place.fact.value.start for span in place.fact.metric) else "no"
    ),
    "context spans": lambda place: str(len(place.fact.context)),
    "period": _period_place,
    "value form": _form,
    "modifier": lambda place: place.fact.modifier,
    "sector": lambda place: sector_of(place.fact),
}
