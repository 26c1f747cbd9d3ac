"""Mentions: labelled stretches of tokens, and the BIO tags they are written as."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from baocao_nlp.facts import LABELS, Label, LabelledSpan
from baocao_nlp.features.layout import Layout
from baocao_nlp.text.document import Document

TAGS = ("O", *(f"{prefix}-{label}" for label in LABELS for prefix in "BI"))
OUTSIDE = 0
CODE = {tag: code for code, tag in enumerate(TAGS)}
_LABEL_OF = np.array([-1, *(code for code in range(len(LABELS)) for _ in "BI")])
_IS_INSIDE = np.array([tag[0] == "I" for tag in TAGS])
# what may stand within a mention, but neither begins nor ends one
_NO_EDGE = frozenset(",;:.-–")


class Mention(NamedTuple):
    """A labelled stretch of tokens, ``first`` to ``last`` inclusive, within one sentence.

    ``offered`` are those that the best tags leave out: the linker, which knows the values, judges them.
    """

    label: Label
    first: int
    last: int
    sentence: int
    probability: float = 1.0
    offered: bool = False

    def labelled_span(self, document: Document) -> LabelledSpan:
        return LabelledSpan(document.span(self.first, self.last), self.label, self.probability)


def from_rows(
    layout: Layout, label: Label, first: int, last: int, probability: float = 1.0, *, offered: bool = False
) -> Mention:
    """The mention between two rows of a layout, both included."""
    tokens, sentence = layout.tokens, int(layout.sentences[first])
    return Mention(label, int(tokens[first]), int(tokens[last]), sentence, probability, offered)


def rows_of(layout: Layout, mention: Mention) -> range:
    """The rows of a mention that is within the layout."""
    return range(layout.row_of[mention.first], layout.row_of[mention.last] + 1)


def encode(layout: Layout, mentions: Iterable[Mention]) -> NDArray[np.intp]:
    """The tag of each row of a layout."""
    tags = np.full(len(layout.texts), OUTSIDE, np.intp)
    for mention in mentions:
        for token in range(mention.first, mention.last + 1):
            row = layout.row_of.get(token)
            if row is not None:
                tags[row] = CODE[f"{'B' if token == mention.first else 'I'}-{mention.label}"]
    return tags


def decode(layout: Layout, tags: NDArray[np.intp], probabilities: NDArray[np.float32]) -> list[Mention]:
    """The mentions that tags spell, without punctuation at their ends; one that a line break or footnote cuts is two.

    ``probabilities`` are those of the tags; a mention has the lowest of its own.
    """
    rows = np.flatnonzero(tags != OUTSIDE)
    if not len(rows):
        return []
    codes, connected = tags[rows], layout.connected[rows]
    goes_on = np.zeros(len(rows), bool)
    goes_on[1:] = _IS_INSIDE[codes[1:]] & (_LABEL_OF[codes[1:]] == _LABEL_OF[codes[:-1]]) & (np.diff(rows) == 1)
    starts = np.flatnonzero(~(goes_on & connected))
    lowest = np.minimum.reduceat(probabilities[rows], starts)
    firsts, lasts = rows[starts], rows[np.append(starts[1:], len(rows)) - 1]
    labels = [LABELS[code] for code in _LABEL_OF[codes[starts]].tolist()]
    found = zip(labels, *(part.tolist() for part in (firsts, lasts, lowest)))
    trimmed = ((label, _without_edges(layout, first, last), chance) for label, first, last, chance in found)
    return [from_rows(layout, label, rows[0], rows[-1], chance) for label, rows, chance in trimmed if rows]


def _without_edges(layout: Layout, first: int, last: int) -> range:
    while first <= last and layout.texts[first] in _NO_EDGE:
        first += 1
    while first < last and layout.texts[last] in _NO_EDGE:
        last -= 1
    return range(first, last + 1)


def align(document: Document, spans: Iterable[LabelledSpan]) -> dict[LabelledSpan, Mention]:
    """The mentions of annotated spans, by the sentence of their first token.

    A span that covers no token of any sentence (annotated inside noise, say) has none.
    """
    found = {}
    for item in spans:
        visible = [i for i in document.tokens_within(item.span) if i in document.sentence_of]
        if visible:
            sentence = document.sentence_of[visible[0]]
            inside = [i for i in visible if document.sentence_of[i] == sentence]
            found[item] = Mention(item.label, inside[0], inside[-1], sentence, item.probability)
    return found


def rows_taken(layout: Layout, mentions: Iterable[Mention]) -> NDArray[np.bool_]:
    """Which rows of a layout are inside mentions."""
    taken = np.zeros(len(layout.texts), bool)
    row_of = layout.row_of
    for _, first, last, *_ in mentions:
        if first in row_of and last in row_of:
            taken[row_of[first] : row_of[last] + 1] = True
    return taken
