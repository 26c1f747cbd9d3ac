"""The places of pages that figures are written into: between ``<!-- figures: NAME -->`` and ``<!-- end -->``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

_REGION_RE = re.compile(r"(?<=<!-- figures: )([\w ]+)( -->\n)(.*?)(?=<!-- end -->)", re.DOTALL)


def renew(pages: Iterable[Path], figure: Callable[[str, str], str | None]) -> None:
    """Write into the regions of pages what a function of a region's name and the page's language gives, if anything."""
    for page in pages:
        lang = "vi" if page.name.endswith(".vi.md") else "en"

        def renewed(region: re.Match[str], lang: str = lang) -> str:
            name, opening, old = region.groups()
            written = figure(name, lang)
            return f"{name}{opening}{old if written is None else written}"

        page.write_text(_REGION_RE.sub(renewed, page.read_text(encoding="utf-8")), encoding="utf-8")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n".replace("|  |", "| |") for line in lines)
