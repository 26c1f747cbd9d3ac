"""Figures: learning curves, and how honest confidence is. They need matplotlib (the extra ``plots``)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from baocao_nlp.evaluation import Evaluation, reliability
from baocao_nlp.training.curve import Point


def plot_curve(points: Sequence[Point], path: Path) -> None:
    """A learning curve for each set of held-out reports."""
    figure = _figure()
    axes = figure.add_subplot(xlabel="training reports", ylabel="whole-fact F1")
    for name in points[0].f1:
        axes.plot([point.reports for point in points], [point.f1[name] for point in points], marker="o", label=name)
    axes.grid(alpha=0.3)
    axes.legend()
    _save(figure, path)


def plot_confidence(result: Evaluation, path: Path) -> None:
    """A reliability diagram (share right by confidence), and precision by the share of facts that is kept."""
    confidence, right = result.scored
    figure = _figure(width=9)
    parts = reliability(confidence, right)
    left, rest = figure.subplots(1, 2)
    left.plot([0, 1], [0, 1], color="0.6", linestyle="--")
    left.plot([part.confidence for part in parts], [part.right for part in parts], marker="o")
    left.set(xlabel="confidence", ylabel="share of facts that are right")
    ranked = [ok for _, ok in sorted(zip(confidence, right), key=lambda item: -item[0])]
    hits = 0
    kept, precision = [], []
    for count, ok in enumerate(ranked, 1):
        hits += ok
        kept.append(count / len(ranked))
        precision.append(hits / count)
    rest.plot(kept, precision)
    rest.set(xlabel="share of facts kept, most confident first", ylabel="precision")
    for axes in (left, rest):
        axes.grid(alpha=0.3)
    _save(figure, path)


def _figure(width: float = 6) -> Any:
    from matplotlib.figure import Figure

    return Figure(figsize=(width, 4), layout="constrained")


def _save(figure: Any, path: Path) -> None:
    from matplotlib import rc_context

    # the same figures give the same file
    with rc_context({"svg.hashsalt": "baocao-nlp"}):
        figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
