"""Confidence: the probability that a whole fact is right, from the probabilities of its parts.

A logistic regression over their logarithms (Platt: Probabilistic outputs for support vector machines,
1999), fitted on facts of reports that neither tagger nor linker was trained on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log
from pathlib import Path
from typing import ClassVar

PARTS = ("value", "unit", "metric", "period", "comparison")
_FLOOR = 1e-4


@dataclass(frozen=True, slots=True)
class Confidence:
    """Weights of the logarithms of `PARTS`, and the intercept."""

    weights: tuple[float, ...] = (1.0,) * len(PARTS)
    intercept: float = 2.0

    FILE: ClassVar[str] = "confidence.json"

    def of(self, probabilities: Mapping[str, float]) -> float:
        """The confidence of a fact whose parts have these probabilities."""
        score = self.intercept + sum(w * x for w, x in zip(self.weights, _logarithms(probabilities)))
        return 1 / (1 + exp(-score))

    @classmethod
    def fit(cls, probabilities: Sequence[Mapping[str, float]], right: Sequence[bool]) -> Confidence:
        """Fit to facts that are known to be right or wrong.

        Where all are right, or all wrong, nothing can be learnt, and the weights stay as they are without
        fitting.
        """
        from sklearn.linear_model import LogisticRegression

        if len(set(right)) < 2:
            return cls()
        model = LogisticRegression(C=10.0).fit([_logarithms(item) for item in probabilities], right)
        return cls(tuple(map(float, model.coef_[0])), float(model.intercept_[0]))

    def save(self, folder: Path) -> None:
        data = {"weights": dict(zip(PARTS, self.weights)), "intercept": self.intercept}
        (folder / self.FILE).write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Confidence:
        data = json.loads((folder / cls.FILE).read_text(encoding="utf-8"))
        return cls(tuple(data["weights"][part] for part in PARTS), data["intercept"])


def _logarithms(probabilities: Mapping[str, float]) -> list[float]:
    return [log(max(probabilities[part], _FLOOR)) for part in PARTS]
