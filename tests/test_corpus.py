"""The corpus: sound, and its splits apart."""

import csv
import re
from itertools import combinations
from pathlib import Path

import pytest

from baocao_nlp.annotation.brat import check_report, find_reports

CORPUS = Path(__file__).parents[1] / "data" / "annotated"
SPLITS = ("train", "dev", "test")


@pytest.fixture(scope="module")
def reports():
    return {split: [check_report(path) for path in find_reports(CORPUS / split)] for split in SPLITS}


def test_every_annotation_is_sound(reports):
    broken = {report.name: problems for split in SPLITS for report, problems in reports[split] if problems}
    assert not broken


def test_the_corpus_is_as_large_as_its_datasheet_says(reports):
    documents = [report for split in SPLITS for report, _ in reports[split]]
    assert len(documents) >= 390
    assert sum(len(report.facts) for report in documents) >= 55_000


def test_every_report_is_described(reports):
    with open(CORPUS / "reports.csv", encoding="utf-8", newline="") as file:
        described = [row["name"] for row in csv.DictReader(file)]
    assert sorted(described) == sorted(report.name for split in SPLITS for report, _ in reports[split])


def shingles(text):
    words = re.findall(r"[^\W\d_]+", text.lower())
    return {tuple(words[i : i + 8]) for i in range(len(words) - 7)}


def test_no_two_splits_share_a_document_or_much_of_one(reports):
    sets = {(split, report.name): shingles(report.text) for split in SPLITS for report, _ in reports[split]}
    for left, right in combinations(sets, 2):
        if left[0] != right[0]:
            shared = len(sets[left] & sets[right]) / min(len(sets[left]), len(sets[right]))
            assert shared < 0.1, f"{left} and {right} share {shared:.0%} of their eight-word sequences"
