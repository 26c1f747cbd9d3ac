"""What linking decides by rule and not by training, all in one place.

1. A value has at least one metric: the most probable one, where none is likely.
2. A mention is metric or context of a value, never both: the more probable.
3. A level has no comparison cues.
4. The number of a value that lowers the whole it is a share of is negative, and so is one behind "âm".
5. Approximators and bounds stand right before the number, or behind its unit ("trở lên").
6. A unit that counts things makes an ambiguous number whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from baocao_nlp.facts import ComparisonType, Modifier
from baocao_nlp.linking.scene import Scene
from baocao_nlp.meaning.comparisons import cue_type, modifier
from baocao_nlp.meaning.numbers import Habit
from baocao_nlp.meaning.units import parse_unit
from baocao_nlp.tagging.mentions import Mention

LIKELY = 0.5


def split_metric_context(
    metric: Mapping[Mention, float], context: Mapping[Mention, float]
) -> tuple[list[Mention], list[Mention]]:
    """Rules 1 and 2: which mentions are metric and which are context, from their probabilities."""
    metrics = [m for m, p in metric.items() if p >= LIKELY and p >= context.get(m, 0.0)]
    if not metrics and metric:
        metrics = [max(metric, key=metric.__getitem__)]
    contexts = [m for m, p in context.items() if p >= LIKELY and m not in metrics]
    return metrics, contexts


def read_number(
    scene: Scene,
    value: Mention,
    unit: Mention | None,
    comparison: ComparisonType | None,
    cues: Sequence[Mention],
    habit: Habit,
) -> float | None:
    """Rules 4 and 6: what the value says."""
    parsed = parse_unit(scene.text(unit)) if unit else None
    number = habit.read(
        scene.text(value), whole=parsed is not None and parsed.dimension == "count" and parsed.factor == 1
    )
    if number is None:
        return None
    start = scene.start(value)
    lowers = comparison == "share" and any(cue_type(scene.text(cue)) == "decrease" for cue in cues)
    return -number if lowers or scene.words[start - 1 : start] == ["âm"] else number


def read_modifier(scene: Scene, value: Mention, unit: Mention | None) -> Modifier:
    """Rule 5: how exact the value is."""
    start = scene.start(value)
    end = scene.end(unit if unit is not None and scene.start(unit) > start else value)
    return modifier(scene.words[max(start - 2, 0) : start], scene.words[end + 1 : end + 3])
