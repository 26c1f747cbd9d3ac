"""The tagger: the mentions of a document, from the network's tags."""

from __future__ import annotations

from baocao_nlp.features.layout import Layout
from baocao_nlp.features.mentions import CODE, Mention, decode
from baocao_nlp.features.offers import offered_metrics, offered_periods
from baocao_nlp.network.model import Floats, Network

_METRIC_TAGS = [CODE["B-METRIC"], CODE["I-METRIC"]]


class Tagger:
    """Finds mentions.

    Parameters
    ----------
    network : trained.
    """

    def __init__(self, network: Network):
        self.network = network

    def tag(self, layout: Layout, vectors: Floats) -> list[Mention]:
        """The mentions that the likeliest tag of each token spells, and those that are offered beside them."""
        probabilities = self.network.tag(vectors, layout.lengths)
        tags = probabilities.argmax(axis=1)
        found = decode(layout, tags, probabilities[range(len(tags)), tags])
        in_metric = probabilities[:, _METRIC_TAGS].sum(axis=1)
        return [*found, *offered_metrics(layout, found, in_metric), *offered_periods(layout, found)]
