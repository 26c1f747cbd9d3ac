"""From a layout to a vector for each token."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from thinc.api import Dropout, Embed, Model

from baocao_nlp.features.layout import COLUMNS, PAIRS, Layout
from baocao_nlp.network.recurrence import gated_recurrence
from baocao_nlp.network.sequences import Sequences

Floats = NDArray[Any]
WORD_WIDTH, PAIR_WIDTH = 64, 32
_SMALL = [name for name in COLUMNS if COLUMNS[name] < PAIRS]
UNKNOWN = 0
# how often a word is hidden in training, so that what stands around it is learnt too
_HIDDEN = 0.1


@dataclass(frozen=True, slots=True)
class Reading:
    """What the encoder takes in, one row for each token: word numbers, numbers of word pairs, other columns as flags;
    and the sequences that the rows make up."""

    words: NDArray[np.intp]
    pairs: NDArray[np.intp]
    flags: Floats
    sequences: Sequences

    @classmethod
    def of(cls, layout: Layout, vocabulary: Mapping[str, int], first: int = 0, last: int | None = None) -> Reading:
        """What there is to read in a layout, from its ``first`` sequence to the one before the ``last``."""
        lengths = layout.lengths[first:last]
        start = int(layout.lengths[:first].sum())
        rows = slice(start, start + int(lengths.sum()))
        words = np.array([vocabulary.get(word.form, UNKNOWN) for word in layout.words[rows]], np.intp)
        columns = layout.columns[rows]
        flags = one_hot(columns[:, len(COLUMNS) - len(_SMALL) :], [COLUMNS[name] for name in _SMALL])
        return cls(words, columns[:, :2], flags, Sequences.of(lengths))


def one_hot(columns: NDArray[np.intp], sizes: list[int]) -> Floats:
    """Columns of small whole numbers as flags: as many columns as the sizes add up to."""
    flags = np.zeros((len(columns), sum(sizes)), np.float32)
    offsets = np.cumsum(sizes) - sizes
    flags[np.arange(len(columns))[:, None], columns + offsets] = 1
    return flags


def token_encoder(words: int, width: int, depth: int, dropout: float) -> Model[Reading, Floats]:
    """An encoder of tokens.

    Parameters
    ----------
    words : size of the vocabulary, the unknown word included.
    width : units of each recurrent layer in each direction.
    depth : recurrent layers.
    dropout : share of units that are silent at a training step.
    """
    n_in = WORD_WIDTH + 2 * PAIR_WIDTH + sum(COLUMNS[name] for name in _SMALL)
    layers: list[Model[Any, Any]] = [Embed(WORD_WIDTH, words), Embed(PAIR_WIDTH, PAIRS), Dropout(dropout)]
    layers += [gated_recurrence(width, 2 * width if i else n_in) for i in range(depth)]
    return Model("token_encoder", _forward, init=_init, layers=layers, dims={"nO": 2 * width})


def _init(model: Model[Any, Any], **_: Any) -> None:
    for layer in model.layers:
        layer.initialize()
    for table in model.layers[:2]:
        table.set_param("E", table.ops.xp.asarray(table.get_param("E")) * 5)


def _forward(model: Model[Any, Any], reading: Reading, is_train: bool) -> tuple[Floats, Callable[[Floats], None]]:
    words, pairs, dropout, *recurrences = model.layers
    order = reading.sequences.order
    ids, pair_ids = reading.words[order], reading.pairs[order]
    if is_train:
        ids = np.where(np.random.random(len(ids)) < _HIDDEN, UNKNOWN, ids)
        pair_ids = np.where(np.random.random(pair_ids.shape) < _HIDDEN, 0, pair_ids)
    embedded = [words(ids, is_train), pairs(pair_ids[:, 0], is_train), pairs(pair_ids[:, 1], is_train)]
    values = np.concatenate([*(vectors for vectors, _ in embedded), reading.flags[order]], axis=1)
    backs = []
    values, back = dropout(values, is_train)
    backs.append(back)
    for layer in recurrences:
        values, back = layer((values, reading.sequences), is_train)
        values, back_dropout = dropout(values, is_train)
        backs += [back, back_dropout]

    def backprop(d_output: Floats) -> None:
        d_values = d_output[order]
        for back in reversed(backs):
            d_values = back(d_values)
        start = 0
        for vectors, back in embedded:
            back(np.ascontiguousarray(d_values[:, start : start + vectors.shape[1]]))
            start += vectors.shape[1]

    output = np.empty_like(values)
    output[order] = values
    return output, backprop
