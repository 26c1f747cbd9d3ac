"""When two descriptions of the same report say the same: fact by fact, field by field.

Used to measure a model against annotators, and annotators against each other. Facts are paired by their
VALUE spans. A field is right as follows: ``number`` equal, scale words of the unit taken into account;
``unit`` the same words, or one the beginning of the other; ``metric`` a word F1 of at least 0.6, context
counted on either side; ``comparison`` type and basis; ``period`` the same dates, or no period on both
sides; ``modifier`` equal; ``context`` a word F1 of at least 0.5. Where two annotators read a field differently,
either reading is right.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from math import isclose

from baocao_nlp.annotation.report import AnnotatedReport
from baocao_nlp.facts import Fact, Span
from baocao_nlp.meaning.units import parse_unit
from baocao_nlp.text.normalize import canonicalise

WHOLE_FACT = ("number", "unit", "metric", "comparison", "period")
METRIC_WORDS = 0.6
CONTEXT_WORDS = 0.5


def words(spans: Iterable[Span]) -> list[str]:
    """The words of spans, lower case."""
    return re.findall(r"[\w%‰²³]+", " ".join(canonicalise(span.text).text.lower() for span in spans))


def word_f1(left: Sequence[str], right: Sequence[str]) -> float:
    """F1 of two bags of words; 1 where both are empty."""
    if not left or not right:
        return float(left == right)
    shared = sum((Counter(left) & Counter(right)).values())
    return 2 * shared / (len(left) + len(right))


def _same_number(found: Fact, gold: Fact) -> bool:
    if found.number is None or gold.number is None:
        return found.number is gold.number
    scales = [parse_unit(fact.unit.text).factor if fact.unit else 1.0 for fact in (found, gold)]
    return isclose(found.number * scales[0], gold.number * scales[1], rel_tol=1e-6)


def _same_unit(found: Fact, gold: Fact) -> bool:
    if found.unit is None or gold.unit is None:
        return found.unit is gold.unit
    if parse_unit(found.unit.text).canonical == parse_unit(gold.unit.text).canonical:
        return True
    left, right = words([found.unit]), words([gold.unit])
    shorter = min(len(left), len(right))
    return left[:shorter] == right[:shorter]


def _same_metric(found: Fact, gold: Fact) -> bool:
    left, right = words(found.metric), words(gold.metric)
    left_wide, right_wide = words(found.context) + left, words(gold.context) + right
    pairs = [(left, right), (left_wide, right), (left, right_wide)] + ([(left_wide, right_wide)] if left else [])
    return max(word_f1(*pair) for pair in pairs) >= METRIC_WORDS


def _same_comparison(found: Fact, gold: Fact) -> bool:
    left, right = (fact.comparison and (fact.comparison.type, fact.comparison.basis) for fact in (found, gold))
    return left == right


def _same_period(found: Fact, gold: Fact) -> bool:
    if gold.period is None or not (gold.period_start or gold.period_end):
        return found.period is None or (gold.period is not None and words([found.period]) == words([gold.period]))
    return (found.period_start, found.period_end) == (gold.period_start, gold.period_end)


FIELDS: dict[str, Callable[[Fact, Fact], bool]] = {
    "number": _same_number,
    "unit": _same_unit,
    "metric": _same_metric,
    "comparison": _same_comparison,
    "period": _same_period,
    "modifier": lambda found, gold: found.modifier == gold.modifier,
    "context": lambda found, gold: word_f1(words(found.context), words(gold.context)) >= CONTEXT_WORDS,
}


def wrong_fields(found: Fact, readings: Sequence[Fact]) -> list[str]:
    """The fields of a fact that differ from every reading of gold."""
    return [name for name, same in FIELDS.items() if not any(same(found, gold) for gold in readings)]


def is_exact(found: Fact, readings: Sequence[Fact]) -> bool:
    """Whether metric and unit cover the very characters of a reading of gold."""

    def characters(fact: Fact) -> set[int]:
        return {offset for span in fact.metric for offset in range(span.start, span.end)}

    return any(characters(found) == characters(gold) and found.unit == gold.unit for gold in readings)


def pair(found: Sequence[Fact], gold: Sequence[Fact]) -> list[tuple[int | None, int | None]]:
    """Positions of facts that speak of the same number, each used once, by the overlap of their values.

    What has no partner is paired with ``None``.
    """
    overlaps = []
    start = 0
    ordered = sorted(range(len(gold)), key=lambda j: gold[j].value)
    for i in sorted(range(len(found)), key=lambda i: found[i].value):
        while start < len(ordered) and gold[ordered[start]].value.end <= found[i].value.start:
            start += 1
        for j in ordered[start:]:
            shared = min(found[i].value.end, gold[j].value.end) - max(found[i].value.start, gold[j].value.start)
            if gold[j].value.start >= found[i].value.end:
                break
            overlaps.append((-shared, i, j))
    pairs: list[tuple[int | None, int | None]] = []
    used_found: set[int] = set()
    used_gold: set[int] = set()
    for _, i, j in sorted(overlaps):
        if i not in used_found and j not in used_gold:
            pairs.append((i, j))
            used_found.add(i)
            used_gold.add(j)
    pairs += [(i, None) for i in range(len(found)) if i not in used_found]
    pairs += [(None, j) for j in range(len(gold)) if j not in used_gold]
    return pairs


def with_second(reports: Iterable[AnnotatedReport], second: Iterable[AnnotatedReport]) -> list[AnnotatedReport]:
    """Reports with a second annotator's readings beside the first's, where one of the same text is given."""
    again = {report.text: report.facts for report in second}
    return [
        replace(
            report,
            second={
                mine: again[report.text][theirs]
                for mine, theirs in pair(report.facts, again.get(report.text, ()))
                if mine is not None and theirs is not None
            },
        )
        for report in reports
    ]
