"""How fast a network learns, step by step."""

from __future__ import annotations

from collections.abc import Iterator
from math import cos, pi

_WARM_UP = 0.1
_LAST = 0.02


def learning_rates(highest: float, steps: int) -> Iterator[float]:
    """Rates that rise over the first tenth of the steps and then fall along a cosine."""
    for step in range(1, steps + 1):
        warm = min(step / (_WARM_UP * steps), 1.0)
        yield highest * warm * (_LAST + (1 - _LAST) * (1 + cos(pi * step / steps)) / 2)
