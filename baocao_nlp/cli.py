"""The command line."""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec

import typer
from rich.console import Console

if TYPE_CHECKING:
    from baocao_nlp.evaluation import Evaluation
    from baocao_nlp.facts import Fact

app = typer.Typer(
    help="Facts out of Vietnamese government reports.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

Model = Annotated[Path | None, typer.Option("--model", help="Folder of a model; the default model without it.")]
Epochs = Annotated[int | None, typer.Option(help="How often each report is seen; as the default model's without it.")]
Second = Annotated[
    Path | None,
    typer.Option(help="Folder of the reports annotated again: where the two differ, either is right."),
]
P = ParamSpec("P")


class Format(StrEnum):
    """How facts are written."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


class Language(StrEnum):
    """The language of headings."""

    VI = "vi"
    EN = "en"


def _reported(command: Callable[P, None]) -> Callable[P, None]:
    """What a user can mend is told in one line, with exit status 2."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except BrokenPipeError:
            # whoever reads has seen enough; Python would complain once more when it closes the pipe
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except (OSError, ValueError) as error:
            typer.echo(f"baocao-nlp: {error}", err=True)
            raise typer.Exit(2) from None

    return run


@app.command()
@_reported
def extract(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="Reports (Word, PDF, web pages, text in any Vietnamese encoding) or folders; - is standard input."
        ),
    ],
    output_format: Annotated[
        Format | None, typer.Option("--format", help="table in a terminal, else jsonl.", show_default=False)
    ] = None,
    report_period: Annotated[
        str | None, typer.Option(help="What the reports are about, where they do not say: 2024-05, 2024-Q1, 2024-H1 …")
    ] = None,
    min_confidence: Annotated[float, typer.Option(help="Leave out facts with less confidence.")] = 0.0,
    lang: Annotated[Language, typer.Option(help="Language of the table's headings.")] = Language.VI,
    model: Model = None,
) -> None:
    """Extract the facts of reports."""
    from baocao_nlp.pipeline.load import extract as extract_facts

    chosen = output_format or (Format.TABLE if sys.stdout.isatty() else Format.JSONL)
    failed = 0

    def documents() -> Iterator[tuple[str, list[Fact]]]:
        nonlocal failed
        for path in _expanded(files):
            try:
                text = _read(path)
            except (OSError, ValueError) as error:
                failed += 1
                typer.echo(f"baocao-nlp: {_complaint(path, error)}", err=True)
                continue
            yield (
                str(path),
                extract_facts(text, report_period=report_period, min_confidence=min_confidence, model=model),
            )

    _WRITERS[chosen](documents(), lang)
    if failed:
        raise typer.Exit(1)


def _expanded(paths: Iterable[Path]) -> Iterator[Path]:
    """The paths, and in the place of a folder the reports below it, told by their names."""
    from baocao_nlp.reading import SUFFIXES

    for path in paths:
        below = (file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES) if path.is_dir() else [path]
        yield from sorted(below)


def _read(path: Path) -> str:
    from baocao_nlp.reading import read

    return read(sys.stdin.buffer.read() if str(path) == "-" else path).text


def _complaint(path: Path, error: OSError | ValueError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"{path}: not UTF-8 text ({error.reason} at byte {error.start})"
    return f"{path}: {error.strerror or error if isinstance(error, OSError) else error}"


def _write_json(documents: Iterable[tuple[str, list[Fact]]], lang: Language) -> None:
    listed = [{"file": name, "facts": [fact.to_dict() for fact in facts]} for name, facts in documents]
    typer.echo(json.dumps(listed, ensure_ascii=False, indent=1))


def _write_jsonl(documents: Iterable[tuple[str, list[Fact]]], lang: Language) -> None:
    for name, facts in documents:
        for fact in facts:
            typer.echo(json.dumps({"file": name, **fact.to_dict()}, ensure_ascii=False))


COLUMNS: dict[str, Callable[[Fact], Any]] = {
    "label": lambda fact: fact.label,
    "value": lambda fact: fact.value.text,
    "number": lambda fact: fact.number,
    "unit": lambda fact: fact.unit.text if fact.unit else None,
    "comparison": lambda fact: fact.comparison.type if fact.comparison else None,
    "basis": lambda fact: fact.comparison.basis if fact.comparison else None,
    "period": lambda fact: fact.period.text if fact.period else None,
    "period_start": lambda fact: fact.period_start,
    "period_end": lambda fact: fact.period_end,
    "modifier": lambda fact: fact.modifier,
    "canonical_value": lambda fact: fact.canonical_value,
    "canonical_unit": lambda fact: fact.canonical_unit,
    "confidence": lambda fact: round(fact.confidence, 4),
    "start": lambda fact: fact.value.start,
    "end": lambda fact: fact.value.end,
}


def _write_csv(documents: Iterable[tuple[str, list[Fact]]], lang: Language) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["file", *COLUMNS])
    for name, facts in documents:
        writer.writerows([name, *(column(fact) for column in COLUMNS.values())] for fact in facts)


