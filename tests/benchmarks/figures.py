"""Every figure and picture of README and docs: measured, and written where it stands.

    python tests/benchmarks/figures.py [NAME …]

A figure stands between ``<!-- figures: NAME -->`` and ``<!-- end -->``; without names all are written, and with them
the pictures and what the code blocks print. Run by ``make figures`` after a model was trained.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cache, cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
import alternatives
import files
import pictures
from examples import PAGES, ROOT, make_workplace, renewed
from regions import renew, table
from scipy.stats import binomtest

from baocao_nlp import evaluation
from baocao_nlp.annotation import AnnotatedReport, load_reports
from baocao_nlp.annotation.matching import FIELDS, with_second
from baocao_nlp.commands.common import descriptions
from baocao_nlp.evaluation import Evaluation, Extractor, Judged, Score, thresholds
from baocao_nlp.facts import LABELS
from baocao_nlp.pipeline.load import default_model_path, load
from baocao_nlp.plots import plot_confidence
from baocao_nlp.significance import Interval, whole_fact_interval
from baocao_nlp.statistics import PROPERTIES, Statistics, count

CORPUS = ROOT / "data/annotated"
SPLITS = ("train", "dev", "test")
WORDS: dict[str, Any] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


class Measured:
    """What is measured, once and when it is asked for."""

    def __init__(self, scorer: Path):
        self.scorer = scorer

    @cached_property
    def reports(self) -> list[AnnotatedReport]:
        return load_reports(CORPUS / "test")

    @cached_property
    def second(self) -> list[AnnotatedReport]:
        return load_reports(CORPUS / "second")

    @cached_property
    def twice(self) -> list[AnnotatedReport]:
        return with_second(self.reports, self.second)

    @cached_property
    def extractor(self) -> Extractor:
        return cache(evaluation.model_extractor(load()))

    @cached_property
    def test(self) -> Evaluation:
        return evaluation.evaluate(self.twice, self.extractor)

    @cached_property
    def test_alone(self) -> Evaluation:
        return evaluation.evaluate(self.reports, self.extractor)

    @cached_property
    def annotators(self) -> Evaluation:
        again = {report.text: report for report in self.second}
        return evaluation.evaluate(self.reports, lambda text: (again[text].facts, again[text].spans))

    @cached_property
    def alternative(self) -> Evaluation:
        return evaluation.evaluate(self.twice, alternatives.extractor)

    @cached_property
    def alternative_alone(self) -> Evaluation:
        return evaluation.evaluate(self.reports, alternatives.extractor)

    @cached_property
    def tables(self) -> Evaluation:
        folder = CORPUS / "tables/test"
        return evaluation.evaluate(load_reports(folder), evaluation.source_extractor(folder, self.extractor))

    @cached_property
    def about(self) -> dict[str, dict[str, str]]:
        return descriptions(CORPUS / "reports.csv")

    @cached_property
    def corpus(self) -> dict[str, Statistics]:
        return {split: count(load_reports(CORPUS / split), self.about) for split in SPLITS}

    @cached_property
    def real(self) -> dict[str, Any] | None:
        if not self.scorer.exists():
            return None
        done = subprocess.run(
            [sys.executable, str(self.scorer), "--json"],
            capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        figures: dict[str, Any] = json.loads(done.stdout)
        return figures


class Writer:
    """Figures as Markdown in a language."""

    def __init__(self, measured: Measured, lang: str):
        self.measured, self.lang = measured, lang
        self.words: dict[str, Any] = WORDS[lang]

    def figure(self, number: float, places: int = 3) -> str:
        return f"{number:.{places}f}".replace(".", self.words["decimal"])

    def whole(self, number: int) -> str:
        return f"{number:,}".replace(",", self.words["thousands"])

    def interval(self, interval: Interval) -> str:
        low, high = self.figure(interval.low), self.figure(interval.high)
        return f"{self.figure(interval.figure)} ({low} {self.words['to']} {high})"

    def name(self, key: str) -> str:
        return ", ".join(self.words.get("names", {}).get(part, part.replace("_", " ")) for part in key.split(", "))

    def accuracy(self) -> str:
        seen = self.measured
        rows = [
            ("alternative", whole_fact_interval(seen.alternative), whole_fact_interval(seen.alternative_alone)),
            ("model", whole_fact_interval(seen.test), whole_fact_interval(seen.test_alone)),
            ("annotator", None, whole_fact_interval(seen.annotators)),
        ]
        return table(
            ("", self.words["either"], self.words["alone"]),
            [
                (self.words[name], *(self.interval(figure) if figure else "" for figure in figures))
                for name, *figures in rows
            ],
        )

    def facts(self) -> str:
        result = self.measured.test
        scores = {"value": result.value, "fact": result.fact}
        rows = [(self.words[name], *self.score(score)) for name, score in scores.items()]
        rows += [(f"{label}, {self.words['exact']}", *self.score(result.spans[label]["strict"])) for label in LABELS]
        fields = ", ".join(f"{self.words[name]} {self.figure(result.fields[name])}" for name in FIELDS)
        first = self.words["first"].format(
            model=self.figure(self.measured.test_alone.fact.f1), second=self.figure(self.measured.annotators.fact.f1)
        )
        return "\n".join(
            [
                table(("", self.words["precision"], self.words["recall"], "F1"), rows),
                f"{self.words['fields']}: {fields}.\n",
                f"{self.words['interval']}: {self.interval(whole_fact_interval(result))}. {first}\n",
            ]
        )

    def score(self, score: Score) -> list[str]:
        return [self.figure(figure) for figure in (score.precision, score.recall, score.f1)]

    def tables(self) -> str:
        result = self.measured.tables
        told = self.words["tables"].format(
            reports=result.documents,
            facts=self.whole(result.fact.gold),
            f1=self.interval(whole_fact_interval(result)),
        )
        return f"{told}\n"

    def files(self) -> str:
        return f"```text\n{files.told(files.measure())}```\n"

    def confidence(self) -> str:
        figures = self.measured.test.calibration
        cells = [self.figure(figures["auroc"] or 0), self.figure(figures["ece"] or 0), percent(figures["kept_at_95"])]
        return table([self.words[name] for name in figures], [cells])

    def thresholds(self) -> str:
        rows = [
            (self.figure(part.confidence, 2), percent(part.kept), self.figure(part.precision))
            for part in thresholds(*self.measured.test.scored)
        ]
        return table([self.words[name] for name in ("confidence", "kept", "right")], rows)

    def groups(self) -> str:
        about = self.measured.about
        parts = []
        for column in ("level", "kind", "region", "layout"):
            parts.append(self.by(column, lambda item, column=column: about[item.report][column].split("+")))
        return "\n".join(parts)

    def sectors(self) -> str:
        def sector(item: Judged) -> list[str]:
            return [PROPERTIES["sector"](SimpleNamespace(fact=item.gold or item.found))]  # type: ignore[arg-type]

        return self.by("sector", sector)

    def by(self, column: str, groups_of: Callable[[Judged], Iterable[str]]) -> str:
        groups: dict[str, list[Judged]] = defaultdict(list)
        for item in self.measured.test.judged:
            for group in groups_of(item):
                groups[group].append(item)
        rows = []
        for group, items in sorted(groups.items(), key=lambda entry: -len(entry[1])):
            reports = len({item.report for item in items})
            interval = whole_fact_interval(Evaluation(judged=items))
            told = self.interval(interval)
            if reports == 1:
                told = self.words["one"].format(figure=self.figure(interval.figure))
            asked = sum(item.gold is not None for item in items)
            rows.append((self.name(group), str(reports), self.whole(asked), told))
        return table([self.words[name] for name in (column, "reports", "facts", "f1")], rows)

    def classes(self) -> str:
        found = Counter(fault(item) for item in self.measured.test.judged if not item.is_right)
        rows = [(self.name(name), self.whole(number)) for name, number in found.most_common(10)]
        return table((self.words["class"], self.words["facts"]), rows)

    def real(self) -> str | None:
        figures = self.measured.real
        if figures is None:
            return None
        gold, predicted = figures["gold"], figures["predicted"]
        rows = [
            (self.words[name], self.wilson(figures[score][kind], total))
            for name, score, kind, total in (
                ("found_value", "value", "recall", gold),
                ("found", "fact", "recall", gold),
                ("correct", "fact", "precision", predicted),
            )
        ]
        fields = ", ".join(f"{self.words[name]} {self.figure(figures['fields'][name])}" for name in FIELDS)
        sure = figures["confidence"]
        return "\n".join(
            [
                self.words["real"].format(**figures) + "\n",
                table(("", self.words["share"]), rows),
                self.words["wide"] + "\n",
                f"{self.words['fields']}: {fields}. "
                + self.words["confident"].format(
                    auroc=self.figure(sure["auroc"]), ece=self.figure(sure["ece"]), kept=percent(sure["kept_at_95"])
                )
                + "\n",
            ]
        )

    def wilson(self, share: float, total: int) -> str:
        low, high = binomtest(round(share * total), total).proportion_ci(method="wilson")
        return self.interval(Interval(share, low, high))

    def model(self) -> str:
        card = (default_model_path() / "README.md").read_text(encoding="utf-8")
        reports, facts = map(int, re.search(r"\| learnt from \| (\d+) \| (\d+)", card).groups())  # type: ignore[union-attr]
        size = sum(path.stat().st_size for path in default_model_path().rglob("*") if path.is_file())
        trained = self.words["trained_figure"].format(reports=reports, facts=self.whole(facts))
        return table(("", ""), [(self.words["trained"], trained), (self.words["size"], f"{size / 1e6:.0f} MB")])

    def composition(self) -> str:
        found = self.measured.corpus
        rows = [
            (split, *(self.whole(figure) for figure in (item.reports, item.syllables, item.facts)))
            for split, item in found.items()
        ]
        totals = [sum(getattr(item, name) for item in found.values()) for name in ("reports", "syllables", "facts")]
        rows.append((self.words["all"], *map(self.whole, totals)))
        return table(("", *(self.words[name] for name in ("reports", "syllables", "facts"))), rows)

    def coverage(self) -> str:
        found = list(self.measured.corpus.values())
        rows = []
        for column in ("level", "region", "kind", "period", "layout", "noise"):
            counts = [item.described[column] for item in found]
            for value, _ in sum(counts, Counter()).most_common():
                told = f"{self.words[column]}: {self.name(value)}"
                rows.append((told, *(self.whole(each[value]) for each in counts)))
        return table(("", *SPLITS), rows)


REGIONS: dict[str, Callable[[Writer], str | None]] = {
    name: getattr(Writer, name)
    for name in (
        "accuracy", "facts", "tables", "files", "confidence", "thresholds", "groups", "sectors", "classes", "real",
        "model", "composition", "coverage",
    )
}  # fmt: skip


def percent(share: float | None) -> str:
    return f"{share or 0:.0%}"


def fault(item: Judged) -> str:
    if item.found is None or item.gold is None:
        return "missed" if item.found is None else "spurious"
    return ", ".join(name for name in item.wrong if name in evaluation.WHOLE_FACT)


def write_regions(measured: Measured, names: Sequence[str]) -> None:
    """Write the figures of the given names, or all, into the pages."""
    writers = {lang: Writer(measured, lang) for lang in WORDS}

    def figure(name: str, lang: str) -> str | None:
        return REGIONS[name](writers[lang]) if name in REGIONS and (not names or name in names) else None

    renew(PAGES, figure)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[[], *REGIONS], metavar="NAME", help=f"of {', '.join(REGIONS)}")
    parser.add_argument(
        "--scorer",
        type=Path,
        default=ROOT.parent / "shared/score.py",
        help="scores the reports that may not be passed on",
    )
    options = parser.parse_args()
    measured = Measured(options.scorer)
    write_regions(measured, options.names)
    if options.names:
        return
    pictures.draw(ROOT / "docs")
    plot_confidence(measured.test, ROOT / "docs/confidence.svg")
    for page in (page for page in PAGES if "```output" in page.read_text(encoding="utf-8")):
        with tempfile.TemporaryDirectory() as folder:
            page.write_text(renewed(page, make_workplace(Path(folder))), encoding="utf-8")


if __name__ == "__main__":
    main()
