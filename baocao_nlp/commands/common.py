"""What the commands have in common: options, languages, and how errors are told."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import Annotated, ParamSpec

import typer

Model = Annotated[Path | None, typer.Option("--model", help="Folder of a model; the default model without it.")]
Second = Annotated[
    Path | None, typer.Option(help="Folder of the reports annotated again: where the two differ, either is right.")
]
Ocr = Annotated[bool, typer.Option("--ocr", help="Recognise the letters of scanned PDF files; needs ocrmypdf.")]
Units = Annotated[
    Path | None, typer.Option("--units", help="TOML of your own units, comparison phrases and modifiers.")
]
Table = Annotated[
    Path | None, typer.Option(help="CSV that describes the reports by 'name'; a cell may hold several, a+b.")
]
P = ParamSpec("P")


class Language(StrEnum):
    """The language of headings."""

    VI = "vi"
    EN = "en"


class Format(StrEnum):
    """How facts are written to a stream."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


def reported(command: Callable[P, None]) -> Callable[P, None]:
    """What a user can mend is told in one line, problems of annotations each in its own, with exit status 2."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except BrokenPipeError:
            # whoever reads has seen enough; Python would complain once more when it closes the pipe
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except (OSError, ValueError) as error:
            from baocao_nlp.annotation.problems import AnnotationError

            for message in error.lines() if isinstance(error, AnnotationError) else [str(error)]:
                complain(message)
            raise typer.Exit(2) from None

    return run


def complain(message: str) -> None:
    """Tell on standard error what is wrong, in one line."""
    typer.echo(f"baocao-nlp: {' '.join(message.split())}", err=True)


def told(path: Path, error: OSError | ValueError) -> str:
    """What is wrong with a file."""
    if isinstance(error, UnicodeDecodeError):
        return f"{path}: not UTF-8 text ({error.reason} at byte {error.start})"
    return f"{path}: {error.strerror or error if isinstance(error, OSError) else error}"


def descriptions(path: Path) -> dict[str, dict[str, str]]:
    """What a CSV says of each report, by name."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        if "name" not in (rows.fieldnames or ()):
            raise ValueError(f"{path} has no column 'name'")
        return {row.pop("name"): row for row in rows}


def described(path: Path | None, column: str, option: str) -> dict[str, dict[str, str]]:
    """The `descriptions` that an option reads a column of."""
    if path is None:
        raise ValueError(f"{option} needs the --table that describes the reports")
    about = descriptions(path)
    if not all(column in row for row in about.values()):
        raise ValueError(f"{path} has no column {column!r}")
    return about
