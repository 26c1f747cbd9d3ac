"""Confidence: the probability that a fact is right, as a whole and field by field.

Gradient-boosted trees over the evidence of a fact: what the network thinks of its decisions, how the parts
stand, and whether the arithmetic agrees. They are fitted on facts of reports that the network was not
trained on, and on what like networks found in reports that those were not trained on. Their probabilities are made
honest by isotonic regression over held-out parts of the former
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

_FOLDS = 5
_LEAST, _MOST = 0.005, 0.995


@dataclass(frozen=True, slots=True)
class Observed:
    """Facts of which it is known whether they are right.

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
    """A calibrated classifier for each of `FIELDS`, over the evidence by these names."""

    names: tuple[str, ...]
    classifiers: Mapping[str, Calibrated]

    FILE: ClassVar[str] = "confidence.npz"
    FIELDS: ClassVar[tuple[str, ...]] = ("fact", "number", "unit", "metric", "comparison", "period")

    def of(self, evidence: Sequence[Mapping[str, float]]) -> list[dict[str, float]]:
        """For each fact the probability that each field is right."""
        rows = _rows(evidence, self.names)
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
        rows, parts = _rows(observed.evidence, names), np.array(observed.groups, int) % _FOLDS
        more = np.concatenate([_rows((), names), *(_rows(other.evidence, names) for other in others)])
        classifiers = {}
        for name in cls.FIELDS:
            known = [np.array(other.right[name], bool) for other in others]
            labels = np.array(observed.right[name], bool)
            classifiers[name] = _fitted(rows, labels, parts, more, np.concatenate([labels[:0], *known]), seed)
        return cls(names, classifiers)

    def refitted(self, observed: Observed) -> Confidence:
        """The same trees with lines that are honest for other facts: for a network that went on learning."""
        rows = _rows(observed.evidence, self.names)
        classifiers = {}
        for name, old in self.classifiers.items():
            points = _line(old.trees.predict(rows), np.array(observed.right[name], bool))
            classifiers[name] = Calibrated(old.trees, points)
        return Confidence(self.names, classifiers)

    def save(self, folder: Path) -> None:
        """Write the classifiers into a folder."""
        arrays: dict[str, NDArray[Any]] = {"names": np.array(self.names)}
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
                name: Calibrated(Trees.from_arrays(name, arrays, len(names)), _checked_line(arrays[f"{name}.points"]))
                for name in cls.FIELDS
            }
            return cls(names, classifiers)
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{path} cannot be used ({error}); train the model again") from error


def _checked_line(points: Floats) -> tuple[Floats, Floats]:
    if points.ndim != 2 or len(points) != 2 or not points.size or points.min() < 0 or points.max() > 1:
        raise ValueError("the calibration is no line of probabilities")
    return points[0], points[1]


def _rows(evidence: Sequence[Mapping[str, float]], names: Sequence[str]) -> Floats:
    rows = [[item.get(name, 0.0) for name in names] for item in evidence]
    return np.array(rows, float).reshape(len(evidence), len(names))


def _fitted(
    rows: Floats, right: Bools, parts: NDArray[np.int_], more: Floats, more_right: Bools, seed: int
) -> Calibrated:
    """Trees for all rows, and the line from what they say of rows that they were not fitted to."""
    # training brings all of scikit-learn with it
    from baocao_nlp.linking.boosting import train_trees

    def trees(chosen: Bools) -> Trees:
        known = np.concatenate([right[chosen], more_right])
        return train_trees(np.concatenate([rows[chosen], more]), known, seed=seed)

    whole = trees(np.ones(len(rows), bool))
    if not len(right):
        return Calibrated(whole, (np.array([0.0, 1.0]), np.array([0.0, 1.0])))
    held_out = np.full(len(rows), right.mean())
    for part in np.unique(parts):
        others = parts != part
        if others.any():
            held_out[~others] = trees(others).predict(rows[~others])
    return Calibrated(whole, _line(held_out, right))


def _line(chances: Floats, right: Bools) -> tuple[Floats, Floats]:
    """The points of the line from chances to honest ones."""
    from sklearn.isotonic import IsotonicRegression

    line = IsotonicRegression(y_min=_LEAST, y_max=_MOST, out_of_bounds="clip").fit(chances, right)
    return line.X_thresholds_.astype(float), line.y_thresholds_.astype(float)
