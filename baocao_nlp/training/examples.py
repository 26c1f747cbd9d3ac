"""Annotated reports as what the network learns from: tags of tokens, links of values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from baocao_nlp.annotation.report import AnnotatedReport
from baocao_nlp.facts import Fact, Label, LabelledSpan, Span
from baocao_nlp.features.layout import Layout
from baocao_nlp.features.mentions import Mention, align, encode
from baocao_nlp.features.pairs import Pairs
from baocao_nlp.network.losses import COMPARISONS, CONTEXT_OF, LINKED, METRIC_OF, NONE, Gold
from baocao_nlp.text.document import Document


@dataclass(frozen=True, slots=True)
class Example:
    """An annotated report laid out for the network.

    Attributes
    ----------
    tags : the tag of each row of the layout.
    mentions : the annotated spans.
    links : for the first token of each annotated value, the class of each token that it is linked to (by
        label and position), and its comparison.
    """

    report: AnnotatedReport
    layout: Layout
    tags: NDArray[np.intp]
    mentions: tuple[Mention, ...]
    links: Mapping[int, tuple[Mapping[tuple[Label, int], int], int]]

    @classmethod
    def of(cls, report: AnnotatedReport) -> Example:
        document = Document(report.text)
        layout = Layout.of(document)
        found = align(document, report.spans)
        mentions = tuple(found.values())
        links = dict(_links(fact, found) for fact in report.facts if LabelledSpan(fact.value, "VALUE") in found)
        return cls(report, layout, encode(layout, mentions), mentions, links)

    def gold(self, pairs: Pairs) -> Gold:
        """How the pairs of any mentions should be linked: a mention as most of its tokens are."""
        classes = np.full(len(pairs.value), NONE, np.intp)
        comparisons = np.zeros(len(pairs.values), np.intp)
        known = np.zeros(len(pairs.values), bool)
        linked: list[Mapping[tuple[Label, int], int]] = []
        for place, i in enumerate(pairs.values.tolist()):
            tokens, comparison = self.links.get(pairs.mentions[i].first, ({}, 0))
            known[place] = bool(tokens)
            comparisons[place] = comparison
            linked.append(tokens)
        for row, (value, mention) in enumerate(zip(pairs.value.tolist(), pairs.mention.tolist())):
            if linked[value]:
                classes[row] = _majority(pairs.mentions[mention], linked[value])
        return Gold(classes, comparisons, known)


def _links(
    fact: Fact, found: Mapping[LabelledSpan, Mention]
) -> tuple[int, tuple[Mapping[tuple[Label, int], int], int]]:
    tokens: dict[tuple[Label, int], int] = {}

    def add(label: Label, spans: Iterable[Span | None], link: int) -> None:
        for span in spans:
            mention = found.get(LabelledSpan(span, label)) if span else None
            if mention:
                tokens.update({(label, i): link for i in range(mention.first, mention.last + 1)})

    comparison = fact.comparison
    value = found[LabelledSpan(fact.value, "VALUE")].first
    add("VALUE", [fact.value], LINKED)
    add("METRIC", fact.context, CONTEXT_OF)
    add("METRIC", fact.metric, METRIC_OF)
    add("UNIT", [fact.unit], LINKED)
    add("PERIOD", [fact.period], LINKED)
    add("COMPARISON", comparison.spans if comparison else (), LINKED)
    return value, (tokens, COMPARISONS.index(f"{comparison.type}:{comparison.basis}") if comparison else 0)


def _majority(mention: Mention, tokens: Mapping[tuple[Label, int], int]) -> int:
    counts = Counter(tokens.get((mention.label, i), NONE) for i in range(mention.first, mention.last + 1))
    return counts.most_common(1)[0][0]
