"""Training a model on annotated reports.

The linker learns from spans as the annotators drew them and as a tagger finds them that has not seen the
report (jackknifing over folds of documents); confidence is fitted on facts of reports that neither was
trained on.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import joblib

from baocao_nlp.annotation.matching import is_right, pair
from baocao_nlp.annotation.report import AnnotatedReport
from baocao_nlp.facts import Fact, Label, LabelledSpan, Span
from baocao_nlp.linking.confidence import Confidence
from baocao_nlp.linking.facts import build_facts
from baocao_nlp.linking.linker import Linker, Links
from baocao_nlp.linking.scene import Scene
from baocao_nlp.meaning.periods import ReportPeriod
from baocao_nlp.pipeline.components import report_period_of
from baocao_nlp.tagging.mentions import Mention, align
from baocao_nlp.tagging.tagger import Tagger
from baocao_nlp.text.document import Document

T = TypeVar("T")
PIPELINE = ("baocao_tagger", "baocao_linker")


@dataclass(frozen=True, slots=True)
class Example:
    """An annotated report laid out for training."""

    report: AnnotatedReport
    document: Document
    mentions: dict[LabelledSpan, Mention]

    @classmethod
    def of(cls, report: AnnotatedReport) -> Example:
        document = Document(report.text)
        return cls(report, document, align(document, report.spans))

    @property
    def period(self) -> ReportPeriod | None:
        return report_period_of(self.document)

    def links(self) -> list[Links]:
        """The links of the annotated facts."""
        found = (self._links(fact) for fact in self.report.facts)
        return [links for links in found if links]

    def _mention(self, label: Label, span: Span | None) -> list[Mention]:
        mention = self.mentions.get(LabelledSpan(span, label)) if span else None
        return [mention] if mention else []

    def _links(self, fact: Fact) -> Links | None:
        value = self._mention("VALUE", fact.value)
        if not value:
            return None
        unit, period = self._mention("UNIT", fact.unit), self._mention("PERIOD", fact.period)
        comparison = fact.comparison
        return Links(
            value[0],
            metric=[mention for span in fact.metric for mention in self._mention("METRIC", span)],
            context=[mention for span in fact.context for mention in self._mention("METRIC", span)],
            unit=unit[0] if unit else None,
            period=period[0] if period else None,
            cues=[m for span in (comparison.spans if comparison else ()) for m in self._mention("COMPARISON", span)],
            comparison=(comparison.type, comparison.basis) if comparison else None,
        )

    def transferred(self, found: Sequence[Mention]) -> tuple[Scene, list[Links]]:
        """The links of the annotation between mentions that a tagger found."""
        by_token = {(i, mention.label): mention for mention in found for i in range(mention.first, mention.last + 1)}

        def moved(mention: Mention) -> list[Mention]:
            tokens = range(mention.first, mention.last + 1)
            hits = [by_token[i, mention.label] for i in tokens if (i, mention.label) in by_token]
            return list(dict.fromkeys(hits))

        def first(mention: Mention | None) -> Mention | None:
            return next(iter(moved(mention)), None) if mention else None

        transferred = [
            Links(
                value[0],
                metric=[m for mention in links.metric for m in moved(mention)],
                context=[m for mention in links.context for m in moved(mention)],
                unit=first(links.unit),
                period=first(links.period),
                cues=[m for mention in links.cues for m in moved(mention)],
                comparison=links.comparison,
            )
            for links in self.links()
            if (value := moved(links.value))
        ]
        return Scene(self.document, found), transferred


def train(
    reports: Sequence[AnnotatedReport], output: str | Path, *, folds: int = 5, seed: int = 0, n_jobs: int = 2
) -> None:
    """Train a model on annotated reports and write it, loadable by ``spacy.load``.

    Parameters
    ----------
    reports : at least as many as folds.
    output : the folder of the model, made where it is missing.
    folds : parts that the reports are split into for jackknifing.
    seed : of whatever is drawn by chance; the same reports and seed give the same model.
    n_jobs : processes that train folds side by side; changes nothing in the model.

    Raises
    ------
    ValueError
        Where there are fewer reports than folds, or no facts in them.
    """
    if len(reports) < folds or not any(report.facts for report in reports):
        raise ValueError(f"training needs at least {folds} reports with facts; got {len(reports)}")
    examples = [Example.of(report) for report in sorted(reports, key=lambda report: report.name)]
    parts = [list(range(fold, len(examples), folds)) for fold in range(folds)]
    parallel = joblib.Parallel(n_jobs=n_jobs)
    tagged = _in_order(parallel(joblib.delayed(_tag_fold)(examples, part) for part in parts), parts)
    scenes = [_scenes(example, found) for example, found in zip(examples, tagged)]
    judged = parallel(joblib.delayed(_judge_fold)(examples, scenes, part, seed) for part in parts)
    output = Path(output)
    Tagger.train(_tagger_examples(examples), output / PIPELINE[0])
    Linker.train([scene for pair_ in scenes for scene in pair_], output / PIPELINE[1], seed=seed)
    probabilities, right = zip(*(item for items in judged for item in items))
    Confidence.fit(probabilities, right).save(output / PIPELINE[1])
    _write_pipeline(output)


Scenes = tuple[tuple[Scene, list[Links]], tuple[Scene, list[Links]]]


def _scenes(example: Example, found: Sequence[Mention]) -> Scenes:
    """A report as annotated, and as tagged by a tagger that has not seen it."""
    return (Scene(example.document, example.mentions.values()), example.links()), example.transferred(found)


def _tagger_examples(examples: Iterable[Example]) -> list[tuple[Document, list[Mention]]]:
    return [(example.document, list(example.mentions.values())) for example in examples]


def _without(items: Sequence[T], part: Iterable[int]) -> list[T]:
    held_out = set(part)
    return [item for i, item in enumerate(items) if i not in held_out]


def _in_order(results: Iterable[Sequence[T]], parts: Sequence[Sequence[int]]) -> list[T]:
    found = {i: item for part, items in zip(parts, results) for i, item in zip(part, items)}
    return [found[i] for i in sorted(found)]


def _tag_fold(examples: Sequence[Example], part: Sequence[int]) -> list[list[Mention]]:
    """The mentions of a fold's reports, by a tagger trained on the others."""
    with tempfile.TemporaryDirectory() as folder:
        tagger = Tagger.train(_tagger_examples(_without(examples, part)), Path(folder))
        return [tagger.tag(examples[i].document) for i in part]


