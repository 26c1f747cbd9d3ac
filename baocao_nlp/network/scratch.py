"""Memory that serves call after call: to be given fresh pages by the system takes longer than to fill them."""

from __future__ import annotations

from collections.abc import Iterator
from threading import local
from typing import Any

import numpy as np
from numpy.typing import NDArray

# rows that are worked on at once where each stands for itself: what comes between stays in the processor's own memory
_BLOCK = 1024


class _Kept(local):
    """The arrays of a thread, by what they are for."""

    def __init__(self) -> None:
        self.arrays: dict[str, NDArray[np.float32]] = {}


_KEPT = _Kept()


def scratch(purpose: str, rows: int, columns: int) -> NDArray[Any]:
    """An array filled with anything, which holds until the thread asks for one of the same purpose again."""
    kept = _KEPT.arrays.get(purpose)
    if kept is None or kept.size < rows * columns:
        kept = _KEPT.arrays[purpose] = np.empty(rows * columns, np.float32)
    return kept[: rows * columns].reshape(rows, columns)


def blocks(rows: int) -> Iterator[slice]:
    """So many rows in blocks."""
    return (slice(start, start + _BLOCK) for start in range(0, rows, _BLOCK))
