"""What is decided by rule when the links are known, all in one place.

1. The number of a value that lowers the whole it is a share of is negative, and so is one behind "âm".
2. Approximators and bounds stand right before the number, or behind its unit ("trở lên").
3. A unit that counts things makes an ambiguous number whole.
4. Where a paragraph writes numbers of one unit with points and with commas before three digits ("214.650",
   "387,402 triệu đồng"), both separate thousands.
5. A unit of measure ends where its name ends: "ha rừng" is "ha".
6. A metric that goes around the period of its value ("tuyển quân năm 2019") is what stands on either side of it.
7. Where a user's own words say type or basis of a comparison, they are right.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from baocao_nlp.facts import Basis, ComparisonType, Modifier
from baocao_nlp.features.layout import Layout
from baocao_nlp.features.mentions import Mention, rows_of
from baocao_nlp.features.words import ALONE, LAST
from baocao_nlp.linking.links import Links
from baocao_nlp.meaning.comparisons import cue_basis, cue_type, modifier
from baocao_nlp.meaning.lexicon import current_lexicon
from baocao_nlp.meaning.numbers import Habit, readings
from baocao_nlp.meaning.units import parse_unit
from baocao_nlp.text.normalize import fold

_MEASURES = frozenset({"area", "length", "mass", "volume", "energy", "power"})
_WITHOUT_DIGITS = str.maketrans("", "", "0123456789")


def text_of(layout: Layout, mention: Mention) -> str:
    """A mention's words, one space between them."""
    return layout.text(layout.row_of[mention.first], layout.row_of[mention.last])


def trimmed_unit(layout: Layout, unit: Mention) -> Mention:
    """Rule 5: a unit without the words behind the name of a measure, which no word of the dictionary begins with."""
    first, last = layout.row_of[unit.first], layout.row_of[unit.last]
    word = layout.column("word")
    if parse_unit(layout.text(first, last)).dimension != "count":
        return unit
    for end in range(last, first - 1, -1):
        if word[end] in (ALONE, LAST) and parse_unit(layout.text(first, end)).dimension in _MEASURES:
            return unit._replace(last=int(layout.tokens[end]))
    return unit


def outside(layout: Layout, mentions: Iterable[Mention], period: Mention) -> list[Mention]:
    """Rule 6: mentions without the rows of a period; one that is nothing else stays."""
    found: list[Mention] = []
    cut = rows_of(layout, period)
    for mention in mentions:
        rows = rows_of(layout, mention)
        if cut.start >= rows.stop or rows.start >= cut.stop:
            found.append(mention)
            continue
        sides = range(rows.start, cut.start), range(cut.stop, rows.stop)
        parts = [side for side in sides if any(layout.texts[row][0].isalnum() for row in side)]
        found += [
            mention._replace(first=int(layout.tokens[part[0]]), last=int(layout.tokens[part[-1]])) for part in parts
        ] or [mention]
    return found


@dataclass(frozen=True, slots=True)
class NumberReader:
    """Rules 1, 3 and 4: what the values of a document say.

    ``habit`` is how the document separates thousands; ``mixed`` the blocks and units whose numbers are
    written with points and commas in the same place.
    """

    layout: Layout
    habit: Habit
    mixed: frozenset[tuple[int, str]]

    @classmethod
    def of(cls, layout: Layout, found: Iterable[Links]) -> NumberReader:
        """The reader for the values of a document."""
        marks: dict[tuple[int, str], set[str]] = defaultdict(set)
        surfaces = []
        for links in found:
            surface = text_of(layout, links.value)
            surfaces.append(surface)
            if len(readings(surface)) == 2:
                marks[_place(layout, links)].add(surface.translate(_WITHOUT_DIGITS))
        mixed = frozenset(place for place, separators in marks.items() if len(separators) > 1)
        return cls(layout, Habit.of(surfaces), mixed)

    def read(self, links: Links) -> float | None:
        """What a value says; ``None`` where its characters are no number."""
        layout = self.layout
        unit = parse_unit(text_of(layout, links.unit)) if links.unit else None
        counts = unit is not None and unit.dimension == "count" and unit.factor == 1
        whole = counts or _place(layout, links) in self.mixed
        number = self.habit.read(text_of(layout, links.value), whole=whole)
        if number is None:
            return None
        is_share = links.comparison is not None and links.comparison[0] == "share"
        lowers = is_share and any(cue_type(text_of(layout, cue)) == "decrease" for cue in links.cues)
        row = layout.row_of[links.value.first]
        return -number if lowers or layout.texts[row - 1 : row] == ["âm"] else number


def _place(layout: Layout, links: Links) -> tuple[int, str]:
    block = layout.document.sentences[links.value.sentence].block
    return block, text_of(layout, links.unit).lower() if links.unit else ""


def comparison_said(layout: Layout, links: Links) -> tuple[ComparisonType, Basis] | None:
    """Rule 6: the comparison of a value, as its cues say it where they are a user's own."""
    own = current_lexicon().own.get("COMPARISON")
    if links.comparison is None or not own:
        return links.comparison
    kind, basis = links.comparison
    for cue in links.cues:
        words = text_of(layout, cue)
        if any(f" {' '.join(phrase)} " in f" {fold(words)} " for phrase in own):
            kind, basis = cue_type(words) or kind, cue_basis(words) or basis
    return kind, basis


def read_modifier(layout: Layout, links: Links) -> Modifier:
    """Rule 2: how exact the value is."""
    first, end = layout.row_of[links.value.first], layout.row_of[links.value.last]
    if links.unit is not None:
        end = max(end, layout.row_of[links.unit.last])
    return modifier(layout.texts[max(first - 2, 0) : first], layout.texts[end + 1 : end + 3])
