"""A report with the facts an annotator found in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from baocao_nlp.annotation.problems import Problem
from baocao_nlp.facts import Fact, LabelledSpan


@dataclass(frozen=True, slots=True)
class AnnotatedReport:
    """A report and its gold facts.

    ``facts`` are in the order of their values; ``optional`` holds the positions, within ``facts``, of
    those neither asked of an extractor nor held against it; ``second`` the facts, by the same positions, as another
    annotator read them, where the report was annotated twice.
    """

    name: str
    text: str
    facts: tuple[Fact, ...]
    optional: frozenset[int] = frozenset()
    second: Mapping[int, Fact] = field(default_factory=dict, hash=False)

    @property
    def spans(self) -> tuple[LabelledSpan, ...]:
        """The spans of all facts, each once, in text order."""
        return tuple(sorted({LabelledSpan(span, label) for fact in self.facts for label, span in fact.spans()}))

    def readings(self, position: int) -> tuple[Fact, ...]:
        """A fact as the annotators read it: once, or twice."""
        again = self.second.get(position)
        return (self.facts[position], again) if again else (self.facts[position],)


@dataclass(frozen=True, slots=True)
class Checked:
    """An annotated report as it stands in a file, with whatever is wrong with it."""

    report: AnnotatedReport
    file: Path
    problems: tuple[Problem, ...] = ()
