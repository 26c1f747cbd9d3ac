"""Reports as other offices would have typed them: the same text in other habits, drawn by chance.

What is changed are the words as the network sees them; nothing is added or taken away, so that tags and
links stay as they are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from baocao_nlp.features.layout import Layout, describe

Augmentation = Callable[[list[str], np.random.Generator], list[str]]

_THOUSANDS_RE = re.compile(r"\d{1,3}(?:\.\d{3})+")
_SWAPPED = str.maketrans(".,", ",.")
_RENAMED, _SLIPPED = 0.3, 0.02


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


def names(texts: list[str], rng: np.random.Generator) -> list[str]:
    """Capitalised words within sentences in the place of others of the same report: other places and people."""
    found = [i for i in range(1, len(texts)) if texts[i].istitle() and texts[i - 1].isalpha()]
    if len(found) < 2:
        return texts
    changed = list(texts)
    for i in found:
        if rng.random() < _RENAMED:
            changed[i] = texts[found[int(rng.integers(len(found)))]]
    return changed


def slips(texts: list[str], rng: np.random.Generator) -> list[str]:
    """Syllables that lost their diacritics, as in scanned or hurried text."""
    drawn = rng.random(len(texts)) < _SLIPPED
    return [_without_marks(text) if slip and text.isalpha() else text for text, slip in zip(texts, drawn)]


def _without_marks(text: str) -> str:
    letters = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(letter for letter in letters if not unicodedata.combining(letter)))


AUGMENTATIONS: Mapping[str, Augmentation] = {"number_style": number_style, "names": names, "slips": slips}


def augmented(layout: Layout, kinds: Sequence[str], rng: np.random.Generator, probability: float = 0.5) -> Layout:
    """A layout with its words as another office would have typed them.

    Parameters
    ----------
    kinds : names of `AUGMENTATIONS`; each is applied with the given probability.
    """
    texts = layout.texts
    for kind in kinds:
        if rng.random() < probability:
            texts = AUGMENTATIONS[kind](texts, rng)
    if texts is layout.texts:
        return layout
    words = [describe(text) for text in texts]
    return replace(layout, texts=texts, words=words, columns=layout.columns_with(words))
