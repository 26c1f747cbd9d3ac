"""Commands that train models and measure them."""

from __future__ import annotations

import json
from csv import DictWriter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from baocao_nlp.commands.common import Language, Model, Second, Table, described, reported

if TYPE_CHECKING:
    from baocao_nlp.evaluation import Evaluation
    from baocao_nlp.figures import Figures
    from baocao_nlp.significance import Difference

_SECTOR = "sector"
Epochs = Annotated[int | None, typer.Option(help="How often each report is seen; as the default model's without it.")]


@reported
def train(
    data: Annotated[list[Path], typer.Argument(help="Annotated reports: folders, or files of an annotation tool.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder of the model.")],
    base: Annotated[
        Path | None, typer.Option("--from", help="Folder of a model to go on from; without it, from nothing.")
    ] = None,
    rehearse: Annotated[
        list[Path] | None,
        typer.Option(help="Reports that the model of --from has learnt from, shown again lest it forget them."),
    ] = None,
    calibrate: Annotated[
        list[Path] | None,
        typer.Option(
            help="Reports to fit confidence on; without any, one report in seven, or the confidence of --from."
        ),
    ] = None,
    held_out: Annotated[
        list[Path] | None, typer.Option(help="Reports to measure the model on, before and after with --from.")
    ] = None,
    second: Second = None,
    epochs: Epochs = None,
    seed: Annotated[int, typer.Option(help="Same data and seed, same model.")] = 0,
    teachers: Annotated[
        int, typer.Option(min=0, help="Networks to train first, whose mean judgement is learnt; not with --from.")
    ] = 0,
    without: Annotated[list[str] | None, typer.Option(help="An augmentation to leave out; may be repeated.")] = None,
    lang: Annotated[Language, typer.Option(help="Language of what is told of the figures.")] = Language.VI,
) -> None:
    """Train a model on annotated reports, or teach a model new ones.

    baocao-nlp train my-reports/ --from models/vi_baocao --held-out my-test-reports/ -o models/mine

    All annotations are checked first; where any is broken, nothing is trained. The folder of the model gets a card,
    README.md.
    """
    from rich.progress import Progress

    from baocao_nlp import significance
    from baocao_nlp.annotation.formats import load_groups
    from baocao_nlp.annotation.matching import with_second
    from baocao_nlp.training import ADAPTING, Settings
    from baocao_nlp.training import train as train_model

    if rehearse and not base:
        raise ValueError("--rehearse needs --from: what a model has not learnt it cannot rehearse")
    if teachers and base:
        raise ValueError("--teachers is not for --from: a model that goes on learns from the annotations alone")
    groups = load_groups(data, rehearse or (), calibrate or (), held_out or (), [second] if second else ())
    reports, rehearsal, calibration, kept = (
        groups[0],
        groups[1],
        *(with_second(part, groups[4]) for part in groups[2:4]),
    )
    settings = replace(ADAPTING if base else Settings(), seed=seed, teachers=teachers).without(*without or ())
    settings = replace(settings, epochs=epochs or settings.epochs)
    last = settings.pretraining + settings.epochs
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task(f"train {teachers} teachers" if teachers else "train", total=last)

        def progress(epoch: int, loss: float) -> None:
            stage = f"loss {loss:.3f}" if epoch < last else "calibrate, measure"
            bar.update(task, completed=epoch, description=stage)

        trained = train_model(
            reports,
            output,
            base=base,
            rehearsal=rehearsal,
            calibration=calibration,
            held_out=kept,
            settings=settings,
            progress=progress,
        )
    typer.echo(f"trained on {len(reports)} reports, {sum(len(report.facts) for report in reports)} facts: {output}")
    if trained.after:
        typer.echo(f"held out, whole-fact F1: {significance.whole_fact_interval(trained.after)}")
    if trained.after and trained.before:
        _show_difference(significance.compare(trained.after, trained.before), lang)


@reported
def learning_curve(
    data: Annotated[Path, typer.Argument(help="Folder of annotated reports to train on.")],
    held_out: Annotated[list[Path], typer.Argument(help="Folders of annotated reports to measure on.")],
    shares: Annotated[str, typer.Option(help="Shares of the reports to train on.")] = "0.125,0.25,0.5,1",
    plot: Annotated[Path | None, typer.Option(help="File for the curve, .svg or .png; needs matplotlib.")] = None,
    epochs: Epochs = None,
) -> None:
    """Train on growing shares of the reports and measure each model; takes about twice as long as training."""
    from baocao_nlp.annotation.formats import load_reports
    from baocao_nlp.plots import plot_curve
    from baocao_nlp.training import Settings, curve

    sets = {folder.name: load_reports(folder) for folder in held_out}
    points = []
    typer.echo("\t".join(["share", "reports", "facts", *sets]))
    for point in curve.learning_curve(
        load_reports(data),
        sets,
        [float(share) for share in shares.split(",")],
        Settings(epochs=epochs) if epochs else Settings(),
    ):
        points.append(point)
        figures = [f"{f1:.3f}" for f1 in point.f1.values()]
        typer.echo("\t".join([f"{point.share:g}", str(point.reports), str(point.facts), *figures]))
    if plot:
        plot_curve(points, plot)


