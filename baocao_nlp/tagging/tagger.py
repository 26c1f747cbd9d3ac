"""The sequence tagger: a conditional random field over the tokens of a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from baocao_nlp.tagging.crf import CRF, CRFParameters, train_crf
from baocao_nlp.tagging.fallback import unnamed_metrics
from baocao_nlp.tagging.features import sentence_features
from baocao_nlp.tagging.mentions import OUTSIDE, Mention, decode, encode
from baocao_nlp.text.document import Document, Sentence

DOUBTFUL = 0.15
_METRIC_TAGS = ("B-METRIC", "I-METRIC")
_NEVER_INSIDE = frozenset(";:()")


class Tagger:
    """Finds the mentions of a document.

    Parameters
    ----------
    crf : a conditional random field over BIO tags of the five labels.
    """

    FILE = "tagger.crfsuite"

    def __init__(self, crf: CRF):
        self.crf = crf

    def tag(self, document: Document) -> list[Mention]:
        """The mentions of the sentences that hold a number, and of headings.

        Among them are metrics that are not likely: the linker, which knows the values, judges them.
        """
        found: list[Mention] = []
        for sentence in sentences_to_tag(document):
            tags, probabilities = self.crf.label(sentence_features(document, sentence))
            mentions = decode(document, sentence, tags, probabilities)
            mentions += self._doubtful(document, sentence, tags)
            found += mentions + unnamed_metrics(document, sentence, mentions)
        return found

    def _doubtful(self, document: Document, sentence: Sentence, tags: Sequence[str]) -> list[Mention]:
        """Metrics that the best tags leave out but the marginals do not rule out."""
        probabilities = [
            self.crf.probability(position, _METRIC_TAGS) if tag == OUTSIDE else 0.0 for position, tag in enumerate(tags)
        ]
        doubtful = [
            "I-METRIC" if probability >= DOUBTFUL and document.tokens[i].text not in _NEVER_INSIDE else OUTSIDE
            for i, probability in zip(sentence.tokens, probabilities)
        ]
        return [
            replace(mention, probability=mention.probability ** (1 / (mention.last - mention.first + 1)))
            for mention in decode(document, sentence, doubtful, probabilities)
        ]

    @classmethod
    def train(
        cls,
        examples: Iterable[tuple[Document, Iterable[Mention]]],
        folder: Path,
        parameters: CRFParameters = CRFParameters(),
    ) -> Tagger:
        """Train on documents with their mentions; the model is written into a folder."""
        sequences = (
            (sentence_features(document, sentence), encode(document, sentence, by_sentence.get(sentence.index, ())))
            for document, mentions in examples
            for by_sentence in (_by_sentence(mentions),)
            for sentence in sentences_to_tag(document)
        )
        folder.mkdir(parents=True, exist_ok=True)
        train_crf(sequences, folder / cls.FILE, parameters)
        return cls.load(folder)

    @classmethod
    def load(cls, folder: Path) -> Tagger:
        return cls(CRF(folder / cls.FILE))


def sentences_to_tag(document: Document) -> list[Sentence]:
    """The sentences that can hold a mention of use: those with a number, and headings."""
    return [
        sentence
        for sentence in document.sentences
        if document.has_number(sentence) or document.blocks[sentence.block].is_heading
    ]


def _by_sentence(mentions: Iterable[Mention]) -> Mapping[int, list[Mention]]:
    grouped: dict[int, list[Mention]] = {}
    for mention in mentions:
        grouped.setdefault(mention.sentence, []).append(mention)
    return grouped
