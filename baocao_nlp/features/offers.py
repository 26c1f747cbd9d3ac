"""Mentions that the best tags leave out, offered to the linker, which knows the values and judges them.

A time expression may date the values of the next sentences though its own gives none; and a phrase that the
tagger has never seen may name a value that nothing else names.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from baocao_nlp.features.layout import Layout
from baocao_nlp.features.mentions import Mention, from_rows

DOUBTFUL = 0.1
_NEVER_INSIDE = frozenset(";:()")


def offered_periods(layout: Layout, taken: NDArray[np.bool_]) -> list[Mention]:
    """The time expressions that no mention covers, even in part.

    Parameters
    ----------
    taken : which rows of the layout are inside mentions.
    """
    times = layout.column("time")
    found = []
    for start in np.flatnonzero(times == 1).tolist():
        stop = start + 1
        while stop < len(times) and times[stop] > 1:
            stop += 1
        if not taken[start:stop].any():
            found.append(from_rows(layout, "PERIOD", start, stop - 1, 0.0, offered=True))
    return found


def offered_metrics(layout: Layout, taken: NDArray[np.bool_], probability: NDArray[np.float32]) -> list[Mention]:
    """Runs of rows that may well be part of a metric.

    Parameters
    ----------
    probability : of each row, that it is inside a metric.
    """
    doubtful = (probability >= DOUBTFUL) & ~taken
    runs: list[list[int]] = []
    for row in np.flatnonzero(doubtful).tolist():
        if layout.texts[row] in _NEVER_INSIDE:
            continue
        if runs and runs[-1][-1] == row - 1 and layout.connected[row]:
            runs[-1].append(row)
        else:
            runs.append([row])
    return [from_rows(layout, "METRIC", run[0], run[-1], float(probability[run].mean()), offered=True) for run in runs]
