"""Drafts of annotations: the facts of a model in reports that no one has annotated, for a person to correct."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from baocao_nlp.annotation.report import AnnotatedReport
from baocao_nlp.pipeline.load import extract
from baocao_nlp.pipeline.sources import without_tables
from baocao_nlp.reading import read


@dataclass(frozen=True, slots=True)
class Draft:
    """A report with the facts that a model found in it."""

    report: AnnotatedReport

    @property
    def expected_wrong(self) -> float:
        """How many of the facts are wrong, as the model's confidence expects: so many corrections it would learn
        from."""
        return sum(1 - fact.confidence for fact in self.report.facts)

    @property
    def confidence(self) -> float:
        """The mean confidence of the facts, 1 where there are none."""
        facts = self.report.facts
        return sum(fact.confidence for fact in facts) / len(facts) if facts else 1.0


def draft(
    path: str | Path,
    *,
    report_period: str | None = None,
    units: str | Path | None = None,
    model: str | Path | None = None,
) -> Draft:
    """The draft of a file that `read` can read, without its tables, which are read by rule and teach a model nothing.

    Parameters and errors are those of `read` and `extract`.
    """
    text, _ = without_tables(read(path))
    facts = extract(text, report_period=report_period, units=units, model=model)
    return Draft(AnnotatedReport(Path(path).stem, text, tuple(facts)))


def by_uncertainty(drafts: Iterable[Draft]) -> list[Draft]:
    """Drafts in the order in which to correct them: those with most wrong facts to be expected first."""
    return sorted(drafts, key=lambda item: (-item.expected_wrong, item.report.name))
