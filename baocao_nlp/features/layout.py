"""A document as the network reads it: the tokens that matter, in sequences, each described by small whole numbers.

Sentences that hold a number are read, and what they hang on: headings, the lines they stand under, the
sentence of a footnote's mark. The sentences of one block make one sequence, so that what a paragraph names
first is known to its end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from baocao_nlp.features.words import places_in_words
from baocao_nlp.meaning.periods import find_expressions
from baocao_nlp.meaning.units import unit_words
from baocao_nlp.meaning.words import word_list
from baocao_nlp.text.document import Block, Document
from baocao_nlp.text.normalize import fold_tone
from baocao_nlp.text.tokens import is_number

Ints = NDArray[np.intp]

OPENING, CLOSING = frozenset("(["), frozenset(")]")
PAIRS = 1 << 14
# how many values each column of `Layout.columns` can have; the words themselves come before them
COLUMNS = {
    "pair_before": PAIRS, "pair_after": PAIRS, "shape": 8, "class": 4, "word": 4, "time": 4, "depth": 3, "block": 20,
    "edge": 4,
}  # fmt: skip
_PLACE = {name: place for place, name in enumerate(COLUMNS)}
# of words between a value and a mention; a "part" may open the parts of a whole
ROLES = ("", "linking", "number", "part", ",", ";", ":")
_SHAPES = ("number", "lower", "Title", "UPPER", "Letter", "mark")
_BLOCK_KINDS = {"": 0, "-": 1, "+": 2, "roman": 3, "upper": 3, "number": 3, "letter": 3}
_LONGEST_SEQUENCE = 300
_LEVELS = 4
_DEEPEST = 2
# a longer token hardly comes again, and would hold memory
_LONGEST_REMEMBERED = 100


class Word(NamedTuple):
    """What a token's characters alone say; ``role`` is the place among `ROLES`."""

    form: str
    hash: int
    shape: int
    classes: int
    is_number: bool
    role: int


def describe(texts: Iterable[str]) -> list[Word]:
    """What the characters of each token alone say."""
    units = unit_words()
    return [(_remembered if len(text) <= _LONGEST_REMEMBERED else _described)(text, units) for text in texts]


def _described(text: str, units: frozenset[str]) -> Word:
    number = is_number(text)
    form = number_shape(text) if number else fold_tone(text.lower())
    classes = (form in units) + 2 * (form in word_list("time"))
    shape = _SHAPES.index("number" if number else _shape(text))
    return Word(form, crc32(form.encode()), shape, classes, number, ROLES.index(_role(form, number)))


_remembered = lru_cache(maxsize=1 << 16)(_described)


def _role(form: str, number: bool) -> str:
    if number or form in ",;:":
        return "number" if number else form
    if form in word_list("linking"):
        return "linking"
    return "part" if any(form == pair.partition("_")[0] for pair in word_list("part")) else ""


def number_shape(text: str) -> str:
    """The shape of a number: digits by count, separators kept, years and leading zeros told apart.

    >>> [number_shape(text) for text in ("2024", "05", "1.250", "37,5")]
    ['#year', '#0d', '#1.3', '#2,1']
    """
    if len(text) == 4 and text[:2] in ("19", "20"):
        return "#year"
    if len(text) == 2 and text[0] == "0":
        return "#0d"
    groups = re.split(r"([.,])", text)
    return "#" + "".join(group if group in ".," else str(min(len(group), 4)) for group in groups)


def _shape(text: str) -> str:
    if not text[0].isalpha():
        return "mark"
    if text.isupper():
        return "UPPER" if len(text) > 1 else "Letter"
    return "Title" if text[0].isupper() else "lower"


