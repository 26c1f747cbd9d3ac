"""A report with the facts an annotator found in it."""

from __future__ import annotations

from dataclasses import dataclass

from baocao_nlp.facts import Fact, LabelledSpan


@dataclass(frozen=True, slots=True)
class AnnotatedReport:
    """A report and its gold facts.

    ``facts`` are in the order of their values; ``optional`` holds the positions, within ``facts``, of
    those neither asked of an extractor nor held against it.
    """

    name: str
    text: str
    facts: tuple[Fact, ...]
    optional: frozenset[int] = frozenset()

    @property
    def spans(self) -> tuple[LabelledSpan, ...]:
        """The spans of all facts, each once, in text order."""
        return tuple(sorted({LabelledSpan(span, label) for fact in self.facts for label, span in fact.spans()}))
