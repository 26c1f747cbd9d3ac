"""Tokens of a report: syllables, numbers and punctuation, with offsets.

Words come from underthesea's regular-expression tokenizer. What holds a digit is split by our own rules,
since there underthesea keeps fractions, ranges and dates whole ("1.250/2.300", "20-40") and splits
English-style numbers; so a number, "%", "m2" or "0/00" is one token wherever it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from underthesea.pipeline.word_tokenize.regex_tokenize import patterns as underthesea_patterns

from baocao_nlp.text.normalize import SUPERSCRIPTS

_SPACE_RE = re.compile(r"\s")
_PIECE_RE = re.compile(
    r"(?<![\d.,])0/00(?!\d)"
    r"|\d+(?:[.,]\d+)*"
    r"|[kcd]?m[23²³](?![\w²³])"
    r"|[^\W\d_]{2,}(?=\d)(?<![A-ZĐ])"
    rf"|[^\W_{SUPERSCRIPTS}\d][^\W_{SUPERSCRIPTS}]*"
    rf"|[{SUPERSCRIPTS}]+"
    r"|\W|_"
)
_OWN_RE = re.compile(rf"[\d{SUPERSCRIPTS}]")
# the longest run without a space that goes through underthesea's patterns, some of which look ahead
# over the whole run from each of its characters
_LONGEST_WORD = 100


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens as columns, which cost less than an object for each.

    Attributes
    ----------
    texts : what each says.
    starts, ends : its offsets into the text it was cut from.
    """

    texts: list[str]
    starts: list[int]
    ends: list[int]

    def __len__(self) -> int:
        return len(self.texts)

    def numbers(self) -> frozenset[int]:
        """The places of those that are numbers."""
        return frozenset(i for i, text in enumerate(self.texts) if is_number(text))


def tokenise(text: str) -> Tokens:
    """Cut canonical text into tokens; white space is in none.

    >>> tokenise("đạt 1.250/2.300 hộ (61,5%), 62 tạ/ha").texts
    ['đạt', '1.250', '/', '2.300', 'hộ', '(', '61,5', '%', ')', ',', '62', 'tạ', '/', 'ha']
    """
    tokens = Tokens([], [], [])
    texts, starts, ends = tokens.texts, tokens.starts, tokens.ends
    start = 0
    for word in _SPACE_RE.split(text):
        end = start + len(word)
        if word.isalpha():
            texts.append(word)
            starts.append(start)
            ends.append(end)
        elif word:
            for first, last in _pieces(word) if len(word) <= _LONGEST_WORD else _cut(word):
                texts.append(word[first:last])
                starts.append(start + first)
                ends.append(start + last)
        start = end + 1
    return tokens


@lru_cache(maxsize=1 << 16)
def _pieces(chunk: str) -> tuple[tuple[int, int], ...]:
    """The tokens of a run without a space; the same runs come again and again."""
    return tuple(_cut(chunk) if _OWN_RE.search(chunk) else _words(chunk))


def _cut(chunk: str) -> Iterator[tuple[int, int]]:
    return (piece.span() for piece in _PIECE_RE.finditer(chunk))


def _words(chunk: str) -> Iterator[tuple[int, int]]:
    """Underthesea's tokens of a run, with the punctuation it leaves on abbreviations cut off."""
    for match in underthesea_patterns.finditer(chunk):
        if match[0].isalpha():
            yield match.span()
        else:
            yield from (piece.span() for piece in _PIECE_RE.finditer(chunk, *match.span()))


def is_number(token: str) -> bool:
    """Whether a token is a number."""
    return token[0].isdecimal() and token != "0/00"
