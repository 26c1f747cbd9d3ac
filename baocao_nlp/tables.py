"""Facts and figures as tables for a terminal, in Vietnamese or English."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from baocao_nlp.evaluation import STEPS, thresholds
from baocao_nlp.facts import Fact
from baocao_nlp.significance import whole_fact_interval
from baocao_nlp.wording import wording

if TYPE_CHECKING:
    from baocao_nlp.annotation.drafts import Draft
    from baocao_nlp.evaluation import Evaluation, Score
    from baocao_nlp.statistics import Statistics


def facts_table(name: str, facts: Sequence[Fact], lang: str = "vi") -> Table:
    """The facts of a report, one a row; ``lang`` is "vi" or "en"."""
    words = wording(lang)
    table = Table(title=escape(words["title"].format(name=name, count=len(facts))), title_justify="left", expand=True)
    table.add_column(words["metric"], ratio=4, overflow="fold")
    table.add_column(words["value"], justify="right")
    table.add_column(words["unit"], ratio=2, overflow="fold")
    table.add_column(words["comparison"], ratio=2, overflow="fold", min_width=9)
    table.add_column(words["period"], min_width=10, max_width=12)
    table.add_column(words["confidence"], justify="right")
    section = None
    for fact in facts:
        above = fact.source.section if fact.source else None
        if above and above != section:
            table.add_section()
            table.add_row(f"[bold]{escape(above)}[/bold]")
            section = above
        cells = (
            fact.label,
            ("" if fact.modifier == "=" else fact.modifier + " ") + fact.value.text,
            fact.unit.text if fact.unit else "",
            f"{words[fact.comparison.type]} {words[fact.comparison.basis]}" if fact.comparison else "",
            _dates(fact),
            f"{fact.confidence:.2f}",
        )
        table.add_row(*map(escape, cells))
    return table


def _dates(fact: Fact) -> str:
    if not (fact.period_start or fact.period_end):
        return fact.period.text if fact.period else ""
    start, end = (f"{day:%d/%m/%Y}" if day else "…" for day in (fact.period_start, fact.period_end))
    return f"{start} - {end}"


def evaluation_tables(result: Evaluation, lang: str = "vi", at: Sequence[float] = STEPS) -> list[Table]:
    """The figures of a model; ``at`` are the confidences of which it is told what they keep."""
    return [*agreement_tables(result, lang), *_confidence_tables(result, lang, at)]


def agreement_tables(result: Evaluation, lang: str = "vi") -> list[Table]:
    """The figures of an evaluation but for those of confidence, which annotators have none of."""
    words = wording(lang)
    spans = _score_table(words["spans"], words)
    for label, kinds in result.spans.items():
        for kind, score in kinds.items():
            _add_score(spans, f"{label} ({words[kind]})", score)
    facts = _score_table(words["facts"].format(count=result.documents), words)
    for name in ("value", "fact", "strict"):
        _add_score(facts, words[name], getattr(result, name))
    facts.caption = f"{words['interval']}: {whole_fact_interval(result)}"
    facts.caption_justify = "left"
    fields = Table(title=words["fields"], title_justify="left")
    for name in result.fields:
        fields.add_column(words.get(name, name), justify="right")
    fields.add_row(*(f"{share:.3f}" for share in result.fields.values()))
    return [spans, facts, fields]


def _confidence_tables(result: Evaluation, lang: str, at: Sequence[float]) -> list[Table]:
    words = wording(lang)
    calibration = Table(title=words["calibration"], title_justify="left")
    for name in result.calibration:
        calibration.add_column(words[name], justify="right")
    calibration.add_row(*("-" if figure is None else f"{figure:.3f}" for figure in result.calibration.values()))
    kept = Table(title=words["thresholds"], title_justify="left")
    for name in ("confidence", "kept", "precision"):
        kept.add_column(words[name], justify="right")
    for part in thresholds(*result.scored, at=at):
        kept.add_row(f"≥ {part.confidence:.2f}", f"{part.kept:.0%}", f"{part.precision:.3f}")
    return [calibration, kept]


def _score_table(title: str, words: Mapping[str, str]) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column(words["label"])
    for name in (words["precision"], words["recall"], "F1", words["gold"]):
        table.add_column(name, justify="right")
    return table


def _add_score(table: Table, name: str, score: Score) -> None:
    table.add_row(name, f"{score.precision:.3f}", f"{score.recall:.3f}", f"{score.f1:.3f}", str(score.gold))


def groups_table(scores: Mapping[str, Score], title: str, lang: str = "vi") -> Table:
    """Whole-fact scores by group."""
    table = _score_table(title, wording(lang))
    for name, score in scores.items():
        _add_score(table, name, score)
    return table


def drafts_table(drafts: Sequence[Draft], lang: str = "vi") -> Table:
    """Drafts of annotations, one a row, in their order."""
    words = wording(lang)
    table = Table(title=words["drafts"], title_justify="left")
    table.add_column(words["report"], overflow="fold")
    for name in ("counted", "expected_wrong", "confidence"):
        table.add_column(words[name], justify="right")
    for draft in drafts:
        facts = str(len(draft.report.facts))
        table.add_row(escape(draft.report.name), facts, f"{draft.expected_wrong:.1f}", f"{draft.confidence:.2f}")
    return table


def statistics_table(columns: Mapping[str, Statistics], lang: str = "vi") -> Table:
    """What corpora are made of, one beside the other; shares below one in a hundred in all of them are left out."""
    words = wording(lang)
    table = Table()
    table.add_column("")
    for name in columns:
        table.add_column(escape(name), justify="right")
    found = list(columns.values())
    table.add_row(words["reports"], *(f"{item.reports:,}" for item in found))
    table.add_row(words["syllables"], *(f"{item.syllables:,}" for item in found))
    table.add_row(words["counted"], *(f"{item.facts:,}" for item in found))
    table.add_row(words["density"], *(f"{1000 * item.facts / max(item.syllables, 1):.0f}" for item in found))
    table.add_row(words["numbers"], *(f"{item.facts / max(item.numbers, 1):.0%}" for item in found))
    table.add_row(words["length"], *(" ".join(f"{length:.0f}" for length in item.metric_deciles) for item in found))
    for name in found[0].counts:
        table.add_section()
        shares = [item.shares(name) for item in found]
        values = sorted({value for share in shares for value in share}, key=lambda value: -shares[0].get(value, 0))
        for value in values:
            if any(share.get(value, 0) >= 0.01 for share in shares):
                table.add_row(f"{name}: {value}", *(f"{share.get(value, 0):.0%}" for share in shares))
    for name in {name: None for item in found for name in item.described}:
        table.add_section()
        counts = [item.described.get(name, Counter()) for item in found]
        for value, _ in sum(counts, Counter()).most_common():
            table.add_row(f"{name}: {value}", *(f"{count[value]:,}" for count in counts))
    return table