def _write_table(documents: Iterable[tuple[str, list[Fact]]], lang: Language) -> None:
    from baocao_nlp.tables import facts_table

    console = Console()
    for name, facts in documents:
        console.print(facts_table(name, facts, lang.value))


_WRITERS: dict[Format, Callable[[Iterable[tuple[str, list[Fact]]], Language], None]] = {
    Format.TABLE: _write_table,
    Format.JSON: _write_json,
    Format.JSONL: _write_jsonl,
    Format.CSV: _write_csv,
}


@app.command()
@_reported
def train(
    data: Annotated[list[Path], typer.Argument(help="Folders of annotated reports, NAME.txt with NAME.ann.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder of the model.")],
    calibrate: Annotated[
        list[Path] | None,
        typer.Option(help="Folders of reports to fit confidence on; without any, one report in seven."),
    ] = None,
    second: Second = None,
    epochs: Epochs = None,
    seed: Annotated[int, typer.Option(help="Same data and seed, same model.")] = 0,
    without: Annotated[list[str] | None, typer.Option(help="An augmentation to leave out; may be repeated.")] = None,
) -> None:
    """Train a model on annotated reports."""
    from rich.progress import Progress

    from baocao_nlp.annotation.brat import load_reports
    from baocao_nlp.annotation.matching import with_second
    from baocao_nlp.training import Settings
    from baocao_nlp.training import train as train_model

    reports, held_out = (
        [report for folder in folders for report in load_reports(folder)] for folders in (data, calibrate or [])
    )
    settings = (Settings(epochs=epochs, seed=seed) if epochs else Settings(seed=seed)).without(*without or ())
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("train", total=settings.epochs)
        train_model(
            reports,
            output,
            calibration=with_second(held_out, load_reports(second) if second else ()),
            settings=settings,
            progress=lambda epoch, loss: bar.update(task, completed=epoch, description=f"loss {loss:.3f}"),
        )
    typer.echo(f"trained on {len(reports)} reports, {sum(len(report.facts) for report in reports)} facts: {output}")


@app.command("learning-curve")
@_reported
def learning_curve(
    data: Annotated[Path, typer.Argument(help="Folder of annotated reports to train on.")],
    held_out: Annotated[list[Path], typer.Argument(help="Folders of annotated reports to measure on.")],
    shares: Annotated[str, typer.Option(help="Shares of the reports to train on.")] = "0.125,0.25,0.5,1",
    plot: Annotated[Path | None, typer.Option(help="File for the curve, .svg or .png; needs matplotlib.")] = None,
    epochs: Epochs = None,
) -> None:
    """Train on growing shares of the reports and measure each model; takes about twice as long as training."""
    from baocao_nlp.annotation.brat import load_reports
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


@app.command()
@_reported
def evaluate(
    data: Annotated[Path, typer.Argument(help="Folder of annotated reports that the model was not trained on.")],
    as_json: Annotated[bool, typer.Option("--json", help="The figures as JSON.")] = False,
    second: Second = None,
    html: Annotated[Path | None, typer.Option(help="File for a page with every wrong fact beside the gold.")] = None,
    plot: Annotated[Path | None, typer.Option(help="File for figures of the confidence; needs matplotlib.")] = None,
    lang: Annotated[Language, typer.Option(help="Language of the headings.")] = Language.VI,
    model: Model = None,
) -> None:
    """Measure a model on annotated reports."""
    from baocao_nlp import evaluation
    from baocao_nlp.annotation.brat import load_reports
    from baocao_nlp.annotation.matching import with_second
    from baocao_nlp.pages.errors import error_page
    from baocao_nlp.pipeline.load import load
    from baocao_nlp.plots import plot_confidence

    reports = with_second(load_reports(data), load_reports(second) if second else ())
    result = evaluation.evaluate(reports, evaluation.model_extractor(load(model)))
    _show(result, as_json, lang)
    if html:
        html.write_text(
            error_page(result, {report.name: report.text for report in reports}, lang.value), encoding="utf-8"
        )
    if plot:
        plot_confidence(result, plot)


