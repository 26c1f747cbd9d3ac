"""Gradient-boosted trees as data: trained by scikit-learn, kept as arrays, run by numpy.

Friedman: Greedy function approximation: a gradient boosting machine (Annals of Statistics, 2001). The
trained trees are plain arrays, so that loading a model runs no code from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

# running a tree takes a step for each level
_DEPTH = 6
# of the features that a node may choose from, drawn by chance: trees that differ rank better together
_SHARE = 0.3
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
        row = np.arange(len(rows))[:, None]
        for _ in range(self.depth):
            goes_left = rows[row, self.feature[at]] <= self.threshold[at]
            at = np.where(goes_left, self.left[at], self.right[at])
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
        if fields["root"].ndim != 1 or not 0 <= depth <= _DEPTH:
            raise ValueError(f"the trees of {prefix!r} are {depth:g} deep, none is deeper than {_DEPTH}")
        return cls(**fields, baseline=float(baseline), depth=int(depth))


def train_trees(
    rows: NDArray[np.float64],
    labels: NDArray[np.bool_],
    *,
    iterations: int = 60,
    leaves: int = 8,
    learning_rate: float = 0.15,
    smallest_leaf: int = 40,
    seed: int = 0,
) -> Trees:
    """Train boosted trees on rows of features.

    Parameters
    ----------
    rows : features, shape (examples, features).
    labels : which examples are positive, shape (examples,).
    """
    from sklearn.ensemble import HistGradientBoostingClassifier

    if labels.all() or not labels.any():
        return _constant(float(labels.mean()) if len(labels) else 0.0)
    model = HistGradientBoostingClassifier(
        max_iter=iterations,
        max_leaf_nodes=leaves,
        max_depth=_DEPTH,
        learning_rate=learning_rate,
        l2_regularization=1.0,
        max_features=_SHARE,
        min_samples_leaf=smallest_leaf,
        early_stopping=False,
        random_state=seed,
    )
    # threads that wait for each other beside other work take a hundred times as long as one
    with threadpool_limits(limits=1):
        return _exported(model.fit(rows, labels))


def _constant(share: float) -> Trees:
    baseline = float(np.log(max(share, 1e-3) / max(1 - share, 1e-3)))
    zero = np.zeros(1, np.int32)
    return Trees(zero, np.zeros(1), zero, zero, np.zeros(1), zero, baseline, 0)


def _exported(model: Any) -> Trees:
    """The nodes of scikit-learn's predictors, which it keeps in one structured array a tree."""
    trees = [predictors[0].nodes for predictors in model._predictors]
    offsets = np.cumsum([0, *(len(nodes) for nodes in trees[:-1])])
    nodes = np.concatenate(trees)
    base = np.repeat(offsets, [len(tree) for tree in trees])
    own = np.arange(len(nodes))
    is_leaf = nodes["is_leaf"].astype(bool)
    return Trees(
        feature=np.where(is_leaf, 0, nodes["feature_idx"]).astype(np.int32),
        threshold=np.where(is_leaf, 0.0, nodes["num_threshold"]),
        left=np.where(is_leaf, own, base + nodes["left"]).astype(np.int32),
        right=np.where(is_leaf, own, base + nodes["right"]).astype(np.int32),
        value=np.where(is_leaf, nodes["value"], 0.0),
        root=offsets.astype(np.int32),
        baseline=float(np.ravel(model._baseline_prediction)[0]),
        depth=int(nodes["depth"].max()),
    )
