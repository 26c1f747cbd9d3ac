"""Mentions that a user's own words are, whatever the tagger, which has never seen them, makes of them.

A unit of the user's is one right behind a value; a comparison phrase anywhere. What was tagged over them gives way, but
for values, and for comparisons that hold the phrase.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from baocao_nlp.facts import Label
from baocao_nlp.features.layout import Layout
from baocao_nlp.features.mentions import Mention, from_rows, rows_of
from baocao_nlp.meaning.lexicon import current_lexicon
from baocao_nlp.text.normalize import fold


def with_own_words(layout: Layout, mentions: Sequence[Mention]) -> Sequence[Mention]:
    """The mentions of a document, with those of the user's own words in the place of what overlaps them."""
    lexicon = current_lexicon()
    if not any(lexicon.own.values()):
        return mentions
    rows: dict[Label, set[int]] = {"VALUE": set(), "COMPARISON": set()}
    for mention in mentions:
        rows.setdefault(mention.label, set()).update(rows_of(layout, mention))
    forms = [fold(text) for text in layout.texts]
    behind = {layout.row_of[mention.last] + 1 for mention in mentions if mention.label == "VALUE"}
    phrases = [
        ("UNIT", first, last)
        for first, last in _found(layout, forms, lexicon.own["UNIT"], frozenset(lexicon.scales))
        if first in behind
    ]
    phrases += [
        ("COMPARISON", first, last)
        for first, last in _found(layout, forms, lexicon.own["COMPARISON"])
        if not rows["COMPARISON"].issuperset(range(first, last + 1))
    ]
    found: list[Mention] = []
    taken: set[int] = set()
    for label, first, last in phrases:
        covered = set(range(first, last + 1))
        if not covered & (taken | rows["VALUE"]):
            found.append(from_rows(layout, label, first, last))  # type: ignore[arg-type]
            taken |= covered
    return [*(mention for mention in mentions if not taken.intersection(rows_of(layout, mention))), *found]


def _found(
    layout: Layout, forms: Sequence[str], phrases: Iterable[tuple[str, ...]], scales: frozenset[str] = frozenset()
) -> Iterator[tuple[int, int]]:
    """Where the longest of some phrases stand, each with the scale word before it: first and last row."""
    beginning: dict[str, list[tuple[str, ...]]] = {}
    for phrase in sorted(phrases, key=len, reverse=True):
        beginning.setdefault(phrase[0], []).append(phrase)
    connected = layout.connected
    for row, form in enumerate(forms):
        for phrase in beginning.get(form, ()):
            last = row + len(phrase) - 1
            if tuple(forms[row : last + 1]) == phrase and connected[row + 1 : last + 1].all():
                is_scaled = row > 0 and forms[row - 1] in scales and bool(connected[row])
                yield row - is_scaled, last
                break
