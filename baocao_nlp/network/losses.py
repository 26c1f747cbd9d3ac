"""What the scores of links should be, and how far they are from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from baocao_nlp.facts import BASES, COMPARISON_TYPES
from baocao_nlp.features.pairs import PERIOD, UNIT, Pairs

Floats = NDArray[Any]
Ints = NDArray[np.intp]

COMPARISONS = ("level", *(f"{kind}:{basis}" for kind in COMPARISON_TYPES for basis in BASES))
NONE, METRIC_OF, CONTEXT_OF, LINKED = range(4)
# what a value has one of at most
SINGLE = (UNIT, PERIOD)
_TINY = 1e-9


class LinkScores(NamedTuple):
    """Scores, not normalised: of `NONE`, `METRIC_OF`, `CONTEXT_OF`, `LINKED` for each pair; of no unit and no
    period for each value; of each of `COMPARISONS` for each value. Also their gradients, and the probabilities
    that they stand for."""

    pairs: Floats
    none: Floats
    comparisons: Floats


@dataclass(frozen=True, slots=True)
class Gold:
    """What the values should be linked to: the class of each pair, the comparison of each value, and which
    values are annotated at all."""

    links: Ints
    comparisons: Ints
    known: NDArray[np.bool_]


def softmax(scores: Floats) -> Floats:
    """Probabilities from scores, along the last axis."""
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True, initial=-1e9))
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


def choose(scores: Floats, none: Floats, owner: Ints) -> tuple[Floats, Floats]:
    """The probability of each candidate among those of its owner, and of none of them for each owner."""
    top = none.copy()
    np.maximum.at(top, owner, scores)
    weights, zero = np.exp(scores - top[owner]), np.exp(none - top)
    total = zero.copy()
    np.add.at(total, owner, weights)
    return weights / total[owner], zero / total


def link_chances(scores: LinkScores, pairs: Pairs) -> LinkScores:
    """Scores as probabilities: a unit and a period are one choice each among the candidates of a value and none;
    metric, context and cue a decision for each candidate."""
    labels = pairs.labels[pairs.mention]
    links, none = np.zeros_like(scores.pairs), np.empty_like(scores.none)
    for place, label in enumerate(SINGLE):
        rows = np.flatnonzero(labels == label)
        links[rows, LINKED], none[:, place] = choose(
            scores.pairs[rows, LINKED], scores.none[:, place], pairs.value[rows]
        )
    rows = np.flatnonzero(~np.isin(labels, SINGLE))
    links[rows] = softmax(scores.pairs[rows])
    return LinkScores(links, none, softmax(scores.comparisons))


def gold_chances(gold: Gold, pairs: Pairs, own: LinkScores) -> LinkScores:
    """The probabilities that are asked for by the annotations: one for what is right. Several right candidates of one
    choice share it as they do in a network's own, and where nothing is annotated, these are right as they are."""
    labels = pairs.labels[pairs.mention]
    links, comparisons = (
        np.eye(chances.shape[1], dtype=np.float32)[right]
        for chances, right in ((own.pairs, gold.links), (own.comparisons, gold.comparisons))
    )
    none = np.zeros_like(own.none)
    for place, label in enumerate(SINGLE):
        rows = np.flatnonzero(labels == label)
        owner, chances = pairs.value[rows], own.pairs[rows, LINKED] * (gold.links[rows] == LINKED)
        total = np.bincount(owner, chances, len(none)).astype(np.float32)
        links[rows] = 0
        links[rows, LINKED] = chances / np.maximum(total[owner], _TINY)
        none[:, place] = total == 0
    known = gold.known[:, None]
    return LinkScores(
        np.where(known[pairs.value], links, own.pairs),
        np.where(known, none, own.none),
        np.where(known, comparisons, own.comparisons),
    )


def link_loss(own: LinkScores, wanted: LinkScores) -> tuple[float, LinkScores]:
    """The cross-entropy of a network's probabilities with those that are wanted, for each value, and the gradient of
    the scores that they were made of."""
    share = np.float32(1 / max(len(own.none), 1))
    total = sum(float((right * np.log(mine + _TINY)).sum()) for mine, right in zip(own, wanted))
    return -total * float(share), LinkScores(*((mine - right) * share for mine, right in zip(own, wanted)))
