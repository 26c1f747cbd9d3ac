"""From links to facts: offsets, numbers, dates, units and a readable label."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from operator import attrgetter

from baocao_nlp.facts import Comparison, Fact, Span
from baocao_nlp.features.layout import Layout
from baocao_nlp.features.mentions import Mention
from baocao_nlp.linking.links import Links
from baocao_nlp.linking.rules import NumberReader, outside, read_modifier, text_of, trimmed_unit
from baocao_nlp.meaning.lexicon import Unit
from baocao_nlp.meaning.periods import ReportPeriod, resolve
from baocao_nlp.meaning.units import parse_unit

_NO_UNIT = Unit("", "count")
_PLACE = attrgetter("first", "last")
_START = attrgetter("start")


def build_facts(layout: Layout, found: Sequence[Links], report: ReportPeriod | None) -> list[Fact]:
    """The facts of linked values, one for each, in their order."""
    for links in found:
        links.unit = links.unit and trimmed_unit(layout, links.unit)
    reader = NumberReader.of(layout, found)
    return [_fact(layout, links, report, reader) for links in found]


def _fact(layout: Layout, links: Links, report: ReportPeriod | None, reader: NumberReader) -> Fact:
    number = reader.read(links)
    unit = _span(layout, links.unit)
    meaning = parse_unit(unit.text) if unit else _NO_UNIT
    start, end = resolve(text_of(layout, links.period), report) if links.period else (None, None)
    # words that say no time, though it is known what "now" is, are none
    period = links.period if start or end or not report else None
    if period:
        links.metric = outside(layout, links.metric, period)
        links.context = outside(layout, links.context, period)
    metric, context = _spans(layout, links.metric), _spans(layout, links.context)
    return Fact(
        value=layout.document.span(links.value.first, links.value.last),
        number=number,
        unit=unit,
        metric=metric,
        context=context,
        comparison=Comparison(*links.comparison, _spans(layout, links.cues)) if links.comparison else None,
        period=_span(layout, period),
        period_start=start,
        period_end=end,
        modifier=read_modifier(layout, links),
        label=readable_label(metric, context, unit if unit and meaning.dimension == "count" else None),
        canonical_value=None if number is None else number * meaning.factor,
        canonical_unit=meaning.canonical or None,
    )


def in_canonical_unit(fact: Fact) -> Fact:
    """A fact with its number also in the canonical unit of what it measures."""
    meaning = parse_unit(fact.unit.text) if fact.unit else _NO_UNIT
    value = None if fact.number is None else fact.number * meaning.factor
    return replace(fact, canonical_value=value, canonical_unit=meaning.canonical or None)


def _span(layout: Layout, mention: Mention | None) -> Span | None:
    return layout.document.span(mention.first, mention.last) if mention else None


def _spans(layout: Layout, mentions: Iterable[Mention]) -> tuple[Span, ...]:
    return tuple(layout.document.span(first, last) for _, first, last, *_ in sorted(mentions, key=_PLACE))


def readable_label(metric: Iterable[Span], context: Iterable[Span], counted: Span | None) -> str:
    """A name for what is measured: its context, its metric, and the noun counted where it stands.

    >>> readable_label([Span(0, 9, "tiếp nhận"), Span(19, 36, "đăng ký khai sinh")], [], Span(13, 18, "hồ sơ"))
    'Tiếp nhận hồ sơ đăng ký khai sinh'
    """
    parts = sorted([*metric, *([counted] if counted else [])], key=_START)
    name = " ".join(part.text for part in parts)
    label = ": ".join(
        " ".join(piece.split()) for piece in (*(span.text for span in sorted(context, key=_START)), name) if piece
    )
    return label[:1].upper() + label[1:]
