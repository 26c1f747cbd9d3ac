"""A recurrent layer whose steps are cheap: gates look at the input alone, so that all matrix products are done
for all tokens at once, and a step is one multiplication and one addition.

Bradbury, Merity, Xiong, Socher: Quasi-recurrent neural networks (ICLR 2017); Feng et al.: Were RNNs all we
needed? (2024), whose minimal gated unit this is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray
from thinc.api import LayerNorm, Linear, Model

from baocao_nlp.network.scratch import blocks, scratch
from baocao_nlp.network.sequences import Link, Sequences

Floats = NDArray[Any]
# as in thinc's layer normalisation
_EPSILON = 1e-8


def scan(keep: Floats, state: Floats, links: Sequence[Link]) -> None:
    """Turn ``state`` in place into ``h``, where ``h[to] = keep[to] * h[from] + state[to]`` along the links."""
    for source, target in links:
        state[target] += keep[target] * state[source]


def backprop_scan(keep: Floats, h: Floats, d_h: Floats, links: Sequence[Link]) -> Floats:
    """The gradient of ``keep``; ``d_h`` becomes that of the state."""
    d_keep = np.zeros_like(keep)
    for source, target in reversed(links):
        d_keep[target] = d_h[target] * h[source]
        d_h[source] += keep[target] * d_h[target]
    return d_keep


def gated_recurrence(width: int, n_in: int) -> Model[tuple[Floats, Sequences], Floats]:
    """A layer over sequences that reads them in both directions.

    Parameters
    ----------
    width : units in each direction; the output has twice as many.
    n_in : columns of the input. Where it is as wide as the output, the output is added to it.
    """
    layers: list[Model[Any, Any]] = [Linear(4 * width, n_in), LayerNorm(2 * width)]
    return Model("gated_recurrence", _forward, init=_init, layers=layers, dims={"nO": 2 * width, "nI": n_in})


def _init(model: Model[Any, Any], **_: Any) -> None:
    for layer in model.layers:
        layer.initialize()


def _forward(
    model: Model[Any, Any], inputs: tuple[Floats, Sequences], is_train: bool
) -> tuple[Floats, Callable[[Floats], Floats]]:
    values, sequences = inputs
    if not is_train:
        return predict(model, values, sequences, np.empty((len(values), model.get_dim("nO")), np.float32)), no_backprop
    gates, norm = model.layers
    gated, back_gates = gates(values, is_train)
    renewal, candidate = np.split(gated, 2, axis=1)
    keep, states = np.empty((2, *candidate.shape), np.float32)
    _gate(renewal, candidate, keep, states)
    _turn(sequences, keep, states)
    scan(keep, states, sequences.links)
    h = states.copy()
    _turn(sequences, h)
    normed, back_norm = norm(h, is_train)
    output = np.maximum(normed, 0)
    is_residual = values.shape == output.shape

    def backprop(d_output: Floats) -> Floats:
        d_states = back_norm(d_output * (normed > 0))
        _turn(sequences, d_states)
        d_keep = backprop_scan(keep, states, d_states, sequences.links)
        kept = keep.copy()
        _turn(sequences, d_states, d_keep, kept)
        d_gate = (d_states * candidate - d_keep) * kept * (1 - kept)
        d_values = back_gates(np.concatenate([d_gate, d_states * (1 - kept)], axis=1))
        return np.asarray(d_values + d_output if is_residual else d_values)

    return (output + values if is_residual else output), backprop


def predict(model: Model[Any, Any], values: Floats, sequences: Sequences, states: Floats) -> Floats:
    """What a layer gives without learning: the same, with all that is done row by row done where the processor still
    has the rows at hand.

    Parameters
    ----------
    states : filled with the output, and returned.
    """
    gates, norm = model.layers
    width = norm.get_dim("nO")
    weights, bias = (np.asarray(gates.get_param(name)) for name in ("W", "b"))
    keep = scratch("keep", *states.shape)
    for rows in blocks(len(values)):
        # two products, for numpy runs through arrays without gaps faster than through halves of one
        renewal, candidate = values[rows] @ weights[:width].T, values[rows] @ weights[width:].T
        renewal += bias[:width]
        candidate += bias[width:]
        _gate(renewal, candidate, keep[rows], states[rows])
    _turn(sequences, keep, states)
    scan(keep, states, sequences.links)
    _turn(sequences, states)
    scale, shift = (np.asarray(norm.get_param(name)) for name in ("G", "b"))
    # a product with these and a row of zeros are two to four times as fast as numpy's mean and maximum with a number
    mean, zero = np.full(width, 1 / width, np.float32), np.zeros(width, np.float32)
    is_residual = values.shape == states.shape
    for rows in blocks(len(values)):
        output = states[rows]
        output -= (output @ mean)[:, None]
        output *= (1 / np.sqrt(np.einsum("ij,ij->i", output, output) / width + _EPSILON))[:, None]
        output *= scale
        output += shift
        np.maximum(output, zero, out=output)
        if is_residual:
            output += values[rows]
    return states


def no_backprop(_: Floats) -> NoReturn:
    """Where a layer has not been asked to learn."""
    raise RuntimeError("a prediction teaches nothing: call the layer with is_train")


def _gate(renewal: Floats, candidate: Floats, keep: Floats, states: Floats) -> None:
    """Fill ``keep`` with how much of each state is kept from the one before, and ``states`` with what is new in it.

    Parameters
    ----------
    renewal : how much of a state is renewed, before the logistic function; the left half of the columns is for the
        sequences as they run, the right half for their way back.
    candidate : what it is renewed by.
    """
    with np.errstate(over="ignore"):
        np.exp(renewal, out=keep)
    keep += 1
    np.reciprocal(keep, out=keep)
    np.multiply(keep, candidate, out=states)
    np.subtract(candidate, states, out=states)


def _turn(sequences: Sequences, *arrays: Floats) -> None:
    """Turn the right half of the columns around within each sequence, so that one scan runs through both directions."""
    for array in arrays:
        half = array.shape[1] // 2
        array[:, half:] = array[sequences.mirrored, half:]
