"""Confidence: the probability that a fact is right, as a whole and field by field.

Gradient-boosted trees over the evidence of a fact: what the network thinks of its decisions, how the parts
stand, and whether the arithmetic agrees. What such trees say of the facts around is evidence too, for a passage of an
unknown kind is misread more than once (Wolpert: Stacked generalization, Neural Networks 1992). They are fitted on
facts of reports that the network was not trained on, and on what like networks found in reports that those were not
trained on. Their probabilities are made honest by isotonic regression over held-out parts of the former
(Zadrozny and Elkan: Transforming classifier scores into accurate multiclass probability estimates, KDD 2002).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from baocao_nlp.arrays import read_arrays
from baocao_nlp.linking.trees import Trees

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int_]

_FOLDS = 5
_LEAST, _MOST = 0.005, 0.995
# the name of the first guess among the arrays, and the columns that it adds
_GUESS, _GUESSES = "guess", 2
# facts on either side that count as around one
_AROUND = 5


@dataclass(frozen=True, slots=True)
class Observed:
    """Facts of which it is known whether they are right, in reading order.

    Attributes
    ----------
    evidence : of each fact.
    right : for each of `Confidence.FIELDS` whether it is right, fact by fact.
    groups : the number of the report that each fact is from.
    """

    evidence: Sequence[Mapping[str, float]]
    right: Mapping[str, Sequence[bool]]
    groups: Sequence[int]


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Trees, and the line of points that takes their probability to an honest one."""

    trees: Trees
    points: tuple[Floats, Floats]

    def of(self, rows: Floats) -> Floats:
        return np.interp(self.trees.predict(rows), *self.points)


@dataclass(frozen=True, slots=True)
class Confidence:
    """A calibrated classifier for each of `FIELDS`, over the evidence by these names and what the trees of the first
    guess, over that evidence, say of a fact and of those around."""

    names: tuple[str, ...]
    guess: Trees
    classifiers: Mapping[str, Calibrated]

    FILE: ClassVar[str] = "confidence.npz"
    FIELDS: ClassVar[tuple[str, ...]] = ("fact", "number", "unit", "metric", "comparison", "period")

    def of(self, evidence: Sequence[Mapping[str, float]]) -> list[dict[str, float]]:
        """For each fact of a text, in reading order, the probability that each field is right."""
        rows = self._rows_of(evidence, np.zeros(len(evidence), int))
        chances = {name: classifier.of(rows).tolist() for name, classifier in self.classifiers.items()}
        return [{name: chances[name][i] for name in self.FIELDS} for i in range(len(evidence))]

    @classmethod
    def fit(cls, observed: Observed, others: Sequence[Observed] = (), seed: int = 0) -> Confidence:
        """Fit to facts of which it is known whether each field is right.

        Parameters
        ----------
        observed : what the network itself found in reports that it has not seen; parts are held out by report.
        others : what like networks found in reports that they have not seen.
        """
        names = tuple(sorted({name for part in (observed, *others) for item in part.evidence for name in item}))
        sets = observed, *others
        rows = np.concatenate([_rows(part.evidence, names) for part in sets])
        groups = np.concatenate([np.array(part.groups, int) for part in sets])
        # reports of one number in two sets are two reports
        report = groups * len(sets) + np.repeat(np.arange(len(sets)), [len(part.groups) for part in sets])
        right = {name: np.concatenate([np.array(part.right[name], bool) for part in sets]) for name in cls.FIELDS}
        own = np.arange(len(rows)) < len(observed.groups)
        parts = groups % _FOLDS
        guess, guessed = _fitted(rows, right["fact"], parts, seed)
        rows = _with_guesses(rows, guessed, report, guess.baseline)
        classifiers = {}
        for name in cls.FIELDS:
            trees, held_out = _fitted(rows, right[name], np.where(own, parts, -1), seed)
            classifiers[name] = Calibrated(trees, _line(held_out[own], right[name][own]))
        return cls(names, guess, classifiers)

    def _rows_of(self, evidence: Sequence[Mapping[str, float]], report: Ints) -> Floats:
        rows = _rows(evidence, self.names)
        return _with_guesses(rows, self.guess.predict(rows), report, self.guess.baseline)

    def refitted(self, observed: Observed) -> Confidence:
        """The same trees with lines that are honest for other facts: for a network that went on learning."""
        rows = self._rows_of(observed.evidence, np.array(observed.groups, int))
        classifiers = {}
        for name, old in self.classifiers.items():
            points = _line(old.trees.predict(rows), np.array(observed.right[name], bool))
            classifiers[name] = Calibrated(old.trees, points)
        return Confidence(self.names, self.guess, classifiers)

    def save(self, folder: Path) -> None:
        """Write the classifiers into a folder."""
        arrays: dict[str, NDArray[Any]] = {"names": np.array(self.names), **self.guess.to_arrays(_GUESS)}
        for name, classifier in self.classifiers.items():
            arrays |= classifier.trees.to_arrays(name)
            arrays[f"{name}.points"] = np.stack(classifier.points)
        # not compressed and without time stamps, so that the same model is the same bytes
        np.savez(folder / self.FILE, allow_pickle=False, **arrays)

    @classmethod
    def load(cls, folder: Path) -> Confidence:
        """Read what `save` wrote.

        Raises
        ------
        FileNotFoundError
            Where there is none.
        ValueError
            Where the file is something else.
        """
        path = folder / cls.FILE
        try:
            arrays = read_arrays(path)
            names = tuple(map(str, arrays["names"]))
            classifiers = {
                name: Calibrated(
                    Trees.from_arrays(name, arrays, len(names) + _GUESSES), _checked_line(arrays[f"{name}.points"])
                )
                for name in cls.FIELDS
            }
            return cls(names, Trees.from_arrays(_GUESS, arrays, len(names)), classifiers)
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{path} cannot be used ({error}); train the model again") from error


