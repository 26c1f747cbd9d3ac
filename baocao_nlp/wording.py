"""What people read in tables and pages, by language; kept in `wording.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def wording(lang: str) -> Mapping[str, str]:
    """The words of a language, "vi" or "en", by what they are for.

    Raises
    ------
    ValueError
        Where there is no such language.
    """
    data = tomllib.loads(files("baocao_nlp").joinpath("wording.toml").read_text(encoding="utf-8"))
    if lang not in data:
        raise ValueError(f"no wording in {lang!r}; there is {', '.join(data)}")
    words: Mapping[str, str] = data[lang]
    return words
