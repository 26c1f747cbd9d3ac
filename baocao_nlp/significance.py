"""How sure a measured figure is, and whether two models differ by more than chance.

The reports of an evaluation are drawn again, with replacement, many times (Efron and Tibshirani: An Introduction to the
Bootstrap, 1993): facts of one report are alike, so it is reports that are drawn and not facts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from baocao_nlp.evaluation import Evaluation, Judged, Score
from baocao_nlp.facts import Span
from baocao_nlp.statistics import sector_of

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

    def to_dict(self) -> dict[str, float]:
        return {"figure": self.figure, "low": self.low, "high": self.high}


# a fact by its report and where its value stands
Place = tuple[str, Span]


@dataclass(frozen=True, slots=True)
class Difference:
    """How much better a model is than another: in whole-fact F1, and the facts that one gets and the other does not."""

    f1: Interval
    gained_facts: tuple[Place, ...] = ()
    lost_facts: tuple[Place, ...] = ()

    @property
    def gained(self) -> int:
        return len(self.gained_facts)

    @property
    def lost(self) -> int:
        return len(self.lost_facts)

    @property
    def is_chance(self) -> bool:
        """Whether the difference could be chance."""
        return self.f1.low <= 0 <= self.f1.high

    def to_dict(self) -> dict[str, Any]:
        def listed(facts: tuple[Place, ...]) -> list[dict[str, Any]]:
            return [{"report": report, **value.to_dict()} for report, value in facts]

        gained, lost = listed(self.gained_facts), listed(self.lost_facts)
        return {"f1": self.f1.to_dict(), "is_chance": self.is_chance, "gained": gained, "lost": lost}


def whole_fact_interval(result: Evaluation) -> Interval:
    """Whole-fact F1 with its interval."""
    return _interval(_counts(result), _f1)


def intervals(result: Evaluation, at: Sequence[float] = ()) -> dict[str, Interval]:
    """The figures that matter with their intervals, by name.

    Parameters
    ----------
    at : confidences; of the facts with at least so much it is told how many are right.
    """
    paired = _counts(result, lambda item: item.found is not None and item.gold is not None)
    whole = _counts(result)
    found = {
        "value_f1": _interval(paired, _f1),
        "fact_precision": _interval(whole[:2], _share),
        "fact_recall": _interval((whole[0], whole[2]), _share),
        "fact_f1": _interval(whole, _f1),
    }
    for least in at:
        kept = [item for item in result.judged if item.found and item.found.confidence >= least]
        found[f"precision_at_{least:g}"] = _interval(_counts(replace(result, judged=kept))[:2], _share)
    return found


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
    return Difference(f1, tuple(sorted(got - had)), tuple(sorted(had - got)))


def by_group(result: Evaluation, group_of: Mapping[str, Iterable[str]]) -> dict[str, Score]:
    """Whole-fact scores by group; a report may be in several.

    Parameters
    ----------
    group_of : the groups of each report, by name.
    """
    return _grouped(result, lambda item: group_of.get(item.report, ()))


def by_sector(result: Evaluation) -> dict[str, Score]:
    """Whole-fact scores by the sector that the words of a fact speak of, gold's where there is gold."""
    return _grouped(result, lambda item: [sector_of(fact)] if (fact := item.gold or item.found) else [])


def _grouped(result: Evaluation, groups_of: Callable[[Judged], Iterable[str]]) -> dict[str, Score]:
    scores: dict[str, Score] = defaultdict(Score)
    for item in result.judged:
        for group in groups_of(item):
            score = scores[group]
            score.found += item.found is not None
            score.gold += item.gold is not None
            score.right += item.is_right
    return dict(sorted(scores.items(), key=lambda entry: -entry[1].gold))


def _counts(
    result: Evaluation, is_right: Callable[[Judged], bool] = lambda item: item.is_right
) -> tuple[Counts, Counts, Counts]:
    """For each report the facts that are right, found and asked for."""
    reports: dict[str, list[Judged]] = defaultdict(list)
    for item in result.judged:
        reports[item.report].append(item)
    rows = [
        (
            sum(is_right(i) for i in items),
            sum(i.found is not None for i in items),
            sum(i.gold is not None for i in items),
        )
        for _, items in sorted(reports.items())
    ]
    right, found, gold = np.array(rows, float).reshape(-1, 3).T
    return right, found, gold


def _f1(right: Counts, found: Counts, gold: Counts, axis: int = -1) -> Any:
    return 2 * right.sum(axis) / np.maximum(found.sum(axis) + gold.sum(axis), 1)


def _share(right: Counts, all_of: Counts, axis: int = -1) -> Any:
    return right.sum(axis) / np.maximum(all_of.sum(axis), 1)


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


def _gold_found(result: Evaluation) -> set[Place]:
    return {(item.report, item.gold.value) for item in result.judged if item.gold and item.is_right}
