"""Networks whose mean judgement teaches another one: a mean of several errs less than each, and one that has learnt it
is as fast as one.

Hinton, Vinyals, Dean: Distilling the knowledge in a neural network (2015). Where annotators do not agree, teachers that
were trained alike from other seeds give both readings their chance, which one annotation does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from baocao_nlp.features.layout import Layout
from baocao_nlp.features.pairs import Pairs
from baocao_nlp.network.crf import Counts
from baocao_nlp.network.losses import LinkScores, link_chances
from baocao_nlp.network.model import Network
from baocao_nlp.network.sequences import Sequences

_Parts = TypeVar("_Parts", Counts, LinkScores)


class Judgement:
    """What teachers think of a layout.

    Parameters
    ----------
    teachers : trained networks, at least one.
    """

    def __init__(self, teachers: Sequence[Network], layout: Layout):
        self._read = [(teacher, teacher.vectors(layout)) for teacher in teachers]

    def tags(self, sequences: Sequences) -> Counts:
        """The tags that they expect."""
        return _mean([teacher.tag_counts(vectors, sequences) for teacher, vectors in self._read])

    def links(self, pairs: Pairs) -> LinkScores:
        """The chances that they give to links."""
        return _mean([link_chances(teacher.link(vectors, pairs)[0], pairs) for teacher, vectors in self._read])


def _mean(parts: Sequence[_Parts]) -> _Parts:
    return type(parts[0])(*(np.mean(arrays, axis=0) for arrays in zip(*parts)))
