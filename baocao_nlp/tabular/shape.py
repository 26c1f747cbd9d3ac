"""The shape of a table: how many rows are its header, and what each column holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from baocao_nlp.reading.source import Cell
from baocao_nlp.tabular.grid import Grid
from baocao_nlp.tabular.words import pattern
from baocao_nlp.text.normalize import fold

Role = Literal["ordinal", "unit", "note", "name", "value"]

_NUMBER = r"\d(?:[\d.,]*\d)?"
_NUMBER_RE = re.compile(
    rf"\(?\s*+(?:[-–−+]\s*+)?{_NUMBER}(?:\s*+/\s*+{_NUMBER})?\s*+"
    r"(?:%|[^\W\d_]++(?: [^\W\d_]++){0,2}(?:[,;].*)?)?\s*+\)?"
)
BARE_RE = re.compile(r"\(?\s*+(?:(?P<sign>[-–−])\s*+)?(?P<digits>\d[\d.,]*+)\s*+%?\)?")
_YEAR_RE = re.compile(r"(?:20[0-3]\d|19\d\d)(?:\s*[-–]\s*(?:20)?\d\d)?")
_NUMBERING_RE = re.compile(r"\(?(?:[a-zđ]|\d{1,2})\)?|\(?\d{1,2}\)?\s*=.*")
# a column of values has numbers in so many of its cells
_FEWEST_NUMBERS = 0.3


def header_height(grid: Grid) -> int:
    """How many rows of a table are its header, numbers of columns included."""
    height = 0
    while height < grid.height:
        cells = list(grid.row(height))
        filled = [cell for cell in cells if grid.surface(cell)]
        if height and _is_numbering(grid, filled):
            return height + 1
        is_title = len(filled) == 1 and filled[0].columns > grid.width // 2
        in_titles = is_title and all(len(list(grid.row(row))) == 1 for row in range(height))
        is_section = len(filled) <= 2 and not any(cell.row < height for cell in cells)
        if height and not in_titles and (is_section or _holds_values(grid, filled)):
            return height
        height = max([height + 1, *(cell.row + cell.rows for cell in filled if cell.row == height and not is_title)])
    return 1


def _is_numbering(grid: Grid, cells: Sequence[Cell]) -> bool:
    surfaces = [fold(grid.surface(cell)) for cell in cells]
    digits = [int(bare) for surface in surfaces if (bare := surface.strip("()")).isdecimal()]
    return (
        len(surfaces) >= 3
        and all(_NUMBERING_RE.fullmatch(surface) for surface in surfaces)
        and len(digits) >= 2
        and digits == sorted(set(digits))
        and digits[0] <= 2
        and digits[-1] <= grid.width + 2
    )


def _holds_values(grid: Grid, cells: Sequence[Cell]) -> bool:
    numbers = [surface for cell in cells if BARE_RE.fullmatch(surface := grid.surface(cell))]
    return bool(numbers) and not all(_YEAR_RE.fullmatch(number) for number in numbers)


def header_cells(grid: Grid, index: int, height: int) -> list[Cell]:
    """The cells over a column, from above, without titles over the whole table and the numbers of columns."""
    found: list[Cell] = []
    for row in range(height):
        cell = grid.cells.get((row, index))
        if cell is None or (found and cell is found[-1]) or cell.columns >= grid.width:
            continue
        if not _NUMBERING_RE.fullmatch(fold(grid.surface(cell))) or not row:
            found.append(cell)
    return found


def roles_of(grid: Grid, height: int) -> list[Role]:
    """What the columns of a table hold whose header has so many rows."""
    roles: list[Role] = []
    for index in range(grid.width):
        roles.append(_role(grid, index, height, roles))
    return roles


def _role(grid: Grid, index: int, height: int, before: Sequence[Role]) -> Role:
    title = " ".join(fold(grid.surface(cell)) for cell in header_cells(grid, index, height)).strip(" .:")
    body = [grid.surface(cell) for row in range(height, grid.height) if (cell := grid.cells.get((row, index)))]
    filled = [surface for surface in body if surface.strip("-–xX ")]
    numbers = [surface for surface in filled if _NUMBER_RE.fullmatch(surface)]
    if pattern("role", "ordinal").fullmatch(title):
        return "ordinal"
    named = "name" in before
    if pattern("role", "unit").fullmatch(title) and named and len(numbers) < len(filled) / 4:
        return "unit"
    years = [number for number in numbers if _YEAR_RE.fullmatch(number)]
    if named and (pattern("role", "note").fullmatch(title) or (numbers and len(years) == len(numbers))):
        return "note"
    if not before and _are_ordinals(filled):
        return "ordinal"
    if named and 0 < len(numbers) < _FEWEST_NUMBERS * len(filled):
        return "note"
    if numbers and (named or len(numbers) > len(filled) / 2) and not (index == 0 and not title):
        return "value"
    if index == 0 and not title and numbers:
        return "ordinal"
    return "note" if "value" in before else "name"


def _are_ordinals(surfaces: Sequence[str]) -> bool:
    """Whether the cells of a first column number the rows."""
    whole = [int(surface.rstrip(".")) for surface in surfaces if surface.rstrip(".").isdecimal()]
    return bool(whole) and whole[0] == 1 and len(whole) > 1 and whole == sorted(whole) and whole[-1] <= len(surfaces)
