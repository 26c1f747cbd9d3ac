"""A recurrent layer whose steps are cheap: gates look at the input alone, so that all matrix products are done
for all tokens at once, and a step is one multiplication and one addition.

Bradbury, Merity, Xiong, Socher: Quasi-recurrent neural networks (ICLR 2017); Feng et al.: Were RNNs all we
needed? (2024), whose minimal gated unit this is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from thinc.api import LayerNorm, Linear, Model

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
    layers: list[Model[Any, Any]] = [
        Linear(4 * width, n_in),
        LayerNorm(2 * width),
        Linear(2 * width, 2 * width),
    ]
    return Model("gated_recurrence", _forward, init=_init, layers=layers, dims={"nO": 2 * width, "nI": n_in})


def _init(model: Model[Any, Any], **_: Any) -> None:
    for layer in model.layers:
        layer.initialize()


def _forward(
    model: Model[Any, Any], inputs: tuple[Floats, Sequences], is_train: bool
) -> tuple[Floats, Callable[[Floats], Floats]]:
    values, sequences = inputs
    if not is_train:
        return _predict(model, values, sequences), _no_backprop
    gates, norm, out = model.layers
    gated, back_gates = gates(values, is_train)
    candidate = gated[:, gated.shape[1] // 2 :].copy()
    keep, states = _run(gated, sequences)
    normed, back_norm = norm(states, is_train)
    output, back_out = out(np.maximum(normed, 0), is_train)
    is_residual = values.shape == output.shape

    def backprop(d_output: Floats) -> Floats:
        d_states = back_norm(back_out(d_output) * (normed > 0))
        d_keep = np.zeros_like(keep)
        for side, links in _directions(keep, sequences):
            d_keep[:, side] = backprop_scan(keep[:, side], states[:, side], d_states[:, side], links)
        d_gate = (d_states * candidate - d_keep) * keep * (1 - keep)
        d_values = back_gates(np.concatenate([d_gate, d_states * (1 - keep)], axis=1))
        return np.asarray(d_values + d_output if is_residual else d_values)

    return (output + values if is_residual else output), backprop


def _predict(model: Model[Any, Any], values: Floats, sequences: Sequences) -> Floats:
    """What the layer gives without learning: the same, with fewer passes over memory."""
    gates, norm, out = model.layers
    _, states = _run(gates.predict(values), sequences)
    normed = states - states.mean(axis=1, keepdims=True)
    variance = np.einsum("ij,ij->i", normed, normed) / normed.shape[1]
    normed *= (1 / np.sqrt(variance + _EPSILON))[:, None]
    normed *= norm.get_param("G")
    normed += norm.get_param("b")
    output: Floats = out.predict(np.maximum(normed, 0, out=normed))
    if values.shape == output.shape:
        output += values
    return output


def _no_backprop(_: Floats) -> Floats:
    raise RuntimeError("a prediction teaches nothing: call the layer with is_train")


def _run(gated: Floats, sequences: Sequences) -> tuple[Floats, Floats]:
    """How much of each state is kept from the one before, and the states; both are made where ``gated`` was.

    Parameters
    ----------
    gated : the left half of its columns says how much of a state is renewed, before the logistic function, the right
        half what it is renewed by; of both, the left half is for the sequences as they run, the right half for their
        way back.
    """
    keep, states = np.split(gated, 2, axis=1)
    with np.errstate(over="ignore"):
        np.exp(keep, out=keep)
    keep += 1
    np.reciprocal(keep, out=keep)
    states -= keep * states
    for side, links in _directions(keep, sequences):
        scan(keep[:, side], states[:, side], links)
    return keep, states


def _directions(
    keep: Floats, sequences: Sequences
) -> tuple[tuple[slice, Sequence[Link]], tuple[slice, Sequence[Link]]]:
    """The columns of each direction, and the links that it follows."""
    half = keep.shape[1] // 2
    back = tuple((target, source) for source, target in reversed(sequences.links))
    return (slice(half), sequences.links), (slice(half, None), back)
