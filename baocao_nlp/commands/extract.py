"""The command that extracts facts."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from baocao_nlp.commands.common import Format, Language, Model, Ocr, Units, complain, reported

if TYPE_CHECKING:
    from baocao_nlp.facts import FileFacts
    from baocao_nlp.pipeline.batch import Packed

T = TypeVar("T", "FileFacts", "Packed")

log = logging.getLogger(__name__)


@reported
def extract(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="Reports (Word, PDF, web pages, text in any Vietnamese encoding) or folders; - is standard input."
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="File for the facts: .csv, .xlsx, .parquet, .duckdb, .jsonl or .json."),
    ] = None,
    kind: Annotated[
        Format | None,
        typer.Option("--format", help="Without --output: table in a terminal, else jsonl.", show_default=False),
    ] = None,
    fields: Annotated[
        str | None, typer.Option(help="Columns, with commas between them; 'all' for every one.", show_default=False)
    ] = None,
    report_period: Annotated[
        str | None, typer.Option(help="What the reports are about, where they do not say: 2024-05, 2024-Q1, 2024-H1 …")
    ] = None,
    min_confidence: Annotated[float, typer.Option(help="Leave out facts with less confidence.")] = 0.0,
    jobs: Annotated[int, typer.Option("--jobs", "-j", help="Processes; -1 for one on each core.")] = 1,
    scheduler: Annotated[
        str | None, typer.Option(help="Address of a Dask scheduler whose workers do the work.")
    ] = None,
    ocr: Ocr = False,
    units: Units = None,
    seconds: Annotated[float, typer.Option(min=0.001, help="Give a file up that takes longer.")] = 1800,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a run that was interrupted.")] = False,
    lang: Annotated[Language, typer.Option(help="Language of headings.")] = Language.VI,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar and no word but errors.")] = False,
    model: Model = None,
) -> None:
    """Extract the facts of reports.

    A report on the screen: baocao-nlp extract bao-cao.docx

    A folder into a spreadsheet: baocao-nlp extract bao-cao/ -o so-lieu.xlsx -j -1

    Only what is sure, as a stream: baocao-nlp extract bao-cao/ --min-confidence 0.9 | jq .label

    Exit status: 0 where all went well, 1 where some files could not be read, 2 where the call was wrong.
    """
    from baocao_nlp.outputs.files import check_output, write_facts
    from baocao_nlp.outputs.journal import Journal
    from baocao_nlp.outputs.records import READABLE, chosen_fields
    from baocao_nlp.outputs.streams import stream_facts
    from baocao_nlp.pipeline.batch import expanded, extract_many, extract_packed
    from baocao_nlp.reading import Limits

    paths = expanded(files)
    chosen = chosen_fields(fields) if fields else None
    settings = {
        "report_period": report_period, "min_confidence": min_confidence, "ocr": ocr, "units": units, "model": model,
    }  # fmt: skip
    options = settings | {"limits": Limits(seconds=seconds)}
    n_jobs = None if scheduler else 1 if Path("-") in paths else jobs

    failed: list[str] = []

    def run(work: Callable[..., Iterator[T]], todo: Sequence[Path]) -> Iterator[T]:
        with _cluster(scheduler):
            found = work(todo, n_jobs=n_jobs, **options)
            yield from _complained(_watched(found, len(todo), len(paths), quiet), failed)

    if output is None:
        if resume:
            raise ValueError("--resume needs --output: only what goes into a file can be gone on with")
        shown = kind or (Format.TABLE if sys.stdout.isatty() else Format.JSONL)
        stream_facts(run(extract_many, paths), sys.stdout, shown, chosen or READABLE, lang.value)
    else:
        check_output(output)
        with Journal(output, {name: str(value) for name, value in settings.items()}, resume) as journal:
            todo = [path for path in paths if not journal.has(path)]
            for document in run(extract_packed, todo):
                journal.add(document)
            write_facts(journal.documents(paths), output, fields=chosen, lang=lang.value)
            journal.remove()
        if not quiet:
            typer.echo(f"{output}: {len(paths) - len(failed)}/{len(paths)}", err=True)
    if failed:
        raise typer.Exit(1)


def _complained(documents: Iterable[T], failed: list[str]) -> Iterator[T]:
    """Documents as they come; files that could not be read are told of."""
    for document in documents:
        log.info("%s", document.file)
        if document.error:
            failed.append(document.file)
            complain(f"{document.file}: {document.error}")
        yield document


def _watched(documents: Iterable[T], todo: int, all_of: int, quiet: bool) -> Iterator[T]:
    """Documents as they come, with a progress bar where someone may be looking and there is something to see."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, transient=True, disable=quiet or todo < 2 or not console.is_terminal
    ) as bar:
        task = bar.add_task("", total=all_of, completed=all_of - todo)
        for document in documents:
            bar.update(task, advance=1, description=Path(document.file).name)
            yield document


@contextmanager
def _cluster(scheduler: str | None) -> Iterator[None]:
    """Have joblib's work done by a Dask cluster, where the address of one is given."""
    if scheduler is None:
        yield
        return
    from joblib import parallel_config

    try:
        from distributed import Client
    except ImportError:
        raise ValueError("--scheduler needs Dask: pip install 'baocao-nlp[dask]'") from None
    with Client(scheduler), parallel_config(backend="dask"):
        yield
