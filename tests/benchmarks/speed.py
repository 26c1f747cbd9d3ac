"""How fast extraction is beside what a user could run today: ``make bench`` on an idle machine.

Prints the tables and writes ``docs/performance.md``. The yardsticks run on the same text, in the same process, in turn
with `extract`, and of each the fastest round counts.
"""

import importlib.metadata
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path

import many_files
from rich.console import Console
from rich.markdown import Markdown

from baocao_nlp import extract
from baocao_nlp.facts import LABELS
from baocao_nlp.features.layout import Layout
from baocao_nlp.pipeline.extractor import Analysis, report_period_of
from baocao_nlp.pipeline.load import load_extractor
from baocao_nlp.text.document import Document

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "performance.md"
REAL = ROOT.parent / "shared" / "real"
ROUNDS = 5
# characters of a printed page
PAGE_LENGTH = 2500
PYTHON = {
    "python alone": "pass",
    "`import underthesea`": "import underthesea",
    "`import baocao_nlp`": "import baocao_nlp",
    "underthesea: the first `word_tokenize`": "import underthesea; underthesea.word_tokenize('Thu ngân sách')",
    "baocao_nlp: the first `extract`": "import baocao_nlp; baocao_nlp.extract('Thu ngân sách đạt 12 tỷ đồng.')",
    "`baocao-nlp --help`": "import sys; sys.argv = ['baocao-nlp', '--help']; from baocao_nlp.cli import main; main()",
}

Rows = Sequence[Sequence[object]]


def table(*header: str) -> Callable[[Iterable[Sequence[object]]], str]:
    """What makes a Markdown table of rows, under a header."""

    def written(rows: Iterable[Sequence[object]]) -> str:
        lines = [header, ["---"] * len(header), *rows]
        return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)

    return written


def seconds(run: Callable[[], object]) -> float:
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin


