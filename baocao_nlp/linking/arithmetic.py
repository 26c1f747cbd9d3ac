"""Arithmetic as evidence: figures of one sentence that should fit together, and whether they do.

Three relations are known: a level, what it is measured against and their percentage ("64/66 hộ, đạt 96,97%");
a level, the level it changed from and the change ("tăng 4 vụ (9/5)"); and a whole with its parts. A figure is
taken as rounded to its last digit. A clerk's slip is told, not corrected; but where a number has two
readings and only one of them fits, that one is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from baocao_nlp.facts import Check, CheckKind, Fact
from baocao_nlp.meaning.numbers import readings

_NEAR = 5
_FEWEST_PARTS = 2
_MOST_READINGS = 16
_A_LITTLE = 0.03


@dataclass(frozen=True, slots=True)
class _Relation:
    """Facts, by their places in a list, that should fit together."""

    kind: CheckKind
    members: tuple[int, ...]


def check_arithmetic(facts: Sequence[Fact], sentences: Sequence[int]) -> list[Fact]:
    """The facts with their `Fact.checks`, ambiguous numbers read as the arithmetic supports.

    Parameters
    ----------
    facts : in the order of their values.
    sentences : the sentence of each.
    """
    checked = list(facts)
    for start, stop in _runs(sentences):
        relations = list(_relations(checked, range(start, stop)))
        for relation in relations:
            _settle(checked, relation)
        for relation in relations:
            _note(checked, relation)
    return checked


def _runs(sentences: Sequence[int]) -> Iterator[tuple[int, int]]:
    start = 0
    for i in range(1, len(sentences) + 1):
        if i == len(sentences) or sentences[i] != sentences[start]:
            yield start, i
            start = i


def _relations(facts: Sequence[Fact], run: range) -> Iterator[_Relation]:
    for i in run:
        comparison = facts[i].comparison
        kind = comparison.type if comparison else None
        if kind in ("ratio", "share") and _is_percent(facts[i]):
            yield from _fractions(facts, run, i)
        elif kind in ("increase", "decrease"):
            yield from _changes(facts, run, i)
        elif kind is None:
            yield from _sums(facts, run, i)


def _is_percent(fact: Fact) -> bool:
    return fact.canonical_unit == "%"


def _is_reference(fact: Fact) -> bool:
    return fact.comparison is not None and fact.comparison.type == "reference"


def _comparable(left: Fact, right: Fact) -> bool:
    """Whether two facts count the same thing in the same unit."""
    return left.metric == right.metric and left.canonical_unit == right.canonical_unit


def _fractions(facts: Sequence[Fact], run: range, i: int) -> Iterator[_Relation]:
    """The nearest level with its reference before a percentage."""
    for below in range(i - 1, max(run.start, i - _NEAR), -1):
        level, reference = facts[below - 1], facts[below]
        if _is_percent(reference) and not _is_reference(reference):
            return
        if level.comparison is None and _is_reference(reference):
            if _comparable(level, reference) and reference.metric == facts[i].metric:
                yield _Relation("fraction", (below - 1, below, i))
            return


def _changes(facts: Sequence[Fact], run: range, i: int) -> Iterator[_Relation]:
    """A level and a reference of the change's basis, near it on either side."""
    near = [j for j in range(max(run.start, i - 3), min(run.stop, i + 4)) if j != i]
    comparison = facts[i].comparison
    basis = comparison.basis if comparison else None
    levels = [j for j in near if facts[j].comparison is None and facts[j].metric == facts[i].metric]
    references = [
        j for j in near if (other := facts[j].comparison) and _is_reference(facts[j]) and other.basis == basis
    ]
    for level, reference in product(levels, references):
        if abs(level - reference) == 1 and _comparable(facts[level], facts[reference]):
            if _is_percent(facts[i]) or facts[i].canonical_unit == facts[level].canonical_unit:
                yield _Relation("change", (level, reference, i))
            return


