"""Values and the mentions they may be linked to, each pair described by small whole numbers.

What tells a link is where the mention stands: how far, with what marks and other mentions between, inside or
outside brackets, which in the row of its kind. Everything is counted for all pairs at once.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from baocao_nlp.facts import LABELS, Label
from baocao_nlp.features.layout import ROLES, Layout
from baocao_nlp.features.mentions import Mention
from baocao_nlp.meaning.comparisons import cue_basis, cue_type
from baocao_nlp.meaning.units import parse_unit
from baocao_nlp.meaning.words import word_list

Ints = NDArray[np.intp]

CODES: dict[Label, int] = {label: code for code, label in enumerate(LABELS)}
METRIC, VALUE, UNIT, COMPARISON, PERIOD = (CODES[label] for label in LABELS)

# what is known of a pair, and how many values each can have; the last value of a count says "elsewhere"
PAIR_FEATURES = {
    "label": 5, "offered": 2, "way": 8, "distance": 24, "values": 8, "metrics": 8, "periods": 8, "cues": 8,
    "commas": 7, "semicolons": 7, "colons": 7, "words": 9, "parts": 7, "brackets": 7, "sentences": 7, "rank": 8,
    "rank_outside_brackets": 9, "rank_in_sequence": 7, "before_colon": 2, "opens": 3, "length": 3, "capital": 2,
    "after_value": 3, "before_value": 3,
}  # fmt: skip
# what is known of a value
VALUE_FEATURES = {
    "dimension": 6, "fraction": 4, "size": 5, "depth": 3, "basis_before": 6, "basis_before_distance": 9,
    "basis_after": 6, "basis_after_distance": 5,
}  # fmt: skip
CUE_TYPES = ("", "increase", "decrease", "ratio", "share")
CUE_BASES = ("", "plan", "same_period", "previous_period", "previous_year", "total")

# ways to reach a mention: 4 and up are the levels above
_BEFORE, _AFTER, _EARLIER, _ANCHOR, _ABOVE = range(5)
_LEVELS = 4
_MOST_BEFORE, _MOST_AFTER, _MOST_OF_ANCHOR = 14, 6, 10
# of what a line above says: its first metrics and periods, and its last
_FIRST_ABOVE, _LAST_ABOVE = 2, 4
_MAY_OPEN = [ROLES.index(role) for role in ("linking", "part")]
_CONTENT = [ROLES.index(role) for role in ("", "part", ";")]
_DISTANCES = (0, 1, 2, 3, 5, 8, 13, 21, 34, 60, 100)
_WORD_COUNTS = (0, 1, 2, 3, 5, 8, 13)
_DIMENSIONS = {"count": 0, "share": 1, "money": 2, "area": 3}
_SIZES = (1, 100, 100.5, 130)


@dataclass(frozen=True, slots=True)
class Pairs:
    """The values of a document, the mentions, and the pairs of them.

    Attributes
    ----------
    mentions : in reading order, all within what is read.
    values : the places of the values among the mentions.
    value, mention : for each pair the place of its value among the values, and of its mention.
    features : one row for each pair, one column for each of `PAIR_FEATURES`.
    value_features : one row for each value, one column for each of `VALUE_FEATURES`.
    first, last : the rows in the layout where each mention begins and ends.
    labels, cue_types, cue_bases : codes of each mention.
    """

    layout: Layout
    mentions: list[Mention]
    values: Ints
    value: Ints
    mention: Ints
    features: Ints
    value_features: Ints
    first: Ints
    last: Ints
    labels: Ints
    cue_types: Ints
    cue_bases: Ints

    @classmethod
    def of(cls, layout: Layout, mentions: Iterable[Mention]) -> Pairs:
        """Pair the values among mentions with the others."""
        scene = _Scene(layout, mentions)
        value, mention, way = _candidates(scene)
        return cls(
            layout=layout,
            mentions=scene.mentions,
            values=scene.values,
            value=value,
            mention=mention,
            features=_pair_features(scene, value, mention, way),
            value_features=_value_features(scene),
            first=scene.first,
            last=scene.last,
            labels=scene.labels,
            cue_types=scene.cue_types,
            cue_bases=scene.cue_bases,
        )


class _Scene:
    """Mentions over a layout, with running counts of what stands where."""

    def __init__(self, layout: Layout, mentions: Iterable[Mention]):
        self.layout = layout
        rows = layout.row_of
        self.mentions = sorted((m for m in mentions if m.first in rows and m.last in rows), key=lambda m: rows[m.first])
        self.first = np.array([rows[m.first] for m in self.mentions], np.intp)
        self.last = np.array([rows[m.last] for m in self.mentions], np.intp)
        self.labels = np.array([CODES[m.label] for m in self.mentions], np.intp)
        self.offered = np.array([m.offered for m in self.mentions], bool)
        self.values = np.flatnonzero(self.labels == VALUE)
        self.sequences = layout.sequences[self.first]
        self.sentences = layout.sentences[self.first]
        texts = layout.texts
        roles = np.array([word.role for word in layout.words], np.intp)
        self.marks = {mark: _running(roles == ROLES.index(mark)) for mark in ",;:"}
        firm = self.first[~self.offered], self.labels[~self.offered]
        outside = layout.column("depth")[firm[0]] == 0
        self.begun = np.stack([_begun(len(texts), firm[0][firm[1] == code]) for code in range(len(LABELS))])
        self.begun_outside = np.stack(
            [_begun(len(texts), firm[0][(firm[1] == code) & outside]) for code in range(len(LABELS))]
        )
        inside = np.zeros(len(texts) + 1, np.intp)
        np.add.at(inside, self.first[~self.offered], 1)
        np.add.at(inside, self.last[~self.offered] + 1, -1)
        self.content = _running(np.isin(roles, _CONTENT) & (np.cumsum(inside)[:-1] == 0))
        self.parts = _running(_opening_parts(layout, roles))
        surfaces = [self.text(i).lower() if code == COMPARISON else "" for i, code in enumerate(self.labels.tolist())]
        self.cue_types = np.array([CUE_TYPES.index(cue_type(s) or "") if s else 0 for s in surfaces], np.intp)
        self.cue_bases = np.array([CUE_BASES.index(cue_basis(s) or "") if s else 0 for s in surfaces], np.intp)
        self.starting = {row: i for i, row in enumerate(self.first.tolist()) if not self.offered[i]}
        self.ending = {row: i for i, row in enumerate(self.last.tolist()) if not self.offered[i]}

    def text(self, i: int) -> str:
        """A mention's words, one space between them."""
        return " ".join(self.layout.texts[self.first[i] : self.last[i] + 1])

    def label_at(self, places: dict[int, int], row: int) -> int:
        """The label of the mention that starts (or ends) at a row, -1 where none does."""
        i = places.get(row)
        return -1 if i is None else CODES[self.mentions[i].label]


