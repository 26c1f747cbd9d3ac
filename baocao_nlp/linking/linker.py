"""The linker: gives each value its unit, metric, context, comparison and period, from the network's scores.

The constraints are here: one unit and one period at most; a mention is metric or context of a value, never
both; a value has at least one metric, where there is any; a level has no cues.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log

import numpy as np
from numpy.typing import NDArray

from baocao_nlp.features.layout import Layout
from baocao_nlp.features.mentions import Mention
from baocao_nlp.features.pairs import COMPARISON, METRIC, Pairs
from baocao_nlp.linking.links import Links
from baocao_nlp.network.losses import COMPARISONS, LINKED, NONE, SINGLE, LinkScores, choose, softmax
from baocao_nlp.network.model import Floats, Network

# a little below even odds: a part of a metric that is left out costs more than one too many (chosen on the dev split)
LIKELY = 0.45
_FLOOR = 1e-4


class Linker:
    """Links the values among mentions.

    Parameters
    ----------
    network : trained.
    """

    def __init__(self, network: Network):
        self.network = network

    def link(self, layout: Layout, vectors: Floats, mentions: Sequence[Mention]) -> list[Links]:
        """The links of every value, in reading order."""
        pairs = Pairs.of(layout, mentions)
        if not len(pairs.values):
            return []
        scores, _ = self.network.link(vectors, pairs)
        found = [Links(pairs.mentions[i]) for i in pairs.values.tolist()]
        for links in found:
            links.evidence["value"] = _log(links.value.probability)
        labels = pairs.labels[pairs.mention]
        _choose_single(found, pairs, scores, labels)
        _choose_metrics(found, pairs, scores, labels)
        _choose_comparisons(found, pairs, scores, labels)
        return found


def _log(probability: float) -> float:
    return log(max(probability, _FLOOR))


def _choose_single(found: Sequence[Links], pairs: Pairs, scores: LinkScores, labels: NDArray[np.intp]) -> None:
    """Unit and period: the best candidate, or none."""
    for place, (label, name) in enumerate(zip(SINGLE, ("unit", "period"))):
        rows = np.flatnonzero(labels == label)
        chances, none = choose(scores.pairs[rows, LINKED], scores.none[:, place], pairs.value[rows])
        best, second = none.tolist(), [0.0] * len(found)
        for row, chance in zip(rows.tolist(), chances.tolist()):
            value = int(pairs.value[row])
            if chance > best[value]:
                best[value], second[value] = chance, best[value]
                setattr(found[value], name, pairs.mentions[pairs.mention[row]])
            else:
                second[value] = max(second[value], chance)
        for links, *likely in zip(found, best, second):
            links.evidence[name], links.evidence[f"{name}_second"] = map(_log, likely)


def _choose_metrics(found: Sequence[Links], pairs: Pairs, scores: LinkScores, labels: NDArray[np.intp]) -> None:
    """Metric and context: each candidate that is likely one of them; the likeliest metric where none is."""
    rows = np.flatnonzero(labels == METRIC)
    value, mention = pairs.value[rows], pairs.mention[rows]
    none, metric, context = softmax(scores.pairs[rows, :LINKED]).astype(float).T
    linked = metric + context
    for i in np.flatnonzero(linked > LIKELY).tolist():
        links = found[value[i]]
        (links.metric if metric[i] >= context[i] else links.context).append(pairs.mentions[mention[i]])
    surest = np.ones(len(found))
    np.minimum.at(surest, value, np.maximum(none, linked))
    doubt = np.bincount(value, np.minimum(none, linked), len(found))
    ranked = np.lexsort((-metric, value))
    _, firsts = np.unique(value[ranked], return_index=True)
    best = {int(value[i]): (metric[i], pairs.mentions[mention[i]]) for i in ranked[firsts]}
    for place, links in enumerate(found):
        chance, likeliest = best.get(place, (0.0, None))
        if not links.metric and likeliest is not None:
            links.metric = [likeliest]
            links.context = [other for other in links.context if other is not likeliest]
        # what the tagger itself found names the value better than what was offered beside it
        links.metric = [mention for mention in links.metric if not mention.offered] or links.metric
        links.evidence["metric"] = _log(surest[place])
        links.evidence["metric_doubt"] = float(doubt[place])
        links.evidence["metric_best"] = _log(chance)


def _choose_comparisons(found: Sequence[Links], pairs: Pairs, scores: LinkScores, labels: NDArray[np.intp]) -> None:
    for row in np.flatnonzero(labels == COMPARISON).tolist():
        if scores.pairs[row, LINKED] > scores.pairs[row, NONE]:
            found[pairs.value[row]].cues.append(pairs.mentions[pairs.mention[row]])
    chances = softmax(scores.comparisons)
    for links, best, chance in zip(found, chances.argmax(axis=1).tolist(), chances.max(axis=1).tolist()):
        links.evidence["comparison"] = _log(chance)
        if COMPARISONS[best] == "level":
            links.cues = []
        else:
            kind, basis = COMPARISONS[best].split(":")
            links.comparison = (kind, basis)
