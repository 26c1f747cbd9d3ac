"""Vietnamese numbers: what the characters of a VALUE say.

Reports write ``.`` for thousands and ``,`` for decimals, and some write it the other way round, now and
then both ways in one paragraph. A number with one separator before exactly three digits ("8,315") has
two readings; `Habit` learns from the other numbers of the document which of them it means.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

SCALES = {
    "nghìn": 1e3, "ngàn": 1e3, "triệu": 1e6, "tr": 1e6, "tỷ": 1e9, "tỉ": 1e9,
}  # fmt: skip

# characters; what is longer is no number that anyone counted to
_LONGEST = 40
PLAIN = r"\d+(?:[.,]\d+)*"
_SCALE = r"(?:nghìn|ngàn|triệu|tr|tỷ|tỉ)"
_PART = rf"(?<!\d)(?<!\d[.,]){PLAIN}\s*+{_SCALE}(?!\w)"
COMPOUND = rf"{_PART}(?:\s*+(?:,\s*+)?{_PART}){{0,4}}\s*+(?:{PLAIN}(?:\s*+{_SCALE}(?!\w))?|rưỡi)"
_COMPOUND_RE = re.compile(COMPOUND, re.IGNORECASE)
_COMPOUND_PART_RE = re.compile(rf"({PLAIN}|rưỡi)\s*({_SCALE}(?!\w))?", re.IGNORECASE)


@lru_cache(maxsize=4096)
def readings(surface: str) -> tuple[float, ...]:
    """What a plain number can mean, the reading by Vietnamese convention first.

    >>> readings("1.234,5"), readings("05"), readings("71.04"), readings("8,315")
    ((1234.5,), (5.0,), (71.04,), (8.315, 8315.0))
    >>> readings("12.34.56")
    ()
    """
    surface = surface.strip().replace("\u00a0", "").replace(" ", "")
    if len(surface) > _LONGEST or not re.fullmatch(PLAIN, surface):
        return ()
    separators = re.findall(r"[.,]", surface)
    if not separators:
        return (float(surface),)
    if len(set(separators)) == 2:
        return _with_both(surface, separators)
    groups = surface.split(separators[0])
    if len(separators) > 1:
        return (float("".join(groups)),) if _are_thousands(groups) else ()
    decimal = float(".".join(groups))
    if not _are_thousands(groups):
        return (decimal,)
    thousands = float("".join(groups))
    return (thousands, decimal) if separators[0] == "." else (decimal, thousands)


def _with_both(surface: str, separators: list[str]) -> tuple[float, ...]:
    """A number with points and commas: whichever comes last, once, is the decimal one."""
    last = separators[-1]
    whole, fraction = surface.rsplit(last, 1)
    groups = re.split(r"[.,]", whole)
    if separators.count(last) > 1 or not _are_thousands(groups):
        return ()
    return (float("".join(groups) + "." + fraction),)


def _are_thousands(groups: list[str]) -> bool:
    head, *rest = groups
    return len(head) <= 3 and not head.startswith("0") and all(len(group) == 3 for group in rest)


def is_compound(surface: str) -> bool:
    """Whether a value is put together from scaled parts: "17 tỷ 320 triệu", "2 tỷ rưỡi"."""
    return _COMPOUND_RE.fullmatch(surface.strip()) is not None


def parse_compound(surface: str) -> float | None:
    """A compound in its base unit, or ``None`` where its scales do not descend.

    A last part without a scale word is a decimal of the scale before it where it is one digit
    ("3 tỷ 4" is 3,4 tỷ), else counts the next smaller scale ("2 tỷ 350" is 2 tỷ 350 triệu).

    >>> parse_compound("17 tỷ 320 triệu"), parse_compound("3 tỷ 4"), parse_compound("3 triệu rưỡi")
    (17320000000.0, 3400000000.0, 3500000.0)
    """
    total, previous = 0.0, float("inf")
    for number, word in _COMPOUND_PART_RE.findall(surface):
        scale = SCALES[word.lower()] if word else None
        if scale is not None and scale >= previous:
            return None
        if number.lower() == "rưỡi":
            amount, scale = 0.5, previous
        else:
            read = readings(number)
            if not read:
                return None
            amount = read[0]
            if scale is None:
                scale = previous / 10 if len(number) == 1 else max(previous / 1e3, 1.0)
        total += amount * scale
        previous = scale
    return total


def conventional(surface: str) -> float | None:
    """What a number says by Vietnamese convention, ``None`` where it is none.

    >>> conventional("1.250"), conventional("17 tỷ 320 triệu"), conventional("1.2.3")
    (1250.0, 17320000000.0, None)
    """
    found = (parse_compound(surface),) if is_compound(surface) else readings(surface)
    return found[0] if found else None


@dataclass(frozen=True, slots=True)
class Habit:
    """How a document separates thousands and decimals.

    ``english`` where most of its numbers that leave no doubt have points for decimals or commas for
    thousands; a few such numbers among others are slips.
    """

    english: bool = False

    @classmethod
    def of(cls, surfaces: Iterable[str]) -> Habit:
        """The habit shown by the numbers of a document."""
        roles = Counter(role for surface in surfaces for role in _roles(surface))
        english = roles[".", "decimal"] + roles[",", "thousands"]
        vietnamese = roles[",", "decimal"] + roles[".", "thousands"]
        return cls(english > vietnamese)

    def read(self, surface: str, *, whole: bool = False) -> float | None:
        """What a value says; ``whole`` where its unit counts things, which come in whole numbers."""
        if is_compound(surface):
            return parse_compound(surface)
        found = readings(surface)
        if len(found) < 2:
            return found[0] if found else None
        decimal, thousands = min(found), max(found)
        return thousands if whole or (surface.strip().count(",") == 1) == self.english else decimal


def _roles(surface: str) -> Iterable[tuple[str, str]]:
    """The separators of a number whose part in it is beyond doubt, each with that part."""
    found = readings(surface)
    marks = re.findall(r"[.,]", surface)
    if len(found) != 1 or not marks:
        return
    for index, mark in enumerate(marks):
        is_last = index == len(marks) - 1
        single_kind = len(set(marks)) == 1
        if is_last and (len(marks) == 1 or not single_kind):
            yield mark, "decimal"
        else:
            yield mark, "thousands"
