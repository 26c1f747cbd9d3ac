"""A run over many files that can be interrupted: what is done is kept in a journal until the output is written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from baocao_nlp.facts import FileFacts
from baocao_nlp.pipeline.batch import Packed, stamp_of


class Journal:
    """The files of a run that are done, in a file of lines of JSON beside the output.

    Parameters
    ----------
    output : the file that the run is to write.
    settings : what the facts depend on; a run goes on only with the same.
    resume : go on where a run was interrupted.

    Raises
    ------
    ValueError
        Where a run was interrupted and ``resume`` is not asked for, or it had other settings.
    """

    def __init__(self, output: Path, settings: Mapping[str, Any], resume: bool = False):
        self.path = output.with_name(output.name + ".partial")
        self.settings = json.loads(json.dumps(settings))
        self.offsets: dict[str, int] = {}
        self.stamps: dict[str, list[int] | None] = {}
        if self.path.exists():
            if not resume:
                raise ValueError(f"{self.path} is of an interrupted run: go on with --resume, or delete it")
            self._read()
        else:
            self.path.write_text(json.dumps(self.settings) + "\n", encoding="utf-8")
        self._file: IO[bytes] = self.path.open("r+b")

    def _read(self) -> None:
        """Find what is done; a last line that was not finished is cut off."""
        with self.path.open("rb") as file:
            if json.loads(file.readline() or b"{}") != self.settings:
                raise ValueError(f"{self.path} is of a run with other settings: delete it, or use the same")
            end = file.tell()
            for line in iter(file.readline, b""):
                if not line.endswith(b"\n"):
                    break
                data = json.loads(line)
                self.offsets[data["file"]], self.stamps[data["file"]] = end, data["stamp"]
                end = file.tell()
        with self.path.open("r+b") as file:
            file.truncate(end)

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def has(self, path: Path) -> bool:
        """Whether a file is done and is still the same."""
        return self.stamps.get(str(path)) is not None and self.stamps[str(path)] == stamp_of(path)

    def add(self, document: Packed) -> None:
        """Keep what came of a file; a file that failed is tried again when the run goes on."""
        stamp = None if document.error else document.stamp
        line = f'{document.json[:-1]}, "stamp": {json.dumps(stamp)}}}'
        self._file.seek(0, 2)
        self.offsets[document.file], self.stamps[document.file] = self._file.tell(), stamp
        # names of files need not be UTF-8; JSON escapes what is none
        self._file.write(line.encode("utf-8", "backslashreplace") + b"\n")
        self._file.flush()

    def documents(self, paths: Iterable[Path]) -> Iterator[FileFacts]:
        """What came of the files, in the order of the paths, one at a time."""
        for path in paths:
            if str(path) in self.offsets:
                self._file.seek(self.offsets[str(path)])
                yield FileFacts.from_dict(json.loads(self._file.readline()))

    def remove(self) -> None:
        """Drop the journal: its facts are in the output."""
        self._file.close()
        self.path.unlink()
