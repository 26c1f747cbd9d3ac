"""The words that say units and comparisons: ours, in `units.toml` and `cues.toml`, and a user's own beside them.

A lexicon never changes. Which one is read is set for the time of one call, in the thread or task that makes it
(`reading_with`); another thread may read with another.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from baocao_nlp.facts import BASES, COMPARISON_TYPES, MODIFIERS, Label, Modifier
from baocao_nlp.text.normalize import canonicalise, fold
from baocao_nlp.text.tokens import tokenise

Patterns = tuple[tuple[str, re.Pattern[str]], ...]
_SECTIONS = ("scales", "units", "type", "basis", "modifier")
_UNIT_KEYS = {"canonical", "dimension", "factor", "names"}


@dataclass(frozen=True, slots=True)
class Unit:
    """What a unit means: ``value * factor`` is in ``canonical``; dimension ``count`` for counted nouns."""

    canonical: str
    dimension: str
    factor: float = 1.0


# two lexicons are the same only where they are one
@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Words and what they say.

    Attributes
    ----------
    scales : the factor of each word before a unit.
    units : each unit by its names, folded.
    types, bases : patterns of comparison cues, the first that is found decides.
    modifiers : the sign of each phrase beside a number.
    own : the phrases that a user has given, each as its folded tokens, by what they are: a "UNIT", or a "COMPARISON".
    """

    scales: Mapping[str, float]
    units: Mapping[str, Unit]
    types: Patterns
    bases: Patterns
    modifiers: Mapping[str, Modifier]
    own: Mapping[Label, frozenset[tuple[str, ...]]] = field(default_factory=dict)


@cache
def our_lexicon() -> Lexicon:
    """The words that come with the package."""

    def data(name: str) -> dict[str, Any]:
        return tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))

    words, cues = data("units.toml"), data("cues.toml")
    return Lexicon(words["scales"], _units(words["units"]), _patterns(cues["type"]), _patterns(cues["basis"]),
                   _signs(cues["modifier"]))  # fmt: skip


def _units(entries: list[dict[str, Any]]) -> dict[str, Unit]:
    return {
        name: Unit(entry["canonical"], entry.get("dimension", "count"), float(entry.get("factor", 1)))
        for entry in entries
        for name in entry["names"]
    }


def _patterns(section: dict[str, list[str]]) -> Patterns:
    return tuple((name, re.compile("|".join(patterns))) for name, patterns in section.items())


def _signs(section: dict[str, list[str]]) -> dict[str, Modifier]:
    return {phrase: sign for sign, phrases in section.items() for phrase in phrases}  # type: ignore[misc]


_CURRENT: ContextVar[Lexicon | None] = ContextVar("lexicon", default=None)


def current_lexicon() -> Lexicon:
    """The lexicon that this thread or task reads with."""
    return _CURRENT.get() or our_lexicon()


@contextmanager
def reading_with(own: str | Path | None) -> Iterator[None]:
    """Have a user's own words, in a TOML file, read beside ours; without a file, as before. Errors are those of
    `load_lexicon`."""
    if own is None:
        yield
        return
    token = _CURRENT.set(load_lexicon(own))
    try:
        yield
    finally:
        _CURRENT.reset(token)


def load_lexicon(path: str | Path) -> Lexicon:
    """Our words with a user's own before them.

    Parameters
    ----------
    path : TOML with any of ``[scales]``, ``[[units]]``, ``[type]``, ``[basis]`` and ``[modifier]``, as our own files
        have them, but phrases are plain words and no patterns; ``dimension`` is "count" and ``factor`` 1 where missing.

    Raises
    ------
    FileNotFoundError
        Where there is no such file.
    ValueError
        Where it is no TOML, or says what cannot be.
    """
    path = Path(path)
    return _loaded(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=16)
def _loaded(path: Path, changed: int) -> Lexicon:
    try:
        data = tomllib.loads(path.read_bytes().decode())
        _check(data)
    except ValueError as error:
        raise ValueError(f"{path} cannot be used: {error}") from None
    ours = our_lexicon()
    units = {unit_name(fold(name)): unit for name, unit in _units(data.get("units", [])).items()}
    types, bases = (_phrases(data.get(section, {})) for section in ("type", "basis"))
    cues = [cue for section in ("type", "basis") for listed in data.get(section, {}).values() for cue in listed]
    return Lexicon(
        scales={**ours.scales, **{fold(word): float(scale) for word, scale in data.get("scales", {}).items()}},
        units={**ours.units, **units},
        types=types + ours.types,
        bases=bases + ours.bases,
        modifiers={**ours.modifiers, **{fold(word): sign for word, sign in _signs(data.get("modifier", {})).items()}},
        own={"UNIT": frozenset(map(_tokens, units)), "COMPARISON": frozenset(map(_tokens, cues))},
    )


def _tokens(phrase: str) -> tuple[str, ...]:
    return tuple(map(fold, tokenise(canonicalise(phrase).text).texts))


def unit_name(words: str) -> str:
    """The folded words of a unit without spaces around strokes and points."""
    return re.sub(r" ?([/.]) ?", r"\1", words)


def _phrases(section: dict[str, list[str]]) -> Patterns:
    plain = {
        name: [rf"(?<!\w){re.escape(fold(phrase))}(?!\w)" for phrase in listed] for name, listed in section.items()
    }
    return _patterns({name: listed for name, listed in plain.items() if listed})


def _check(data: dict[str, Any]) -> None:
    """Raise `ValueError` where a user's file says what cannot be."""
    if unknown := set(data) - set(_SECTIONS):
        raise ValueError(f"there is no section {min(unknown)!r}; there are {', '.join(_SECTIONS)}")
    for word, scale in _table(data, "scales").items():
        _check_factor(f"scales.{word}", scale)
    units = data.get("units", [])
    if not isinstance(units, list):
        raise ValueError("a unit begins with [[units]]")
    for number, entry in enumerate(units, 1):
        where = f"unit {number}"
        if not isinstance(entry, dict) or set(entry) - _UNIT_KEYS or not isinstance(entry.get("canonical"), str):
            raise ValueError(f"{where}: a unit has canonical, names, and perhaps dimension and factor")
        _check_words(f"{where}: names", entry.get("names"))
        _check_factor(f"{where}: factor", entry.get("factor", 1))
        if not isinstance(entry.get("dimension", ""), str):
            raise ValueError(f"{where}: dimension is no text")
    for section, allowed in (("type", COMPARISON_TYPES), ("basis", BASES), ("modifier", MODIFIERS)):
        for name, phrases in _table(data, section).items():
            if name not in allowed:
                raise ValueError(f"{section}.{name}: expected one of {', '.join(allowed)}")
            _check_words(f"{section}.{name}", phrases)


def _table(data: dict[str, Any], section: str) -> dict[str, Any]:
    table = data.get(section, {})
    if not isinstance(table, dict):
        raise ValueError(f"{section} is a section: [{section}]")
    return table


def _check_words(where: str, words: Any) -> None:
    if not isinstance(words, list) or not words or not all(isinstance(word, str) and word.strip() for word in words):
        raise ValueError(f'{where}: expected a list of words, as ["thúng", "mớ"]')


def _check_factor(where: str, factor: Any) -> None:
    if isinstance(factor, bool) or not isinstance(factor, int | float) or not 0 < factor < float("inf"):
        raise ValueError(f"{where}: expected a number above 0, not {factor!r}")
