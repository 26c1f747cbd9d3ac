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
    nodes = list(map(_dictionary().get, forms))
    places = [ALONE] * len(forms)
    stop = 0
    for start, (node, following) in enumerate(zip(nodes, forms[1:])):
        if node is not None and start >= stop and following in node:
            longest = start + 2 if node[following] is _LEAF else _longest(node, forms, start)
            if longest > start + 1:
                places[start:longest] = [FIRST, *[INSIDE] * (longest - start - 2), LAST]
                stop = longest
    return places


def _longest(node: Trie, forms: Sequence[str], start: int) -> int:
    """Where the longest word ends that begins at a syllable; right behind it where none does."""
    longest = start + 1
    for stop in range(start + 1, min(start + _LONGEST, len(forms))):
        following = node.get(forms[stop])
        if following is None:
            break
        node = following
        if _END in node:
            longest = stop + 1
    return longest
