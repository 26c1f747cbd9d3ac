"""The scorer of links: a small perceptron over a value's and a mention's vectors and how they stand.

Three parts share their first layers: the links themselves; "none" as a choice for unit and period; and the
comparison of a value, which looks at the cues in the measure in which they are linked to it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from thinc.api import Dropout, Linear, Model

from baocao_nlp.features.pairs import COMPARISON, CUE_BASES, CUE_TYPES, PAIR_FEATURES, VALUE_FEATURES, Pairs
from baocao_nlp.network.encoder import one_hot
from baocao_nlp.network.losses import COMPARISONS, LINKED, NONE, SINGLE, LinkScores

Floats = NDArray[Any]
Ints = NDArray[np.intp]
Backprop = Callable[[Floats], Floats]


_AT_ONCE = 4096


class LinkScorer:
    """Scores the pairs of values and mentions.

    Parameters
    ----------
    wide : columns of the tokens' vectors.
    narrow : units of each of its layers.
    dropout : share of units that are silent at a training step.
    """

    def __init__(self, wide: int, narrow: int, dropout: float):
        self.layers: dict[str, Model[Any, Any]] = {
            "value": Linear(narrow, 3 * wide),
            "value_features": Linear(narrow, sum(VALUE_FEATURES.values())),
            "mention": Linear(narrow, 2 * wide),
            "pair_features": Linear(narrow, sum(PAIR_FEATURES.values())),
            "hidden": Linear(narrow, narrow),
            "link": Linear(4, narrow),
            "none": Linear(len(SINGLE), narrow),
            "compared": Linear(narrow, 4 * wide),
            "cues": Linear(narrow, len(CUE_TYPES) + len(CUE_BASES)),
            "comparison": Linear(len(COMPARISONS), narrow),
        }
        self.dropout: Model[Any, Any] = Dropout(dropout)

    def __call__(
        self, vectors: Floats, pairs: Pairs, is_train: bool = False
    ) -> tuple[LinkScores, Callable[[LinkScores], Floats]]:
        """Score pairs.

        Parameters
        ----------
        vectors : of the rows of the layout.

        Returns
        -------
        tuple
            The scores, and what takes their gradient to that of the vectors.
        """
        around_rows = _neighbours(pairs.first[pairs.values], len(vectors))
        around = vectors[around_rows].reshape(len(around_rows), -1)
        ends = pairs.first, pairs.last
        v, back_v = self.layers["value"](around, is_train)
        vf, back_vf = self.layers["value_features"](_flags(pairs.value_features, VALUE_FEATURES), is_train)
        value = v + vf
        links, back_links = self._links(vectors, ends, pairs, value, is_train)
        none, back_none = self.layers["none"](np.maximum(value, 0), is_train)
        compared, back_compared = self._comparisons(vectors, ends, pairs, around, vf, links, is_train)

        def backprop(d: LinkScores) -> Floats:
            d_vectors = np.zeros_like(vectors)
            d_around, d_vf, d_links = back_compared(d.comparisons, d_vectors)
            d_value = back_links(d.pairs + d_links, d_vectors)
            d_value += back_none(d.none) * (value > 0)
            back_vf(d_value + d_vf)
            d_around = d_around + back_v(d_value)
            np.add.at(d_vectors, around_rows, d_around.reshape(*around_rows.shape, -1))
            return d_vectors

        return LinkScores(links, none, compared), backprop

    def _links(
        self, vectors: Floats, ends: tuple[Ints, Ints], pairs: Pairs, value: Floats, is_train: bool
    ) -> tuple[Floats, Callable[[Floats, Floats], Floats]]:
        """The scores of the links; back from them to the value's part, and into the vectors' gradient."""
        mention, back_mention = self.layers["mention"](np.concatenate([vectors[end] for end in ends], axis=1), is_train)
        if not is_train:
            return self._predict_links(pairs, value, mention), _no_backprop
        features, back_features = self.layers["pair_features"](_flags(pairs.features, PAIR_FEATURES), is_train)
        first, back_first = self._relu(value[pairs.value] + mention[pairs.mention] + features, is_train)
        hidden, back_hidden = self.layers["hidden"](first, is_train)
        second, back_second = self._relu(hidden, is_train)
        scores, back_scores = self.layers["link"](second, is_train)

        def backprop(d_scores: Floats, d_vectors: Floats) -> Floats:
            d_sum = back_first(back_hidden(back_second(back_scores(d_scores))))
            back_features(d_sum)
            d_mention, d_value = np.zeros_like(mention), np.zeros_like(value)
            np.add.at(d_mention, pairs.mention, d_sum)
            np.add.at(d_value, pairs.value, d_sum)
            for end, part in zip(ends, np.split(back_mention(d_mention), 2, axis=1)):
                np.add.at(d_vectors, end, part)
            return d_value

        return scores, backprop

    def _predict_links(self, pairs: Pairs, value: Floats, mention: Floats) -> Floats:
        """The scores of the links, some thousand pairs at a time, so that what comes between stays small."""
        scores = np.empty((len(pairs.value), self.layers["link"].get_dim("nO")), np.float32)
        for start in range(0, len(scores), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            first = self.layers["pair_features"].predict(_flags(pairs.features[part], PAIR_FEATURES))
            first += value[pairs.value[part]]
            first += mention[pairs.mention[part]]
            second = self.layers["hidden"].predict(np.maximum(first, 0, out=first))
            scores[part] = self.layers["link"].predict(np.maximum(second, 0, out=second))
        return scores

    def _comparisons(
        self,
        vectors: Floats,
        ends: tuple[Ints, Ints],
        pairs: Pairs,
        around: Floats,
        value_features: Floats,
        links: Floats,
        is_train: bool,
    ) -> tuple[Floats, Callable[[Floats, Floats], tuple[Floats, Floats, Floats]]]:
        """The scores of the comparisons; back from them to the value's surroundings, its features and the links,
        and into the vectors' gradient."""
        cue = np.flatnonzero(pairs.labels[pairs.mention] == COMPARISON)
        owner, cued = pairs.value[cue], pairs.mention[cue]
        chance = (np.tanh((links[cue, LINKED] - links[cue, NONE]) / 2) + 1) / 2
        both = vectors[ends[0][cued]] + vectors[ends[1][cued]]
        kinds = _flags(
            np.stack([pairs.cue_types[cued], pairs.cue_bases[cued]], axis=1),
            {"type": len(CUE_TYPES), "basis": len(CUE_BASES)},
        )
        seen, back_seen = self.layers["compared"](
            np.concatenate([around, _pooled(chance, both, owner, len(around))], axis=1), is_train
        )
        said, back_said = self.layers["cues"](_pooled(chance, kinds, owner, len(around)), is_train)
        active, back_active = self._relu(seen + said + value_features, is_train)
        scores, back_scores = self.layers["comparison"](active, is_train)

        def backprop(d_scores: Floats, d_vectors: Floats) -> tuple[Floats, Floats, Floats]:
            d_sum = back_active(back_scores(d_scores))
            d_joined, d_kinds = back_seen(d_sum), back_said(d_sum)[owner]
            d_around, d_both = d_joined[:, : around.shape[1]], d_joined[owner, around.shape[1] :]
            slope = ((d_both * both).sum(axis=1) + (d_kinds * kinds).sum(axis=1)) * chance * (1 - chance)
            for end in ends:
                np.add.at(d_vectors, end[cued], chance[:, None] * d_both)
            d_links = np.zeros_like(links)
            d_links[cue, LINKED], d_links[cue, NONE] = slope, -slope
            return d_around, d_sum, d_links

        return scores, backprop

    def _relu(self, values: Floats, is_train: bool) -> tuple[Floats, Backprop]:
        active = values > 0
        output, back = self.dropout(values * active, is_train)
        return output, lambda d_output: back(d_output) * active


def _no_backprop(*_: Floats) -> Floats:
    raise RuntimeError("a prediction teaches nothing: call the scorer with is_train")


def _flags(columns: Ints, sizes: dict[str, int]) -> Floats:
    return one_hot(columns, list(sizes.values()))


def _neighbours(at: Ints, rows: int) -> Ints:
    """Some rows, those after and those before, shape (rows, 3)."""
    return np.stack([at, np.minimum(at + 1, rows - 1), np.maximum(at - 1, 0)], axis=1)


def _pooled(weights: Floats, rows: Floats, owner: Ints, owners: int) -> Floats:
    """The weighted sum of each owner's rows, which stand together."""
    total = np.zeros((owners, rows.shape[1]), np.float32)
    some, starts = np.unique(owner, return_index=True)
    if len(some):
        total[some] = np.add.reduceat(weights[:, None] * rows, starts)
    return total
