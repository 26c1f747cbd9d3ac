"""Gradient-boosted trees as data: trained by scikit-learn (`boosting`), kept as arrays, run by numpy.

Friedman: Greedy function approximation: a gradient boosting machine (Annals of Statistics, 2001). The
trained trees are plain arrays, so that loading a model runs no code from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

# running a tree takes a step for each level
DEPTH = 6
FIELDS = ("feature", "threshold", "left", "right", "value", "root")


@dataclass(frozen=True, slots=True)
class Trees:
    """A binary classifier of boosted trees.

    All nodes of all trees are in one numbering; a leaf is its own left and right child. ``root`` holds the
    first node of each tree, ``baseline`` the log-odds before the first tree, ``depth`` the longest path.
    """

    feature: NDArray[np.int32]
    threshold: NDArray[np.float64]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float64]
    root: NDArray[np.int32]
    baseline: float
    depth: int

    def predict(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """The probability of the positive class for each row."""
        if not len(rows):
            return np.zeros(0)
        at = np.broadcast_to(self.root, (len(rows), len(self.root)))
        # of flat arrays, take is twice as fast as indexing
        cells, start = rows.ravel(), np.arange(len(rows))[:, None] * rows.shape[1]
        for _ in range(self.depth):
            goes_left = cells.take(start + self.feature.take(at)) <= self.threshold.take(at)
            at = np.where(goes_left, self.left.take(at), self.right.take(at))
        raw = self.value.take(at).sum(axis=1) + self.baseline
        return np.asarray(1 / (1 + np.exp(-raw)))

    def to_arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """The classifier as named arrays."""
        arrays = {f"{prefix}.{name}": getattr(self, name) for name in FIELDS}
        arrays[f"{prefix}.constants"] = np.array([self.baseline, self.depth])
        return arrays

    @classmethod
    def from_arrays(cls, prefix: str, arrays: Mapping[str, NDArray[Any]], features: int) -> Trees:
        """The classifier that `to_arrays` gave, over so many features.

        Raises
        ------
        ValueError
            Where the arrays are no such trees.
        """
        baseline, depth = arrays[f"{prefix}.constants"]
        fields = {name: arrays[f"{prefix}.{name}"] for name in FIELDS}
        nodes = len(fields["value"])
        # a constant looks at no feature
        within = {"feature": features if depth else 1, "left": nodes, "right": nodes, "root": nodes}
        is_numbered = all(
            fields[name].dtype == np.int32 and (fields[name] >= 0).all() and (fields[name] < limit).all()
            for name, limit in within.items()
        )
        if not is_numbered or {fields[name].shape for name in FIELDS if name != "root"} != {(nodes,)}:
            raise ValueError(f"the trees of {prefix!r} have nodes that are none of theirs")
        if fields["root"].ndim != 1 or not 0 <= depth <= DEPTH:
            raise ValueError(f"the trees of {prefix!r} are {depth:g} deep, none is deeper than {DEPTH}")
        return cls(**fields, baseline=float(baseline), depth=int(depth))
