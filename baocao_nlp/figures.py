"""What was measured as plain data: one nested dictionary for JSON, and the same in rows for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from baocao_nlp.evaluation import STEPS, Evaluation, Score
from baocao_nlp.significance import Difference, intervals

COLUMNS = ("group", "of", "figure", "value", "low", "high")


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a model on annotated reports.

    Attributes
    ----------
    groups : whole-fact scores by what the reports or facts were grouped by, and by group.
    difference : to another model.
    at : confidences of which it is told what they keep.
    """

    result: Evaluation
    groups: Mapping[str, Mapping[str, Score]] = field(default_factory=dict)
    difference: Difference | None = None
    at: Sequence[float] = STEPS

    def to_dict(self) -> dict[str, Any]:
        """Everything, in plain JSON types."""
        sure = {name: interval.to_dict() for name, interval in intervals(self.result, self.at).items()}
        groups = {by: {name: score.to_dict() for name, score in part.items()} for by, part in self.groups.items()}
        against = self.difference.to_dict() if self.difference else None
        return self.result.to_dict(self.at) | {"intervals": sure, "by": groups, "against": against}

    def rows(self) -> Iterator[dict[str, Any]]:
        """One figure a row, in `COLUMNS`; the bounds of the interval only where there is one."""
        for label, kinds in self.result.spans.items():
            for kind, score in kinds.items():
                yield from _rows("spans", f"{label} {kind}", score.to_dict())
        for name in ("value", "fact", "strict"):
            yield from _rows("facts", name, getattr(self.result, name).to_dict())
        yield from _rows("fields", "share right", self.result.fields)
        yield from _rows("confidence", "", self.result.calibration)
        for name, interval in intervals(self.result, self.at).items():
            yield {"group": "intervals", "of": "", "figure": name, "value": interval.figure} | {
                "low": interval.low, "high": interval.high,
            }  # fmt: skip
        for by, scores in self.groups.items():
            for group, score in scores.items():
                yield from _rows(by, group, score.to_dict())
        if self.difference:
            f1 = self.difference.f1
            yield {"group": "against", "of": "fact", "figure": "f1", "value": f1.figure, "low": f1.low, "high": f1.high}
            yield from _rows("against", "facts", {"gained": self.difference.gained, "lost": self.difference.lost})


def _rows(group: str, of: str, figures: Mapping[str, float | None]) -> Iterator[dict[str, Any]]:
    for name, value in figures.items():
        yield {"group": group, "of": of, "figure": name, "value": value}