@app.command()
@_reported
def agreement(
    first: Annotated[Path, typer.Argument(help="Folder of annotated reports.")],
    second: Annotated[Path, typer.Argument(help="Folder of the same reports, annotated again.")],
    as_json: Annotated[bool, typer.Option("--json", help="The figures as JSON.")] = False,
    lang: Annotated[Language, typer.Option(help="Language of the headings.")] = Language.VI,
) -> None:
    """Measure how far two annotations of the same reports agree, the first taken as gold."""
    from baocao_nlp import evaluation
    from baocao_nlp.annotation.brat import load_reports

    again = {report.text: report for report in load_reports(second)}
    twice = [report for report in load_reports(first) if report.text in again]
    if not twice:
        raise ValueError(f"no report of {first} has the same text as one of {second}")
    _show(evaluation.evaluate(twice, lambda text: (again[text].facts, again[text].spans)), as_json, lang)


def _show(result: Evaluation, as_json: bool, lang: Language) -> None:
    from baocao_nlp import tables

    if as_json:
        typer.echo(json.dumps(result.to_dict(), ensure_ascii=False, indent=1))
        return
    console = Console()
    for table in tables.evaluation_tables(result, lang.value):
        console.print(table)


@app.command()
@_reported
def statistics(
    data: Annotated[list[Path], typer.Argument(help="Folders of annotated reports, one column each.")],
    table: Annotated[Path | None, typer.Option(help="CSV that describes the reports by 'name': also counted.")] = None,
    where: Annotated[str, typer.Option(help="Only reports with COLUMN=VALUE or COLUMN=VALUE,VALUE in --table.")] = "",
    lang: Annotated[Language, typer.Option(help="Language of the headings.")] = Language.VI,
) -> None:
    """Count what annotated reports are made of."""
    from baocao_nlp import tables
    from baocao_nlp.annotation.brat import load_reports
    from baocao_nlp.statistics import count

    if where and not table:
        raise ValueError("--where needs the --table that describes the reports")
    about = _descriptions(table) if table else {}
    column, _, values = where.partition("=")
    if where and not all(column in row for row in about.values()):
        raise ValueError(f"{table} has no column {column!r}")
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


def _descriptions(path: Path) -> dict[str, dict[str, str]]:
    """What a CSV says of each report, by name."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        if "name" not in (rows.fieldnames or ()):
            raise ValueError(f"{path} has no column 'name'")
        return {row.pop("name"): row for row in rows}


@app.command("check-annotations")
@_reported
def check_annotations(
    paths: Annotated[list[Path], typer.Argument(help="Annotated reports, or folders of them.")],
    arithmetic: Annotated[
        bool, typer.Option("--arithmetic", help="Also note figures that do not fit together; they are no problem.")
    ] = False,
) -> None:
    """Report what is broken in annotated reports, by file and line."""
    from baocao_nlp.annotation.brat import check_report, find_reports
    from baocao_nlp.annotation.slips import find_slips

    found = [file for path in paths for file in (find_reports(path) if path.is_dir() else [path.with_suffix(".ann")])]
    broken = 0
    for file in found:
        try:
            report, problems = check_report(file)
        except (OSError, UnicodeDecodeError) as error:
            broken += 1
            typer.echo(_complaint(file, error))
            continue
        broken += len(problems)
        for problem in [*problems, *(find_slips(report) if arithmetic else ())]:
            typer.echo(f"{file}:{problem.line}: {problem.message}")
    typer.echo(f"{len(found)} reports, {broken} problems", err=True)
    if broken:
        raise typer.Exit(1)


def main() -> None:
    """The entry point of ``baocao-nlp``."""
    app()
