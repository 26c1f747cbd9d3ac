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
# syllables that may follow, by syllable; no syllable is empty
Trie = dict[str, "Trie"]
_END = ""
# most words go on nowhere, and share one node: tens of thousands would keep the garbage collector busy
_LEAF: Trie = {_END: {}}


@cache
def _dictionary() -> Trie:
    """The words of two to four syllables."""
    from underthesea.corpus import viet_dict_74K

    trie: Trie = {}
    for word in viet_dict_74K.words:
        syllables = fold_tone(word.lower()).split()
        if 1 < len(syllables) <= _LONGEST:
            _add(trie, syllables)
    return trie


def _add(node: Trie, syllables: Sequence[str]) -> None:
    *opening, last = syllables
    for syllable in opening:
        if node.setdefault(syllable, {}) is _LEAF:
            node[syllable] = dict(_LEAF)
        node = node[syllable]
    node.setdefault(last, _LEAF).setdefault(_END, {})


def places_in_words(forms: Sequence[str]) -> list[int]:
    """For each syllable, in folded form, whether it stands `ALONE` or is the `FIRST`, `LAST` or another one of a word.

    >>> places_in_words("mạnh thường quân ủng hộ gạo".split())
    [1, 2, 3, 1, 3, 0]
    """
    dictionary = _dictionary()
    places = [ALONE] * len(forms)
    start = 0
    while start < len(forms):
        node, stop, longest = dictionary.get(forms[start]), start + 1, start + 1
        while node is not None and stop < len(forms):
            node = node.get(forms[stop])
            stop += 1
            if node is not None and _END in node:
                longest = stop
        if longest > start + 1:
            places[start:longest] = [FIRST, *[INSIDE] * (longest - start - 2), LAST]
        start = longest
    return places
