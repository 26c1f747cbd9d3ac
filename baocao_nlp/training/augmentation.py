"""Reports as other offices would have typed them: the same text in other habits, drawn by chance.

Some habits change the words as the network sees them, some the lines of the text. What the text's one form folds
anyway (Unicode forms, where the tone mark stands) and what the network does not see (which digits) needs no
augmentation; other names, syllables without their marks and lost headings were tried and brought nothing
(docs/accuracy.md).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from baocao_nlp.annotation.report import AnnotatedReport
from baocao_nlp.features.layout import Layout, describe
from baocao_nlp.training.examples import Example

OfWords = Callable[[list[str], np.random.Generator], list[str]]
OfLines = Callable[[AnnotatedReport, np.random.Generator], AnnotatedReport]

_THOUSANDS_RE = re.compile(r"\d{1,3}(?:\.\d{3})+")
_SPACE_RE = re.compile(r"(?<=\w) (?=\w)")
_SWAPPED = str.maketrans(".,", ",.")
_BROKEN = 0.005
_LONGEST_EXCERPT = 4
_TRIES = 8
_OF_WORDS = 0.5
_OF_LINES = {"excerpts": 0.1, "page_breaks": 0.3}


def number_style(texts: list[str], rng: np.random.Generator) -> list[str]:
    """Numbers in another office's style: "2.322" as "2322" or "2,322", "37,5" as "37.5", "05" as "5"."""
    style = ("plain", "swapped", "no zeros", "zeros")[int(rng.integers(4))]
    return [_restyled(text, style) if text[0].isdecimal() else text for text in texts]


def _restyled(text: str, style: str) -> str:
    if style == "plain" and _THOUSANDS_RE.fullmatch(text) and len(text) < 7:
        return text.replace(".", "")
    if style == "swapped":
        return text.translate(_SWAPPED)
    if style == "no zeros" and len(text) == 2 and text[0] == "0":
        return text[1]
    if style == "zeros" and len(text) == 1:
        return "0" + text
    return text


def excerpts(report: AnnotatedReport, rng: np.random.Generator) -> AnnotatedReport:
    """A few lines alone, as a reader pastes them: lines with facts that need nothing from the rest of the report."""
    starts = [0, *(match.end() for match in re.finditer("\n", report.text))]
    ends = [*starts[1:], len(report.text)]
    for _ in range(_TRIES):
        first = int(rng.integers(len(starts)))
        start, end = starts[first], ends[min(first + int(rng.integers(_LONGEST_EXCERPT)), len(ends) - 1)]
        touched = [fact for fact in report.facts if any(start <= span.start < end for _, span in fact.spans())]
        if touched and all(start <= span.start < end for fact in touched for _, span in fact.spans()):
            facts = tuple(fact.moved((-start).__add__) for fact in touched)
            return AnnotatedReport(report.name, report.text[start:end], facts)
    return report


def page_breaks(report: AnnotatedReport, rng: np.random.Generator) -> AnnotatedReport:
    """Lines that break in mid-sentence, as where a page ended."""
    inside = {place for item in report.spans for place in range(item.span.start, item.span.end)}
    spaces = [match.start() for match in _SPACE_RE.finditer(report.text) if match.start() not in inside]
    letters = list(report.text)
    for place, drawn in zip(spaces, rng.random(len(spaces))):
        if drawn < _BROKEN:
            letters[place] = "\n"
    return replace(report, text="".join(letters))


WORDS: Mapping[str, OfWords] = {"number_style": number_style}
LINES: Mapping[str, OfLines] = {"excerpts": excerpts, "page_breaks": page_breaks}
AUGMENTATIONS = (*WORDS, *LINES)


def augmented(example: Example, kinds: Sequence[str], rng: np.random.Generator) -> tuple[Example, Layout]:
    """An example as another office would have typed it, and the layout with the words that it would have used.

    Parameters
    ----------
    kinds : names of `AUGMENTATIONS`; each is applied now and then.
    """
    report = example.report
    for kind in kinds:
        if kind in LINES and rng.random() < _OF_LINES[kind]:
            report = LINES[kind](report, rng)
    if report.text != example.report.text:
        example = Example.of(report)
    texts = example.layout.texts
    for kind in kinds:
        if kind in WORDS and rng.random() < _OF_WORDS:
            texts = WORDS[kind](texts, rng)
    if texts is example.layout.texts:
        return example, example.layout
    words = describe(texts)
    return example, replace(example.layout, texts=texts, words=words, columns=example.layout.columns_with(words))
