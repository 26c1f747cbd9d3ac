"""The error report: every fact that an evaluation found wrong beside the gold, by class, in its sentence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader
from markupsafe import Markup, escape

from baocao_nlp.evaluation import Evaluation, Judged
from baocao_nlp.facts import Fact, Span
from baocao_nlp.wording import wording

_AROUND = 220
_TEMPLATE = "errors.html.jinja"


@dataclass(frozen=True, slots=True)
class Entry:
    """One wrong fact: where it stands, and what was found and what is right, field by field.

    ``fields`` holds name, found, gold, and whether they differ.
    """

    report: str
    text: Markup
    confidence: float | None
    fields: tuple[tuple[str, str, str, bool], ...]


def error_page(result: Evaluation, texts: Mapping[str, str], lang: str = "vi") -> str:
    """The error report of an evaluation as one HTML page.

    Parameters
    ----------
    texts : the text of each report, by name.
    lang : "vi" or "en".
    """
    groups: dict[str, list[Entry]] = defaultdict(list)
    for judged in result.judged:
        if not judged.is_right:
            groups[_class_of(judged)].append(_entry(judged, texts[judged.report]))
    ordered = sorted(groups.items(), key=lambda item: -len(item[1]))
    environment = Environment(loader=PackageLoader("baocao_nlp.pages", "templates"), autoescape=True)
    template = environment.get_template(_TEMPLATE)
    return template.render(result=result, groups=ordered, words=wording(lang), lang=lang)


def _class_of(judged: Judged) -> str:
    if judged.found is None:
        return "missed"
    if judged.gold is None:
        return "spurious"
    return ", ".join(name for name in judged.wrong if name not in ("context", "modifier"))


def _entry(judged: Judged, text: str) -> Entry:
    found, gold = judged.found, judged.gold
    fact = gold or found
    assert fact is not None
    fields = tuple(
        (name, _said(found, name), _said(gold, name), found is None or gold is None or name in judged.wrong)
        for name in ("number", "unit", "metric", "context", "comparison", "period", "modifier")
    )
    return Entry(judged.report, _in_context(text, fact), found.confidence if found else None, fields)


def _said(fact: Fact | None, name: str) -> str:
    if fact is None:
        return "—"
    if name in ("metric", "context"):
        return " … ".join(span.text for span in getattr(fact, name))
    if name == "period":
        days = f"{fact.period_start or ''} – {fact.period_end or ''}" if fact.period_start or fact.period_end else ""
        return f"{fact.period or ''} {days}".strip()
    value = getattr(fact, name)
    return "" if value is None else str(value)


def _in_context(text: str, fact: Fact) -> Markup:
    """The text around a value, with the spans of the fact marked by their labels."""
    begin, end = max(fact.value.start - _AROUND, 0), min(fact.value.end + _AROUND // 2, len(text))
    spans = [(label, span) for label, span in fact.spans() if begin <= span.start and span.end <= end]
    parts: list[Markup] = []
    position = begin
    for label, span in _apart(sorted(spans, key=lambda item: item[1])):
        parts.append(escape(text[position : span.start]))
        parts.append(Markup('<mark class="{}">{}</mark>').format(label.lower(), span.text))
        position = span.end
    return Markup("").join([*parts, escape(text[position:end])])


def _apart(spans: Sequence[tuple[str, Span]]) -> Iterable[tuple[str, Span]]:
    """Spans that do not overlap the one before."""
    end = 0
    for label, span in spans:
        if span.start >= end:
            yield label, span
            end = span.end
