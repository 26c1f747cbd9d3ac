"""One form for every way to write the same text, with the way back to the offsets of the input.

Composed and decomposed Unicode, CRLF, no-break and other odd spaces, zero-width characters and control
characters become NFC text with plain spaces and line feeds; every offset into it has an offset into
what came in.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field

SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_MARKS = "\u0300-\u036f"
_ODD_RE = re.compile(
    r"(?P<newline>\r\n?|[\u2028\u2029\x85])"
    r"|(?P<space>[\t\x0b\x0c\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000])"
    r"|(?P<nothing>[\u00ad\u200b-\u200f\u2060\ufeff]+)"
    r"|(?P<control>[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff])"
    rf"|(?P<marked>[^{_MARKS}][{_MARKS}]+)"
    r"|(?P<ohorn>[\u0340\u0341\u0343\u0344])"
)


# a look for any of these is many times as fast as one for what they stand in
_ODD_CHARACTER_RE = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\xa0\xad\u0300-\u036f\u1680\u2000-\u200f\u2028\u2029\u202f\u205f\u2060\u3000\ufeff\ud800-\udfff]"
)


@dataclass(frozen=True, slots=True)
class Canonical:
    """Text in canonical form.

    ``breaks`` are the places, ascending, after which the distance between canonical and original
    offsets changes, as pairs (canonical offset, original offset).
    """

    text: str
    _canonical: tuple[int, ...] = field(default=(), repr=False)
    _original: tuple[int, ...] = field(default=(), repr=False)

    def original(self, offset: int) -> int:
        """The offset into the input of an offset into the canonical text."""
        if not self._canonical:
            return offset
        index = bisect_right(self._canonical, offset) - 1
        if index < 0:
            return offset
        return self._original[index] + offset - self._canonical[index]


def canonicalise(text: str) -> Canonical:
    """Bring a text into canonical form.

    >>> canonical = canonicalise("Die\\u0323\\u0302n ti\\u0301ch\\u00a0365\\r\\nha")
    >>> canonical.text
    'Diện tích 365\\nha'
    >>> canonical.original(10)
    13
    """
    if not _ODD_CHARACTER_RE.search(text):
        return Canonical(text)
    parts: list[str] = []
    canonical_breaks: list[int] = []
    original_breaks: list[int] = []
    length = position = 0
    for match in _ODD_RE.finditer(text):
        replacement = _replacement(match)
        if replacement == match[0]:
            continue
        before = text[position : match.start()]
        parts += (before, replacement)
        length += len(before) + len(replacement)
        position = match.end()
        if len(replacement) != len(match[0]):
            canonical_breaks.append(length)
            original_breaks.append(position)
    if not parts:
        return Canonical(text)
    parts.append(text[position:])
    return Canonical("".join(parts), tuple(canonical_breaks), tuple(original_breaks))


def _replacement(match: re.Match[str]) -> str:
    match match.lastgroup:
        case "newline":
            return "\n"
        case "space" | "control":
            return " "
        case "nothing":
            return ""
        case _:
            return unicodedata.normalize("NFC", match[0])


_TONES = "\u0300\u0301\u0303\u0309\u0323"
# open syllables in these are the only ones spelled in both ways
_GLIDES = ("oa", "oe", "uy")
_NEW_SPELLING = {
    glide[0] + unicodedata.normalize("NFC", glide[1] + tone): unicodedata.normalize("NFC", glide[0] + tone) + glide[1]
    for glide in _GLIDES
    for tone in _TONES
}
_TONED = {vowel: "".join(old[1] for old in _NEW_SPELLING if old[0] == vowel) for vowel in "ou"}
_OLD_SPELLING_RE = re.compile(rf"(?<!q)(?:{'|'.join(f'{vowel}[{toned}]' for vowel, toned in _TONED.items())})(?!\w)")


def fold_tone(text: str) -> str:
    """Lower-case text with tone marks where the new spelling puts them, on the first vowel: "hoà" gives "hòa"."""
    return _OLD_SPELLING_RE.sub(lambda match: _NEW_SPELLING[match[0]], text)


def fold(surface: str) -> str:
    """Words as look-ups compare them: canonical, lower case, tone marks folded, one space between.

    >>> fold("Luỹ  kế")
    'lũy kế'
    """
    return " ".join(fold_tone(canonicalise(surface).text.lower()).split())
