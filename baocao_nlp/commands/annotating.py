"""Commands that bring annotated reports into annotation tools and back."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from baocao_nlp.commands.common import reported


class Kind(StrEnum):
    """A format of annotated reports."""

    BRAT = "brat"
    LABEL_STUDIO = "label-studio"
    DOCCANO = "doccano"
    PRODIGY = "prodigy"
    SPACY = "spacy"
    MARKUP = "markup"


To = Annotated[Kind, typer.Option("--to", help="The format to write.")]
Output = Annotated[
    Path, typer.Option("--output", "-o", help="The folder of brat and markup; a .json, .jsonl or .spacy file.")
]


@reported
def convert(
    paths: Annotated[
        list[Path], typer.Argument(help="Annotated reports: folders, or files of any of the formats; told by content.")
    ],
    to: To,
    output: Output,
) -> None:
    """Bring annotated reports into the format of a tool, or back.

    baocao-nlp convert reports/ --to label-studio -o tasks.json

    baocao-nlp convert export.json --to brat -o reports/

    Beside the output goes the file that sets the tool up for our labels, where it has one.
    """
    from baocao_nlp.annotation.formats import load_reports, write_reports

    reports = load_reports(*paths)
    written = write_reports(reports, output, to.value)
    typer.echo(f"{output}: {len(reports)} reports", err=True)
    if written != output:
        typer.echo(f"{written}: the labels for {to.value}", err=True)
