"""A linear-chain conditional random field over the scores that a network gives to the tags of each token.

Lafferty, McCallum, Pereira: Conditional random fields (ICML 2001). Sequences run side by side, in order of
steps (see `sequences`).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from baocao_nlp.network.sequences import Sequences

Floats = NDArray[Any]


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


def loss(
    scores: Floats, transitions: Floats, tags: NDArray[np.intp], sequences: Sequences
) -> tuple[float, Floats, Floats]:
    """The negative log-likelihood of tags, and its gradients for scores and transitions."""
    ahead, behind, emitted, total = _forward_backward(scores, transitions, sequences)
    d_scores, weighted = ahead * behind, emitted * behind
    d_transitions = np.zeros_like(transitions)
    for source, target in sequences.links:
        d_transitions += ahead[source].T @ weighted[target]
    d_transitions *= np.exp(transitions)
    rows = np.arange(len(tags))
    weight = float(scores[rows, tags].sum(dtype=np.float64))
    d_scores[rows, tags] -= 1
    for source, target in sequences.links:
        weight += float(transitions[tags[source], tags[target]].sum(dtype=np.float64))
        np.subtract.at(d_transitions, (tags[source], tags[target]), 1)
    return total - weight, d_scores, d_transitions


def best_tags(scores: Floats, transitions: Floats, sequences: Sequences) -> NDArray[np.intp]:
    """The most probable tags, by the Viterbi algorithm."""
    reached = scores.copy()
    into = np.ascontiguousarray(transitions.T)
    for source, target in sequences.links:
        reached[target] += (reached[source][:, None] + into).max(axis=2)
    tags = reached.argmax(axis=1)
    for source, target in reversed(sequences.links):
        tags[source] = (reached[source] + into[tags[target]]).argmax(axis=1)
    return np.asarray(tags)
