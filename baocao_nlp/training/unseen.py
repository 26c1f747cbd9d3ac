"""Text that no annotator has seen, for teachers to judge: lines of several reports one after the other, and words in
the place of others that are used alike.

Jiao et al.: TinyBERT: Distilling BERT for natural language understanding (EMNLP 2020), for the words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from baocao_nlp.annotation.report import AnnotatedReport
from baocao_nlp.features.layout import Layout, describe
from baocao_nlp.network.model import Network
from baocao_nlp.training.examples import Example

# the shares of the steps with spliced text and with other words, and of the words that change there, at most
_SPLICED, _REWORDED, _OTHER_WORDS = 0.25, 0.5, 0.24
_SPLICED_REPORTS, _SPLICED_LINES = (2, 5), (5, 40)
_ALIKE = 15


class Unseen:
    """Changes what is shown at a step of training.

    Parameters
    ----------
    examples : at least one.
    teacher : by whose word embeddings words are alike.
    """

    def __init__(self, examples: Sequence[Example], teacher: Network):
        self._reports = [example.report for example in examples]
        self._alike = alike_words(teacher)

    def __call__(self, example: Example, layout: Layout, rng: np.random.Generator) -> tuple[Example, Layout]:
        """An example and its layout as they are, or others in their place."""
        if rng.random() < _SPLICED:
            other = Example.of(spliced(self._reports, rng))
            if other.layout.texts:
                example, layout = other, other.layout
        if rng.random() < _REWORDED:
            layout = reworded(layout, self._alike, rng)
        return example, layout


def spliced(reports: Sequence[AnnotatedReport], rng: np.random.Generator) -> AnnotatedReport:
    """Some lines of one report, some of another, and so on, with the facts that lie within the lines of one report.

    Parameters
    ----------
    reports : at least one.
    """
    text, facts = "", []
    for _ in range(int(rng.integers(*_SPLICED_REPORTS))):
        report = reports[int(rng.integers(len(reports)))]
        lines = report.text.splitlines(keepends=True)
        first = int(rng.integers(len(lines)))
        start = sum(map(len, lines[:first]))
        piece = "".join(lines[first : first + int(rng.integers(*_SPLICED_LINES))])
        end = start + len(piece)
        within = (fact for fact in report.facts if all(start <= s.start and s.end <= end for _, s in fact.spans()))
        facts += [fact.moved((len(text) - start).__add__) for fact in within]
        text += piece if piece.endswith("\n") else piece + "\n"
    return AnnotatedReport("spliced", text, tuple(facts))


def alike_words(network: Network) -> Mapping[str, Sequence[str]]:
    """For each word of letters that a network knows, those whose embeddings point the same way."""
    forms = [form for form in network.vocabulary if form.isalpha()]
    vectors = np.asarray(network.word_embeddings.get_param("E"))[[network.vocabulary[form] for form in forms]]
    vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -1)
    nearest = np.argsort(-likeness, axis=1, kind="stable")[:, :_ALIKE]
    return {form: [forms[i] for i in places] for form, places in zip(forms, nearest.tolist())}


def reworded(layout: Layout, alike: Mapping[str, Sequence[str]], rng: np.random.Generator) -> Layout:
    """A layout some words of which are others that are used alike, written small or large as they were."""
    texts = list(layout.texts)
    drawn = rng.random(len(texts)) < _OTHER_WORDS * rng.random()
    for row in np.flatnonzero(drawn).tolist():
        others = alike.get(layout.words[row].form)
        if others:
            texts[row] = _written_like(texts[row], others[int(rng.integers(len(others)))])
    words = describe(texts)
    return replace(layout, texts=texts, words=words, columns=layout.columns_with(words))


def _written_like(model: str, word: str) -> str:
    if len(model) > 1 and model.isupper():
        return word.upper()
    return word.capitalize() if model[0].isupper() else word
