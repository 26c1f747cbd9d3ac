"""Narrower networks out of wider ones: the units that matter least are cut away.

Li et al.: Pruning filters for efficient convnets (ICLR 2017), here by how active a unit is and how much looks at it.
What is left reads worse, but is soon as good again where it goes on learning.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from baocao_nlp.features.layout import Layout
from baocao_nlp.network.model import Network

# what looks at the tokens' vectors, beside the recurrences behind the first; some see several vectors side by side
_READERS = ("tags.0.W", "value.0.W", "mention.0.W", "compared.0.W")


def narrowed(network: Network, layouts: Iterable[Layout], width: int) -> Network:
    """A copy with fewer units in each direction.

    Parameters
    ----------
    layouts : what the activity of the units is measured on.
    width : at most the network's own.

    Raises
    ------
    ValueError
        Where it is more.
    """
    if width > network.size.width:
        raise ValueError(f"a network of {network.size.width} units in each direction cannot be narrowed to {width}")
    arrays = network.arrays()
    gates = [name for name in arrays if name.startswith("encoder.") and name.endswith(".W")]
    readers = [*_READERS, *gates[1:]]
    old = 2 * network.size.width
    weights = sum(_by_unit(np.abs(arrays[name]), old).sum(axis=(0, 1)) for name in readers)
    activity = np.concatenate([network.vectors(layout) for layout in layouts if layout.texts]).std(axis=0)
    halves = np.split(activity * weights, 2)
    kept = np.concatenate([np.sort(np.argsort(-half)[:width]) + i * len(half) for i, half in enumerate(halves)])
    for name, array in arrays.items():
        if name in readers:
            array = _by_unit(array, old)[:, :, kept].reshape(len(array), -1)
        if name.startswith("encoder.") and not name.endswith(".E"):
            # a gate has rows for what renews each unit, and again for what it is renewed by
            array = array[np.concatenate([kept, kept + old])] if len(array) == 2 * old else array[kept]
        arrays[name] = array
    copy = Network(replace(network.size, width=width), network.vocabulary)
    copy.set_arrays(arrays)
    return copy


def _by_unit(array: NDArray[Any], units: int) -> NDArray[Any]:
    """Weights of shape (rows, vectors * units) as (rows, vectors, units)."""
    return array.reshape(len(array), -1, units)