def _judge_fold(
    examples: Sequence[Example], scenes: Sequence[Scenes], part: Sequence[int], seed: int
) -> list[tuple[dict[str, float], bool]]:
    """The facts found in a fold's reports by a linker trained on the others: their probabilities, and
    whether they are right. Optional facts are left out."""
    judged = []
    with tempfile.TemporaryDirectory() as folder:
        linker = Linker.train([scene for pair_ in _without(scenes, part) for scene in pair_], Path(folder), seed=seed)
        for i in part:
            report, scene = examples[i].report, scenes[i][1][0]
            links = sorted(linker.link(scene), key=lambda item: scene.document.span(item.value.first, item.value.last))
            found = build_facts(scene, links, examples[i].period, Confidence())
            for mine, theirs in pair(found, report.facts):
                if mine is not None and (theirs is None or theirs not in report.optional):
                    is_fact = theirs is not None and is_right(found[mine], report.facts[theirs])
                    judged.append((links[mine].probabilities, is_fact))
    return judged


def _write_pipeline(output: Path) -> None:
    import spacy

    config = {"nlp": {"tokenizer": {"@tokenizers": "baocao_nlp.Tokenizer.v1"}}}
    nlp = spacy.blank("vi", config=config)
    for name in PIPELINE:
        component = nlp.add_pipe(name)
        component.from_disk(output / name)
    nlp.meta.update(name="baocao", description="Facts out of Vietnamese government reports", license="MIT")
    with tempfile.TemporaryDirectory() as folder:
        nlp.to_disk(folder, exclude=["vocab"])
        for file in ("meta.json", "config.cfg"):
            (output / file).write_bytes((Path(folder) / file).read_bytes())
