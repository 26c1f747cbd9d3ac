"""Mentions: labelled stretches of tokens, and the BIO tags they are written as."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from baocao_nlp.facts import LABELS, Label, LabelledSpan
from baocao_nlp.features.layout import Layout
from baocao_nlp.text.document import Document

TAGS = ("O", *(f"{prefix}-{label}" for label in LABELS for prefix in "BI"))
OUTSIDE = 0
CODE = {tag: code for code, tag in enumerate(TAGS)}


@dataclass(frozen=True, slots=True)
class Mention:
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
    """The mentions that tags spell; one that a line break or footnote cuts is two.

    ``probabilities`` are those of the tags; a mention has the lowest of its own.
    """
    found: list[Mention] = []
    open_label, first, last = "", 0, -1

    def close() -> None:
        if open_label:
            lowest = float(probabilities[first : last + 1].min())
            found.append(from_rows(layout, open_label, first, last, lowest))  # type: ignore[arg-type]

    for row in np.flatnonzero(tags != OUTSIDE).tolist():
        prefix, label = TAGS[tags[row]].split("-")
        if prefix == "I" and label == open_label and row == last + 1 and layout.continues(row):
            last = row
        else:
            close()
            open_label, first, last = label, row, row
    close()
    return found


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
    for mention in mentions:
        first, last = layout.row_of.get(mention.first), layout.row_of.get(mention.last)
        if first is not None and last is not None:
            taken[first : last + 1] = True
    return taken
