"""The structure of a report: blocks with their headings, footnotes apart, and sentences.

A *block* is a paragraph, bullet or heading, put together again where a page break cut it. A footnote,
whether its text follows the mark at once (``[3: …]``) or stands in a paragraph of its own (``¹ …``), is a
block that hangs on the token before its mark. Bookmarks, emphasis marks, footnote marks and text that is
struck out belong to no block.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import pairwise
from operator import attrgetter, itemgetter

from baocao_nlp.facts import Span
from baocao_nlp.text.normalize import SUPERSCRIPTS, Canonical, canonicalise
from baocao_nlp.text.tokens import Tokens, is_number, tokenise

_NOISE_RE = re.compile(
    # a look at the first character spares the rest nearly everywhere
    rf"(?=[\[(~*_{SUPERSCRIPTS}])(?:"
    r"\[bookmark:[^\]\n]{0,80}\]"
    r"|\(?\[footnoteRef:\s?\d{1,4}\]\)?"
    r"|~~[^~\n]{1,200}~~"
    r"|\*+|(?<!\w)_+|_+(?!\w)"
    rf"|[{SUPERSCRIPTS}]+(?<!m[²³]))"
)
_NOTE_START_RE = re.compile(r"\[(\d{1,3}):\s")
_LONGEST_NOTE = 5000
_PAGE_NUMBER_RE = re.compile(r"\s*+(?:[-–]\s*+)?\d{1,3}\s*+(?:[-–]\s*+)?")
_SUPERSCRIPT_RE = re.compile(f"[{SUPERSCRIPTS}]+")
_MARKER_RE = re.compile(
    r"(?:\*{2,}+|[_\s])*+(?:"
    r"(?P<roman>[IVXL]{1,5}\s?[.\-/)])"
    r"|(?P<upper>[A-ZĐ]\s?[.)](?=\s))"
    r"|(?P<number>\d{1,2}(?:\.\d{1,2}){1,3}[.)]?(?=\s)|\d{1,2}\s?[.)/](?=\s*[^\W\d])|\d{1,2}\s?[.)](?=\s))"
    r"|(?P<letter>[a-zđ]\s?[.)](?=\s))"
    r"|(?P<bullet>[-–—+•●○◦▪](?=\s|[^\W\d])|\*(?=\s))"
    r")"
)
_RANKS = {"upper": 0, "roman": 1, "number": 2, "letter": 6}
_TERMINALS = frozenset(".!?…")
_STOPS = _TERMINALS | frozenset(";:")
_ABBREVIATIONS = frozenset("TP TT TX Tp P Q H X BS GS TS ThS VP TM KT PCT CT Số St NXB đ v".split())
_LONGEST_HEADING = 30
# no sentence of a report comes near; keeps what works sentence by sentence linear on hostile input
_LONGEST_SENTENCE = 1000


@dataclass(slots=True)
class Block:
    """A paragraph, bullet, heading or footnote; ``tokens`` are positions in `Document.tokens`.

    ``rank`` is 0 for the highest numbering, 7 and more for bullets, 9 for plain paragraphs; ``parent`` is
    the block it stands under; ``anchor`` the token that a footnote hangs on.
    """

    tokens: list[int] = field(default_factory=list)
    marker: str = ""
    rank: int = 9
    parent: int | None = None
    is_heading: bool = False
    is_footnote: bool = False
    anchor: int | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: its tokens' positions in `Document.tokens`, and its place among blocks and sentences.

    ``anchor`` is the sentence that a footnote hangs on.
    """

    tokens: tuple[int, ...]
    index: int
    block: int
    anchor: int | None = None


