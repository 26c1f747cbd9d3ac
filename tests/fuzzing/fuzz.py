"""Fuzz the targets with atheris, each in a process of its own: python tests/fuzzing/fuzz.py [--share S] [TARGET …]

What fails is kept as ``build/fuzzing/TARGET-crash-…``; when it is mended it goes to ``tests/fuzzing/cases/TARGET/``,
which the tests run. ``--share 0.1`` does a tenth of the runs.
"""

import argparse
import re
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
BUILD = HERE.parents[1] / "build" / "fuzzing"
# seconds after which one input hangs, and megabytes after which it leaks
OPTIONS = [
    "-timeout=20",
    "-rss_limit_mb=3000",
    "-print_final_stats=1",
    "-len_control=0",
    "-max_len=4000",
    "-verbosity=0",
]


def fuzz(name: str, runs: int) -> None:
    """Fuzz one target in this process, which ends with it."""
    import atheris

    with atheris.instrument_imports(include=["baocao_nlp"]):
        from targets import TARGETS

    target = TARGETS[name]
    corpus = BUILD / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds()):
        (corpus / f"seed-{number}").write_bytes(seed)
    atheris.Setup(
        [sys.argv[0], *OPTIONS, f"-runs={runs}", f"-artifact_prefix={BUILD}/{name}-", "-seed=1", str(corpus)],
        target.run,
    )
    atheris.Fuzz()


def main() -> int:
    sys.path[:0] = [str(HERE), str(HERE.parent)]
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("targets", nargs="*")
    options.add_argument("--share", type=float, default=1.0)
    options.add_argument("--in-process", type=int, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.in_process is not None:
        fuzz(chosen.targets[0], chosen.in_process)
    from targets import TARGETS

    BUILD.mkdir(parents=True, exist_ok=True)
    failed = total = 0
    for name in chosen.targets or TARGETS:
        begin = time.monotonic()
        runs = max(int(TARGETS[name].runs * chosen.share), 1)
        command = [sys.executable, __file__, "--in-process", str(runs), name]
        with (BUILD / f"{name}.log").open("wb") as log:
            code = subprocess.run(command, stdout=log, stderr=subprocess.STDOUT, check=False).returncode
        said = (BUILD / f"{name}.log").read_text(encoding="utf-8", errors="replace")
        done = int((re.findall(r"number_of_executed_units: (\d+)", said) or ["0"])[-1])
        total += done
        failed += code != 0
        print(f"{name:20} {done:9,} runs {time.monotonic() - begin:7.0f} s  {'FAILED' if code else 'ok'}", flush=True)
    print(f"{'all':20} {total:9,} runs")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
