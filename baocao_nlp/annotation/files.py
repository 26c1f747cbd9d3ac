"""Files of annotated reports: written whole or not at all, and JSON read line by line."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A file to write that takes the place of ``path`` when all is written, and is gone where that fails."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_lines(lines: Iterable[str], path: Path) -> None:
    """Write lines of text into a file, all or none."""
    with whole_file(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in lines)


def read_json_lines(path: Path) -> Iterator[tuple[int, Any]]:
    """The JSON value of each line that holds any, with the number of the line.

    Raises
    ------
    ValueError
        Where a line is no JSON.
    """
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                try:
                    yield number, json.loads(line.decode("utf-8-sig"))
                except (RecursionError, ValueError) as error:
                    raise ValueError(f"{path}:{number}: no JSON ({error})") from None


def first_record(path: Path) -> dict[str, Any]:
    """The first JSON object of a file of lines; an empty one where there is none."""
    if path.suffix != ".jsonl" or not path.is_file():
        return {}
    _, record = next(read_json_lines(path), (0, {}))
    return record if isinstance(record, dict) else {}
