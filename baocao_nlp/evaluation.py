"""Measuring a model on annotated reports it was not trained on.

Spans by label, by nervaluate: strict (the same characters) and partial (any overlap, one to one); facts by field and as
a whole (see `annotation.matching`); and how well confidence tells right from wrong.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from nervaluate.entities import Entity
from nervaluate.strategies import EntityTypeEvaluation, EvaluationStrategy, StrictEvaluation

from baocao_nlp.annotation.matching import FIELDS, WHOLE_FACT, is_exact, pair, wrong_fields
from baocao_nlp.annotation.report import AnnotatedReport
from baocao_nlp.facts import LABELS, Fact, LabelledSpan

# confidences at which it is told what is kept, and how much of it is right
STEPS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)


@dataclass(slots=True)
class Score:
    """Precision, recall and F1 from counts."""

    right: float = 0
    found: int = 0
    gold: int = 0

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        total = self.found + self.gold
        return 2 * self.right / total if total else 0.0

    def to_dict(self) -> dict[str, float]:
        return {"precision": self.precision, "recall": self.recall, "f1": self.f1, "gold": self.gold}


@dataclass(frozen=True, slots=True)
class Judged:
    """A fact found or missed: what was found, what gold says, and the fields that differ."""

    report: str
    found: Fact | None
    gold: Fact | None
    wrong: tuple[str, ...] = ()

    @property
    def is_right(self) -> bool:
        return self.found is not None and self.gold is not None and not set(self.wrong) & set(WHOLE_FACT)


@dataclass(slots=True)
class Evaluation:
    """The figures of a model on annotated reports.

    ``spans`` has a strict and a partial `Score` for each label; ``fields`` the share of paired facts with
    each field right; ``judged`` every fact, in the order of the reports.
    """

    documents: int = 0
    spans: dict[str, dict[str, Score]] = field(
        default_factory=lambda: {label: {"strict": Score(), "partial": Score()} for label in LABELS}
    )
    value: Score = field(default_factory=Score)
    fact: Score = field(default_factory=Score)
    strict: Score = field(default_factory=Score)
    judged: list[Judged] = field(default_factory=list)

    @property
    def fields(self) -> dict[str, float]:
        paired = [item for item in self.judged if item.found and item.gold]
        return {name: _share(name not in item.wrong for item in paired) for name in FIELDS}

    @property
    def calibration(self) -> dict[str, float | None]:
        """How well confidence tells right facts from wrong: see `calibration`."""
        return calibration(*self.scored)

    @property
    def scored(self) -> tuple[list[float], list[bool]]:
        """The confidence of each fact found, and whether it is right."""
        found = [item for item in self.judged if item.found]
        return [item.found.confidence for item in found if item.found], [item.is_right for item in found]

    def to_dict(self, at: Sequence[float] = STEPS) -> dict[str, Any]:
        """The figures in plain JSON types; ``at`` are the confidences that `thresholds` tells of."""
        return {
            "documents": self.documents,
            "spans": {
                label: {kind: score.to_dict() for kind, score in kinds.items()} for label, kinds in self.spans.items()
            },
            "value": self.value.to_dict(),
            "fact": self.fact.to_dict(),
            "strict": self.strict.to_dict(),
            "fields": self.fields,
            "calibration": self.calibration,
            "reliability": [asdict(part) for part in reliability(*self.scored)],
            "thresholds": [asdict(part) for part in thresholds(*self.scored, at=at)],
        }


# the least overlap is so little that one character of any span is enough
_STRATEGIES: dict[str, EvaluationStrategy] = {"strict": StrictEvaluation(), "partial": EntityTypeEvaluation()}
Extractor = Callable[[str], tuple[Sequence[Fact], Sequence[LabelledSpan]]]


def evaluate(reports: Iterable[AnnotatedReport], extractor: Extractor) -> Evaluation:
    """Run an extractor over annotated reports.

    Parameters
    ----------
    reports : reports that the model was not trained on.
    extractor : gives a text's facts and labelled spans, as `model_extractor` does.
    """
    result = Evaluation()
    for report in reports:
        facts, spans = extractor(report.text)
        result.documents += 1
        _add_spans(result, report.spans, spans)
        _add_facts(result, report, facts)
    return result


def plain_extractor(find: Callable[[str], Sequence[Fact]]) -> Extractor:
    """The extractor of what finds facts, as `pipeline.extractor.Extractor` does: the spans are those of the facts."""

    def run(text: str) -> tuple[Sequence[Fact], Sequence[LabelledSpan]]:
        facts = find(text)
        return facts, sorted({LabelledSpan(span, label) for fact in facts for label, span in fact.spans()})

    return run


def model_extractor(nlp: Callable[[str], Any]) -> Extractor:
    """The extractor of a loaded pipeline."""
    from baocao_nlp.pipeline.components import labelled_spans

    def run(text: str) -> tuple[Sequence[Fact], Sequence[LabelledSpan]]:
        doc = nlp(text)
        return doc._.facts, labelled_spans(doc)

    return run


def source_extractor(folder: Path, base: Extractor, model: str | Path | None = None) -> Extractor:
    """An extractor that reads the file ``NAME.html``, ``NAME.docx`` or ``NAME.pdf`` beside ``NAME.txt``, where there is
    one, so that its tables are read as such; without one it is ``base``.

    Raises
    ------
    ValueError
        Where the text of a file is not that of its annotations.
    """
    from baocao_nlp.pipeline.load import extract_document
    from baocao_nlp.reading import read

    documents = {}
    for path in sorted(folder.rglob("*.ann")):
        beside = next((file for end in (".html", ".docx", ".pdf") if (file := path.with_suffix(end)).exists()), None)
        if beside:
            document = read(beside)
            if document.text != path.with_suffix(".txt").read_text(encoding="utf-8"):
                raise ValueError(f"{beside} reads otherwise than {path.with_suffix('.txt').name}: annotate it again")
            documents[document.text] = document

    from_files = plain_extractor(lambda text: extract_document(documents[text], model=model))
    return lambda text: from_files(text) if text in documents else base(text)


def _add_spans(result: Evaluation, gold: Sequence[LabelledSpan], found: Sequence[LabelledSpan]) -> None:
    for label in LABELS:
        ours, theirs = (
            [Entity(label, item.span.start, item.span.end - 1) for item in spans if item.label == label]
            for spans in (found, gold)
        )
        for kind, strategy in _STRATEGIES.items():
            counts, _ = strategy.evaluate(theirs, ours, [label])
            score = result.spans[label][kind]
            score.right += counts.correct
            score.found += counts.actual
            score.gold += counts.possible


def _add_facts(result: Evaluation, report: AnnotatedReport, facts: Sequence[Fact]) -> None:
    for i, j in pair(facts, report.facts):
        if j is not None and j in report.optional:
            continue
        found = facts[i] if i is not None else None
        gold = report.facts[j] if j is not None else None
        readings = report.readings(j) if j is not None else ()
        wrong = tuple(wrong_fields(found, readings)) if found and gold else ()
        item = Judged(report.name, found, gold, wrong)
        result.judged.append(item)
        for score in (result.value, result.fact, result.strict):
            score.found += found is not None
            score.gold += gold is not None
        result.value.right += found is not None and gold is not None
        result.fact.right += item.is_right
        result.strict.right += item.is_right and is_exact(found, readings)  # type: ignore[arg-type]


def _share(items: Iterable[bool]) -> float:
    listed = list(items)
    return sum(listed) / len(listed) if listed else 0.0


@dataclass(frozen=True, slots=True)
class Bin:
    """Facts with like confidence: their number, mean confidence, and the share that is right."""

    count: int
    confidence: float
    right: float


def reliability(confidence: Sequence[float], right: Sequence[bool], bins: int = 10) -> list[Bin]:
    """How often facts with like confidence are right, over equal bins of confidence; empty ones are left out."""
    groups: dict[int, list[int]] = defaultdict(list)
    for i, score in enumerate(confidence):
        groups[min(int(score * bins), bins - 1)].append(i)
    return [
        Bin(len(group), sum(confidence[i] for i in group) / len(group), sum(right[i] for i in group) / len(group))
        for _, group in sorted(groups.items())
    ]


@dataclass(frozen=True, slots=True)
class Threshold:
    """What is kept of the facts when those with less confidence are left out, and how many of them are right."""

    confidence: float
    kept: float
    precision: float


def thresholds(confidence: Sequence[float], right: Sequence[bool], at: Sequence[float] = STEPS) -> list[Threshold]:
    """Coverage and precision at some thresholds of confidence."""
    found = []
    for least in at:
        kept = [ok for score, ok in zip(confidence, right) if score >= least]
        found.append(Threshold(least, len(kept) / max(len(confidence), 1), _share(kept)))
    return found


def calibration(confidence: Sequence[float], right: Sequence[bool], bins: int = 10) -> dict[str, float | None]:
    """How well confidence tells right from wrong.

    Returns
    -------
    dict
        ``auroc``: the area under the ROC curve, ``None`` where all are of one kind; ``ece``: the expected
        calibration error (Naeini et al., AAAI 2015) over equal bins; ``kept_at_95``: the largest share of
        facts, most confident first, of which 95 in 100 are right.
    """
    if not confidence:
        return {"auroc": None, "ece": None, "kept_at_95": 0.0}
    from sklearn.metrics import roc_auc_score

    parts = reliability(confidence, right, bins)
    ece = sum(part.count * abs(part.confidence - part.right) for part in parts) / len(confidence)
    kept = hits = 0
    for rank, i in enumerate(sorted(range(len(confidence)), key=lambda i: -confidence[i]), 1):
        hits += right[i]
        kept = rank if hits >= 0.95 * rank else kept
    auroc = float(roc_auc_score(right, confidence)) if len(set(right)) == 2 else None
    return {"auroc": auroc, "ece": ece, "kept_at_95": kept / len(confidence)}