@dataclass(frozen=True, slots=True)
class Layout:
    """The tokens that are read, one row each, in reading order.

    Attributes
    ----------
    tokens : their positions in `Document.tokens`.
    sentences : the sentence of each.
    sequences : the sequence of each, counted from 0; ``lengths`` how long each sequence is.
    row_of : the row of each token that is read.
    blocks : the sequences of each block that has any.
    words : what the characters of each say.
    columns : what else is known of each, one column for each of `COLUMNS`.
    openers : the row of the innermost bracket that is open around each, -1 where none is.
    """

    document: Document
    tokens: Ints
    sentences: Ints
    sequences: Ints
    lengths: Ints
    row_of: dict[int, int]
    blocks: dict[int, list[int]]
    words: list[Word]
    texts: list[str]
    columns: Ints
    openers: Ints

    @classmethod
    def of(cls, document: Document, *, everything: bool = False) -> Layout:
        """Lay out a document; with ``everything``, also the sentences that hold no fact."""
        read = {sentence.index for sentence in document.sentences} if everything else _sentences_to_read(document)
        groups = _sequences(document, read)
        tokens: list[int] = []
        sentences: list[int] = []
        blocks: dict[int, list[int]] = {}
        for number, (block, members) in enumerate(groups):
            blocks.setdefault(block, []).append(number)
            for index in members:
                tokens += document.sentences[index].tokens
                sentences += [index] * len(document.sentences[index].tokens)
        sizes = [sum(len(document.sentences[index].tokens) for index in members) for _, members in groups]
        lengths = np.array(sizes, np.intp)
        texts = [document.tokens.texts[i] for i in tokens]
        words = describe(texts)
        openers, depth = _brackets(texts, sentences)
        return cls(
            document=document,
            tokens=np.array(tokens, np.intp),
            sentences=np.array(sentences, np.intp),
            sequences=np.repeat(np.arange(len(sizes)), lengths),
            lengths=lengths,
            row_of={token: row for row, token in enumerate(tokens)},
            blocks=blocks,
            words=words,
            texts=texts,
            columns=_columns(document, groups, words, tokens, sentences, sizes, depth),
            openers=openers,
        )

    def column(self, name: str) -> Ints:
        """One of `COLUMNS`."""
        return self.columns[:, _PLACE[name]]

    def columns_with(self, words: Sequence[Word]) -> Ints:
        """The columns as they would be with other words."""
        columns = self.columns.copy()
        for name, column in _word_columns(words).items():
            columns[:, _PLACE[name]] = column
        return columns

    @property
    def connected(self) -> NDArray[np.bool_]:
        """Whether a span may go on to each row from the one before: in one sentence, on one line."""
        return np.asarray(self.column("edge") == 0)

    def text(self, first: int, last: int) -> str:
        """The words from one row to another, both included, one space between them."""
        return " ".join(self.texts[first : last + 1])

    @property
    def starts(self) -> Ints:
        """The first row of each sequence."""
        return np.cumsum(self.lengths) - self.lengths


def _sequences(document: Document, read: set[int]) -> list[tuple[int, list[int]]]:
    """Each block's sentences that are read, cut where they grow too long."""
    groups: list[tuple[int, list[int]]] = []
    size = 0
    for sentence in document.sentences:
        if sentence.index not in read:
            continue
        length = len(sentence.tokens)
        if groups and groups[-1][0] == sentence.block and size + length <= _LONGEST_SEQUENCE:
            groups[-1][1].append(sentence.index)
            size += length
        else:
            groups.append((sentence.block, [sentence.index]))
            size = length
    return groups


def _sentences_to_read(document: Document) -> set[int]:
    """Headings, the sentences with numbers, those before them in their block that say when, and what they hang on."""
    read: set[int] = set()
    last_number: dict[int, int] = {}
    for sentence in document.sentences:
        if document.blocks[sentence.block].is_heading:
            read.add(sentence.index)
        elif document.has_number(sentence):
            read.add(sentence.index)
            last_number[sentence.block] = sentence.index
            if sentence.anchor is not None:
                read.add(sentence.anchor)
    for sentence in document.sentences:
        goes_on = sentence.index < last_number.get(sentence.block, 0)
        if goes_on and sentence.index not in read and find_expressions(fold_tone(document.said(sentence).lower())):
            read.add(sentence.index)
    for index in list(read):
        block = document.blocks[document.sentences[index].block]
        for _ in range(_LEVELS):
            if block.parent is None:
                break
            members = document.sentences_of[block.parent]
            read |= {members[0], members[-1]}
            block = document.blocks[block.parent]
    return read


