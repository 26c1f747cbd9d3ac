"""The card of a model: what it was trained on, how good it is, and where not to trust it; its folder's README.md."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from baocao_nlp.annotation.brat import dump
from baocao_nlp.annotation.report import AnnotatedReport
from baocao_nlp.evaluation import Evaluation, thresholds
from baocao_nlp.significance import compare, whole_fact_interval
from baocao_nlp.training.trainer import Settings

FILE = "README.md"


@dataclass(frozen=True, slots=True)
class Data:
    """Reports that a model was made from or measured on: how many, their facts, and a hash of texts and annotations."""

    reports: int
    facts: int
    sha256: str

    @classmethod
    def of(cls, reports: Sequence[AnnotatedReport]) -> Data:
        digest = sha256()
        for report in sorted(reports, key=lambda report: report.name):
            digest.update(f"{report.name}\0{report.text}\0{dump(report)}\0".encode())
        return cls(len(reports), sum(len(report.facts) for report in reports), digest.hexdigest())


@dataclass(frozen=True, slots=True)
class Card:
    """What the card of a model says.

    Attributes
    ----------
    data : by what it was for: "train", "rehearsal", "calibration", "held_out"; empty ones are left out.
    base : the model that training went on from, and the hash of its network.
    before, after : of that model and of this one on the held-out reports.
    """

    name: str
    settings: Settings
    data: dict[str, Data]
    base: tuple[str, str] | None = None
    before: Evaluation | None = None
    after: Evaluation | None = None

    def write(self, folder: Path) -> None:
        """Write the card into the folder of the model."""
        from jinja2 import Environment, PackageLoader, StrictUndefined

        environment = Environment(
            loader=PackageLoader("baocao_nlp.training", "templates"),
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            undefined=StrictUndefined,
        )
        environment.filters["decimal"] = lambda figure: "-" if figure is None else f"{figure:.3f}"
        text = environment.get_template("card.md.jinja").render(card=self, **self._shown())
        (folder / FILE).write_text(text, encoding="utf-8")

    def _shown(self) -> dict[str, Any]:
        after = self.after
        return {
            "version": version("baocao-nlp"),
            "day": day_of_training(),
            "interval": after and whole_fact_interval(after),
            "interval_before": self.before and whole_fact_interval(self.before),
            "difference": after and self.before and compare(after, self.before),
            "thresholds": thresholds(*after.scored, at=(0.0, 0.5, 0.8, 0.9, 0.95)) if after else (),
        }


def day_of_training() -> date:
    """Today in UTC, or the day of ``SOURCE_DATE_EPOCH`` where that is set, so that a model can be made again."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(epoch), UTC).date() if epoch else datetime.now(UTC).date()
