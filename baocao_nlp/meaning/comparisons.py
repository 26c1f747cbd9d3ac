"""Comparisons: what the cue words beside a value say of its type and basis, and modifiers of a number.

The words are in `cues.toml`. A cue may leave type or basis open; a trained model decides then.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from baocao_nlp.facts import Basis, ComparisonType, Modifier
from baocao_nlp.meaning.lexicon import Lexicon, Patterns, current_lexicon
from baocao_nlp.text.normalize import fold


def cue_type(surface: str) -> ComparisonType | None:
    """The type of comparison that a cue speaks of.

    >>> cue_type("thấp hơn"), cue_type("so với cùng kỳ")
    ('decrease', None)
    """
    return _read(surface, current_lexicon())[0]  # type: ignore[return-value]


def cue_basis(surface: str) -> Basis | None:
    """The basis that a cue names.

    >>> cue_basis("so với kế hoạch năm 2024"), cue_basis("so vụ Đông Xuân 2023"), cue_basis("tăng")
    ('plan', 'previous_year', None)
    """
    return _read(surface, current_lexicon())[1]  # type: ignore[return-value]


@lru_cache(maxsize=4096)
def _read(surface: str, lexicon: Lexicon) -> tuple[str | None, str | None]:
    text = fold(surface)
    return _first(lexicon.types, text), _first(lexicon.bases, text)


def _first(patterns: Patterns, text: str) -> str | None:
    return next((name for name, pattern in patterns if pattern.search(text)), None)


def modifier(before: Sequence[str], after: Sequence[str] = ()) -> Modifier:
    """The modifier of a number from the words before it, nearest last, and those after its unit.

    >>> modifier(["thu", "được", "trên"]), modifier(["đạt"], ["trở", "lên"]), modifier(["có"])
    ('>', '>', '=')
    """
    phrases = current_lexicon().modifiers
    for length in (2, 1):
        sign = phrases.get(" ".join(before[-length:]).lower())
        if sign and len(before) >= length:
            return sign
    return phrases.get(" ".join(after[:2]).lower(), "=")