def _columns(
    document: Document,
    groups: list[tuple[int, list[int]]],
    words: list[Word],
    tokens: list[int],
    sentences: list[int],
    sizes: list[int],
    depth: Ints,
) -> Ints:
    if not tokens:
        return np.zeros((0, len(COLUMNS)), np.intp)
    kinds = [_block_kind(document.blocks[block]) for block, _ in groups]
    lines = np.array(document.line_of, np.intp)[tokens]
    edges = (np.diff(sentences, prepend=-1) != 0) + 2 * (np.diff(lines, prepend=lines[0]) > 0)
    folded = [document.tokens.texts[i] if word.is_number else word.form for word, i in zip(words, tokens)]
    columns = {
        **_word_columns(words),
        "time": _times(folded, edges),
        "depth": depth,
        "block": np.repeat(kinds, sizes).astype(np.intp),
        "edge": edges,
    }
    return np.stack([columns[name] for name in COLUMNS], axis=1)


def _word_columns(words: Sequence[Word]) -> dict[str, Ints]:
    """The columns that the characters of words decide."""
    hashes = np.array([word.hash for word in words], np.int64)
    pairs = ((np.concatenate([[0], hashes[:-1]]) * 31 + hashes) % PAIRS).astype(np.intp)
    return {
        "pair_before": pairs,
        "pair_after": np.append(pairs[1:], 0),
        "shape": np.array([word.shape for word in words], np.intp),
        "class": np.array([word.classes for word in words], np.intp),
        "word": np.array(places_in_words([word.form for word in words]), np.intp),
    }


def _block_kind(block: Block) -> int:
    return _BLOCK_KINDS.get(block.marker, 4) + 5 * block.is_heading + 10 * block.is_footnote


def _brackets(texts: list[str], sentences: list[int]) -> tuple[Ints, Ints]:
    """The innermost bracket open around each row, and how many are open; a sentence starts with none."""
    openers, depth = np.full(len(texts), -1, np.intp), np.zeros(len(texts), np.intp)
    stack: list[int] = []
    sentence = start = 0
    for row, text in enumerate(texts):
        if sentences[row] != sentence and stack:
            _fill(openers, depth, stack, start, row)
            stack, start = [], row
        sentence = sentences[row]
        if text in CLOSING and stack:
            _fill(openers, depth, stack, start, row)
            stack.pop()
            start = row
        elif text in OPENING:
            _fill(openers, depth, stack, start, row + 1)
            stack.append(row)
            start = row + 1
    _fill(openers, depth, stack, start, len(texts))
    return openers, depth


def _fill(openers: Ints, depth: Ints, stack: list[int], start: int, stop: int) -> None:
    if stack:
        openers[start:stop] = stack[-1]
        depth[start:stop] = min(len(stack), _DEEPEST)


def _times(texts: list[str], edges: Ints) -> Ints:
    """Which rows are the first (1), last (3) or another (2) of a time expression; none runs over sentences."""
    found = np.zeros(len(texts), np.intp)
    pieces = [""] * (2 * len(texts))
    pieces[::2] = np.where(edges & 1, "\n", " ").tolist()
    pieces[1::2] = texts
    lengths = np.array([*map(len, texts)], np.intp) + 1
    starts = np.cumsum(lengths) - lengths + 1
    for begin, end in find_expressions("".join(pieces)):
        first, last = np.searchsorted(starts, (begin, end - 1), side="right") - 1
        found[first : last + 1] = 2
        found[last] = 3
        found[first] = 1
    return found
