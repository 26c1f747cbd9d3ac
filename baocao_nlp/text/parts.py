"""Very long texts in parts that are worked on one after the other, so that memory does not grow with the text."""

from __future__ import annotations

from collections.abc import Iterator

# longer than any report: 80 pages
LONGEST = 200_000
# where a text is best cut: at the end of a paragraph, a line, a sentence, a word
_ENDS = ("\n\n", "\n", ". ", " ")


def parts(text: str, longest: int = LONGEST) -> Iterator[tuple[int, str]]:
    """The parts of a text that make up the whole, each with its offset.

    Parameters
    ----------
    longest : characters that no part exceeds. A part is at least half as long where anything in the second half of
        that allows a cut.

    >>> list(parts("Đạt 12 ha. Tăng 3 ha.", longest=12))
    [(0, 'Đạt 12 ha. '), (11, 'Tăng 3 ha.')]
    """
    start = 0
    while len(text) - start > longest:
        stop = _cut(text, start + longest // 2, start + longest)
        yield start, text[start:stop]
        start = stop
    yield start, text[start:] if start else text


def _cut(text: str, least: int, most: int) -> int:
    for end in _ENDS:
        found = text.rfind(end, least, most)
        if found >= 0:
            return found + len(end)
    return most
