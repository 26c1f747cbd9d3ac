"""Encodings: which one a Vietnamese text is in, and the text in Unicode.

Before Unicode, Vietnamese was typed in fonts that drew its letters in the places of others: TCVN3 (the ABC
fonts) and VNI. Archives still hold such files, and copies of them pasted into Unicode ("Céng hßa x· héi").
What an encoding makes of a text is told by how many of its words are Vietnamese syllables.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from baocao_nlp.reading.errors import UnreadableFileError
from baocao_nlp.text.normalize import Canonical, canonicalise, fold_tone

_WORD_RE = re.compile(r"[^\W\d_]+")
# letters that nothing but Unicode has, and tone marks of its own
_UNICODE_RE = re.compile("[\u1ea0-\u1ef9\u0300-\u0323]")
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

    canonical: Canonical
    encoding: str

    @property
    def text(self) -> str:
        return self.canonical.text

    def original(self, offset: int) -> int:
        """The offset into what came in, as characters, of an offset into `text`."""
        return self.canonical.original(offset)


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
            return _plain(_decoded(data[len(bom) :], codec), codec)
    if b"\0" in data:
        codec = _wide(data)
        return _plain(_decoded(data, codec), codec)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _best(data)
    repaired = repair(text)
    return repaired if repaired.encoding != "unicode" else _plain(text, "utf-8")


def repair(text: str) -> Decoded:
    """A text that was typed for TCVN3 or VNI fonts, in Unicode; any other text as it is.

    >>> repair("Céng hßa x· héi chñ nghÜa ViÖt Nam").text
    'Cộng hòa xã hội chủ nghĩa Việt Nam'
    >>> repair("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam").text
    'Cộng hòa xã hội chủ nghĩa Việt Nam'
    """
    if _UNICODE_RE.search(text):
        return _plain(text, "unicode")
    least = _vietnamese(text) + _CLEARLY_BETTER
    share, best = max(
        ((_vietnamese(decoded.text), decoded) for decoded in (_from_tcvn3(text), _from_vni(text))),
        key=lambda judged: judged[0],
    )
    return best if share >= least else _plain(text, "unicode")


def _plain(text: str, encoding: str) -> Decoded:
    return Decoded(Canonical(text), encoding)


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
    found = [
        _plain(data.decode("cp1258", "replace"), "cp1258"),
        _from_tcvn3(data.decode("latin-1")),
        _from_vni(data.decode("cp1252", "replace")),
    ]
    share, best = max(((_vietnamese(decoded.text), decoded) for decoded in found), key=lambda judged: judged[0])
    if share < _LEAST:
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
    return _plain("".join(map(_tables()["tcvn3"].get, text, text)), "tcvn3")


def _from_vni(text: str) -> Decoded:
    table = _tables()["vni"]
    written = "|".join(map(re.escape, sorted(table, key=len, reverse=True)))
    parts: list[str] = []
    here: list[int] = []
    there: list[int] = []
    position = length = 0
    for match in re.finditer(written, text):
        letter = table[match[0]]
        parts += [text[position : match.start()], letter]
        length += match.start() - position + len(letter)
        position = match.end()
        if len(letter) != len(match[0]):
            here.append(length)
            there.append(position)
    return Decoded(Canonical("".join([*parts, text[position:]]), tuple(here), tuple(there)), "vni")
