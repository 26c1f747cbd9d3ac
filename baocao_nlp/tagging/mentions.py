"""Mentions: labelled stretches of tokens, and the BIO tags they are written as."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import prod

from baocao_nlp.facts import Label, LabelledSpan
from baocao_nlp.text.document import Document, Sentence

OUTSIDE = "O"


@dataclass(frozen=True, slots=True)
class Mention:
    """A labelled stretch of tokens, ``first`` to ``last`` inclusive, within one sentence."""

    label: Label
    first: int
    last: int
    sentence: int
    probability: float = 1.0

    def labelled_span(self, document: Document) -> LabelledSpan:
        return LabelledSpan(document.span(self.first, self.last), self.label, self.probability)


def encode(document: Document, sentence: Sentence, mentions: Iterable[Mention]) -> list[str]:
    """The BIO tags of a sentence's tokens."""
    tags = {
        i: f"{'B' if i == mention.first else 'I'}-{mention.label}"
        for mention in mentions
        for i in range(mention.first, mention.last + 1)
    }
    return [tags.get(i, OUTSIDE) for i in sentence.tokens]


def decode(
    document: Document, sentence: Sentence, tags: Sequence[str], probabilities: Sequence[float]
) -> list[Mention]:
    """The mentions that BIO tags spell; one that a page break cuts is two.

    ``probabilities`` are those of the tags; a mention has their product.
    """
    found: list[tuple[str, list[int]]] = []
    for position, tag in enumerate(tags):
        if tag == OUTSIDE:
            continue
        prefix, label = tag[0], tag[2:]
        is_next = found and found[-1][1][-1] == position - 1 and found[-1][0] == label
        cut = position and document.breaks_between(sentence.tokens[position - 1], sentence.tokens[position])
        if prefix == "I" and is_next and not cut:
            found[-1][1].append(position)
        else:
            found.append((label, [position]))
    return [
        Mention(
            label,  # type: ignore[arg-type]
            sentence.tokens[positions[0]],
            sentence.tokens[positions[-1]],
            sentence.index,
            prod(probabilities[position] for position in positions),
        )
        for label, positions in found
    ]


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
