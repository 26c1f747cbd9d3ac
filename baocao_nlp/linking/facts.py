"""From links to facts: offsets, numbers, dates, units and a readable label."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from baocao_nlp.facts import Comparison, Fact, Span
from baocao_nlp.linking.confidence import Confidence
from baocao_nlp.linking.linker import Links
from baocao_nlp.linking.rules import NumberReader, read_modifier
from baocao_nlp.linking.scene import Scene
from baocao_nlp.meaning.periods import ReportPeriod, resolve
from baocao_nlp.meaning.units import parse_unit
from baocao_nlp.tagging.mentions import Mention


def build_facts(
    scene: Scene, found: Sequence[Links], report: ReportPeriod | None, confidence: Confidence
) -> list[Fact]:
    """The facts of linked values, in the order of their values in the text."""
    reader = NumberReader.of(scene, ((links.value, links.unit) for links in found))
    facts = [_fact(scene, links, report, reader, confidence) for links in found]
    return sorted(facts, key=lambda fact: fact.value)


def _fact(
    scene: Scene, links: Links, report: ReportPeriod | None, reader: NumberReader, confidence: Confidence
) -> Fact:
    kind = links.comparison[0] if links.comparison else None
    number = reader.read(scene, links.value, links.unit, kind, links.cues)
    unit = _span(scene, links.unit)
    meaning = parse_unit(unit.text) if unit else None
    start, end = resolve(scene.text(links.period), report) if links.period else (None, None)
    metric, context = _spans(scene, links.metric), _spans(scene, links.context)
    return Fact(
        value=scene.document.span(links.value.first, links.value.last),
        number=number,
        unit=unit,
        metric=metric,
        context=context,
        comparison=Comparison(*links.comparison, _spans(scene, links.cues)) if links.comparison else None,
        period=_span(scene, links.period),
        period_start=start,
        period_end=end,
        modifier=read_modifier(scene, links.value, links.unit),
        confidence=confidence.of(links.probabilities),
        label=readable_label(metric, context, unit if meaning and meaning.dimension == "count" else None),
        canonical_value=number * meaning.factor if meaning and number is not None else number,
        canonical_unit=meaning.canonical if meaning else None,
    )


def _span(scene: Scene, mention: Mention | None) -> Span | None:
    return scene.document.span(mention.first, mention.last) if mention else None


def _spans(scene: Scene, mentions: Iterable[Mention]) -> tuple[Span, ...]:
    return tuple(sorted(scene.document.span(mention.first, mention.last) for mention in mentions))


def readable_label(metric: Iterable[Span], context: Iterable[Span], counted: Span | None) -> str:
    """A name for what is measured: its context, its metric, and the noun counted where it stands.

    >>> readable_label([Span(0, 9, "tiếp nhận"), Span(19, 36, "đăng ký khai sinh")], [], Span(13, 18, "hồ sơ"))
    'Tiếp nhận hồ sơ đăng ký khai sinh'
    """
    parts = sorted([*metric, *([counted] if counted else [])])
    name = " ".join(part.text for part in parts)
    label = ": ".join(" ".join(piece.split()) for piece in (*(span.text for span in sorted(context)), name) if piece)
    return label[:1].upper() + label[1:]
