"""From a layout to a vector for each token."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from thinc.api import Dropout, Embed, Model

from baocao_nlp.features.layout import COLUMNS, PAIRS, Layout
from baocao_nlp.network.recurrence import gated_recurrence, no_backprop, predict
from baocao_nlp.network.scratch import blocks, scratch
from baocao_nlp.network.sequences import Sequences

Floats = NDArray[Any]
Ints = NDArray[np.intp]
WORD_WIDTH, PAIR_WIDTH = 64, 32
_SMALL = [size for size in COLUMNS.values() if size < PAIRS]
UNKNOWN = 0
# how often a word is hidden in training, so that what stands around it is learnt too
_HIDDEN = 0.1


@dataclass(frozen=True, slots=True)
class Reading:
    """What the encoder takes in, one row for each token: word numbers, numbers of word pairs, the other columns; and
    the sequences that the rows make up."""

    words: Ints
    pairs: Ints
    small: Ints
    sequences: Sequences

    @classmethod
    def of(cls, layout: Layout, vocabulary: Mapping[str, int], first: int = 0, last: int | None = None) -> Reading:
        """What there is to read in a layout, from its ``first`` sequence to the one before the ``last``."""
        lengths = layout.lengths[first:last]
        start = int(layout.lengths[:first].sum())
        rows = slice(start, start + int(lengths.sum()))
        words = np.array([vocabulary.get(word.form, UNKNOWN) for word in layout.words[rows]], np.intp)
        columns = layout.columns[rows]
        return cls(words, columns[:, : -len(_SMALL)], columns[:, -len(_SMALL) :], Sequences.of(lengths))


def one_hot(columns: Ints, sizes: list[int]) -> Floats:
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
    n_in = WORD_WIDTH + 2 * PAIR_WIDTH + sum(_SMALL)
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
    if not is_train:
        return _predict(model, reading), no_backprop
    order = reading.sequences.order
    ids = np.where(np.random.random(len(order)) < _HIDDEN, UNKNOWN, reading.words[order])
    pair_ids = np.where(np.random.random((len(order), 2)) < _HIDDEN, 0, reading.pairs[order])
    embedded = [words(ids, is_train), pairs(pair_ids[:, 0], is_train), pairs(pair_ids[:, 1], is_train)]
    flags = one_hot(reading.small[order], _SMALL)
    values = np.concatenate([*(vectors for vectors, _ in embedded), flags], axis=1)
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


def _predict(model: Model[Reading, Floats], reading: Reading) -> Floats:
    """The vectors without learning, in memory that serves call after call but for what is given back."""
    words, pairs, _, *recurrences = model.layers
    known, paired = (np.asarray(table.get_param("E")) for table in (words, pairs))
    order = reading.sequences.order
    values = scratch("embedded", len(order), recurrences[0].get_dim("nI"))
    for rows in blocks(len(order)):
        chosen = order[rows]
        before, after = reading.pairs[chosen].T
        parts = known[reading.words[chosen]], paired[before], paired[after], one_hot(reading.small[chosen], _SMALL)
        np.concatenate(parts, axis=1, out=values[rows])
    for i, layer in enumerate(recurrences):
        values = predict(layer, values, reading.sequences, scratch(f"layer {i % 2}", len(order), layer.get_dim("nO")))
    output = np.empty_like(values)
    output[order] = values
    return output