def _checked_line(points: Floats) -> tuple[Floats, Floats]:
    if points.ndim != 2 or len(points) != 2 or not points.size or points.min() < 0 or points.max() > 1:
        raise ValueError("the calibration is no line of probabilities")
    return points[0], points[1]


def _rows(evidence: Sequence[Mapping[str, float]], names: Sequence[str]) -> Floats:
    rows = [[item.get(name, 0.0) for name in names] for item in evidence]
    return np.array(rows, float).reshape(len(evidence), len(names))


def _with_guesses(rows: Floats, chances: Floats, report: Ints, usual: float) -> Floats:
    """Rows with what the first guess says of each fact, in log-odds, and its mean over the facts around in the report.

    Parameters
    ----------
    rows : of facts, those of a report in reading order.
    chances : the first guess, for each row.
    report : the number of each row's report.
    usual : log-odds for the facts that there are too few of around one, as in a single sentence.
    """
    chances = np.clip(chances, 1e-4, 1 - 1e-4)
    odds = np.log(chances / (1 - chances))
    order = np.argsort(report, kind="stable")
    ordered, place = report[order], np.arange(len(order))
    first = np.maximum(place - _AROUND, np.searchsorted(ordered, ordered))
    stop = np.minimum(place + _AROUND + 1, np.searchsorted(ordered, ordered, side="right"))
    sums = np.concatenate([[0.0], np.cumsum(odds[order])])
    others = sums[stop] - sums[first] - odds[order]
    missing = 2 * _AROUND + 1 - (stop - first)
    around = np.empty_like(odds)
    around[order] = (others + missing * usual) / (2 * _AROUND)
    return np.column_stack([rows, odds, around])


def _fitted(rows: Floats, right: Bools, parts: Ints, seed: int) -> tuple[Trees, Floats]:
    """Trees for all rows, and what trees say of each part that were fitted without it; part -1 is never held out."""
    # training brings all of scikit-learn with it
    from baocao_nlp.linking.boosting import train_trees

    held_out = np.full(len(rows), right.mean() if len(right) else 0.0)
    for part in np.unique(parts[parts >= 0]):
        others = parts != part
        if others.any():
            held_out[~others] = train_trees(rows[others], right[others], seed).predict(rows[~others])
    return train_trees(rows, right, seed), held_out


def _line(chances: Floats, right: Bools) -> tuple[Floats, Floats]:
    """The points of the line from chances to honest ones; without any, chances are taken at their word."""
    if not len(right):
        return np.array([0.0, 1.0]), np.array([0.0, 1.0])
    from sklearn.isotonic import IsotonicRegression

    line = IsotonicRegression(y_min=_LEAST, y_max=_MOST, out_of_bounds="clip").fit(chances, right)
    return line.X_thresholds_.astype(float), line.y_thresholds_.astype(float)