def fastest(runs: Mapping[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, float]:
    """The seconds of the fastest of some rounds in which all take their turn, after one that warms them up."""
    taken = [{name: seconds(run) for name, run in runs.items()} for _ in range(rounds + 1)][1:]
    return {name: min(one[name] for one in taken) for name in runs}


def over(texts: Sequence[str], work: Callable[[str], object]) -> Callable[[], object]:
    return lambda: [work(text) for text in texts]


def spacy_ner() -> Callable[[str], object]:
    """A named-entity recogniser of spaCy's small size; its weights are drawn by chance, which costs the same."""
    import spacy

    nlp = spacy.blank("vi", config={"nlp": {"tokenizer": {"use_pyvi": False}}})
    ner = nlp.add_pipe("ner")
    for label in LABELS:
        ner.add_label(label)
    nlp.initialize()
    return nlp


def throughput(texts: Sequence[str]) -> str:
    import underthesea

    characters, syllables = sum(map(len, texts)), sum(len(text.split()) for text in texts)
    work = {
        "**baocao_nlp `extract`, the whole**": over(texts, extract),
        "underthesea `word_tokenize`, segmentation alone": over(texts, underthesea.word_tokenize),
        "spaCy NER, small": over(texts, spacy_ner()),
    }
    taken = fastest(work)
    # a minute a round: once, on the first text, is enough
    few = texts[:1]
    taken["underthesea `ner`"] = seconds(over(few, underthesea.ner)) * characters / sum(map(len, few))
    unit = taken["underthesea `word_tokenize`, segmentation alone"]
    return table("", "characters/s", "syllables/s", "against `word_tokenize`")(
        (name, f"{characters / time:,.0f}", f"{syllables / time:,.0f}", f"{unit / time:.3g}")
        for name, time in taken.items()
    )


def stages(texts: Sequence[str]) -> str:
    """What each step takes, on its own."""
    extractor = load_extractor()
    documents = [Document(text) for text in texts]
    layouts = [Layout.of(document) for document in documents]
    vectors = [extractor.network.vectors(layout) for layout in layouts]
    mentions = [extractor.tagger.tag(*both) for both in zip(layouts, vectors)]
    analyses = [Analysis(*parts) for parts in zip(layouts, vectors, mentions)]
    linked = [extractor.link(analysis, report_period_of(analysis.layout.document))[0] for analysis in analyses]
    taken = fastest(
        {
            "text: tokens, blocks, sentences": over(texts, Document),
            "features of tokens": lambda: [Layout.of(document) for document in documents],
            "network: vectors of tokens": lambda: [extractor.network.vectors(layout) for layout in layouts],
            "tags": lambda: [extractor.tagger.tag(*both) for both in zip(layouts, vectors)],
            "links and facts": lambda: [
                extractor.link(analysis, report_period_of(analysis.layout.document)) for analysis in analyses
            ],
            "confidence": lambda: [extractor.confidence.of([item.evidence for item in links]) for links in linked],
        }
    )
    whole = sum(taken.values())
    return table("step", "share of the time")((name, f"{time / whole:.0%}") for name, time in taken.items())


def latency(texts: Sequence[str]) -> str:
    """Milliseconds for one paragraph, of ordinary length and with figures, by itself."""
    paragraphs = [
        line for text in texts for line in text.split("\n") if 200 < len(line) < 800 and any(map(str.isdigit, line))
    ]
    taken = [1000 * seconds(partial(extract, paragraph)) for paragraph in paragraphs]
    cuts = statistics.quantiles(taken, n=20)
    return (
        f"{len(paragraphs)} paragraphs of 200 to 800 characters: median {cuts[9]:.1f} ms, 95% below {cuts[18]:.1f} ms."
    )


def python(code: str) -> float:
    run = partial(subprocess.run, [sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
    return fastest({"": run})[""]


def start_up() -> str:
    return table("a new process", "seconds")((name, f"{python(code):.2f}") for name, code in PYTHON.items())


def peak_memory(paths: Sequence[Path]) -> str:
    code = (
        "import resource, sys; from pathlib import Path; from baocao_nlp import extract\n"
        "for path in sys.argv[1:]: extract(Path(path).read_text(encoding='utf-8'))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    done = subprocess.run([sys.executable, "-c", code, *map(str, paths)], check=True, capture_output=True, text=True)
    return f"{len(paths)} reports, one after the other, in one process: {int(done.stdout) / 1024:.0f} MB at the peak."


def growth(texts: Sequence[str]) -> str:
    """Seconds by the length of one text, made of reports put one after the other."""
    endless = "\n\n".join(texts)
    endless *= 1 + 1000 * PAGE_LENGTH // len(endless)
    rows = []
    for pages in (1, 10, 100, 1000):
        text = endless[: pages * PAGE_LENGTH]
        taken = fastest({"": partial(extract, text)}, rounds=2 if pages > 100 else ROUNDS)[""]
        rows.append((pages, f"{taken:.3f}", f"{1000 * taken / pages:.2f}"))
    return table("pages in one text", "seconds", "ms a page")(rows)


def measured() -> str:
    paths = sorted((ROOT / "data" / "annotated" / "test").glob("*.txt"))
    texts = [path.read_text(encoding="utf-8") for path in paths]
    real = [path.read_text(encoding="utf-8") for path in sorted(REAL.glob("*.txt"))]
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("numpy", "underthesea", "spacy"))
    parts = [
        "# How fast it is",
        f"Written by `make bench` on {date.today().isoformat()}: {os.cpu_count()} cores of {processor()}, "
        f"Python {platform.python_version()}, {versions}. One process, as a user would run it, warm.",
        "## Throughput",
        f"The {len(texts)} reports of the test split:",
        throughput(texts),
    ]
    if real:
        parts += [f"{len(real)} real reports:", throughput(real)]
    with tempfile.TemporaryDirectory() as folder:
        scaling = many_files.measured(Path(folder))
    return "\n\n".join(
        [
            *parts,
            "## Where the time goes",
            stages(texts),
            "## One paragraph",
            latency(texts),
            "## Starting",
            start_up(),
            "## Memory",
            peak_memory(sorted((ROOT / "data" / "annotated").glob("*/*.txt"))),
            "## Long texts",
            growth(texts),
            "## Many files",
            scaling,
            "",
        ]
    )


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else ():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


if __name__ == "__main__":
    written = measured()
    PAGE.write_text(written, encoding="utf-8")
    Console().print(Markdown(written))
