"""How fast a network learns, step by step, and who is told how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import cos, pi

# takes the number of epochs that are done, and the mean loss of the last
Progress = Callable[[int, float], None]
_WARM_UP = 0.1
_LAST = 0.02


def learning_rates(highest: float, steps: int) -> Iterator[float]:
    """Rates that rise over the first tenth of the steps and then fall along a cosine."""
    for step in range(1, steps + 1):
        warm = min(step / (_WARM_UP * steps), 1.0)
        yield highest * warm * (_LAST + (1 - _LAST) * (1 + cos(pi * step / steps)) / 2)
