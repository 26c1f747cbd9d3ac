"""What linking decides by rule and not by training, all in one place.

1. A value has at least one metric: the most probable one, where none is likely.
2. A mention that is likely to name the value at all is its metric or its context, never both: the more
   probable of the two.
3. A level has no comparison cues.
4. The number of a value that lowers the whole it is a share of is negative, and so is one behind "âm".
5. Approximators and bounds stand right before the number, or behind its unit ("trở lên").
6. A unit that counts things makes an ambiguous number whole.
7. Where a paragraph writes numbers of one unit with points and with commas before three digits ("101.976",
   "458,921 triệu đồng"), both separate thousands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from baocao_nlp.facts import ComparisonType, Modifier
from baocao_nlp.linking.scene import Scene
from baocao_nlp.meaning.comparisons import cue_type, modifier
from baocao_nlp.meaning.numbers import Habit, readings
from baocao_nlp.meaning.units import parse_unit
from baocao_nlp.tagging.mentions import Mention

LIKELY = 0.5
_WITHOUT_DIGITS = str.maketrans("", "", "0123456789")


def split_metric_context(
    metric: Mapping[Mention, float], context: Mapping[Mention, float]
) -> tuple[list[Mention], list[Mention]]:
    """Rules 1 and 2: which mentions are metric and which are context, from their probabilities."""
    metrics: list[Mention] = []
    contexts: list[Mention] = []
    for mention, probability in metric.items():
        other = context.get(mention, 0.0)
        if probability + other >= LIKELY:
            (metrics if probability >= other else contexts).append(mention)
    if not metrics and metric:
        best = max(metric, key=metric.__getitem__)
        metrics = [best]
        contexts = [mention for mention in contexts if mention != best]
    return metrics, contexts


@dataclass(frozen=True, slots=True)
class NumberReader:
    """Rules 4, 6 and 7: what the values of a document say.

    ``habit`` is how the document separates thousands; ``mixed`` the blocks and units whose numbers are
    written with points and commas in the same place.
    """

    habit: Habit
    mixed: frozenset[tuple[int, str]]

    @classmethod
    def of(cls, scene: Scene, values: Iterable[tuple[Mention, Mention | None]]) -> NumberReader:
        """The reader for the values of a document, each with its unit."""
        marks: dict[tuple[int, str], set[str]] = defaultdict(set)
        surfaces = []
        for value, unit in values:
            surface = scene.text(value)
            surfaces.append(surface)
            if len(readings(surface)) == 2:
                marks[_place(scene, value, unit)].add(surface.translate(_WITHOUT_DIGITS))
        mixed = frozenset(place for place, found in marks.items() if len(found) > 1)
        return cls(Habit.of(surfaces), mixed)

    def read(
        self,
        scene: Scene,
        value: Mention,
        unit: Mention | None,
        comparison: ComparisonType | None,
        cues: Sequence[Mention],
    ) -> float | None:
        """What a value says; ``None`` where its characters are no number."""
        parsed = parse_unit(scene.text(unit)) if unit else None
        counts = parsed is not None and parsed.dimension == "count" and parsed.factor == 1
        whole = counts or _place(scene, value, unit) in self.mixed
        number = self.habit.read(scene.text(value), whole=whole)
        if number is None:
            return None
        start = scene.start(value)
        lowers = comparison == "share" and any(cue_type(scene.text(cue)) == "decrease" for cue in cues)
        return -number if lowers or scene.words[start - 1 : start] == ["âm"] else number


def _place(scene: Scene, value: Mention, unit: Mention | None) -> tuple[int, str]:
    return scene.sentence(value).block, scene.text(unit).lower() if unit else ""


def read_modifier(scene: Scene, value: Mention, unit: Mention | None) -> Modifier:
    """Rule 5: how exact the value is."""
    start = scene.start(value)
    end = scene.end(unit if unit is not None and scene.start(unit) > start else value)
    return modifier(scene.words[max(start - 2, 0) : start], scene.words[end + 1 : end + 3])
