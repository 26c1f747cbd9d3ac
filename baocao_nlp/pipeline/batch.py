"""Many files: each one's facts, or what went wrong with it, as they come."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from glob import glob
from pathlib import Path
from typing import Any, TypedDict, TypeVar, Unpack

from joblib import Parallel, delayed

from baocao_nlp.facts import FileFacts
from baocao_nlp.meaning.lexicon import reading_with
from baocao_nlp.pipeline.load import extract_document, load_extractor
from baocao_nlp.reading import Limits, read
from baocao_nlp.reading.limits import stopped_after

Result = TypeVar("Result")


class Options(TypedDict, total=False):
    """How files are read and their facts extracted: keyword arguments of `extract` and `read`."""

    report_period: str | None
    min_confidence: float
    ocr: bool
    units: str | Path | None
    limits: Limits
    model: str | Path | None


def extract_many(
    paths: Iterable[str | Path], *, n_jobs: int | None = 1, **options: Unpack[Options]
) -> Iterator[FileFacts]:
    """The facts of many files, in the order of the paths, each as soon as it and those before it are done.

    A file that cannot be read is one result with an ``error``; it keeps no other from being read.

    Parameters
    ----------
    n_jobs : so many processes; -1 for as many as there are cores, ``None`` for what `joblib.parallel_config` says,
        whose backend is used as well.
    report_period, min_confidence, units, model : as in `extract`.
    ocr, limits : as in `read`.

    Raises
    ------
    FileNotFoundError
        Where there is no such model, or no such file of units.
    ValueError
        Where ``report_period`` cannot be read, or ``units`` says what cannot be.
    OSError
        Where a worker process was killed.
    """
    return _run(extract_one, paths, n_jobs, options)


@dataclass(frozen=True, slots=True)
class Packed:
    """A `FileFacts` as JSON, made where the file was read, so that who collects many has little to do.

    ``stamp`` is that of the file as it was read (see `stamp_of`).
    """

    file: str
    error: str | None
    json: str
    stamp: list[int] | None = None


def extract_packed(
    paths: Iterable[str | Path], *, n_jobs: int | None = 1, **options: Unpack[Options]
) -> Iterator[Packed]:
    """What `extract_many` gives, packed. Parameters and errors are the same."""
    return _run(_pack_one, paths, n_jobs, options)


def _run(
    work: Callable[..., Result], paths: Iterable[str | Path], n_jobs: int | None, options: Options
) -> Iterator[Result]:
    # a wrong model, period or file of units is told at once, not once for every file
    with reading_with(options.get("units")):
        load_extractor(options.get("model"))("", options.get("report_period"))
    jobs = (delayed(work)(str(path), **options) for path in paths)
    return _told(Parallel(n_jobs=n_jobs, return_as="generator")(jobs))


def _told(found: Iterator[Result]) -> Iterator[Result]:
    """Results as they come; that a worker was killed is told as what it is."""
    try:
        yield from found
    except BrokenProcessPool:
        raise OSError("a worker process was killed, as where memory runs out: go on with fewer jobs") from None


def _pack_one(path: str, **options: Unpack[Options]) -> Packed:
    stamp = stamp_of(path)
    found = extract_one(path, **options)
    return Packed(path, found.error, json.dumps(found.to_dict(), ensure_ascii=False), stamp)


def stamp_of(path: str | Path) -> list[int] | None:
    """Length and time of change of a file, which tell whether it is still the same; ``None`` where there is none."""
    try:
        about = Path(path).stat()
    except OSError:
        return None
    return [about.st_size, about.st_mtime_ns]


def extract_one(path: str, *, ocr: bool = False, limits: Limits = Limits(), **options: Any) -> FileFacts:
    """The facts of one file, or what went wrong with it."""
    try:
        with stopped_after(limits.seconds):
            before = stamp_of(path)
            document = read(sys.stdin.buffer.read() if path == "-" else path, ocr=ocr, limits=limits)
            if stamp_of(path) != before:
                return FileFacts(path, error="changed while it was read: read it again")
            facts = extract_document(document, file=path, **options)
    except OSError as error:
        return FileFacts(path, error=error.strerror or str(error))
    except ValueError as error:
        return FileFacts(path, error=str(error))
    # what no one has thought of must not cost the other files
    except Exception as error:
        return FileFacts(path, error=f"unexpected {type(error).__name__}: {error}")
    return FileFacts(path, tuple(facts), document.format, len(document.text))


def expanded(paths: Sequence[Path]) -> list[Path]:
    """The paths, each once; in the place of a folder the reports below it by name, told by their suffixes, and in the
    place of a pattern ("2024/**/*.docx") the files that it fits.

    Raises
    ------
    FileNotFoundError
        Where a pattern fits no file.
    """
    from baocao_nlp.reading import SUFFIXES

    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            below = (file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())
            found |= dict.fromkeys(sorted(below))
        elif re.search(r"[*?\[]", str(path)) and not path.exists():
            fitting = sorted(map(Path, glob(str(path), recursive=True)))
            if not fitting:
                raise FileNotFoundError(f"no file fits {path}")
            found |= dict.fromkeys(fitting)
        else:
            found[path] = None
    return list(found)
