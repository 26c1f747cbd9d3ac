"""Mentions as a tagger finds them: some missing, some with other bounds, some only offered, some that are none.

The linker learns from annotated spans, but will work on tagged ones; so it learns from annotated spans with
the faults that tagged ones have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from baocao_nlp.facts import Label
from baocao_nlp.features.layout import Layout
from baocao_nlp.features.mentions import Mention, from_rows, rows_taken
from baocao_nlp.features.offers import offered_periods
from baocao_nlp.training.examples import Example

_LONGEST_STRAY = 7


@dataclass(frozen=True, slots=True)
class Rates:
    """How often a mention of a label is missing, only offered, or bounded otherwise."""

    missing: float = 0.0
    offered: float = 0.0
    bounds: float = 0.0


RATES: Mapping[Label, Rates] = {
    "METRIC": Rates(missing=0.06, offered=0.10, bounds=0.16),
    "PERIOD": Rates(missing=0.04, offered=0.12),
    "UNIT": Rates(missing=0.03),
    "COMPARISON": Rates(missing=0.03),
    "VALUE": Rates(),
}
# metrics that are none, for each annotated mention; and how many of them are only offered
_STRAYS, _STRAYS_OFFERED = 1 / 12, 0.8


def noisy_mentions(example: Example, rng: np.random.Generator) -> list[Mention]:
    """The mentions of a report with faults, and all the periods that are offered beside them."""
    found = [noisy for mention in example.mentions if (noisy := _with_fault(mention, rng))]
    taken = rows_taken(example.layout, example.mentions)
    found += offered_periods(example.layout, example.mentions)
    for _ in range(int(len(example.mentions) * _STRAYS)):
        stray = _stray(example.layout, taken, rng)
        if stray:
            found.append(stray)
    return found


def _with_fault(mention: Mention, rng: np.random.Generator) -> Mention | None:
    rates = RATES[mention.label]
    fault = rng.random()
    if fault < rates.missing:
        return None
    fault -= rates.missing
    if fault < rates.offered:
        first, last = mention.first, mention.last
        if mention.label == "METRIC" and rng.random() < 0.4:
            first = int(rng.integers(first, last + 1))
            last = int(rng.integers(first, last + 1))
        return mention._replace(first=first, last=last, offered=True)
    fault -= rates.offered
    if fault < rates.bounds and mention.last > mention.first:
        if fault < rates.bounds / 2:
            return mention._replace(first=mention.first + 1)
        return mention._replace(last=mention.last - 1)
    return mention


def _stray(layout: Layout, taken: np.ndarray, rng: np.random.Generator) -> Mention | None:
    """A phrase that is no mention, taken for a metric."""
    first = int(rng.integers(len(layout.texts)))
    last = first + int(rng.integers(_LONGEST_STRAY))
    if last >= len(layout.texts) or taken[first : last + 1].any():
        return None
    is_phrase = all(text.isalpha() for text in layout.texts[first : last + 1])
    if not is_phrase or layout.sentences[first] != layout.sentences[last]:
        return None
    taken[first : last + 1] = True
    return from_rows(layout, "METRIC", first, last, 0.0, offered=bool(rng.random() < _STRAYS_OFFERED))
