"""Commands that look at annotated reports."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from baocao_nlp.commands.common import Language, Table, described, descriptions, reported, told


@reported
def statistics(
    data: Annotated[list[Path], typer.Argument(help="Folders of annotated reports, one column each.")],
    table: Table = None,
    where: Annotated[str, typer.Option(help="Only reports with COLUMN=VALUE or COLUMN=VALUE,VALUE in --table.")] = "",
    lang: Annotated[Language, typer.Option(help="Language of the headings.")] = Language.VI,
) -> None:
    """Count what annotated reports are made of."""
    from baocao_nlp import tables
    from baocao_nlp.annotation.formats import load_reports
    from baocao_nlp.statistics import count

    column, _, values = where.partition("=")
    about = described(table, column, "--where") if where else descriptions(table) if table else {}
    columns = {
        folder.name: count(
            (
                report
                for report in load_reports(folder)
                if not where or about.get(report.name, {}).get(column) in values.split(",")
            ),
            about,
        )
        for folder in data
    }
    Console(width=None if sys.stdout.isatty() else 120).print(tables.statistics_table(columns, lang.value))


@reported
def check_annotations(
    paths: Annotated[list[Path], typer.Argument(help="Annotated reports, or folders of them.")],
    arithmetic: Annotated[
        bool, typer.Option("--arithmetic", help="Also note figures that do not fit together; they are no problem.")
    ] = False,
) -> None:
    """Report what is broken in annotated reports, by file and line."""
    from baocao_nlp.annotation.formats import check_reports
    from baocao_nlp.annotation.slips import find_slips

    found = broken = 0
    for path in paths:
        try:
            checked = check_reports(path)
        except (OSError, ValueError) as error:
            broken += 1
            typer.echo(told(path, error))
            continue
        found += len(checked)
        for item in checked:
            broken += len(item.problems)
            for problem in [*item.problems, *(find_slips(item.report) if arithmetic else ())]:
                typer.echo(f"{item.file}:{problem.line}: {problem.message}")
    typer.echo(f"{found} reports, {broken} problems", err=True)
    if broken:
        raise typer.Exit(1)
