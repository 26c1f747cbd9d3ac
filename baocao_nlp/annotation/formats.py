"""The formats of annotated reports: what reads and writes each, and how one is told from another.

Each format is a module of this package with the same names: ``recognises(path)``, ``read(path)``,
``write(reports, output)``, and ``CONFIGURATION``, the file in `configurations` that sets its tool up for our labels.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from importlib import import_module
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from baocao_nlp.annotation.graph import file_name_problem
from baocao_nlp.annotation.problems import AnnotationError, Problem
from baocao_nlp.annotation.report import AnnotatedReport, Checked

# the module of each; told apart in this order
FORMATS = {
    "brat": "brat",
    "markup": "markup",
    "spacy": "docbin",
    "label-studio": "label_studio",
    "doccano": "doccano",
    "prodigy": "prodigy",
}


def recognise(path: str | Path) -> str:
    """Which of `FORMATS` a file or folder is in.

    Raises
    ------
    FileNotFoundError
        Where there is no such path.
    ValueError
        Where it is in none.
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"no such file or folder: {path}")
    for name in FORMATS:
        if _module(name).recognises(path):
            return name
    if path.is_dir():
        raise FileNotFoundError(f"no annotated reports (NAME.ann beside NAME.txt, or NAME.mk) under {path}")
    raise ValueError(f"{path} holds no annotations in any of the formats {', '.join(FORMATS)}")


def check_reports(path: str | Path) -> list[Checked]:
    """The annotated reports of a file or folder in any of `FORMATS`, each with its problems. Errors are those of
    `recognise`."""
    path = Path(path)
    found: list[Checked] = list(_module(recognise(path)).read(path))
    return [_with_usable_name(checked) for checked in found]


def _with_usable_name(checked: Checked) -> Checked:
    message = file_name_problem(checked.report.name)
    if message is None:
        return checked
    return replace(checked, problems=(*checked.problems, Problem(1, message)))


def load_reports(*paths: str | Path) -> list[AnnotatedReport]:
    """All annotated reports of files and folders in any of `FORMATS`.

    Raises
    ------
    AnnotationError
        With every problem of all of them, by file and line.
    """
    return load_groups(paths)[0]


def load_groups(*groups: Iterable[str | Path]) -> list[list[AnnotatedReport]]:
    """The annotated reports of several groups of files and folders. Errors are those of `load_reports`, over all."""
    found = [[checked for path in paths for checked in check_reports(path)] for paths in groups]
    if problems := [(item.file, problem) for group in found for item in group for problem in item.problems]:
        raise AnnotationError(problems)
    return [[checked.report for checked in group] for group in found]


def write_reports(reports: Sequence[AnnotatedReport], output: str | Path, kind: str, **options: Any) -> Path:
    """Write annotated reports in one of `FORMATS`, and beside them the file that sets the tool up for our labels.

    Parameters
    ----------
    output : the folder of "brat" and "markup", the file of the others.
    options : of the format's own ``write``.

    Returns
    -------
    Path
        The configuration, or ``output`` where the tool needs none.

    Raises
    ------
    ValueError
        Where two reports have the same name, or one a name that no file can have.
    """
    twice = [name for name, count in Counter(report.name for report in reports).items() if count > 1]
    if twice:
        raise ValueError(f"two reports are named {twice[0]!r}: rename one, or convert them apart")
    for report in reports:
        if message := file_name_problem(report.name):
            raise ValueError(message)
    output, module = Path(output), _module(kind)
    output.parent.mkdir(parents=True, exist_ok=True)
    module.write(reports, output, **options)
    if not module.CONFIGURATION:
        return output
    folder = output if output.is_dir() else output.parent
    with as_file(files(__package__).joinpath("configurations", module.CONFIGURATION)) as configuration:
        return Path(shutil.copyfile(configuration, folder / module.CONFIGURATION))


def _module(name: str) -> Any:
    if name not in FORMATS:
        raise ValueError(f"no format {name!r}; there are {', '.join(FORMATS)}")
    return import_module(f"baocao_nlp.annotation.{FORMATS[name]}")
