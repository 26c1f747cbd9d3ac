"""Words of several syllables, by the longest match in underthesea's word list.

A span hardly ever begins or ends inside a word. Which is all that is asked here: bare look-ups are many times
as fast as real segmentation.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from baocao_nlp.text.normalize import fold_tone

ALONE, FIRST, INSIDE, LAST = range(4)
_LONGEST = 4


@cache
def _dictionary() -> tuple[frozenset[str], frozenset[str]]:
    """Words of two to four syllables, and the pairs of syllables that any of them begins with."""
    from underthesea.corpus import viet_dict_74K

    entries = (fold_tone(word.lower()).split() for word in viet_dict_74K.words)
    words = [entry for entry in entries if 1 < len(entry) <= _LONGEST]
    return frozenset(map(" ".join, words)), frozenset(f"{word[0]} {word[1]}" for word in words)


def places_in_words(forms: Sequence[str]) -> list[int]:
    """For each syllable, in folded form, whether it stands `ALONE` or is the `FIRST`, `LAST` or another one of a word.

    >>> places_in_words("mạnh thường quân ủng hộ gạo".split())
    [1, 2, 3, 1, 3, 0]
    """
    words, beginnings = _dictionary()
    places = [ALONE] * len(forms)
    i = 0
    while i < len(forms) - 1:
        length = 1
        if f"{forms[i]} {forms[i + 1]}" in beginnings:
            longest = min(_LONGEST, len(forms) - i)
            length = next((n for n in range(longest, 1, -1) if " ".join(forms[i : i + n]) in words), 1)
        if length > 1:
            places[i : i + length] = [FIRST, *[INSIDE] * (length - 2), LAST]
        i += length
    return places