class Document:
    """A report cut into tokens, blocks and sentences.

    Parameters
    ----------
    text : any string; all offsets that come out refer to it.

    Attributes
    ----------
    line_of : the line that each token stands on; no span runs over the end of one.
    """

    def __init__(self, text: str):
        self.text = text
        self.canonical: Canonical = canonicalise(text)
        self.tokens: Tokens = tokenise(self.canonical.text)
        builder = _Builder(self.canonical.text, self.tokens)
        self.blocks: list[Block] = builder.build()
        self.line_of: list[int] = builder.line_of
        self.sentences: list[Sentence] = _sentences(self.tokens.texts, self.blocks)
        self._numbers = self.tokens.numbers()

    @staticmethod
    @lru_cache(maxsize=4)
    def of(text: str) -> Document:
        """The document of a text; the components of a pipeline share it."""
        return Document(text)

    @cached_property
    def sentence_of(self) -> dict[int, int]:
        """The sentence that each visible token stands in."""
        return {token: sentence.index for sentence in self.sentences for token in sentence.tokens}

    @cached_property
    def sentences_of(self) -> dict[int, list[int]]:
        """The sentences of each block that has any."""
        found: dict[int, list[int]] = {}
        for sentence in self.sentences:
            found.setdefault(sentence.block, []).append(sentence.index)
        return found

    @cached_property
    def _starts(self) -> list[int]:
        return [self.canonical.original(start) for start in self.tokens.starts]

    @cached_property
    def _ends(self) -> list[int]:
        return [self.canonical.original(end) for end in self.tokens.ends]

    def said(self, sentence: Sentence) -> str:
        """The canonical text of a sentence."""
        start, end = self.tokens.starts[sentence.tokens[0]], self.tokens.ends[sentence.tokens[-1]]
        return self.canonical.text[start:end]

    def span(self, first: int, last: int) -> Span:
        """The stretch of the given text from one token to another, both included."""
        original = self.canonical.original
        return Span.of(self.text, original(self.tokens.starts[first]), original(self.tokens.ends[last]))

    @cached_property
    def headings(self) -> list[Span]:
        """The headings, in their order."""
        return [
            self.span(block.tokens[0], block.tokens[-1]) for block in self.blocks if block.is_heading and block.tokens
        ]

    def heading_above(self, offset: int) -> Span | None:
        """The last heading that begins before an offset into the given text."""
        index = bisect_left(self.headings, offset, key=lambda heading: heading.start)
        return self.headings[index - 1] if index else None

    def tokens_within(self, span: Span) -> range:
        """The positions of the tokens that overlap a stretch of the given text."""
        return range(bisect_right(self._ends, span.start), bisect_left(self._starts, span.end))

    def has_number(self, sentence: Sentence) -> bool:
        return not self._numbers.isdisjoint(sentence.tokens)


_start = attrgetter("start")
_first = itemgetter(0)


class _Builder:
    """Puts lines together to blocks."""

    def __init__(self, text: str, tokens: Tokens):
        self.text = text
        self.tokens = tokens
        self.line_of: list[int] = []
        self.noise = [match.span() for match in _NOISE_RE.finditer(text)]
        self.notes = _inline_notes(text)
        self.blocks: list[Block] = []
        self.marks: dict[str, int] = {}
        self.main: Block | None = None
        self.note: Block | None = None

    def build(self) -> list[Block]:
        start = 0
        position = 0
        for number, line in enumerate(self.text.split("\n")):
            end = position + len(line)
            stop = bisect_left(self.tokens.starts, end, start)
            self.line_of += [number] * (stop - start)
            if stop > start:
                self._add_line(line, position, range(start, stop))
            start, position = stop, end + 1
        for block in self.blocks:
            block.is_heading = block.is_heading or _reads_as_heading(block, self.tokens.texts)
        return self._nested()

    def _add_line(self, line: str, offset: int, positions: range) -> None:
        if _PAGE_NUMBER_RE.fullmatch(line):
            return
        superscript = _SUPERSCRIPT_RE.match(line.lstrip("* _"))
        marker = None if superscript else _MARKER_RE.match(line)
        if superscript:
            self.note = Block(is_footnote=True, anchor=self.marks.get(superscript[0]))
            self.blocks.append(self.note)
            target = self.note
        elif not marker and self._continues(line, positions):
            target = self.note if self.note and self._is_complete(self.main) else self.main  # type: ignore[assignment]
        else:
            target = self._open(marker, line)
        begin = offset + (marker.end() if marker else 0)
        visible = range(bisect_left(self.tokens.starts, begin, positions.start, positions.stop), positions.stop)
        if self._is_plain(begin, offset + len(line)):
            target.tokens += visible
            return
        for i in visible:
            self._place(i, target)

    def _is_plain(self, start: int, end: int) -> bool:
        """Whether a stretch of the text has no noise and no footnote in it."""
        index = bisect_left(self.noise, end, key=_first) - 1
        if index >= 0 and self.noise[index][1] > start:
            return False
        return not self.notes.overlap(start, end)

    def _open(self, marker: re.Match[str] | None, line: str) -> Block:
        kind = (marker.lastgroup or "") if marker else ""
        label = marker[kind].strip() if marker else ""
        rank = _RANKS.get(kind, 9) + (label.rstrip(".)").count(".") if kind == "number" else 0)
        self.main = Block(marker=label if kind == "bullet" else kind, rank=7 if kind == "bullet" else rank)
        self.main.is_heading = line.lstrip().startswith("**") and len(line) < 200
        self.note = None
        self.blocks.append(self.main)
        return self.main

    def _place(self, i: int, target: Block) -> None:
        """Give a token to the block it belongs to, if to any."""
        text, start = self.tokens.texts[i], self.tokens.starts[i]
        index = bisect_right(self.noise, start, key=_first) - 1
        if index >= 0 and start < self.noise[index][1]:
            if _SUPERSCRIPT_RE.fullmatch(text) and target.tokens:
                self.marks[text] = target.tokens[-1]
            return
        note = self.notes.find(start)
        if note is None:
            target.tokens.append(i)
        elif note.body <= start < note.end - 1:
            if not note.block:
                note.block = Block(is_footnote=True, anchor=target.tokens[-1] if target.tokens else None)
                self.blocks.append(note.block)
            note.block.tokens.append(i)

    def _is_complete(self, block: Block | None) -> bool:
        return not block or not block.tokens or self.tokens.texts[block.tokens[-1]] in _STOPS

    def _continues(self, line: str, positions: range) -> bool:
        """Whether a line without a marker goes on with what stands before the page break."""
        open_block = self.main if not self._is_complete(self.main) else None
        if open_block is None and (self.note is None or self._is_complete(self.note)):
            return False
        first = self.tokens.texts[positions[0]]
        if first[0].islower():
            return True
        return bool(open_block and len(open_block.tokens) > _LONGEST_HEADING and first[0].isdigit())

    def _nested(self) -> list[Block]:
        """The blocks with their parents, in the order of their first tokens."""
        ordered = sorted((block for block in self.blocks if block.tokens), key=lambda block: block.tokens[0])
        stack: list[tuple[str, int, int]] = []
        before: Block | None = None
        for index, block in enumerate(ordered):
            if block.is_footnote:
                continue
            if block.marker and block.rank < 7:
                stack = [item for item in stack if item[1] < block.rank]
            elif block.marker:
                known = [i for i, item in enumerate(stack) if item[0] == block.marker]
                stack = stack[: known[0]] if known else stack
                block.rank = 7 + sum(item[1] >= 7 for item in stack)
            elif not (before and self.tokens.texts[before.tokens[-1]] == ":"):
                stack = [item for item in stack if item[1] < 7]
            block.parent = stack[-1][2] if stack else None
            if block.marker or self.tokens.texts[block.tokens[-1]] == ":":
                stack.append((block.marker, block.rank, index))
            before = block
        return ordered


