"""Features of tokens for the sequence tagger.

A token is described by its form and its neighbours' forms, by whether they can be a unit, and by where
it stands: in the sentence, in brackets, between numbers, in the block. Strings that
depend on a form alone are built once for each form.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache

from baocao_nlp.meaning.periods import find_expressions
from baocao_nlp.meaning.units import unit_words
from baocao_nlp.meaning.words import word_list
from baocao_nlp.text.document import Document, Sentence
from baocao_nlp.text.normalize import fold_tone
from baocao_nlp.text.tokens import is_number

WINDOW = (-3, -2, -1, 1, 2, 3)
_OPENING, _CLOSING = frozenset("(["), frozenset(")]")
_EDGES = frozenset(",;:().")
_DATE_JOINTS = frozenset("/-.")


@lru_cache(maxsize=65536)
def form(token: str) -> str:
    """A token as features see it: lower case, tone mark folded, a number by its shape."""
    if is_number(token):
        return number_shape(token)
    return fold_tone(token.lower())


def number_shape(token: str) -> str:
    """The shape of a number: digits by count, separators kept, years and leading zeros told apart."""
    if len(token) == 4 and token[:2] in ("19", "20"):
        return "#year"
    if len(token) == 2 and token[0] == "0":
        return "#0d"
    groups = re.split(r"([.,])", token)
    return "#" + "".join(group if group in ".," else str(min(len(group), 4)) for group in groups)


@lru_cache(maxsize=65536)
def _shape(token: str) -> str:
    if token.isupper():
        return "XX" if len(token) > 1 else "X"
    if token[0].isupper():
        return "Xx"
    return "x" if token[0].isalpha() else token[0]


@lru_cache(maxsize=65536)
def _classes(token: str) -> tuple[str, ...]:
    word = form(token)
    found = []
    if word in unit_words():
        found.append("unit")
    if word in word_list("time"):
        found.append("time")
    return tuple(found)


@lru_cache(maxsize=262144)
def _of_form(token: str, offset: int) -> tuple[str, ...]:
    """The features of a token that its form alone decides, as a neighbour at an offset sees them."""
    features = [f"{offset}w={form(token)}"]
    if -2 <= offset <= 2:
        features.append(f"{offset}s={_shape(token)}")
        features += [f"{offset}c={name}" for name in _classes(token)]
    return tuple(features)


def sentence_features(document: Document, sentence: Sentence) -> list[list[str]]:
    """The features of every token of a sentence, a list of strings each."""
    words = [document.tokens[i].text for i in sentence.tokens]
    numbers = [position for position, word in enumerate(words) if is_number(word)]
    depth = _bracket_depths(words)
    parts = _number_parts(words, numbers)
    clause = _clause_heads(words)
    block = document.blocks[sentence.block]
    common = [f"block={block.marker or '-'}", f"heading={block.is_heading:d}", f"note={block.is_footnote:d}"]
    forms = [form(word) for word in words]
    segments = _segment_features(forms)
    times = _time_features(words)
    features = []
    for position, word in enumerate(words):
        item = ["bias", *_of_form(word, 0)]
        for offset in WINDOW:
            if 0 <= position + offset < len(words):
                item += _of_form(words[position + offset], offset)
            elif -2 <= offset <= 1:
                item.append(f"{offset}w=<>")
        item += _pairs(forms, position)
        item += common
        item.append(f"pos={min(position, 3)}")
        item.append(f"depth={min(depth[position], 2)}")
        item.append(f"head={clause[position]}")
        item += _distances(numbers, position)
        item += _nearest(forms, numbers, position)
        item += segments[position]
        item += times.get(position, ())
        item += parts.get(position, ())
        features.append(item)
    return features


def _pairs(forms: Sequence[str], position: int) -> list[str]:
    before = forms[position - 1] if position else "<>"
    after = forms[position + 1] if position + 1 < len(forms) else "<>"
    here = forms[position]
    pairs = [f"-1,0={before},{here}", f"0,1={here},{after}", f"-1,1={before},{after}"]
    if position > 1:
        pairs.append(f"-2,-1={forms[position - 2]},{before}")
    if position + 2 < len(forms):
        pairs.append(f"1,2={after},{forms[position + 2]}")
    return pairs


def _distances(numbers: Sequence[int], position: int) -> tuple[str, str]:
    """How far the nearest numbers stand, before and after, in tokens."""
    index = bisect_left(numbers, position)
    before = position - numbers[index - 1] if index else 99
    if index < len(numbers) and numbers[index] == position:
        index += 1
    after = numbers[index] - position if index < len(numbers) else 99
    return f"before={_bucket(before)}", f"after={_bucket(after)}"


def _nearest(forms: Sequence[str], numbers: Sequence[int], position: int) -> list[str]:
    """The words around the nearest numbers: what introduces the next, and what both count."""
    index = bisect_left(numbers, position)
    features = []
    verbs = word_list("introducing")
    if index:
        before = numbers[index - 1]
        features.append(f"counted={'|'.join(forms[before + 1 : before + 3])}")
    if index < len(numbers) and numbers[index] == position:
        index += 1
    if index < len(numbers):
        after = numbers[index]
        unit = forms[after + 1] if after + 1 < len(forms) else "<>"
        verb = next((word for word in forms[position + 1 : after] if word in verbs), "")
        features += [f"introduced={forms[after - 1]}", f"unit={unit}", f"verb={verb}"]
    return features


def _segment_features(forms: Sequence[str]) -> list[list[str]]:
    """Where each token stands in its segment: what lies between two numbers or punctuation marks.

    What a segment leads to (a number of what kind, or a mark, and then which word) tells more of a metric
    than its own words do.
    """
    edges = [position for position, word in enumerate(forms) if _is_edge(word)]
    ends = [*edges, len(forms)]
    features: list[list[str]] = []
    start = 0
    for index, end in enumerate(ends):
        before = _edge_kind(forms, start - 1)
        after = _edge_kind(forms, end)
        following = ""
        if end + 1 < len(forms) and index + 1 < len(ends) and not after.startswith("#"):
            following = f"{forms[end + 1]}>{_edge_kind(forms, ends[index + 1])}"
        for position in range(start, end):
            features.append(
                [
                    f"segment={before}|{after}",
                    f"then={after},{following}",
                    f"from={min(position - start, 6)},{before}",
                    f"to={min(end - position, 6)},{after}",
                    f"w,to={forms[position]},{after}",
                    f"from,to={min(position - start, 2)},{min(end - position, 2)},{before},{after}",
                ]
            )
        if end < len(forms):
            features.append([f"edges={before}|{after}"])
        start = end + 1
    return features


def _time_features(words: Sequence[str]) -> dict[int, tuple[str, ...]]:
    """Which tokens are part of a time expression, and how it reads."""
    folded = [fold_tone(word.lower()) for word in words]
    starts = [0]
    for word in folded:
        starts.append(starts[-1] + len(word) + 1)
    found: dict[int, tuple[str, ...]] = {}
    for begin, end in find_expressions(" ".join(folded)):
        first, last = bisect_left(starts, begin), bisect_left(starts, end) - 1
        before = form(words[first - 1]) if first else "<>"
        for position in range(first, last + 1):
            side = "B" if position == first else "E" if position == last else "I"
            found[position] = (f"time={side}", f"time,before={side},{before}", f"time,opens={side},{folded[first]}")
    return found


def _is_edge(word: str) -> bool:
    return word[0] == "#" or word in _EDGES


def _edge_kind(forms: Sequence[str], position: int) -> str:
    """What an edge is: a mark, or a number by what it counts."""
    if not 0 <= position < len(forms):
        return "<>"
    if forms[position][0] != "#":
        return forms[position]
    unit = forms[position + 1] if position + 1 < len(forms) else "<>"
    if unit in ("%", "/"):
        return "#" + unit
    return "#u" if unit in unit_words() else "#n" if unit[0].isalpha() else "#"


def _bucket(distance: int) -> int:
    return next(limit for limit in (1, 2, 3, 5, 8, 13, 21, 100) if min(distance, 100) <= limit)


def _bracket_depths(words: Sequence[str]) -> list[int]:
    depths, depth = [], 0
    for word in words:
        if word in _CLOSING:
            depth = max(depth - 1, 0)
        depths.append(depth)
        if word in _OPENING:
            depth += 1
    return depths


def _clause_heads(words: Sequence[str]) -> list[str]:
    """The first word of the clause that each token stands in."""
    heads, head, fresh = [], "<>", True
    for word in words:
        if fresh:
            head, fresh = form(word), False
        heads.append(head)
        fresh = word in (";", ":", "(", ",")
    return heads


def _number_parts(words: Sequence[str], numbers: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """What a number is joined to without a space: parts of dates, fractions, document numbers."""
    parts: dict[int, tuple[str, ...]] = {}
    for position in numbers:
        left = position >= 2 and words[position - 1] in _DATE_JOINTS and is_number(words[position - 2])
        right = position + 2 < len(words) and words[position + 1] in _DATE_JOINTS and is_number(words[position + 2])
        code = position + 2 < len(words) and words[position + 1] in "/-" and words[position + 2].isupper()
        found = [name for name, holds in (("left", left), ("right", right), ("code", code)) if holds]
        shape = form(words[position - 2]) if left else ""
        shape += ">" + (form(words[position + 2]) if right else "")
        parts[position] = (f"joined={'+'.join(found)}", f"joints={shape}")
    return parts
