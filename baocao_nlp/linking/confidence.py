"""Confidence: the probability that a fact is right, as a whole and field by field.

A logistic regression over the evidence of a fact (Platt: Probabilistic outputs for support vector machines,
1999): the logarithms of what the network thinks of its decisions, and what is known of how the parts stand.
It is fitted on facts of reports that the network was not trained on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Confidence:
    """For each of `Confidence.FIELDS` the weights of the evidence, by name, and the intercept under ``""``."""

    weights: Mapping[str, Mapping[str, float]]

    FILE: ClassVar[str] = "confidence.json"
    FIELDS: ClassVar[tuple[str, ...]] = ("fact", "number", "unit", "metric", "comparison", "period")

    def of(self, evidence: Mapping[str, float]) -> dict[str, float]:
        """The probability that each field is right."""
        return {name: _logistic(weights, evidence) for name, weights in self.weights.items()}

    @classmethod
    def fit(cls, evidence: Sequence[Mapping[str, float]], right: Mapping[str, Sequence[bool]]) -> Confidence:
        """Fit to facts of which it is known whether each field is right.

        A field that is always right, or never, has its share (one fact more of each kind added) whatever the
        evidence.
        """
        names = sorted({name for item in evidence for name in item})
        rows = np.array([[item.get(name, 0.0) for name in names] for item in evidence]).reshape(
            len(evidence), len(names)
        )
        return cls({field: _fitted(names, rows, np.array(right[field], bool)) for field in cls.FIELDS})

    def save(self, folder: Path) -> None:
        text = json.dumps(self.weights, indent=1, ensure_ascii=False)
        (folder / self.FILE).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Confidence:
        """Read what `save` wrote.

        Raises
        ------
        ValueError
            Where the file is something else.
        """
        path = folder / cls.FILE
        data = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(data, dict) or set(data) != set(cls.FIELDS):
            raise ValueError(f"{path} is no confidence file of this version; train the model again")
        return cls(data)


def _fitted(names: Sequence[str], rows: NDArray[np.float64], right: NDArray[np.bool_]) -> dict[str, float]:
    from sklearn.linear_model import LogisticRegression

    if right.all() or not right.any():
        share = (right.sum() + 1) / (len(right) + 2)
        return {"": float(np.log(share / (1 - share)))}
    scale = rows.std(axis=0) + 1e-6
    model = LogisticRegression(C=1.0, max_iter=1000).fit(rows / scale, right)
    weights = dict(zip(names, (model.coef_[0] / scale).tolist()))
    return {"": float(model.intercept_[0]), **weights}


def _logistic(weights: Mapping[str, float], evidence: Mapping[str, float]) -> float:
    score = sum(weight * evidence.get(name, 0.0) for name, weight in weights.items() if name)
    return 1 / (1 + exp(-max(min(score + weights[""], 30.0), -30.0)))
