"""Sequences of different lengths in one array, step by step: all first items, all second items, and so on.

The longest sequence comes first, so that the sequences that still run at a step are the first ones of the
step before. A recurrent layer then works on whole slices.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Link = tuple[slice, slice]


@dataclass(frozen=True, slots=True)
class Sequences:
    """How rows of sequences, one after the other, are put in order of steps.

    Attributes
    ----------
    order : for each row in order of steps, its place in the rows one sequence after the other.
    steps : the rows of each step.
    links : for each step but the last, the rows of the sequences that go on, there and in the next step.
    mirrored : for each row that of the item as far from the end of its sequence as this one is from the start.
    """

    order: NDArray[np.intp]
    steps: tuple[slice, ...]
    links: tuple[Link, ...]
    mirrored: NDArray[np.intp]

    @classmethod
    def of(cls, lengths: NDArray[np.intp]) -> Sequences:
        """The order of sequences with these lengths (at least one, each at least 1)."""
        starts = np.cumsum(lengths) - lengths
        ranked = np.argsort(-lengths, kind="stable")
        running = len(lengths) - np.searchsorted(np.sort(lengths), np.arange(lengths.max()), side="right")
        offsets = np.cumsum(running) - running
        rows = np.arange(lengths.sum())
        order = starts[ranked][rows - np.repeat(offsets, running)] + np.repeat(np.arange(len(running)), running)
        bounds = [*offsets.tolist(), len(rows)]
        steps = tuple(slice(start, stop) for start, stop in pairwise(bounds))
        links = tuple(
            (slice(start, start + after.stop - after.start), after) for start, after in zip(bounds, steps[1:])
        )
        place = np.empty_like(order)
        place[order] = rows
        mirrored = place[np.repeat(2 * starts + lengths - 1, lengths)[order] - order]
        return cls(order, steps, links, mirrored)

    @property
    def first(self) -> slice:
        """The first row of every sequence."""
        return self.steps[0]
