"""What confidence is fitted on: facts found in reports that the network which found them was not trained on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter

from joblib import Parallel, delayed

from baocao_nlp.annotation.matching import WHOLE_FACT, pair, wrong_fields
from baocao_nlp.annotation.report import AnnotatedReport
from baocao_nlp.linking.confidence import Confidence, Observed
from baocao_nlp.pipeline.extractor import Extractor, report_period_of
from baocao_nlp.text.document import Document
from baocao_nlp.training.examples import Example
from baocao_nlp.training.trainer import Settings, train_network


def observe(extractor: Extractor, reports: Sequence[AnnotatedReport]) -> Observed:
    """What an extractor finds in reports, and whether it is right; optional facts are left out."""
    evidence: list[Mapping[str, float]] = []
    right: dict[str, list[bool]] = {name: [] for name in Confidence.FIELDS}
    groups: list[int] = []
    for group, report in enumerate(reports):
        document = Document(report.text)
        links, facts = extractor.link(extractor.analyse(document), report_period_of(document))
        found = ((mine, theirs) for mine, theirs in pair(facts, report.facts) if mine is not None)
        for mine, theirs in sorted(found, key=itemgetter(0)):
            if theirs in report.optional:
                continue
            wrong = wrong_fields(facts[mine], report.readings(theirs)) if theirs is not None else WHOLE_FACT
            evidence.append(links[mine].evidence)
            groups.append(group)
            right["fact"].append(not set(wrong) & set(WHOLE_FACT))
            for name in WHOLE_FACT:
                right[name].append(name not in wrong)
    return Observed(evidence, right, groups)


def cross_fit(reports: Sequence[AnnotatedReport], settings: Settings) -> Iterable[Observed]:
    """For each of so many parts of the reports what a network finds in it that was trained on the others.

    The work begins at once, in processes of its own; the results are there when they are asked for. Of too few reports
    there are no parts.
    """
    if settings.cross_fit < 2 or len(reports) < 2 * settings.cross_fit:
        return ()
    parts = [part for i in range(settings.cross_fit) if (part := reports[i :: settings.cross_fit])]
    jobs = (delayed(_observe_unseen)(part, [r for r in reports if r not in part], settings) for part in parts)
    found: Iterable[Observed] = Parallel(n_jobs=len(parts), return_as="generator")(jobs)
    return found


def _observe_unseen(
    unseen: Sequence[AnnotatedReport], others: Sequence[AnnotatedReport], settings: Settings
) -> Observed:
    network = train_network([Example.of(report) for report in others], settings)
    return observe(Extractor(network), unseen)