@dataclass(slots=True)
class _Note:
    start: int
    body: int
    end: int
    block: Block | None = None


@dataclass(slots=True)
class _Notes:
    notes: list[_Note]

    def find(self, offset: int) -> _Note | None:
        index = bisect_right(self.notes, offset, key=_start) - 1
        if index >= 0 and offset < self.notes[index].end:
            return self.notes[index]
        return None

    def overlap(self, start: int, end: int) -> bool:
        index = bisect_left(self.notes, end, key=_start) - 1
        return index >= 0 and self.notes[index].end > start


def _inline_notes(text: str) -> _Notes:
    """The footnotes written into the running text: ``[3: …]``, up to the bracket that closes them."""
    closing: dict[int, int] = {}
    opened: list[int] = []
    for bracket in re.finditer(r"[\[\]]", text):
        if bracket[0] == "[":
            opened.append(bracket.start())
        elif opened:
            closing[opened.pop()] = bracket.end()
    notes: list[_Note] = []
    for match in _NOTE_START_RE.finditer(text):
        end = closing.get(match.start())
        nested = notes and match.start() < notes[-1].end
        if end is not None and not nested and end - match.start() <= _LONGEST_NOTE:
            notes.append(_Note(match.start(), match.end(), end))
    return _Notes(notes)


def _reads_as_heading(block: Block, texts: list[str]) -> bool:
    """A short line that ends like a title and gives no figure."""
    if block.is_footnote or not block.tokens or len(block.tokens) > _LONGEST_HEADING:
        return False
    words = [texts[i] for i in block.tokens]
    if words[-1] in (".", ";", ","):
        return False
    numbers = [i for i, word in enumerate(words) if is_number(word)]
    if any(not (len(words[i]) == 4 or (i and words[i - 1].lower() in ("tháng", "quý", "số"))) for i in numbers):
        return False
    return words[-1] == ":" or bool(block.marker and block.rank < 7) or len(words) <= 12


def _sentences(words: list[str], blocks: list[Block]) -> list[Sentence]:
    found: list[tuple[list[int], int]] = []
    for index, block in enumerate(blocks):
        members = block.tokens
        texts = [words[i] for i in members]
        stops = [place + 1 for place, text in enumerate(texts) if text in _TERMINALS and _ends_sentence(texts, place)]
        for start, stop in pairwise([0, *stops, len(members)]):
            found += [
                (members[part : min(part + _LONGEST_SENTENCE, stop)], index)
                for part in range(start, stop, _LONGEST_SENTENCE)
            ]
    home = {i: number for number, (members, _) in enumerate(found) for i in members}
    return [
        Sentence(tuple(members), number, block, home.get(blocks[block].anchor))  # type: ignore[arg-type]
        for number, (members, block) in enumerate(found)
    ]


def _ends_sentence(texts: list[str], place: int) -> bool:
    """Whether a stop among the words of a block ends a sentence that others follow."""
    if place + 1 == len(texts) or (place and texts[place - 1] in _ABBREVIATIONS):
        return False
    following = texts[place + 1]
    return following[0].isupper() or following in ('"', "“", "-", "+", "–")
