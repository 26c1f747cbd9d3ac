"""How sure a measured figure is, and whether two models differ by more than chance.

The reports of an evaluation are drawn again, with replacement, many times (Efron and Tibshirani: An Introduction to the
Bootstrap, 1993): facts of one report are alike, so it is reports that are drawn and not facts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from baocao_nlp.evaluation import Evaluation, Judged, Score

Counts = NDArray[np.float64]

_SAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure, and between which others it lies with 95% probability."""

    figure: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.figure:.3f} ({self.low:.3f} to {self.high:.3f})"


@dataclass(frozen=True, slots=True)
class Difference:
    """How much better a model is than another: in whole-fact F1, and the facts that one gets and the other does not."""

    f1: Interval
    gained: int
    lost: int

    @property
    def is_chance(self) -> bool:
        """Whether the difference could be chance."""
        return self.f1.low <= 0 <= self.f1.high


def whole_fact_interval(result: Evaluation) -> Interval:
    """Whole-fact F1 with its interval."""
    return _interval(_counts(result), _f1)


def compare(result: Evaluation, other: Evaluation) -> Difference:
    """How much better the model of an evaluation is than another on the same reports.

    Raises
    ------
    ValueError
        Where they were not evaluated on the same reports.
    """
    mine, theirs = _counts(result), _counts(other)
    if len(mine[0]) != len(theirs[0]) or not np.array_equal(mine[2], theirs[2]):
        raise ValueError("the two models were not evaluated on the same reports")

    def difference(right: Counts, found: Counts, gold: Counts, right2: Counts, found2: Counts, axis: int = -1) -> Any:
        return _f1(right, found, gold, axis) - _f1(right2, found2, gold, axis)

    f1 = _interval((*mine, *theirs[:2]), difference)
    got, had = _gold_found(result), _gold_found(other)
    return Difference(f1, len(got - had), len(had - got))


def by_group(result: Evaluation, group_of: Mapping[str, Iterable[str]]) -> dict[str, Score]:
    """Whole-fact scores by group; a report may be in several.

    Parameters
    ----------
    group_of : the groups of each report, by name.
    """
    scores: dict[str, Score] = defaultdict(Score)
    for item in result.judged:
        for group in group_of.get(item.report, ()):
            score = scores[group]
            score.found += item.found is not None
            score.gold += item.gold is not None
            score.right += item.is_right
    return dict(sorted(scores.items(), key=lambda entry: -entry[1].gold))


def _counts(result: Evaluation) -> tuple[Counts, Counts, Counts]:
    """For each report the facts that are right, found and asked for."""
    reports: dict[str, list[Judged]] = defaultdict(list)
    for item in result.judged:
        reports[item.report].append(item)
    rows = [
        (
            sum(i.is_right for i in items),
            sum(i.found is not None for i in items),
            sum(i.gold is not None for i in items),
        )
        for _, items in sorted(reports.items())
    ]
    right, found, gold = np.array(rows, float).reshape(-1, 3).T
    return right, found, gold


def _f1(right: Counts, found: Counts, gold: Counts, axis: int = -1) -> Any:
    return 2 * right.sum(axis) / np.maximum(found.sum(axis) + gold.sum(axis), 1)


def _interval(data: Sequence[Counts], statistic: Callable[..., Any]) -> Interval:
    from scipy.stats import bootstrap

    figure = float(statistic(*data))
    if len(data[0]) < 2:
        return Interval(figure, figure, figure)
    drawn = bootstrap(
        data, statistic, paired=True, vectorized=True, axis=-1, n_resamples=_SAMPLES, method="percentile",
        rng=np.random.default_rng(0),
    )  # fmt: skip
    low, high = drawn.confidence_interval
    return Interval(figure, float(low), float(high))


def _gold_found(result: Evaluation) -> set[tuple[str, int]]:
    return {(item.report, item.gold.value.start) for item in result.judged if item.gold and item.is_right}