def _opening_parts(layout: Layout, roles: Ints) -> NDArray[np.bool_]:
    """Whether each row is the first of two words that open the parts of a whole."""
    found = np.zeros(len(roles), bool)
    words, parts = layout.words, word_list("part")
    for row in np.flatnonzero(np.isin(roles[:-1], _MAY_OPEN)).tolist():
        found[row] = f"{words[row].form}_{words[row + 1].form}" in parts
    return found


def _running(flags: Sequence[bool] | NDArray[Any]) -> Ints:
    """How many of the flags before each place are set."""
    return np.concatenate([[0], np.cumsum(np.asarray(flags, np.intp))]).astype(np.intp)


def _begun(length: int, rows: Ints) -> Ints:
    flags = np.zeros(length, np.intp)
    flags[rows] = 1
    return _running(flags)


def _candidates(scene: _Scene) -> tuple[Ints, Ints, Ints]:
    """The pairs: place among the values, place among the mentions, and the way from one to the other."""
    others = np.flatnonzero(scene.labels != VALUE)
    found = _in_sequence(scene, others), _elsewhere(scene, others)
    value, mention, way = (np.concatenate(part) for part in zip(*found))
    # a mention that is reached in two ways is taken the nearer one
    _, kept = np.unique(value * len(scene.mentions) + mention, return_index=True)
    return value[kept], mention[kept], way[kept]


