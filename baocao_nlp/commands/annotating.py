"""Commands that bring annotated reports into annotation tools and back."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from baocao_nlp.commands.common import Language, Model, Units, complain, reported, told


class Kind(StrEnum):
    """A format of annotated reports."""

    BRAT = "brat"
    LABEL_STUDIO = "label-studio"
    DOCCANO = "doccano"
    PRODIGY = "prodigy"
    SPACY = "spacy"
    MARKUP = "markup"


class Rank(StrEnum):
    """An order of drafts."""

    UNCERTAINTY = "uncertainty"


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


@reported
def annotate(
    files: Annotated[list[Path], typer.Argument(help="Reports that no one has annotated, or folders of them.")],
    to: To,
    output: Output,
    rank: Annotated[
        Rank | None,
        typer.Option(help="Put first what would teach most: the reports with most wrong facts to be expected."),
    ] = None,
    top: Annotated[int | None, typer.Option(min=1, help="Write only so many reports, the first by --rank.")] = None,
    report_period: Annotated[
        str | None, typer.Option(help="What the reports are about, where they do not say: 2024-05, 2024-Q1, 2024-H1 …")
    ] = None,
    units: Units = None,
    lang: Annotated[Language, typer.Option(help="Language of the headings.")] = Language.VI,
    model: Model = None,
) -> None:
    """Write the facts that a model finds in reports as annotations, for a person to correct.

    baocao-nlp annotate new-reports/ --rank uncertainty --top 20 --to label-studio -o tasks.json
    """
    from rich.console import Console
    from rich.progress import track

    from baocao_nlp.annotation.drafts import by_uncertainty, draft
    from baocao_nlp.annotation.formats import write_reports
    from baocao_nlp.pipeline.batch import expanded
    from baocao_nlp.tables import drafts_table

    if top and not rank:
        raise ValueError("--top takes the first by --rank: name one")
    drafts, failed = [], 0
    for path in track(expanded(files), "annotate", console=Console(stderr=True), transient=True):
        try:
            drafts.append(draft(path, report_period=report_period, units=units, model=model))
        except (OSError, ValueError) as error:
            failed += 1
            complain(told(path, error))
    if rank:
        drafts = by_uncertainty(drafts)[:top]
        Console().print(drafts_table(drafts, lang.value))
    reports = [item.report for item in drafts]
    kept = [output / f"{report.name}{end}" for report in reports for end in (".ann", ".mk")]
    if taken := next((path for path in (kept if output.is_dir() else [output]) if path.exists()), None):
        raise ValueError(f"{taken} is there already, perhaps corrected by hand: name another --output")
    scores = {item.report.name: item.confidence for item in drafts}
    options = {"model": f"baocao-nlp {model or 'vi_baocao'}", "scores": scores} if to is Kind.LABEL_STUDIO else {}
    write_reports(reports, output, to.value, **options)
    typer.echo(f"{output}: {len(reports)}/{len(drafts) + failed}", err=True)
    if failed:
        raise typer.Exit(1)
