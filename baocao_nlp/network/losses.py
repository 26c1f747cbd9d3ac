"""What the scores of links should be, and how far they are from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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


@dataclass(frozen=True, slots=True)
class LinkScores:
    """Scores, not normalised: of `NONE`, `METRIC_OF`, `CONTEXT_OF`, `LINKED` for each pair; of no unit and no
    period for each value; of each of `COMPARISONS` for each value. Also their gradients."""

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


def link_loss(scores: LinkScores, pairs: Pairs, gold: Gold) -> tuple[float, LinkScores]:
    """The loss of the scores for each value, and its gradient.

    Unit and period are one choice each; metric, context and cues a decision for each candidate.
    """
    labels = pairs.labels[pairs.mention]
    known = gold.known[pairs.value]
    total = 0.0
    gradient = LinkScores(*map(np.zeros_like, (scores.pairs, scores.none, scores.comparisons)))
    for place, label in enumerate(SINGLE):
        rows = np.flatnonzero((labels == label) & known)
        loss, gradient.pairs[rows, LINKED], d_none = _choice_loss(
            scores.pairs[rows, LINKED], scores.none[:, place], pairs.value[rows], gold.links[rows] == LINKED
        )
        total += float(loss[gold.known].sum())
        gradient.none[:, place] = d_none * gold.known
    rows = np.flatnonzero(~np.isin(labels, SINGLE) & known)
    loss, gradient.pairs[rows] = _cross_entropy(scores.pairs[rows], gold.links[rows])
    total += float(loss.sum())
    rows = np.flatnonzero(gold.known)
    loss, gradient.comparisons[rows] = _cross_entropy(scores.comparisons[rows], gold.comparisons[rows])
    total += float(loss.sum())
    share = np.float32(1 / max(len(pairs.values), 1))
    return total * float(share), LinkScores(gradient.pairs * share, gradient.none * share, gradient.comparisons * share)


def _cross_entropy(scores: Floats, gold: Ints) -> tuple[Floats, Floats]:
    probabilities = softmax(scores)
    rows = np.arange(len(gold))
    loss = -np.log(probabilities[rows, gold] + _TINY)
    probabilities[rows, gold] -= 1
    return loss, probabilities


def _choice_loss(scores: Floats, none: Floats, owner: Ints, right: NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
    """The loss of choosing one of the right candidates, or none where there is none, with the gradients."""
    chosen, zero = choose(scores, none, owner)
    any_right = np.zeros(len(none), bool)
    any_right[owner[right]] = True
    mass = np.zeros_like(none)
    np.add.at(mass, owner[right], chosen[right])
    mass = np.where(any_right, mass, zero) + np.float32(_TINY)
    share = np.where(right, chosen / mass[owner], 0)
    return -np.log(mass), chosen - share, zero - ~any_right
