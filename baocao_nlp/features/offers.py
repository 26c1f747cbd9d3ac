"""Mentions that the best tags leave out, offered to the linker, which knows the values and judges them.

A time expression may date the values of the next sentences though its own gives none; and a phrase that the
tagger has never seen may name a value that nothing else names.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from baocao_nlp.facts import Label
from baocao_nlp.features.layout import Layout
from baocao_nlp.features.mentions import Mention, from_rows, rows_taken
from baocao_nlp.meaning.periods import find_expressions

DOUBTFUL = 0.1
_NEVER_INSIDE = frozenset(";:()")


def closed(layout: Layout, mentions: Iterable[Mention], label: Label) -> NDArray[np.bool_]:
    """Where no mention of a label can be offered beside others: a metric nowhere on them, a period within metrics."""
    return rows_taken(layout, (m for m in mentions if label == "METRIC" or m.label != "METRIC"))


def offered_periods(layout: Layout, mentions: Iterable[Mention]) -> list[Mention]:
    """The time expressions that no mention covers, even in part, but for metrics, which may go around one; of an
    expression whose number is a value, what stands before it ("trong tháng | 12 vụ")."""
    taken = closed(layout, mentions, "PERIOD")
    times = layout.column("time")
    found = []
    for start in np.flatnonzero(times == 1).tolist():
        stop = start + 1
        while stop < len(times) and times[stop] > 1:
            stop += 1
        free = start + int(np.argmax(np.append(taken[start:stop], True)))
        if free == stop or (free > start and _says_when(layout, start, free - 1)):
            found.append(from_rows(layout, "PERIOD", start, free - 1, 0.0, offered=True))
    return found


def _says_when(layout: Layout, first: int, last: int) -> bool:
    said = " ".join(word.form for word in layout.words[first : last + 1])
    return find_expressions(said) == [(0, len(said))]


def offered_metrics(layout: Layout, mentions: Iterable[Mention], probability: NDArray[np.float32]) -> list[Mention]:
    """Runs of rows that may well be part of a metric, from a word to a word.

    Parameters
    ----------
    probability : of each row, that it is inside a metric.
    """
    doubtful = (probability >= DOUBTFUL) & ~closed(layout, mentions, "METRIC")
    runs: list[list[int]] = []
    for row in np.flatnonzero(doubtful).tolist():
        if layout.texts[row] in _NEVER_INSIDE:
            continue
        if runs and runs[-1][-1] == row - 1 and layout.connected[row]:
            runs[-1].append(row)
        else:
            runs.append([row])
    found = []
    for run in runs:
        words = [row for row in run if layout.texts[row][0].isalnum()]
        if words:
            first, last = words[0], words[-1]
            chance = float(probability[first : last + 1].mean())
            found.append(from_rows(layout, "METRIC", first, last, chance, offered=True))
    return found
