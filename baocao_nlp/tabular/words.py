"""The wording of tables: `wording.toml`, compiled."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _data() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files(__package__).joinpath("wording.toml").read_text(encoding="utf-8"))


@cache
def pattern(section: str, name: str) -> re.Pattern[str]:
    """A pattern over lower-case text."""
    return re.compile(_data()[section][name])


def confidence(name: str) -> float:
    """How often a fact of such a column is right."""
    return float(_data()["confidence"][name])