_NONE = np.zeros(0, np.intp)


def _grouped(items: Ints, keys: Ints) -> dict[int, Ints]:
    order = np.argsort(keys, kind="stable")
    ranked, ordered = keys[order], items[order]
    bounds = [0, *(np.flatnonzero(np.diff(ranked)) + 1).tolist(), len(ranked)]
    return {int(ranked[start]): ordered[start:stop] for start, stop in pairwise(bounds) if start < stop}


def _in_sequence(scene: _Scene, others: Ints) -> tuple[Ints, Ints, Ints]:
    """Values with the mentions of their sequence: those before in any sentence, those after in the same one."""
    there, own = scene.sequences[others], scene.sequences[scene.values]
    begin = np.searchsorted(there, own)
    count = np.searchsorted(there, own, side="right") - begin
    value = np.repeat(np.arange(len(own)), count)
    # the first of each value's pairs is the first mention of its sequence
    mention = others[np.arange(len(value)) + np.repeat(begin - np.cumsum(count) + count, count)]
    at, row = scene.first[scene.values[value]], scene.first[mention]
    same = scene.sentences[scene.values[value]] == scene.sentences[mention]
    label = scene.labels[mention]
    before = row < at
    rank = np.abs(scene.begun[label, at] - scene.begun[label, row])
    kept = np.where(before, rank <= _MOST_BEFORE, same & (rank < _MOST_AFTER)) & (same | (label != UNIT))
    way = np.where(same, np.where(before, _BEFORE, _AFTER), _EARLIER)
    return value[kept], mention[kept], way[kept]


def _elsewhere(scene: _Scene, others: Ints) -> tuple[Ints, Ints, Ints]:
    """Values with mentions of where their footnote hangs, and of the lines they stand under."""
    document = scene.layout.document
    by_sentence = _grouped(others, scene.sentences[others])
    said: dict[int, list[int]] = {}
    crossed = _Crossed([], [], [])
    for sentence, members in _grouped(np.arange(len(scene.values)), scene.sentences[scene.values]).items():
        anchor = document.sentences[sentence].anchor
        block = document.blocks[document.sentences[sentence].block]
        if anchor is not None:
            crossed.add(members, _at_mark(scene, others, anchor, block.anchor), _ANCHOR)
            block = document.blocks[document.sentences[anchor].block]
        for level in range(_LEVELS):
            if block.parent is None:
                break
            if block.parent not in said:
                said[block.parent] = _said_above(scene, document.sentences_of[block.parent], by_sentence)
            crossed.add(members, said[block.parent], _ABOVE + level)
            block = document.blocks[block.parent]
    return crossed.arrays()


def _said_above(scene: _Scene, sentences: list[int], by_sentence: dict[int, Ints]) -> list[int]:
    """What holds for all that stands under a block: its periods, and the metrics of its first and last sentence."""
    ends = sentences[0], sentences[-1]
    found = [
        i
        for sentence in sentences
        for i in by_sentence.get(sentence, _NONE).tolist()
        if scene.labels[i] == PERIOD or (scene.labels[i] == METRIC and sentence in ends)
    ]
    return [*found[:_FIRST_ABOVE], *found[_FIRST_ABOVE:][-_LAST_ABOVE:]]


