"""How fast extraction is beside what a user could run today, and what else it costs.

    python tests/benchmarks/speed.py

On an idle machine; ``make bench``. The yardsticks run on the same text, in the same process, in turn with `extract`;
of each the fastest round counts. What is measured is written into ``docs/performance.md`` and README, by language.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import statistics
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from examples import PAGES, ROOT
from regions import renew, table
from rich.console import Console
from rich.markdown import Markdown

from baocao_nlp import extract
from baocao_nlp.facts import LABELS
from baocao_nlp.features.layout import Layout
from baocao_nlp.pipeline.extractor import Analysis, period_of_text
from baocao_nlp.pipeline.load import load_extractor
from baocao_nlp.text.document import Document

CORPUS = ROOT / "data/annotated"
REAL = ROOT.parent / "shared/real"
WORDS: dict[str, dict[str, str]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
ROUNDS = 7
# characters of a printed page
PAGE_LENGTH = 2500
PAGES_OF_TEXT = (1, 10, 100, 1000)
PROCESSES = {
    "python": "pass",
    "import_underthesea": "import underthesea",
    "import_baocao": "import baocao_nlp",
    "first_word_tokenize": "import underthesea; underthesea.word_tokenize('Thu ngân sách')",
    "first_extract": "import baocao_nlp; baocao_nlp.extract('Thu ngân sách đạt 12 tỷ đồng.')",
    "help": "import sys; sys.argv = ['baocao-nlp', '--help']; from baocao_nlp.cli import main; main()",
}
# a figure by its name, or a table: the name of its columns, and rows that begin with the name of what they are of
Figures = dict[str, list[list[str]]]


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


def throughput(texts: Sequence[str]) -> list[list[str]]:
    import underthesea

    characters, syllables = sum(map(len, texts)), sum(len(text.split()) for text in texts)
    taken = fastest(
        {
            "extract": over(texts, extract),
            "word_tokenize": over(texts, underthesea.word_tokenize),
            "spacy": over(texts, spacy_ner()),
        }
    )
    # so slow that once is enough, of one report of middling length; its time grows with the square of a text's length
    report = sorted(texts, key=len)[len(texts) // 2]
    lines = [line for line in report.split("\n") if line.strip()]
    reports = characters / len(report)
    taken["ner_lines"] = reports * seconds(over(lines, underthesea.ner))
    taken["ner"] = reports * seconds(partial(underthesea.ner, report))
    return [
        [name, f"{characters / time:,.0f}", f"{syllables / time:,.0f}", f"{taken['word_tokenize'] / time:.3g}"]
        for name, time in taken.items()
    ]


def stages(texts: Sequence[str]) -> list[list[str]]:
    """What each step takes, on its own."""
    extractor = load_extractor()
    documents = [Document(text) for text in texts]
    layouts = [Layout.of(document) for document in documents]
    vectors = [extractor.network.vectors(layout) for layout in layouts]
    mentions = [extractor.tagger.tag(*both) for both in zip(layouts, vectors)]
    analyses = [Analysis(*parts) for parts in zip(layouts, vectors, mentions)]
    periods = [period_of_text(document.canonical.text) for document in documents]
    linked = [extractor.link(*both)[0] for both in zip(analyses, periods)]
    taken = fastest(
        {
            "text": over(texts, Document),
            "features": lambda: [Layout.of(document) for document in documents],
            "network": lambda: [extractor.network.vectors(layout) for layout in layouts],
            "tags": lambda: [extractor.tagger.tag(*both) for both in zip(layouts, vectors)],
            "links": lambda: [extractor.link(*both) for both in zip(analyses, periods)],
            "confidence": lambda: [extractor.confidence.of([item.evidence for item in links]) for links in linked],
        }
    )
    whole = sum(taken.values())
    return [[name, f"{time / whole:.0%}"] for name, time in taken.items()]


def latency(texts: Sequence[str]) -> list[list[str]]:
    """Milliseconds for one paragraph, of ordinary length and with figures, by itself."""
    paragraphs = [
        line for text in texts for line in text.split("\n") if 200 < len(line) < 800 and any(map(str.isdigit, line))
    ]
    taken = [1000 * seconds(partial(extract, paragraph)) for paragraph in paragraphs]
    cuts = statistics.quantiles(taken, n=20)
    return [["paragraphs", str(len(paragraphs))], ["median", f"{cuts[9]:.1f} ms"], ["most", f"{cuts[18]:.1f} ms"]]


def start_up() -> list[list[str]]:
    runs = {
        name: partial(subprocess.run, [sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
        for name, code in PROCESSES.items()
    }
    return [[name, f"{time:.2f}"] for name, time in fastest(runs).items()]


def peak_memory() -> list[list[str]]:
    """Of a process over the reports of the test split, one after the other, and of one over a long text.

    As Linux counts it for the program itself: ``ru_maxrss`` would begin with what its parent had in memory.
    """
    code = (
        "import sys; from pathlib import Path; from baocao_nlp import extract\n"
        "texts = [path.read_text(encoding='utf-8') for path in sorted(Path(sys.argv[1]).glob('test/*.txt'))]\n"
        "for text in texts if sys.argv[2] == 'each' else [('\\n\\n'.join(texts) * 9)[:2_500_000]]: extract(text)\n"
        "print(*(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    )

    def megabytes(what: str) -> str:
        run = subprocess.run([sys.executable, "-c", code, CORPUS, what], check=True, capture_output=True, text=True)
        return f"{int(run.stdout) / 1024:.0f} MB"

    return [["corpus", megabytes("each")], ["long", megabytes("one")]]


def growth(texts: Sequence[str]) -> list[list[str]]:
    """By the length of a text: the same thousand pages, reports one after the other, cut into texts of each length."""
    whole = max(PAGES_OF_TEXT) * PAGE_LENGTH
    endless = "\n\n".join(texts)
    endless *= 1 + whole // len(endless)
    sizes = {str(pages): pages * PAGE_LENGTH for pages in PAGES_OF_TEXT}
    pieces = {name: [endless[start : start + size] for start in range(0, whole, size)] for name, size in sizes.items()}
    taken = fastest({name: over(texts, extract) for name, texts in pieces.items()}, rounds=2)
    return [
        [name, f"{taken[name] / len(texts):.3f}", f"{1000 * taken[name] / max(PAGES_OF_TEXT):.2f}"]
        for name, texts in pieces.items()
    ]


def measured() -> Figures:
    # every third: enough for figures that do not move, and done in minutes
    texts = [path.read_text(encoding="utf-8") for path in sorted((CORPUS / "test").glob("*.txt"))[::3]]
    real = [path.read_text(encoding="utf-8") for path in sorted(REAL.glob("*.txt"))]
    found = {
        "machine": machine(),
        "throughput": throughput(texts),
        "stages": stages(texts),
        "latency": latency(texts),
        "start up": start_up(),
        "memory": peak_memory(),
        "growth": growth(texts),
    }
    found["speed"] = [[name, characters, against] for name, characters, _, against in found["throughput"]]
    if real:
        found["throughput real"] = throughput(real)
    return found


def machine() -> list[list[str]]:
    names = [line.partition(":")[2] for line in cpu_lines() if line.startswith("model name")]
    packages = ("numpy", "spacy", "underthesea")
    return [
        ["date", date.today().isoformat()],
        ["processor", f"{os.cpu_count()} × {(names or [platform.machine()])[0].strip()}"],
        ["python_version", platform.python_version()],
        ["packages", ", ".join(f"{name} {importlib.metadata.version(name)}" for name in packages)],
    ]


def cpu_lines() -> list[str]:
    file = Path("/proc/cpuinfo")
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def written(rows: list[list[str]], name: str, lang: str) -> str:
    """A table of figures in a language."""
    words = WORDS[lang]
    head = [words[column] for column in words[f"columns of {name.removesuffix(' real')}"].split()]
    return table(head, [[words.get(first, first), *(told(cell, lang) for cell in rest)] for first, *rest in rows])


def told(figure: str, lang: str) -> str:
    numeric = figure.replace(",", "").replace(".", "").split(" ")[0].rstrip("%").isdigit()
    return figure.translate(str.maketrans(".,", ",.")) if lang == "vi" and numeric and "-" not in figure else figure


def main() -> None:
    found = measured()
    renew(PAGES, lambda name, lang: written(found[name], name, lang) if name in found else None)
    Console().print(Markdown((ROOT / "docs/performance.vi.md").read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
