"""The training of boosted trees, as a scikit-learn classifier of two classes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import check_is_fitted, validate_data
from threadpoolctl import threadpool_limits

from baocao_nlp.linking.trees import DEPTH, Trees

# of the features that a node may choose from, drawn by chance: trees that differ rank better together
_SHARE = 0.3


class BoostedTrees(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Boosted trees that are kept as plain arrays.

    Parameters
    ----------
    iterations : trees.
    leaves : of a tree, at most.
    learning_rate : share of what a tree says that is believed.
    smallest_leaf : rows in a leaf, at least.
    random_state : a seed, a `numpy.random.RandomState`, or ``None`` for chance.

    Attributes
    ----------
    trees_ : what was learnt: the probability of the second of ``classes_``.
    """

    def __init__(
        self,
        *,
        iterations: int = 60,
        leaves: int = 16,
        learning_rate: float = 0.15,
        smallest_leaf: int = 40,
        random_state: int | np.random.RandomState | None = 0,
    ):
        self.iterations = iterations
        self.leaves = leaves
        self.learning_rate = learning_rate
        self.smallest_leaf = smallest_leaf
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> BoostedTrees:  # noqa: N803
        """Learn from rows of features, shape (examples, features), and the class of each, shape (examples,).

        Raises
        ------
        ValueError
            Where there are more than two classes, or features that are no finite numbers.
        """
        rows, labels = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(labels)
        self.classes_, codes = np.unique(labels, return_inverse=True)
        if len(self.classes_) > 2:
            kind = type_of_target(labels, input_name="y")
            raise ValueError(f"Only binary classification is supported. The type of the target is {kind}.")
        if len(self.classes_) < 2:
            # true is the second of the two that there could have been
            self.trees_ = _constant(1.0)
            return self
        model = HistGradientBoostingClassifier(
            max_iter=self.iterations,
            max_leaf_nodes=self.leaves,
            max_depth=DEPTH,
            learning_rate=self.learning_rate,
            l2_regularization=1.0,
            max_features=_SHARE,
            min_samples_leaf=self.smallest_leaf,
            early_stopping=False,
            random_state=self.random_state,
        )
        # threads that wait for each other beside other work take a hundred times as long as one
        with threadpool_limits(limits=1):
            self.trees_ = _exported(model.fit(rows, codes.astype(bool)))
        return self

    def predict_proba(self, X: Any) -> NDArray[np.float64]:  # noqa: N803
        """The probability of each of ``classes_``, shape (examples, classes)."""
        check_is_fitted(self)
        chances = self.trees_.predict(validate_data(self, X, reset=False, dtype=np.float64))
        return np.stack([1 - chances, chances], axis=1)[:, -len(self.classes_) :]

    def predict(self, X: Any) -> NDArray[Any]:  # noqa: N803
        """The likeliest class of each row."""
        likeliest = self.predict_proba(X).argmax(axis=1)
        return np.asarray(self.classes_[likeliest])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags


def train_trees(rows: NDArray[np.float64], right: NDArray[np.bool_], seed: int = 0) -> Trees:
    """The trees that tell which rows are right; those of all the same kind are not learnt from."""
    if right.all() or not right.any():
        return _constant(float(right.mean()) if len(right) else 0.0)
    trees: Trees = BoostedTrees(random_state=seed).fit(rows, right).trees_
    return trees


def _constant(share: float) -> Trees:
    baseline = float(np.log(max(share, 1e-3) / max(1 - share, 1e-3)))
    zero = np.zeros(1, np.intp)
    return Trees(zero, np.zeros(1), np.zeros(2, np.intp), np.zeros(1), zero, baseline, 0)


def _exported(model: Any) -> Trees:
    """The nodes of scikit-learn's predictors, which it keeps in one structured array a tree."""
    trees = [predictors[0].nodes for predictors in model._predictors]
    offsets = np.cumsum([0, *(len(nodes) for nodes in trees[:-1])])
    nodes = np.concatenate(trees)
    base = np.repeat(offsets, [len(tree) for tree in trees])
    own = np.arange(len(nodes))
    is_leaf = nodes["is_leaf"].astype(bool)
    children = np.stack([np.where(is_leaf, own, base + nodes[side]) for side in ("right", "left")], axis=1)
    return Trees(
        feature=np.where(is_leaf, 0, nodes["feature_idx"]).astype(np.intp),
        threshold=np.where(is_leaf, 0.0, nodes["num_threshold"]),
        children=children.ravel().astype(np.intp),
        value=np.where(is_leaf, nodes["value"], 0.0),
        root=offsets.astype(np.intp),
        baseline=float(np.ravel(model._baseline_prediction)[0]),
        depth=int(nodes["depth"].max()),
    )