def _at_mark(scene: _Scene, others: Ints, sentence: int, token: int | None) -> list[int]:
    """What a footnote may refer to: the mentions before its mark in the mark's sentence, and the periods in the
    sentences before."""
    rows = scene.layout.row_of
    mark = rows.get(-1 if token is None else token)
    if mark is None:
        return []
    before = others[(scene.sequences[others] == scene.layout.sequences[mark]) & (scene.first[others] <= mark)]
    near = scene.sentences[before] == sentence
    labels = scene.labels[before]
    kept = before[(near & (labels != UNIT)) | (labels == PERIOD)]
    return kept[-_MOST_OF_ANCHOR:].tolist()  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class _Crossed:
    """Pairs of some values with some mentions each, that grow by few at a time."""

    value: list[int]
    mention: list[int]
    way: list[int]

    def add(self, members: Ints, mentions: list[int], way: int) -> None:
        for member in members.tolist():
            self.value.extend([member] * len(mentions))
            self.mention.extend(mentions)
            self.way.extend([way] * len(mentions))

    def arrays(self) -> tuple[Ints, Ints, Ints]:
        return np.array(self.value, np.intp), np.array(self.mention, np.intp), np.array(self.way, np.intp)


def _pair_features(scene: _Scene, value: Ints, mention: Ints, way: Ints) -> Ints:
    layout = scene.layout
    at, row, end = scene.first[scene.values[value]], scene.first[mention], scene.last[mention]
    label = scene.labels[mention]
    before = row < at
    left, right = np.where(before, end, at), np.where(before, at, row)
    near = way <= _EARLIER

    def between(counts: Ints, most: int) -> Ints:
        return np.where(near, np.clip(counts[right] - counts[left + 1], 0, most), most + 1)

    def rank(counts: Ints, most: int) -> Ints:
        return np.where(near, np.clip(counts[label, right] - counts[label, left + 1], 0, most), most + 1)

    distance = np.searchsorted(_DISTANCES, right - left) + 12 * ~before
    content = np.searchsorted(_WORD_COUNTS, np.clip(scene.content[right] - scene.content[left + 1], 0, 13))
    starts = layout.starts[layout.sequences[at]]
    following = [layout.texts[i + 1] == ":" if i + 1 < len(layout.texts) else False for i in scene.last.tolist()]
    capital = [layout.texts[i][0].isupper() for i in scene.first.tolist()]
    opens = np.where(np.isin(row, layout.starts), 2, layout.column("edge")[row] & 1)
    columns = {
        "label": label,
        "offered": scene.offered[mention],
        "way": way,
        "distance": np.where(near, distance, 23),
        "values": between(scene.begun[VALUE], 6),
        "metrics": between(scene.begun[METRIC], 6),
        "periods": between(scene.begun[PERIOD], 6),
        "cues": between(scene.begun[COMPARISON], 6),
        "commas": between(scene.marks[","], 5),
        "semicolons": between(scene.marks[";"], 5),
        "colons": between(scene.marks[":"], 5),
        "words": np.where(near, content, 8),
        "parts": between(scene.parts, 5),
        "brackets": np.where(near, _bracket_relation(layout, at, row), 6),
        "sentences": np.clip(layout.sentences[at] - layout.sentences[row], -1, 5) + 1,
        "rank": rank(scene.begun, 6),
        "rank_outside_brackets": rank(scene.begun_outside, 7),
        "rank_in_sequence": np.where(near, np.clip(scene.begun[label, row] - scene.begun[label, starts], 0, 5), 6),
        "before_colon": np.array(following, np.intp)[mention],
        "opens": opens,
        "length": np.searchsorted((1, 4), end - row, side="right"),
        "capital": np.array(capital, np.intp)[mention],
        "after_value": _followed(scene, value, mention),
        "before_value": _preceded(scene, value, mention),
    }
    return np.stack([np.asarray(columns[name], np.intp) for name in PAIR_FEATURES], axis=1).reshape(
        -1, len(PAIR_FEATURES)
    )


def _bracket_relation(layout: Layout, at: Ints, row: Ints) -> Ints:
    """0 in the same bracket or both in none; 1 the value in none, 2 the mention in none before it, 5 after
    it; 3 the mention in a bracket opened before the value's, 4 in a later one."""
    value, mention = layout.openers[at], layout.openers[row]
    outside = np.where(row > at, 5, 2)
    inside = np.where(mention < value, 3, 4)
    return np.where(value == mention, 0, np.where(value < 0, 1, np.where(mention < 0, outside, inside)))


