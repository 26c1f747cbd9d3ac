"""From a text to its facts: the one place that knows the order of the steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from baocao_nlp.facts import Fact
from baocao_nlp.features.layout import Layout
from baocao_nlp.features.mentions import Mention
from baocao_nlp.linking.arithmetic import check_arithmetic
from baocao_nlp.linking.confidence import Confidence
from baocao_nlp.linking.evidence import add_evidence
from baocao_nlp.linking.facts import build_facts
from baocao_nlp.linking.linker import Linker
from baocao_nlp.linking.links import Links
from baocao_nlp.linking.rules import comparison_said
from baocao_nlp.meaning.periods import ReportPeriod, period_of_text
from baocao_nlp.network.model import Floats, Network
from baocao_nlp.network.storage import load_network
from baocao_nlp.tagging.own_words import with_own_words
from baocao_nlp.tagging.tagger import Tagger
from baocao_nlp.text.document import Document
from baocao_nlp.text.parts import parts

TAGGER_FOLDER, LINKER_FOLDER = "baocao_tagger", "baocao_linker"


def report_period_of(document: Document) -> ReportPeriod | None:
    """The period that a report says it is about, in its title or date of issue."""
    return period_of_text(document.canonical.text)


@dataclass(frozen=True, slots=True)
class Analysis:
    """A document on its way: laid out, read by the network, tagged."""

    layout: Layout
    vectors: Floats | None
    mentions: Sequence[Mention]


class Extractor:
    """Finds the facts of texts.

    Parameters
    ----------
    network : trained.
    confidence : fitted; without one every fact has confidence 1.
    """

    def __init__(self, network: Network, confidence: Confidence | None = None):
        self.network = network
        self.tagger = Tagger(network)
        self.linker = Linker(network)
        self.confidence = confidence

    @classmethod
    def load(cls, folder: Path) -> Extractor:
        """The extractor of a model's folder."""
        return cls(load_network(folder / TAGGER_FOLDER), Confidence.load(folder / LINKER_FOLDER))

    def __call__(self, text: str, report_period: str | None = None) -> list[Fact]:
        """The facts of a text, in the order of their values.

        A text that is longer than any report is worked on part by part (see `text.parts`).

        Raises
        ------
        ValueError
            Where ``report_period`` cannot be read.
        """
        report = ReportPeriod.parse(report_period) if report_period else None
        facts: list[Fact] = []
        for start, part in parts(text):
            document = Document(part)
            report = report or report_period_of(document)
            found = self.facts(self.analyse(document), report)
            facts += [fact.moved(start.__add__) for fact in found] if start else found
        return facts

    def analyse(self, document: Document) -> Analysis:
        """Tag a document."""
        layout = Layout.of(document)
        if not layout.texts:
            return Analysis(layout, None, ())
        vectors = self.network.vectors(layout)
        return Analysis(layout, vectors, with_own_words(layout, self.tagger.tag(layout, vectors)))

    def facts(self, analysis: Analysis, report: ReportPeriod | None) -> list[Fact]:
        """The facts of a tagged document about a period, each with its confidence."""
        found, facts = self.link(analysis, report)
        if self.confidence:
            chances = self.confidence.of([links.evidence for links in found])
            facts = [
                replace(fact, confidence=chance.pop("fact"), probabilities=chance)
                for fact, chance in zip(facts, chances)
            ]
        return facts

    def link(self, analysis: Analysis, report: ReportPeriod | None) -> tuple[list[Links], list[Fact]]:
        """The links of a tagged document with their evidence, and the facts without confidence."""
        layout = analysis.layout
        found = self.linker.link(layout, analysis.vectors, analysis.mentions) if analysis.vectors is not None else []
        found.sort(key=lambda links: links.value.first)
        for links in found:
            links.comparison = comparison_said(layout, links)
        facts = build_facts(layout, found, report)
        facts = check_arithmetic(facts, [links.value.sentence for links in found])
        add_evidence(layout, found, facts)
        return found, facts
