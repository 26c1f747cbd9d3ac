"""Units: from the words of a UNIT to a canonical unit, its dimension and the factor to it.

The table is `units.toml`. What is not in it is a counted noun ("hồ sơ", "lượt khách") and passes through,
its scale word folded.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from baocao_nlp.text.normalize import fold


@dataclass(frozen=True, slots=True)
class Unit:
    """What a unit means: ``value * factor`` is in ``canonical``; dimension ``count`` for counted nouns."""

    canonical: str
    dimension: str
    factor: float = 1.0


@cache
def _table() -> tuple[dict[str, float], dict[str, Unit]]:
    data: dict[str, Any] = tomllib.loads(files(__package__).joinpath("units.toml").read_text(encoding="utf-8"))
    units = {
        name: Unit(entry["canonical"], entry["dimension"], float(entry.get("factor", 1)))
        for entry in data["units"]
        for name in entry["names"]
    }
    return data["scales"], units


@lru_cache(maxsize=4096)
def parse_unit(surface: str) -> Unit:
    """What the words of a unit mean.

    >>> parse_unit("tỷ đồng")
    Unit(canonical='VND', dimension='money', factor=1000000000.0)
    >>> parse_unit("nghìn hồ sơ")
    Unit(canonical='hồ sơ', dimension='count', factor=1000.0)
    """
    scales, units = _table()
    words = fold(surface).split()
    scale = 1.0
    while words and words[0] in scales and " ".join(words) not in units:
        scale *= scales[words.pop(0)]
    name = re.sub(r" ?([/.]) ?", r"\1", " ".join(words))
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


@cache
def unit_words() -> frozenset[str]:
    """Every word that a unit of measure or a scale is made of."""
    scales, units = _table()
    return frozenset(word for name in (*scales, *units) for word in re.split(r"[ ./]", name) if word)
