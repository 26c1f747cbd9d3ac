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

Ints = NDArray[np.intp]

# running a tree takes a step for each level
DEPTH = 6
FIELDS = ("feature", "threshold", "children", "value", "root")
_NUMBERED = ("feature", "children", "root")


@dataclass(frozen=True, slots=True)
class Trees:
    """A binary classifier of boosted trees.

    All nodes of all trees are in one numbering. ``children`` holds two for each: the one for rows whose feature is
    above the threshold, and the one for all others; a leaf is both its own children. ``root`` holds the first node of
    each tree, ``baseline`` the log-odds before the first tree, ``depth`` the longest path.
    """

    feature: Ints
    threshold: NDArray[np.float64]
    children: Ints
    value: NDArray[np.float64]
    root: Ints
    baseline: float
    depth: int

    def predict(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """The probability of the positive class for each row."""
        if not len(rows):
            return np.zeros(0)
        at, cells = np.tile(self.root, len(rows)), rows.ravel()
        start = np.repeat(np.arange(len(rows)) * rows.shape[1], len(self.root))
        for _ in range(self.depth):
            # of flat arrays, take is twice as fast as indexing
            is_below = cells.take(start + self.feature.take(at)) <= self.threshold.take(at)
            at = self.children.take(2 * at + is_below)
        raw = self.value.take(at).reshape(len(rows), -1).sum(axis=1) + self.baseline
        return np.asarray(1 / (1 + np.exp(-raw)))

    def to_arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """The classifier as named arrays."""
        arrays = {f"{prefix}.{name}": getattr(self, name) for name in FIELDS}
        arrays |= {f"{prefix}.{name}": getattr(self, name).astype(np.int32) for name in _NUMBERED}
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
        within = {"feature": features if depth else 1, "children": nodes, "root": nodes}
        is_numbered = all(
            fields[name].dtype == np.int32 and (fields[name] >= 0).all() and (fields[name] < limit).all()
            for name, limit in within.items()
        )
        shapes = {"feature": (nodes,), "threshold": (nodes,), "children": (2 * nodes,), "value": (nodes,)}
        if not is_numbered or any(fields[name].shape != shape for name, shape in shapes.items()):
            raise ValueError(f"the trees of {prefix!r} have nodes that are none of theirs")
        if fields["root"].ndim != 1 or not 0 <= depth <= DEPTH:
            raise ValueError(f"the trees of {prefix!r} are {depth:g} deep, none is deeper than {DEPTH}")
        # numpy looks up by whole numbers of its own width, and would make them again at every step
        fields |= {name: fields[name].astype(np.intp) for name in _NUMBERED}
        return cls(**fields, baseline=float(baseline), depth=int(depth))
