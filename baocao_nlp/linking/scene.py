"""The mentions of a document laid out for linking: who stands where, and what stands between."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from baocao_nlp.facts import Label
from baocao_nlp.meaning.units import Unit, parse_unit
from baocao_nlp.meaning.words import word_list
from baocao_nlp.tagging.mentions import Mention
from baocao_nlp.text.document import Document, Sentence
from baocao_nlp.text.tokens import is_number

_OPENING, _CLOSING = frozenset("(["), frozenset(")]")
COUNTED = {"comma": ",", "semicolon": ";", "colon": ":", "slash": "/"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A mention that a value may be linked to, and the way it was reached."""

    mention: Mention
    where: str


class Scene:
    """Mentions in reading order, with counts of what lies between any two.

    Parameters
    ----------
    document : the document.
    mentions : its mentions, in any order.

    Attributes
    ----------
    order : the place of each visible token in reading order, footnotes after the block they stand in.
    """

    def __init__(self, document: Document, mentions: Iterable[Mention]):
        self.document = document
        self.order = {
            token: place
            for place, token in enumerate(token for sentence in document.sentences for token in sentence.tokens)
        }
        self.mentions = sorted(mentions, key=lambda mention: self.order[mention.first])
        self.values = [mention for mention in self.mentions if mention.label == "VALUE"]
        self.words = [document.tokens[token].text for token in self.order]
        self._at = {self.order[mention.first]: mention for mention in self.mentions}
        self._ending = {self.order[mention.last]: mention for mention in self.mentions}

    @cached_property
    def by_sentence(self) -> dict[tuple[int, Label], list[Mention]]:
        """The mentions of each sentence and label, in reading order."""
        grouped: dict[tuple[int, Label], list[Mention]] = {}
        for mention in self.mentions:
            grouped.setdefault((mention.sentence, mention.label), []).append(mention)
        return grouped

    @cached_property
    def first_sentence(self) -> dict[int, int]:
        """The first sentence of each block."""
        found: dict[int, int] = {}
        for sentence in self.document.sentences:
            found.setdefault(sentence.block, sentence.index)
        return found

    @cached_property
    def last_sentence(self) -> dict[int, int]:
        """The last sentence of each block."""
        return {sentence.block: sentence.index for sentence in self.document.sentences}

    @cached_property
    def counts(self) -> dict[str, list[int]]:
        """For each kind of mention, mark or word, how many begin before each place in reading order."""
        kinds: dict[str, list[int]] = {}
        for label in ("VALUE", "METRIC", "PERIOD", "COMPARISON"):
            starts = [0] * (len(self.words) + 1)
            for mention in self.mentions:
                if mention.label == label:
                    starts[self.order[mention.first] + 1] = 1
            kinds[label] = list(accumulate(starts))
        for name, mark in COUNTED.items():
            kinds[name] = list(accumulate((word == mark for word in self.words), initial=0))
        folded = [word.lower() for word in self.words]
        linking, parts = word_list("linking"), word_list("part")
        kinds["content"] = list(accumulate((word not in linking and not is_number(word) for word in folded), initial=0))
        pairs = zip(folded, [*folded[1:], ""])
        kinds["part"] = list(accumulate((f"{left}_{right}" in parts for left, right in pairs), initial=0))
        return kinds

    def between(self, kind: str, left: int, right: int) -> int:
        """How many of a kind lie after one place and before another."""
        return max(self.counts[kind][right] - self.counts[kind][left + 1], 0)

    @cached_property
    def brackets(self) -> list[tuple[int, ...]]:
        """The open brackets around each place, outermost first, by the place they opened at."""
        found: list[tuple[int, ...]] = []
        for sentence in self.document.sentences:
            stack: tuple[int, ...] = ()
            for token in sentence.tokens:
                word = self.document.tokens[token].text
                if word in _CLOSING:
                    stack = stack[:-1]
                found.append(stack)
                if word in _OPENING and len(stack) < 4:
                    stack = (*stack, self.order[token])
        return found

    def start(self, mention: Mention) -> int:
        return self.order[mention.first]

    def end(self, mention: Mention) -> int:
        """The place of a mention's last token."""
        return self.order[mention.last]

    def text(self, mention: Mention) -> str:
        """A mention's words, one space between them."""
        return " ".join(self.words[self.start(mention) : self.end(mention) + 1])

    def starting_at(self, place: int) -> Mention | None:
        return self._at.get(place)

    def ending_at(self, place: int) -> Mention | None:
        return self._ending.get(place)

    def sentence(self, mention: Mention) -> Sentence:
        return self.document.sentences[mention.sentence]

    @cached_property
    def near_units(self) -> dict[Mention, Unit | None]:
        """For each value the unit that follows it, over the other end of a fraction or range, if any."""
        found: dict[Mention, Unit | None] = {}
        for value in self.values:
            place = self.end(value) + 1
            if place + 1 < len(self.words) and self.words[place] in "/-–" and (other := self.starting_at(place + 1)):
                place = self.end(other) + 1 if other.label == "VALUE" else place
            unit = self.starting_at(place)
            is_unit = unit is not None and unit.label == "UNIT" and unit.sentence == value.sentence
            found[value] = parse_unit(self.text(unit)) if unit and is_unit else None
        return found


def candidates(scene: Scene, value: Mention, label: Label) -> list[Candidate]:
    """The mentions of a label that a value may be linked to, nearest first within each way to reach them.

    Before and after it in its sentence, in the sentences before (a period reaches further than a metric),
    in the blocks it stands under, and, for a footnote, in the sentence it hangs on.
    """
    found: dict[Mention, str] = {}

    def add(mentions: Iterable[Mention], where: str) -> None:
        for mention in mentions:
            found.setdefault(mention, where)

    sentence = scene.sentence(value)
    here = scene.by_sentence.get((sentence.index, label), [])
    split = bisect_left(here, scene.start(value), key=scene.start)
    add(reversed(here[max(split - 12, 0) : split]), "before")
    add(here[split : split + 5], "after")
    if label == "UNIT":
        return [Candidate(mention, where) for mention, where in found.items()]
    block = scene.document.blocks[sentence.block]
    reach = 12 if label == "PERIOD" else 3
    start = max(sentence.index - reach, scene.first_sentence[sentence.block])
    for index in range(sentence.index - 1, start - 1, -1):
        earlier = scene.by_sentence.get((index, label), [])
        add(reversed(earlier[-4:]), "earlier")
        add(earlier[:2], "earlier")
    if sentence.anchor is not None:
        add(reversed(_up_to(scene, sentence.anchor, block.anchor, label)[-6:]), "anchor")
        block = scene.document.blocks[scene.document.sentences[sentence.anchor].block]
    for _ in range(4):
        if block.parent is None:
            break
        parent, block = block.parent, scene.document.blocks[block.parent]
        for index in (scene.first_sentence[parent], scene.last_sentence[parent]):
            over = scene.by_sentence.get((index, label), [])
            add(over[:2], "above")
            add(reversed(over[-2:]), "above")
    return [Candidate(mention, where) for mention, where in found.items()]


def _up_to(scene: Scene, sentence: int, token: int | None, label: Label) -> list[Mention]:
    members = scene.by_sentence.get((sentence, label), [])
    return [mention for mention in members if token is None or mention.first <= token]
