"""Figures of annotated reports that do not fit together, as happens in life: noted, and left as they are."""

from __future__ import annotations

from baocao_nlp.annotation.problems import Problem
from baocao_nlp.annotation.report import AnnotatedReport
from baocao_nlp.linking.arithmetic import check_arithmetic
from baocao_nlp.linking.facts import in_canonical_unit
from baocao_nlp.text.document import Document


def find_slips(report: AnnotatedReport) -> list[Problem]:
    """The places where the arithmetic of a report's figures disagrees, one for each relation, at its last figure."""
    document = Document(report.text)
    facts = sorted(map(in_canonical_unit, report.facts), key=lambda fact: fact.value)
    tokens = [document.tokens_within(fact.value) for fact in facts]
    # a value within noise is in no sentence, and beside no other
    sentences = [document.sentence_of.get(within[0], -1) if within else -1 - i for i, within in enumerate(tokens)]
    found = []
    for fact in check_arithmetic(facts, sentences):
        for check in fact.checks:
            if not check.agrees and all(other < fact.value for other in check.values):
                others = ", ".join(other.text for other in check.values)
                line = report.text.count("\n", 0, fact.value.start) + 1
                found.append(Problem(line, f"{fact.value.text} does not fit {others} ({check.kind})"))
    return found