@reported
def evaluate(
    data: Annotated[Path, typer.Argument(help="Annotated reports that the model was not trained on.")],
    as_json: Annotated[bool, typer.Option("--json", help="The figures as JSON, with their intervals.")] = False,
    csv: Annotated[Path | None, typer.Option("--csv", help="File for the figures, one a row.")] = None,
    second: Second = None,
    against: Annotated[Path | None, typer.Option(help="Folder of another model to compare with.")] = None,
    by: Annotated[
        list[str] | None,
        typer.Option(help="Also by 'sector', or by a column of --table: level, layout …; may be repeated."),
    ] = None,
    table: Table = None,
    at_confidence: Annotated[
        list[float] | None,
        typer.Option(min=0, max=1, help="How many facts have so much confidence, and how many of them are right."),
    ] = None,
    html: Annotated[Path | None, typer.Option(help="File for a page with every wrong fact beside the gold.")] = None,
    plot: Annotated[Path | None, typer.Option(help="File for figures of the confidence; needs matplotlib.")] = None,
    lang: Annotated[Language, typer.Option(help="Language of the headings.")] = Language.VI,
    model: Model = None,
) -> None:
    """Measure a model on annotated reports.

    Where NAME.html, .docx or .pdf stands beside NAME.txt, that file is read, with its tables.
    """
    from baocao_nlp import evaluation, significance, tables
    from baocao_nlp.annotation.formats import load_reports
    from baocao_nlp.annotation.matching import with_second
    from baocao_nlp.figures import Figures
    from baocao_nlp.pages.errors import error_page
    from baocao_nlp.pipeline.load import load
    from baocao_nlp.plots import plot_confidence

    about = {column: described(table, column, "--by") for column in by or () if column != _SECTOR}
    reports = with_second(load_reports(data), load_reports(second) if second else ())

    def measured(folder: Path | None) -> Evaluation:
        plain = evaluation.model_extractor(load(folder))
        return evaluation.evaluate(reports, evaluation.source_extractor(data, plain, folder))

    result = measured(model)
    difference = significance.compare(result, measured(against)) if against else None
    groups = {
        column: significance.by_sector(result)
        if column == _SECTOR
        else significance.by_group(result, {name: row[column].split("+") for name, row in about[column].items()})
        for column in by or ()
    }
    figures = Figures(result, groups, difference, at_confidence or evaluation.STEPS)
    if as_json:
        typer.echo(json.dumps(figures.to_dict(), ensure_ascii=False, indent=1))
    else:
        console = Console()
        for shown in tables.evaluation_tables(result, lang.value, figures.at):
            console.print(shown)
        if difference:
            _show_difference(difference, lang)
        for column, scores in groups.items():
            console.print(tables.groups_table(scores, column, lang.value))
    if csv:
        _write_csv(figures, csv)
    if html:
        texts = {report.name: report.text for report in reports}
        html.write_text(error_page(result, texts, lang.value), encoding="utf-8")
    if plot:
        plot_confidence(result, plot)


def _write_csv(figures: Figures, path: Path) -> None:
    from baocao_nlp.figures import COLUMNS

    with path.open("w", encoding="utf-8", newline="") as file:
        writer = DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(figures.rows())


@reported
def agreement(
    first: Annotated[Path, typer.Argument(help="Folder of annotated reports.")],
    second: Annotated[Path, typer.Argument(help="Folder of the same reports, annotated again.")],
    as_json: Annotated[bool, typer.Option("--json", help="The figures as JSON.")] = False,
    lang: Annotated[Language, typer.Option(help="Language of the headings.")] = Language.VI,
) -> None:
    """Measure how far two annotations of the same reports agree, the first taken as gold."""
    from baocao_nlp import evaluation, tables
    from baocao_nlp.annotation.formats import load_reports
    from baocao_nlp.figures import Figures

    again = {report.text: report for report in load_reports(second)}
    twice = [report for report in load_reports(first) if report.text in again]
    if not twice:
        raise ValueError(f"no report of {first} has the same text as one of {second}")
    result = evaluation.evaluate(twice, lambda text: (again[text].facts, again[text].spans))
    if as_json:
        typer.echo(json.dumps(Figures(result).to_dict(), ensure_ascii=False, indent=1))
        return
    console = Console()
    for shown in tables.agreement_tables(result, lang.value):
        console.print(shown)


def _show_difference(difference: Difference, lang: Language) -> None:
    from baocao_nlp.wording import wording

    words = wording(lang.value)
    verdict = words["chance"] if difference.is_chance else words["no_chance"]
    facts = f"{words['gained']} {difference.gained}, {words['lost']} {difference.lost}"
    Console().print(f"{words['difference']}: {difference.f1}; {facts}; {verdict}", highlight=False)
