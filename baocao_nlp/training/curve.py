"""The learning curve: how good a model is, by the share of the reports that it was trained on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from baocao_nlp.annotation.report import AnnotatedReport
from baocao_nlp.evaluation import evaluate
from baocao_nlp.pipeline.extractor import Extractor
from baocao_nlp.training.examples import Example
from baocao_nlp.training.trainer import Settings, train_network


@dataclass(frozen=True, slots=True)
class Point:
    """A model trained on a share of the reports, and its whole-fact F1 on each set of held-out reports."""

    share: float
    reports: int
    facts: int
    f1: Mapping[str, float]


def learning_curve(
    reports: Sequence[AnnotatedReport],
    held_out: Mapping[str, Sequence[AnnotatedReport]],
    shares: Sequence[float],
    settings: Settings = Settings(),
) -> Iterator[Point]:
    """Train on growing shares of the reports; each share holds the smaller ones.

    Parameters
    ----------
    held_out : reports to measure on, by the name of the set.
    shares : of the reports, each above 0 and up to 1.
    """
    order = np.random.default_rng(settings.seed).permutation(len(reports))
    for share in sorted(shares):
        chosen = [reports[i] for i in order[: max(round(share * len(reports)), 1)]]
        extractor = Extractor(train_network([Example.of(report) for report in chosen], settings))
        figures = {
            name: evaluate(group, lambda text, run=extractor: (run(text), ())).fact.f1  # type: ignore[misc]
            for name, group in held_out.items()
        }
        yield Point(share, len(chosen), sum(len(report.facts) for report in chosen), figures)
