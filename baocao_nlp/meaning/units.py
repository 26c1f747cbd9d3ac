"""Units: from the words of a UNIT to a canonical unit, its dimension and the factor to it.

The table is `units.toml`. What is not in it is a counted noun ("hồ sơ", "lượt khách") and passes through,
its scale word folded.
"""

from __future__ import annotations

import re
from functools import lru_cache

from baocao_nlp.meaning.lexicon import Lexicon, Unit, current_lexicon, unit_name
from baocao_nlp.text.normalize import fold

# "trăm nghìn tỷ" is as far as amounts go
_MOST_SCALES = 3


def parse_unit(surface: str) -> Unit:
    """What the words of a unit mean.

    >>> parse_unit("tỷ đồng")
    Unit(canonical='VND', dimension='money', factor=1000000000.0)
    >>> parse_unit("nghìn hồ sơ")
    Unit(canonical='hồ sơ', dimension='count', factor=1000.0)
    """
    return _parsed(surface, current_lexicon())


@lru_cache(maxsize=4096)
def _parsed(surface: str, lexicon: Lexicon) -> Unit:
    scales, units = lexicon.scales, lexicon.units
    words = fold(surface).split()
    scale = 1.0
    for word in words[:_MOST_SCALES]:
        if word not in scales or " ".join(words) in units:
            break
        scale *= scales[words.pop(0)]
    name = unit_name(" ".join(words))
    if not name:
        return Unit("VND", "money", scale)
    if name in units:
        return _scaled(units[name], scale)
    numerator, slash, denominator = name.partition("/")
    if slash and numerator in units:
        top, bottom = units[numerator], units.get(denominator, Unit(denominator, "count"))
        return Unit(f"{top.canonical}/{bottom.canonical}", "rate", scale * top.factor / bottom.factor)
    return Unit(name, "rate" if slash else "count", scale)


def _scaled(unit: Unit, scale: float) -> Unit:
    return Unit(unit.canonical, unit.dimension, unit.factor * scale)


def unit_words() -> frozenset[str]:
    """Every word that a unit of measure or a scale is made of."""
    return _words(current_lexicon())


@lru_cache(maxsize=16)
def _words(lexicon: Lexicon) -> frozenset[str]:
    return frozenset(word for name in (*lexicon.scales, *lexicon.units) for word in re.split(r"[ ./]", name) if word)