def _followed(scene: _Scene, value: Ints, mention: Ints) -> Ints:
    """Whether a mention follows a value and its unit: 1 the pair's own, 2 another one."""
    counted = np.full(len(scene.mentions), -1, np.intp)
    for i, row in enumerate(scene.first.tolist()):
        before = scene.ending.get(row - 1)
        if before is not None and scene.labels[before] == UNIT:
            before = scene.ending.get(int(scene.first[before]) - 1)
        if before is not None and scene.labels[before] == VALUE:
            counted[i] = before
    found = counted[mention]
    return np.where(found < 0, 0, np.where(found == scene.values[value], 1, 2))


def _preceded(scene: _Scene, value: Ints, mention: Ints) -> Ints:
    """Whether a value begins right after a mention, or one word on: 1 the pair's own, 2 another one."""
    next_value = np.full(len(scene.mentions), -1, np.intp)
    for i, row in enumerate(scene.last.tolist()):
        for after in (row + 1, row + 2):
            if scene.label_at(scene.starting, after) == VALUE:
                next_value[i] = scene.starting[after]
                break
    found = next_value[mention]
    return np.where(found < 0, 0, np.where(found == scene.values[value], 1, 2))


def _value_features(scene: _Scene) -> Ints:
    ends = zip(scene.first[scene.values].tolist(), scene.last[scene.values].tolist())
    texts = scene.layout.texts
    said = [(_dimension(scene, last), _fraction(scene, first, last), _size(texts[first])) for first, last in ends]
    depth = scene.layout.column("depth")[scene.first[scene.values]]
    return np.column_stack([np.array(said, np.intp).reshape(-1, 3), depth, _named_bases(scene)])


def _dimension(scene: _Scene, last: int) -> int:
    """The dimension of the unit that follows a value, over the other end of a fraction or range."""
    after = last + 1
    texts = scene.layout.texts
    if after + 1 < len(texts) and texts[after] in "/-–" and scene.label_at(scene.starting, after + 1) == VALUE:
        after = int(scene.last[scene.starting[after + 1]]) + 1
    if scene.label_at(scene.starting, after) != UNIT:
        return 5
    return _DIMENSIONS.get(parse_unit(scene.text(scene.starting[after])).dimension, 4)


def _fraction(scene: _Scene, first: int, last: int) -> int:
    """1 above, 2 below the stroke of a fraction, 3 both."""
    texts = scene.layout.texts
    above = last + 2 < len(texts) and texts[last + 1] == "/" and scene.label_at(scene.starting, last + 2) == VALUE
    below = first >= 2 and texts[first - 1] == "/" and scene.label_at(scene.ending, first - 2) == VALUE
    return above + 2 * below


def _size(text: str) -> int:
    digits = text.replace(".", "").replace(",", ".")
    try:
        number = float(digits)
    except ValueError:
        return 0
    return bisect_left(_SIZES, number)


def _named_bases(scene: _Scene) -> Ints:
    """The bases that are named nearest before and after each value, and how many values away."""
    bases, at = np.flatnonzero(scene.cue_bases), scene.first[scene.values]
    found = np.zeros((len(at), 4), np.intp)
    if not len(bases):
        return found
    rows, values = scene.first[bases], scene.begun[VALUE]
    place = np.searchsorted(rows, at)
    before, after = bases[np.maximum(place - 1, 0)], bases[np.minimum(place, len(bases) - 1)]
    sentences = scene.sentences[scene.values]
    is_before = (place > 0) & (scene.sequences[before] == scene.sequences[scene.values])
    is_after = (place < len(bases)) & (scene.sentences[after] == sentences)
    away = np.minimum(values[at] - values[scene.first[before] + 1], 3)
    found[:, 0] = scene.cue_bases[before] * is_before
    found[:, 1] = (1 + away + 4 * (scene.sentences[before] != sentences)) * is_before
    found[:, 2] = scene.cue_bases[after] * is_after
    found[:, 3] = (1 + np.minimum(values[scene.first[after]] - values[at + 1], 3)) * is_after
    return found
