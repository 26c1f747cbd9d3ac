"""What is wrong in annotated reports, by file and line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_SHOWN = 20


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something wrong in an annotation file, and the line (from 1) it stands in; in a file that is one JSON list, the
    number of the entry."""

    line: int
    message: str


class AnnotationError(ValueError):
    """Annotated reports that cannot be used as they are; ``problems`` has each with its file."""

    def __init__(self, problems: Sequence[tuple[Path, Problem]]):
        self.problems = list(problems)
        more = f"\n… and {len(self.problems) - _SHOWN} more" if len(self.problems) > _SHOWN else ""
        places = sorted({str(path) for path, _ in self.problems})
        where = places[0] if len(places) == 1 else f"{len(places)} files"
        shown = "\n".join(self.lines()[:_SHOWN])
        super().__init__(f"{len(self.problems)} problems in {where}\n{shown}{more}")

    def lines(self) -> list[str]:
        """Every problem as ``FILE:LINE: MESSAGE``."""
        return [f"{path}:{problem.line}: {problem.message}" for path, problem in self.problems]
