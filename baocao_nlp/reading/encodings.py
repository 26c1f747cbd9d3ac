"""Encodings: which one a Vietnamese text is in, and the text in Unicode.

Before Unicode, Vietnamese was typed in fonts that drew its letters in the places of others: TCVN3 (the ABC
fonts) and VNI. Archives still hold such files, and copies of them pasted into Unicode ("Céng hßa x· héi").
What an encoding makes of a text is told by how many of its words are Vietnamese syllables.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from baocao_nlp.reading.errors import UnreadableFileError
from baocao_nlp.text.normalize import canonicalise, fold_tone

_WORD_RE = re.compile(r"[^\W\d_]+")
_SAMPLE = 20_000
# the least share of words that are syllables for bytes to be Vietnamese text, and for a repair to be one
_LEAST, _CLEARLY_BETTER = 0.4, 0.2
# in UTF-16, the upper byte of so many letters and spaces is zero
_WIDE = 0.4
_BOMS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text in Unicode, and the encoding that it was in.

    ``encoding`` is a codec of Python's, or ``tcvn3`` or ``vni``; where a text needed no change, ``unicode``.
    """

    text: str
    encoding: str
    _starts: tuple[int, ...] = ()
    _shifts: tuple[int, ...] = ()

    def original(self, offset: int) -> int:
        """The offset into what came in, as characters, of an offset into `text`."""
        place = bisect_right(self._starts, offset) - 1
        return offset + (self._shifts[place] if place >= 0 else 0)


def decode(data: bytes) -> Decoded:
    """The text of bytes, whatever encoding they are in.

    Raises
    ------
    UnreadableFileError
        Where they are no text, or the encoding cannot be told.

    >>> decode("Diện tích lúa".encode("utf-16")).text
    'Diện tích lúa'
    >>> decode(b"C\\xe9ng h\\xdfa x\\xb7 h\\xe9i ch\\xf1 ngh\\xdca Vi\\xd6t Nam").encoding
    'tcvn3'
    """
    for bom, codec in _BOMS.items():
        if data.startswith(bom):
            return Decoded(_decoded(data[len(bom) :], codec), codec)
    if b"\0" in data:
        codec = _wide(data)
        return Decoded(_decoded(data, codec), codec)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _best(data)
    repaired = repair(text)
    return repaired if repaired.encoding != "unicode" else Decoded(text, "utf-8")


def repair(text: str) -> Decoded:
    """A text that was typed for TCVN3 or VNI fonts, in Unicode; any other text as it is.

    >>> repair("Céng hßa x· héi chñ nghÜa ViÖt Nam").text
    'Cộng hòa xã hội chủ nghĩa Việt Nam'
    >>> repair("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam").text
    'Cộng hòa xã hội chủ nghĩa Việt Nam'
    """
    least = _vietnamese(text) + _CLEARLY_BETTER
    found = [Decoded(text, "unicode"), *(convert(text) for convert in _LEGACY)]
    best = max(found, key=lambda decoded: _vietnamese(decoded.text))
    return best if _vietnamese(best.text) >= least else found[0]


def _decoded(data: bytes, codec: str) -> str:
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        raise UnreadableFileError(f"damaged {codec} text ({error.reason} at byte {error.start})") from None
    if "\0" in text:
        raise UnreadableFileError(f"no text: a NUL at character {text.index(chr(0))}, as in binary files")
    return text


def _wide(data: bytes) -> str:
    """Which half of each pair of bytes holds the zeros of UTF-16."""
    low, high = data[::2].count(0), data[1::2].count(0)
    if len(data) % 2 or max(low, high) < max(8 * min(low, high), _WIDE * len(data) / 2):
        raise UnreadableFileError(f"no text: a NUL at byte {data.index(0)}, as in binary files")
    return "utf-16-le" if high > low else "utf-16-be"


def _best(data: bytes) -> Decoded:
    western = data.decode("cp1252", "replace")
    found = [
        Decoded(data.decode("cp1258", "replace"), "cp1258"),
        _from_tcvn3(data.decode("latin-1")),
        _from_vni(western),
    ]
    best = max(found, key=lambda decoded: _vietnamese(decoded.text))
    if _vietnamese(best.text) < _LEAST:
        raise UnreadableFileError("no encoding makes Vietnamese text of it; save it as plain text in UTF-8")
    return best


def _vietnamese(text: str) -> float:
    """The share of the words at a text's beginning that are Vietnamese syllables."""
    words = _WORD_RE.findall(canonicalise(text[:_SAMPLE]).text)
    return sum(fold_tone(word.lower()) in _syllables() for word in words) / max(len(words), 1)


@cache
def _syllables() -> frozenset[str]:
    from underthesea.corpus import viet_dict_74K

    return frozenset(syllable for word in viet_dict_74K.words for syllable in fold_tone(word.lower()).split())


@cache
def _tables() -> dict[str, dict[str, str]]:
    data = tomllib.loads(files(__package__).joinpath("encodings.toml").read_text(encoding="utf-8"))
    pairs = {name: [pair.split("=") for pair in table.split()] for name, table in data.items()}
    vni = {written.lower(): letter for written, letter in pairs["vni"]}
    vni |= {written.upper(): letter.upper() for written, letter in pairs["vni"]}
    vni |= {written[0].upper() + written[1:]: letter.upper() for written, letter in pairs["vni"]}
    return {"tcvn3": {chr(int(code, 16)): letter for code, letter in pairs["tcvn3"]}, "vni": vni}


def _from_tcvn3(text: str) -> Decoded:
    return Decoded("".join(map(_tables()["tcvn3"].get, text, text)), "tcvn3")


def _from_vni(text: str) -> Decoded:
    table = _tables()["vni"]
    written = "|".join(map(re.escape, sorted(table, key=len, reverse=True)))
    return _replaced(text, re.compile(written), table, "vni")


def _replaced(text: str, pattern: re.Pattern[str], table: Mapping[str, str], encoding: str) -> Decoded:
    parts, starts, shifts = [], [], []
    position = length = 0
    for match in pattern.finditer(text):
        letter = table[match[0]]
        parts += [text[position : match.start()], letter]
        length += match.start() - position + len(letter)
        position = match.end()
        if len(letter) != len(match[0]):
            starts.append(length)
            shifts.append(position - length)
    return Decoded("".join([*parts, text[position:]]), encoding, tuple(starts), tuple(shifts))


_LEGACY: tuple[Callable[[str], Decoded], ...] = (_from_tcvn3, _from_vni)