def _sums(facts: Sequence[Fact], run: range, i: int) -> Iterator[_Relation]:
    """A whole and the levels after it that have its metric as their context."""
    whole = set(facts[i].metric)
    parts = [
        j
        for j in range(i + 1, run.stop)
        if facts[j].comparison is None
        and facts[j].period == facts[i].period
        and facts[j].canonical_unit == facts[i].canonical_unit
        and whole & set(facts[j].context)
    ]
    if len(parts) >= _FEWEST_PARTS and not _is_percent(facts[i]):
        yield _Relation("sum", (i, *parts))


def _settle(facts: list[Fact], relation: _Relation) -> None:
    """Read the ambiguous numbers of a relation as they fit, where they do not as they stand."""
    if _fits(relation.kind, [facts[j] for j in relation.members]):
        return
    choices = [_other_readings(facts[j]) for j in relation.members]
    combinations = list(product(*choices))
    if 1 < len(combinations) <= _MOST_READINGS:
        fitting = [found for found in combinations if _fits(relation.kind, found)]
        if len(fitting) == 1:
            for j, fact in zip(relation.members, fitting[0]):
                facts[j] = fact


def _other_readings(fact: Fact) -> list[Fact]:
    """A fact with its number as read, and with the other reading it may have."""
    number, canonical = fact.number, fact.canonical_value
    if not number or canonical is None:
        return [fact]
    others = [value for value in readings(fact.value.text) if value != abs(number)]
    factor = canonical / number
    return [fact, *(replace(fact, number=value, canonical_value=value * factor) for value in others)]


def _note(facts: list[Fact], relation: _Relation) -> None:
    members = [facts[j] for j in relation.members]
    fits = _fits(relation.kind, members)
    if fits is None:
        return
    for j in relation.members:
        others = tuple(facts[k].value for k in relation.members if k != j)
        facts[j] = replace(facts[j], checks=(*facts[j].checks, Check(relation.kind, fits, others)))


def _fits(kind: CheckKind, members: Sequence[Fact]) -> bool | None:
    """Whether figures fit together; ``None`` where nothing can be said."""
    bounds = [_bounds(fact) for fact in members]
    if any(bound is None for bound in bounds):
        return None
    known: list[tuple[float, float]] = [bound for bound in bounds if bound is not None]
    if kind == "sum":
        return _sum_fits(known)
    level, reference, last = known
    if reference[0] <= 0:
        return None
    low, high = level[0] / reference[1], level[1] / reference[0]
    if kind == "fraction":
        return low * 100 <= last[1] and last[0] <= high * 100
    sign = 1 if members[2].comparison and members[2].comparison.type == "increase" else -1
    if _is_percent(members[2]) and not _is_percent(members[0]):
        change = sorted(((low - 1) * 100 * sign, (high - 1) * 100 * sign))
    else:
        change = sorted(((level[0] - reference[1]) * sign, (level[1] - reference[0]) * sign))
    return change[0] <= last[1] and last[0] <= change[1]


def _sum_fits(known: Sequence[tuple[float, float]]) -> bool | None:
    """Parts that add up fit; parts that exceed the whole a little do not. Of others nothing can be said: they may
    leave a rest, or count some things twice ("987 trực tuyến, 962 đúng hạn")."""
    whole, parts = known[0], known[1:]
    low, high = (sum(part[side] for part in parts) for side in (0, 1))
    if low <= whole[1] and whole[0] <= high:
        return True
    return False if whole[1] < low <= whole[1] * (1 + _A_LITTLE) else None


def _bounds(fact: Fact) -> tuple[float, float] | None:
    """What a figure may be before it was rounded, in the canonical unit."""
    if fact.number is None or fact.canonical_value is None or fact.modifier != "=":
        return None
    value = abs(fact.canonical_value)
    factor = abs(fact.canonical_value / fact.number) if fact.number else 1.0
    half = 0.5 * 10 ** -_decimals(fact) * factor * 1.02
    is_count = _decimals(fact) == 0 and factor == 1 and not _is_percent(fact)
    return (value, value) if is_count else (value - half, value + half)


def _decimals(fact: Fact) -> int:
    number = fact.number or 0.0
    return next((digits for digits in range(6) if abs(round(number, digits) - number) < 1e-9), 6)
