"""Comparisons: what the cue words beside a value say of its type and basis, and modifiers of a number.

The words are in `cues.toml`. A cue may leave type or basis open; a trained model decides then.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files

from baocao_nlp.facts import Basis, ComparisonType, Modifier
from baocao_nlp.text.normalize import fold

Patterns = tuple[tuple[str, re.Pattern[str]], ...]


@cache
def _cues() -> tuple[Patterns, Patterns, dict[str, Modifier]]:
    data = tomllib.loads(files(__package__).joinpath("cues.toml").read_text(encoding="utf-8"))

    def compiled(section: dict[str, list[str]]) -> Patterns:
        return tuple((name, re.compile("|".join(patterns))) for name, patterns in section.items())

    modifiers = {phrase: sign for sign, phrases in data["modifier"].items() for phrase in phrases}
    return compiled(data["type"]), compiled(data["basis"]), modifiers


@lru_cache(maxsize=4096)
def cue_type(surface: str) -> ComparisonType | None:
    """The type of comparison that a cue speaks of.

    >>> cue_type("thấp hơn"), cue_type("so với cùng kỳ")
    ('decrease', None)
    """
    return _first(_cues()[0], fold(surface))  # type: ignore[return-value]


@lru_cache(maxsize=4096)
def cue_basis(surface: str) -> Basis | None:
    """The basis that a cue names.

    >>> cue_basis("so với kế hoạch năm 2024"), cue_basis("so vụ Đông Xuân 2023"), cue_basis("tăng")
    ('plan', 'previous_year', None)
    """
    return _first(_cues()[1], fold(surface))  # type: ignore[return-value]


def _first(patterns: Patterns, text: str) -> str | None:
    return next((name for name, pattern in patterns if pattern.search(text)), None)


def modifier(before: Sequence[str], after: Sequence[str] = ()) -> Modifier:
    """The modifier of a number from the words before it, nearest last, and those after its unit.

    >>> modifier(["thu", "được", "trên"]), modifier(["đạt"], ["trở", "lên"]), modifier(["có"])
    ('>', '>', '=')
    """
    phrases = _cues()[2]
    for length in (2, 1):
        sign = phrases.get(" ".join(before[-length:]).lower())
        if sign and len(before) >= length:
            return sign
    return phrases.get(" ".join(after[:2]).lower(), "=")
