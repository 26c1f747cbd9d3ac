"""Training as scikit-learn does it: an estimator of whole reports, for `cross_val_score`, grids and clones.

What goes in are texts and lists of facts, no arrays of numbers; so ``check_estimator``, which feeds arrays, does not
apply to it (it does to `linking.boosting.BoostedTrees`, on which the confidence stands).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from baocao_nlp.annotation.report import AnnotatedReport
from baocao_nlp.evaluation import evaluate, plain_extractor
from baocao_nlp.facts import Fact
from baocao_nlp.pipeline.load import load_extractor
from baocao_nlp.training.model import CALIBRATED, learn
from baocao_nlp.training.trainer import ADAPTING, Settings

Texts = Sequence[str] | Sequence[AnnotatedReport]
Answers = Sequence[Sequence[Fact]]


class FactExtractor(BaseEstimator):  # type: ignore[misc]
    """Learns from annotated reports to find the facts of texts.

    ``X`` is a list of annotated reports, or of texts with a list of facts for each as ``y``.

    Parameters
    ----------
    base : the folder of a model to go on from; without one, learning begins from nothing.
    pretraining, epochs, learning_rate, width, link_width, dropout, min_frequency : as in `Settings`; ``None`` for what
        stands there, or in `ADAPTING` with a ``base``.
    calibrate : whether confidence is fitted, on one report in seven, which the network does not see then.
    random_state : a seed, a `numpy.random.RandomState`, or ``None`` for chance.

    Attributes
    ----------
    extractor_ : what was learnt.
    settings_ : the settings that it was learnt with.
    """

    def __init__(
        self,
        *,
        base: str | Path | None = None,
        pretraining: int | None = None,
        epochs: int | None = None,
        learning_rate: float | None = None,
        width: int | None = None,
        link_width: int | None = None,
        dropout: float | None = None,
        min_frequency: int | None = None,
        calibrate: bool = False,
        random_state: int | np.random.RandomState | None = 0,
    ):
        self.base = base
        self.pretraining = pretraining
        self.epochs = epochs
        self.learning_rate = learning_rate
        self.width = width
        self.link_width = link_width
        self.dropout = dropout
        self.min_frequency = min_frequency
        self.calibrate = calibrate
        self.random_state = random_state

    def fit(self, X: Texts, y: Answers | None = None) -> FactExtractor:  # noqa: N803
        """Learn from annotated reports.

        Raises
        ------
        ValueError
            Where there are no facts to learn from, or not as many lists of facts as texts.
        """
        reports = _reports(X, y)
        given = {
            name: value
            for name in ("pretraining", "epochs", "learning_rate", "width", "link_width", "dropout", "min_frequency")
            if (value := getattr(self, name)) is not None
        }
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        self.settings_ = replace(ADAPTING if self.base else Settings(cross_fit=0), seed=seed, **given)
        base = load_extractor(self.base) if self.base else None
        kept = reports[::CALIBRATED] if self.calibrate else []
        learnt_from = [report for i, report in enumerate(reports) if not self.calibrate or i % CALIBRATED]
        if not any(report.facts for report in learnt_from):
            raise ValueError("there are no facts to learn from")
        self.extractor_ = learn(learnt_from, self.settings_, base=base, calibration=kept)
        return self

    def predict(self, X: Texts) -> list[list[Fact]]:  # noqa: N803
        """The facts of each text."""
        check_is_fitted(self)
        return [self.extractor_(_text(item)) for item in X]

    def score(self, X: Texts, y: Answers | None = None) -> float:  # noqa: N803
        """Whole-fact F1 on annotated reports."""
        check_is_fitted(self)
        return evaluate(_reports(X, y), plain_extractor(self.extractor_)).fact.f1

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array, tags.input_tags.string = False, True
        tags.no_validation = True
        tags.non_deterministic = self.random_state is None
        return tags


def _reports(texts: Texts, answers: Answers | None) -> list[AnnotatedReport]:
    if answers is None:
        if not all(isinstance(item, AnnotatedReport) for item in texts):
            raise ValueError("texts need a list of facts for each as y; or give annotated reports")
        return list(texts)  # type: ignore[arg-type]
    if len(answers) != len(texts):
        raise ValueError(f"{len(texts)} texts with {len(answers)} lists of facts")
    listed: list[str | AnnotatedReport] = list(texts)
    return [AnnotatedReport(str(i), _text(item), tuple(answers[i])) for i, item in enumerate(listed)]


def _text(item: str | AnnotatedReport) -> str:
    return item.text if isinstance(item, AnnotatedReport) else item
