"""Pretraining: the encoder learns to tell hidden words from their surroundings, in all sentences of the reports.

Devlin et al.: BERT: Pre-training of deep bidirectional transformers (NAACL 2019), in small: no annotation is
needed, and the sentences without a number, which are half of a report, teach how officials write.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from thinc.api import Adam, Linear, Model, use_ops

from baocao_nlp.features.layout import Layout
from baocao_nlp.network.encoder import UNKNOWN, WORD_WIDTH, Reading
from baocao_nlp.network.losses import softmax
from baocao_nlp.network.model import Network
from baocao_nlp.training.schedule import Progress, learning_rates

_HIDDEN = 0.15
# the columns of a reading's pairs, and how far from a word its pairs stand
_PAIRS_OF_WORD = ((0, 0), (0, 1), (1, 0), (1, -1))


class HiddenWords:
    """The task: a linear layer from a token's vector to the embedding of its word.

    Parameters
    ----------
    network : whose encoder learns; its word embeddings are also what words are told by.
    """

    def __init__(self, network: Network):
        self.network = network
        with use_ops("numpy", use_blis=False):
            self._head: Model[Any, Any] = Linear(WORD_WIDTH, 2 * network.size.width)
            self._head.initialize()
            self._bias: Model[Any, Any] = Model("bias", lambda *_: None, params={"b": None})
            self._bias.set_param("b", np.zeros(network.size.words, np.float32))  # type: ignore[arg-type]
        self.model: Model[Any, Any] = Model(
            "hidden_words",
            lambda *_: None,
            layers=[network.encoder, self._head, self._bias],
        )

    def learn(self, reading: Reading, rng: np.random.Generator) -> float:
        """Add what the hidden words of a reading teach to the gradients; the mean loss."""
        hidden, rows, words = _hide(reading, rng)
        if not len(rows):
            return 0.0
        vectors, backprop = self.network.encode(hidden)
        projected, back_head = self._head(vectors[rows], True)
        table = self.network.word_embeddings.get_param("E")
        chances = softmax(projected @ np.asarray(table).T + np.asarray(self._bias.get_param("b")))
        at = np.arange(len(words))
        loss = float(-np.log(chances[at, words] + 1e-9).mean())
        chances[at, words] -= 1
        chances /= np.float32(len(words))
        self.network.word_embeddings.inc_grad("E", chances.T @ projected)
        self._bias.inc_grad("b", chances.sum(axis=0))
        gradient = np.zeros_like(vectors)
        gradient[rows] = back_head(chances @ table)
        backprop(gradient)
        return loss


def pretrain(
    network: Network,
    layouts: Sequence[Layout],
    *,
    epochs: int,
    learning_rate: float,
    rng: np.random.Generator,
    progress: Progress | None = None,
) -> list[float]:
    """Pretrain the encoder of a network, one report a step; the mean loss of each epoch."""
    task = HiddenWords(network)
    optimizer = Adam(learning_rate, L2=0.01, beta2=0.98)
    rates = learning_rates(learning_rate, epochs * len(layouts))
    losses = []
    for epoch in range(epochs):
        total = 0.0
        for i in rng.permutation(len(layouts)).tolist():
            optimizer.learn_rate = next(rates)
            total += task.learn(network.read(layouts[i]), rng)
            task.model.finish_update(optimizer)
        losses.append(total / len(layouts))
        if progress:
            progress(epoch + 1, losses[-1])
    return losses


def _hide(reading: Reading, rng: np.random.Generator) -> tuple[Reading, NDArray[np.intp], NDArray[np.intp]]:
    """A reading with words hidden, the rows of those that are known words, and which words they are."""
    length = len(reading.words)
    drawn = np.flatnonzero(rng.random(length) < _HIDDEN)
    words, pairs = reading.words.copy(), reading.pairs.copy()
    words[drawn] = UNKNOWN
    for column, away in _PAIRS_OF_WORD:
        places = drawn + away
        pairs[places[(places >= 0) & (places < length)], column] = 0
    rows = drawn[reading.words[drawn] != UNKNOWN]
    return replace(reading, words=words, pairs=pairs), rows, reading.words[rows]
