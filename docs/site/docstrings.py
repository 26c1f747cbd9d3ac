"""How docstrings are read for the reference: ``name : what it is`` on one line, types being in the signature."""

from __future__ import annotations

import re
from typing import Any

from griffe import Extension, Object

_SECTION_RE = re.compile(r"(?:Parameters|Attributes)\n-+\n.*?(?=\n\n\S+\n-+\n|\Z)", re.DOTALL)
_ITEM_RE = re.compile(r"^(\w[\w, ]*) : ", re.MULTILINE)


class OneLine(Extension):
    """Puts what is said of a parameter below its name, where numpy's convention has it."""

    def on_object(self, *, obj: Object, **kwargs: Any) -> None:
        if obj.docstring:
            obj.docstring.value = _SECTION_RE.sub(
                lambda section: _ITEM_RE.sub(r"\1\n    ", section[0]), obj.docstring.value
            )
