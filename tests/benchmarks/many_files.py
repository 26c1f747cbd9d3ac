"""How the command line scales: over cores, and memory over the number of files. Run by ``make bench-many``."""

import subprocess
import sys
import tempfile
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


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        few, many = folder_of(30, Path(name, "few")), folder_of(300, Path(name, "many"))
        one, _ = run(many, 1)
        two, peak_many = run(many, 2)
        _, peak_few = run(few, 2)
    print(f"300 files with one process {one:.0f} s, with two {two:.0f} s: {one / two:.2f} times")
    print(f"peak memory at 30 files {peak_few:.0f} MB, at 300 {peak_many:.0f} MB: {peak_many / peak_few:.2f} times")


if __name__ == "__main__":
    main()
