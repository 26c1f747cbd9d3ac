"""What people read in tables and pages, by language; kept in `wording.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def wording(lang: str) -> Mapping[str, str]:
    """The words of a language, "vi" or "en", by what they are for.

    Raises
    ------
    ValueError
        Where there is no such language.
    """
    data = _data()
    if lang not in data["columns"]:
        raise ValueError(f"no wording in {lang!r}; there is {', '.join(data['columns'])}")
    words: Mapping[str, str] = data[lang]
    return words


def column_titles(lang: str) -> Mapping[str, str]:
    """The titles of the columns of tables of facts, by field."""
    titles: Mapping[str, str] = _data()["columns"][lang]
    return titles


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(files("baocao_nlp").joinpath("wording.toml").read_text(encoding="utf-8"))
