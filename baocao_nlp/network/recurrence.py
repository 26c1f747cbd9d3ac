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
    halves = np.split(gated, 2, axis=1)
    directions = sequences.links, _backward(sequences)
    states, back_states = zip(*(_run(half, links) for half, links in zip(halves, directions)))
    normed, back_norm = norm(np.concatenate(states, axis=1), is_train)
    active = np.maximum(normed, 0)
    output, back_out = out(active, is_train)
    is_residual = values.shape == output.shape

    def backprop(d_output: Floats) -> Floats:
        d_states = np.split(back_norm(back_out(d_output) * (active > 0)), 2, axis=1)
        d_gated = np.concatenate([back(d_half) for back, d_half in zip(back_states, d_states)], axis=1)
        d_values = back_gates(d_gated)
        return np.asarray(d_values + d_output if is_residual else d_values)

    return (output + values if is_residual else output), backprop


def _predict(model: Model[Any, Any], values: Floats, sequences: Sequences) -> Floats:
    """What the layer gives without learning: the same, with fewer passes over memory."""
    gates, norm, out = model.layers
    halves = np.split(gates.predict(values), 2, axis=1)
    directions = sequences.links, _backward(sequences)
    gated = [_gates(half) for half in halves]
    for (_, keep, h), links in zip(gated, directions):
        scan(keep, h, links)
    states = np.concatenate([h for _, _, h in gated], axis=1)
    states -= states.mean(axis=1, keepdims=True)
    variance = np.einsum("ij,ij->i", states, states) / states.shape[1]
    states *= (1 / np.sqrt(variance + _EPSILON))[:, None]
    states *= norm.get_param("G")
    states += norm.get_param("b")
    output: Floats = out.predict(np.maximum(states, 0, out=states))
    if values.shape == output.shape:
        output += values
    return output


def _no_backprop(_: Floats) -> Floats:
    raise RuntimeError("a prediction teaches nothing: call the layer with is_train")


def _backward(sequences: Sequences) -> tuple[Link, ...]:
    return tuple((target, source) for source, target in reversed(sequences.links))


def _gates(gated: Floats) -> tuple[Floats, Floats, Floats]:
    """How much of a state is renewed, how much is kept, and what it is renewed by: the left half of the columns is
    the gate, the right half the candidate."""
    gate, candidate = np.split(gated, 2, axis=1)
    update = np.exp(-gate)
    update += 1
    np.reciprocal(update, out=update)
    return update, 1 - update, update * candidate


def _run(gated: Floats, links: Sequence[Link]) -> tuple[Floats, Callable[[Floats], Floats]]:
    """One direction, and what takes its gradient back."""
    update, keep, h = _gates(gated)
    candidate = gated[:, gated.shape[1] // 2 :]
    scan(keep, h, links)

    def backprop(d_output: Floats) -> Floats:
        d_h = d_output.copy()
        d_keep = backprop_scan(keep, h, d_h, links)
        d_update = d_h * candidate - d_keep
        return np.concatenate([d_update * update * keep, d_h * update], axis=1)

    return h, backprop
