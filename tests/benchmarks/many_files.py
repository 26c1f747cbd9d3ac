"""How the command line scales: over cores, and memory over the number of files."""

import subprocess
import sys
import time
from itertools import cycle
from pathlib import Path

import psutil

CORPUS = Path(__file__).parents[2] / "data" / "annotated"


def folder_of(count: int, into: Path) -> Path:
    """A folder with so many reports of the corpus."""
    into.mkdir()
    for number, path in zip(range(count), cycle(sorted(CORPUS.glob("t*/*.txt")))):
        (into / f"{number:04}-{path.name}").write_bytes(path.read_bytes())
    return into


def run(folder: Path, jobs: int) -> tuple[float, float]:
    """Seconds and megabytes at the peak, child processes included, that the command takes for a folder."""
    code = "from baocao_nlp.cli import main; main()"
    arguments = ["extract", str(folder), "-o", str(folder.with_suffix(".csv")), "-q", "-j", str(jobs)]
    begin, peak = time.perf_counter(), 0
    process = psutil.Popen([sys.executable, "-c", code, *arguments], stdout=subprocess.DEVNULL)
    while process.poll() is None:
        try:
            family = [process, *process.children(recursive=True)]
            peak = max(peak, sum(member.memory_info().rss for member in family))
        except psutil.Error:
            pass
        time.sleep(0.05)
    assert process.returncode == 0
    return time.perf_counter() - begin, peak / 2**20


def measured(folder: Path) -> list[list[str]]:
    """Seconds for 120 reports by the number of processes, and megabytes at the peak by the number of files."""
    few, many = folder_of(12, folder / "few"), folder_of(120, folder / "many")
    one, _ = run(many, 1)
    two, peak_many = run(many, 2)
    _, peak_few = run(few, 2)
    return [
        ["one_process", f"{one:.0f} s"],
        ["two_processes", f"{two:.0f} s"],
        ["times", f"{one / two:.2f}"],
        ["few_files", f"{peak_few:.0f} MB"],
        ["many_files", f"{peak_many:.0f} MB"],
    ]
