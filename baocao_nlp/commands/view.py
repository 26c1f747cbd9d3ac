"""The command that shows a report with what was understood in it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from baocao_nlp.commands.common import Language, Model, Ocr, Units, reported


@reported
def view(
    file: Annotated[Path, typer.Argument(help="A report; - is standard input.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The page; without it, the report's name with .html, here.")
    ] = None,
    report_period: Annotated[
        str | None, typer.Option(help="What the report is about, where it does not say: 2024-05, 2024-Q1, 2024-H1 …")
    ] = None,
    min_confidence: Annotated[float, typer.Option(help="Leave out facts with less confidence.")] = 0.0,
    ocr: Ocr = False,
    units: Units = None,
    lang: Annotated[Language, typer.Option(help="Language that the page opens in.")] = Language.VI,
    model: Model = None,
) -> None:
    """Show a report with its facts: one page for the browser.

    baocao-nlp view bao-cao.docx -o bao-cao.html
    """
    from baocao_nlp.pages.view import view_page
    from baocao_nlp.pipeline.load import extract_document
    from baocao_nlp.reading import read

    document = read(sys.stdin.buffer.read() if str(file) == "-" else file, ocr=ocr)
    facts = extract_document(
        document, file=file, report_period=report_period, min_confidence=min_confidence, units=units, model=model
    )
    target = output or Path(f"{file.stem if str(file) != '-' else 'report'}.html")
    if target.exists() and target.resolve() == file.resolve():
        raise ValueError(f"{target} is the report itself: name another page with --output")
    target.write_text(view_page(document, facts, file.name, lang.value), encoding="utf-8")
    typer.echo(f"{target}: {len(facts)}", err=True)
