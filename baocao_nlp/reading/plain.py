"""What readers of files have in common when they write plain text."""

from __future__ import annotations

from collections.abc import Sequence, Sized

from baocao_nlp.text.tokens import SUPERSCRIPTS

_RAISED = str.maketrans("0123456789", SUPERSCRIPTS)
# with as many rows and columns a table holds data; a smaller one is there for the layout, as of a letterhead
_FEWEST = 3


def raised(text: str) -> str:
    """A text with its digits raised.

    >>> raised("m2")
    'm²'
    """
    return text.translate(_RAISED)


def holds_data(rows: Sequence[Sized]) -> bool:
    """Whether a table of these rows of cells holds data."""
    return len(rows) >= _FEWEST and max(map(len, rows)) >= _FEWEST
