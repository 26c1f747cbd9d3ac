"""What else tells how sure a fact is, beside what the network thinks of its own decisions."""

from __future__ import annotations

from collections.abc import Sequence

from baocao_nlp.facts import Fact
from baocao_nlp.features.layout import Layout
from baocao_nlp.features.mentions import Mention
from baocao_nlp.linking.links import Links
from baocao_nlp.meaning.numbers import readings


def add_evidence(layout: Layout, found: Sequence[Links], facts: Sequence[Fact]) -> None:
    """Complete the evidence of links by how their parts stand."""
    sizes: dict[int, int] = {}
    for links in found:
        sizes[links.value.sentence] = sizes.get(links.value.sentence, 0) + 1
    for links, fact in zip(found, facts):
        metric = links.metric[0] if links.metric else links.value
        links.evidence |= {
            "ambiguous_number": float(len(readings(fact.value.text)) > 1),
            "no_number": float(fact.number is None),
            "no_unit": float(links.unit is None),
            "no_metric": float(not links.metric),
            "metrics": float(min(len(links.metric), 3)),
            "contexts": float(min(len(links.context), 3)),
            "metric_elsewhere": float(metric.sentence != links.value.sentence),
            "metric_offered": float(any(mention.offered for mention in links.metric)),
            "no_period": float(links.period is None),
            "period_elsewhere": float(links.period is not None and links.period.sentence != links.value.sentence),
            "no_dates": float(links.period is not None and fact.period_end is None),
            "is_level": float(links.comparison is None),
            "no_cue": float(links.comparison is not None and not links.cues),
            "fits": float(any(check.agrees for check in fact.checks)),
            "misfits": float(any(not check.agrees for check in fact.checks)),
            "crowded": float(min(sizes[links.value.sentence], 20)),
            **_span_evidence(links),
        }


def _span_evidence(links: Links) -> dict[str, float]:
    """How sure the tagger is of the spans, and how long the metric is."""
    spans: dict[str, Sequence[Mention | None]] = {
        "unit": [links.unit],
        "metric": links.metric,
        "cue": links.cues,
        "period": [links.period],
    }
    evidence = {
        f"{name}_span": min((mention.probability for mention in mentions if mention), default=1.0)
        for name, mentions in spans.items()
    }
    length = sum(mention.last - mention.first + 1 for mention in links.metric)
    return evidence | {"metric_length": float(min(length, 20))}
