"""Linear-chain conditional random fields, trained by L-BFGS with python-crfsuite.

Lafferty, McCallum, Pereira: Conditional random fields (ICML 2001). The model file is the same bytes for
the same data.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pycrfsuite


@dataclass(frozen=True, slots=True)
class CRFParameters:
    """How a conditional random field is trained.

    Attributes
    ----------
    l1, l2 : weights of the two regularisers.
    max_iterations : of L-BFGS.
    min_frequency : features seen less often are left out.
    """

    l1: float = 0.5
    l2: float = 0.3
    max_iterations: int = 150
    min_frequency: int = 1


def train_crf(sequences: Iterable[tuple[list[list[str]], list[str]]], path: Path, parameters: CRFParameters) -> None:
    """Train a conditional random field on pairs of features and labels, and write it to a file."""
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params(
        {
            "c1": parameters.l1,
            "c2": parameters.l2,
            "max_iterations": parameters.max_iterations,
            "feature.minfreq": parameters.min_frequency,
            "feature.possible_transitions": True,
        }
    )
    for features, labels in sequences:
        trainer.append(features, labels)
    trainer.train(str(path))


class CRF:
    """A trained conditional random field.

    Parameters
    ----------
    path : the file that `train_crf` wrote.
    """

    def __init__(self, path: Path):
        if not path.is_file():
            raise FileNotFoundError(f"no conditional random field at {path}")
        self._tagger = pycrfsuite.Tagger()
        self._tagger.open(str(path))
        self._labels = frozenset(self._tagger.labels())

    def label(self, features: list[list[str]]) -> tuple[list[str], list[float]]:
        """The most probable labels of a sequence, and the marginal probability of each."""
        self._tagger.set(pycrfsuite.ItemSequence(features))
        labels = self._tagger.tag()
        return labels, [self._tagger.marginal(label, i) for i, label in enumerate(labels)]

    def probability(self, position: int, labels: Iterable[str]) -> float:
        """The marginal probability of any of some labels at a place of the sequence labelled last."""
        return float(sum(self._tagger.marginal(label, position) for label in labels if label in self._labels))
