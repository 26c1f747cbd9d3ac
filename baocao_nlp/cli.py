"""The command line."""

from __future__ import annotations

import logging
from importlib.metadata import version
from typing import Annotated

import typer

from baocao_nlp.commands import annotating, corpus, extract, models, view

app = typer.Typer(
    help="Facts out of Vietnamese government reports.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for command in (
    extract.extract,
    view.view,
    annotating.annotate,
    annotating.convert,
    models.train,
    models.evaluate,
    models.agreement,
    models.learning_curve,
    corpus.statistics,
    corpus.check_annotations,
):
    app.command()(command)


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"baocao-nlp {version('baocao-nlp')}")
        raise typer.Exit


@app.callback()
def common(
    log_level: Annotated[str, typer.Option(help="What is logged: debug, info, warning, error.")] = "warning",
    told_version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Tell the version and leave.")
    ] = False,
) -> None:
    """Facts out of Vietnamese government reports."""
    level = logging.getLevelNamesMapping().get(log_level.upper())
    if level is None:
        raise typer.BadParameter(f"{log_level!r} is none of debug, info, warning, error", param_hint="--log-level")
    logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s")


def main() -> None:
    """The entry point of ``baocao-nlp``."""
    app()
