"""The linker: gives each value its unit, metric, context, comparison and period.

For every relation a trained scorer gives each candidate mention a probability; the comparison of a value
is labelled by a conditional random field over the values of a sentence, so that a list shares its basis.
What is left to rules stands in `rules`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from baocao_nlp.facts import Basis, ComparisonType, Label
from baocao_nlp.linking import rules
from baocao_nlp.linking.features import NAMES, comparison_features, pair_features
from baocao_nlp.linking.scene import Scene, candidates
from baocao_nlp.linking.trees import Trees, train_trees
from baocao_nlp.tagging.crf import CRF, CRFParameters, train_crf
from baocao_nlp.tagging.mentions import Mention

RELATIONS: dict[str, Label] = {
    "metric": "METRIC",
    "context": "METRIC",
    "unit": "UNIT",
    "cue": "COMPARISON",
    "period": "PERIOD",
}
LEVEL = "level"
# values whose features are held at once
_BATCH = 512


@dataclass(slots=True)
class Links:
    """What a value is linked to, and how probable each field is to be right.

    ``comparison`` is type and basis, ``None`` for a level; ``probabilities`` has the keys value, unit,
    metric, comparison and period.
    """

    value: Mention
    metric: list[Mention] = field(default_factory=list)
    context: list[Mention] = field(default_factory=list)
    unit: Mention | None = None
    cues: list[Mention] = field(default_factory=list)
    period: Mention | None = None
    comparison: tuple[ComparisonType, Basis] | None = None
    probabilities: dict[str, float] = field(default_factory=dict)


class Linker:
    """Links the values of a scene.

    Parameters
    ----------
    scorers : a classifier for each of `RELATIONS`.
    comparisons : a conditional random field over "level" and "type:basis".
    """

    SCORERS = "linker.npz"
    COMPARISONS = "comparisons.crfsuite"

    def __init__(self, scorers: Mapping[str, Trees], comparisons: CRF):
        self.scorers = scorers
        self.comparisons = comparisons

    def link(self, scene: Scene) -> list[Links]:
        """The links of every value, in reading order."""
        found = [Links(value) for value in scene.values]
        for start in range(0, len(found), _BATCH):
            self._link_batch(scene, found[start : start + _BATCH])
        self._compare(scene, found)
        return found

    def _link_batch(self, scene: Scene, batch: Sequence[Links]) -> None:
        values = [links.value for links in batch]
        rows = {label: _rows(scene, values, label) for label in set(RELATIONS.values())}
        scores = {relation: self._score(relation, *rows[label]) for relation, label in RELATIONS.items()}
        for index, links in enumerate(batch):
            self._choose(links, {relation: scores[relation][index] for relation in RELATIONS})

    def _score(self, relation: str, mentions: list[list[Mention]], rows: np.ndarray) -> list[dict[Mention, float]]:
        """For every value the probability of each candidate."""
        scores = iter(self.scorers[relation].predict(rows).tolist())
        return [{mention: next(scores) for mention in group} for group in mentions]

    @staticmethod
    def _choose(links: Links, scores: Mapping[str, Mapping[Mention, float]]) -> None:
        links.metric, links.context = rules.split_metric_context(scores["metric"], scores["context"])
        links.unit, unit = _best(scores["unit"])
        links.period, period = _best(scores["period"])
        links.cues = [mention for mention, score in scores["cue"].items() if score >= rules.LIKELY]
        links.probabilities = {
            "value": links.value.probability,
            "unit": unit,
            "metric": _joint(scores["metric"], links.metric),
            "period": period,
        }

    def _compare(self, scene: Scene, found: Sequence[Links]) -> None:
        for group in by_sentence(found):
            features = [comparison_features(scene, links.value, links.cues, links.metric) for links in group]
            labels, probabilities = self.comparisons.label(features)
            for links, label, probability in zip(group, labels, probabilities):
                links.probabilities["comparison"] = probability
                if label == LEVEL:
                    links.cues = []
                else:
                    kind, basis = label.split(":")
                    links.comparison = (kind, basis)  # type: ignore[assignment]

    @classmethod
    def train(
        cls,
        examples: Sequence[tuple[Scene, Sequence[Links]]],
        folder: Path,
        parameters: CRFParameters = CRFParameters(l1=0.1, l2=0.05),
        seed: int = 0,
    ) -> Linker:
        """Train on scenes with the links of their values; the model is written into a folder.

        Values of a scene without links (no facts, by the annotation) teach nothing.
        """
        folder.mkdir(parents=True, exist_ok=True)
        arrays: dict[str, np.ndarray] = {}
        for label in dict.fromkeys(RELATIONS.values()):
            relations = [relation for relation in RELATIONS if RELATIONS[relation] == label]
            rows, linked = _training_rows(examples, label, relations)
            for relation in relations:
                arrays |= train_trees(rows, linked[relation], seed=seed).to_arrays(relation)
        # not compressed and without time stamps, so that the same model is the same bytes
        np.savez(folder / cls.SCORERS, allow_pickle=False, **arrays)
        train_crf(_comparison_sequences(examples), folder / cls.COMPARISONS, parameters)
        return cls.load(folder)

    @classmethod
    def load(cls, folder: Path) -> Linker:
        if not (folder / cls.SCORERS).is_file():
            raise FileNotFoundError(f"no linker at {folder}")
        with np.load(folder / cls.SCORERS, allow_pickle=False) as arrays:
            scorers = {relation: Trees.from_arrays(relation, arrays) for relation in RELATIONS}
        return cls(scorers, CRF(folder / cls.COMPARISONS))


def _best(scores: Mapping[Mention, float]) -> tuple[Mention | None, float]:
    """The most probable mention, if it is likely, and the probability of that choice."""
    if not scores:
        return None, 1.0
    mention = max(scores, key=scores.__getitem__)
    return (mention, scores[mention]) if scores[mention] >= rules.LIKELY else (None, 1 - scores[mention])


def _joint(scores: Mapping[Mention, float], chosen: Sequence[Mention]) -> float:
    """The probability that just the chosen mentions are right, by the least certain decision."""
    return min((score if mention in chosen else 1 - score for mention, score in scores.items()), default=0.0)


def by_sentence(found: Iterable[Links]) -> list[list[Links]]:
    """Links grouped by the sentence of their value, in reading order."""
    groups: dict[int, list[Links]] = {}
    for links in found:
        groups.setdefault(links.value.sentence, []).append(links)
    return list(groups.values())


def _rows(scene: Scene, values: Iterable[Mention], label: Label) -> tuple[list[list[Mention]], np.ndarray]:
    """The candidates of each value, and the features of all of them, one row each."""
    mentions: list[list[Mention]] = []
    rows: list[list[float]] = []
    for value in values:
        items = candidates(scene, value, label)
        mentions.append([item.mention for item in items])
        rows += pair_features(scene, value, label, items)
    return mentions, np.array(rows, float).reshape(-1, len(NAMES))


def _training_rows(
    examples: Sequence[tuple[Scene, Sequence[Links]]], label: Label, relations: Sequence[str]
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The rows of all values and candidates of a label, and for each relation which of them are linked."""
    rows: list[np.ndarray] = []
    linked: dict[str, list[bool]] = {relation: [] for relation in relations}
    for scene, found in examples:
        mentions, features = _rows(scene, [links.value for links in found], label)
        rows.append(features)
        for relation, flags in linked.items():
            for links, group in zip(found, mentions):
                right = _linked(links, relation)
                flags += [mention in right for mention in group]
    return np.concatenate(rows), {relation: np.array(flags, bool) for relation, flags in linked.items()}


def _linked(links: Links, relation: str) -> Sequence[Mention]:
    if relation == "metric":
        return links.metric
    if relation == "context":
        return links.context
    if relation == "cue":
        return links.cues
    single = links.unit if relation == "unit" else links.period
    return [single] if single else []


def _comparison_sequences(
    examples: Sequence[tuple[Scene, Sequence[Links]]],
) -> Iterable[tuple[list[list[str]], list[str]]]:
    for scene, found in examples:
        for group in by_sentence(found):
            labels = [":".join(links.comparison) if links.comparison else LEVEL for links in group]
            yield [comparison_features(scene, links.value, links.cues, links.metric) for links in group], labels
