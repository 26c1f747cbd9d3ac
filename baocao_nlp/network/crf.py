"""A linear-chain conditional random field over the scores that a network gives to the tags of each token.

Lafferty, McCallum, Pereira: Conditional random fields (ICML 2001). Sequences run side by side, in order of
steps (see `sequences`).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from baocao_nlp.network.sequences import Sequences

Floats = NDArray[Any]


class Counts(NamedTuple):
    """How often each tag stands at each token, shape (tokens, tags), and each tag (row) before each other (column),
    over all sequences: as they are, or as they are to be expected."""

    tags: Floats
    moves: Floats


def marginals(scores: Floats, transitions: Floats, sequences: Sequences) -> Floats:
    """The probability of each tag of each token, by the forward-backward algorithm.

    Parameters
    ----------
    scores : of the tags of every token, shape (tokens, tags).
    transitions : score of a tag (row) before another (column).
    """
    ahead, behind, *_ = _forward_backward(scores, transitions, sequences)
    return ahead * behind


def _forward_backward(
    scores: Floats, transitions: Floats, sequences: Sequences
) -> tuple[Floats, Floats, Floats, float]:
    """The shares of the paths that come to each tag and go on from it, the weights of the tags as they are scaled,
    and the logarithm of the sum of all paths' weights, over all sequences."""
    top = scores.max(axis=1, keepdims=True)
    emitted, moved = np.exp(scores - top), np.exp(transitions)
    ahead, behind = emitted.copy(), np.ones_like(emitted)
    scale = np.ones(len(scores), np.float32)
    scale[sequences.first] = ahead[sequences.first].sum(axis=1)
    ahead[sequences.first] /= scale[sequences.first, None]
    for source, target in sequences.links:
        ahead[target] *= ahead[source] @ moved
        scale[target] = ahead[target].sum(axis=1)
        ahead[target] /= scale[target, None]
    emitted /= scale[:, None]
    for source, target in reversed(sequences.links):
        behind[source] = (emitted[target] * behind[target]) @ moved.T
    total = float(np.log(scale).sum(dtype=np.float64) + top.sum(dtype=np.float64))
    return ahead, behind, emitted, total


def expected(scores: Floats, transitions: Floats, sequences: Sequences) -> tuple[Counts, float]:
    """The counts that scores let expect, and the logarithm of the sum of all paths' weights."""
    ahead, behind, emitted, total = _forward_backward(scores, transitions, sequences)
    weighted = emitted * behind
    moves = np.zeros_like(transitions)
    for source, target in sequences.links:
        moves += ahead[source].T @ weighted[target]
    return Counts(ahead * behind, moves * np.exp(transitions)), total


def counted(tags: NDArray[np.intp], size: int, sequences: Sequences) -> Counts:
    """The counts of tags that are known, of so many kinds."""
    moves = np.zeros((size, size), np.float32)
    for source, target in sequences.links:
        np.add.at(moves, (tags[source], tags[target]), 1)
    return Counts(np.eye(size, dtype=np.float32)[tags], moves)


def loss(scores: Floats, transitions: Floats, wanted: Counts, sequences: Sequences) -> tuple[float, Floats, Floats]:
    """The cross-entropy of the paths with those whose counts are wanted, and its gradients for scores and transitions;
    of known tags, the negative log-likelihood."""
    own, total = expected(scores, transitions, sequences)
    weight = (scores * wanted.tags).sum(dtype=np.float64) + (transitions * wanted.moves).sum(dtype=np.float64)
    return total - float(weight), own.tags - wanted.tags, own.moves - wanted.moves
