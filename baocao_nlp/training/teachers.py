"""Training with teachers: those first, then the network that learns from them (see `distillation`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from joblib import Parallel, cpu_count, delayed

from baocao_nlp.annotation.report import AnnotatedReport
from baocao_nlp.features.layout import Layout
from baocao_nlp.network.model import Network
from baocao_nlp.text.document import Document
from baocao_nlp.training.examples import Example
from baocao_nlp.training.narrowing import narrowed
from baocao_nlp.training.schedule import Progress
from baocao_nlp.training.trainer import Settings, train_network

# on so many reports it is measured which units of a network matter
_MEASURED = 25


def train_from_nothing(
    reports: Sequence[AnnotatedReport], settings: Settings, progress: Progress | None = None
) -> Network:
    """Train a network, with as many teachers as the settings ask for; it begins as the first of them, narrowed, so that
    its pretraining counts as done."""
    teachers = train_teachers(reports, settings)
    if not teachers:
        return _train(reports, settings, progress)
    layouts = [Layout.of(Document(report.text)) for report in reports[:_MEASURED]]
    base = narrowed(teachers[0], layouts, settings.width)

    def told(epoch: int, loss: float) -> None:
        if progress:
            progress(settings.pretraining + epoch, loss)

    return _train(reports, replace(settings, pretraining=0), told, base=base, teachers=teachers)


def train_teachers(reports: Sequence[AnnotatedReport], settings: Settings) -> list[Network]:
    """As many networks as the settings ask for, each from a seed of its own, in processes of their own."""
    jobs = [
        delayed(_train)(reports, replace(settings, width=settings.teacher_width, seed=settings.seed + 1 + number))
        for number in range(settings.teachers)
    ]
    trained: list[Network] = Parallel(n_jobs=min(len(jobs), cpu_count()))(jobs) if jobs else []
    return trained


def _train(
    reports: Sequence[AnnotatedReport], settings: Settings, progress: Progress | None = None, **more: Any
) -> Network:
    network: Network = train_network([Example.of(report) for report in reports], settings, progress, **more)
    return network
