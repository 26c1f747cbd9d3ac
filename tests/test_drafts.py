"""Drafts for annotators: a model's facts in a tool's format, what teaches most first."""

import json
from dataclasses import replace
from pathlib import Path

import docx
import jsonschema
import pytest
from typer.testing import CliRunner

from baocao_nlp import Fact, Span, extract
from baocao_nlp.annotation import AnnotatedReport, load_reports
from baocao_nlp.annotation.drafts import Draft, by_uncertainty, draft
from baocao_nlp.cli import app

SCHEMAS = Path(__file__).parent / "schemas"
TEXT = (
    "BÁO CÁO\nTình hình tháng 5 năm 2024\n\n"
    "Trong tháng, đã tiếp nhận 45 hồ sơ; trồng 12,5 ha rừng, tăng 4% so với cùng kỳ."
)


@pytest.fixture
def folder(tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "xa-a.txt").write_text(TEXT, encoding="utf-8")
    (raw / "xa-b.txt").write_text(TEXT.replace("45", "46") + " Zxq 7 wqz." * 5, encoding="utf-8")
    return raw


@pytest.fixture
def run():
    runner = CliRunner()
    return lambda *args: runner.invoke(app, [str(arg) for arg in args])


def bare(fact):
    """What annotations keep of a fact."""
    return replace(
        fact, confidence=1.0, label="", canonical_value=None, canonical_unit=None, probabilities={}, checks=()
    )


@pytest.mark.parametrize(("kind", "name"), [("brat", "out"), ("doccano", "out.jsonl"), ("prodigy", "out.jsonl")])
def test_a_draft_read_back_has_the_facts_of_extract(run, folder, tmp_path, kind, name):
    result = run("annotate", folder / "xa-a.txt", "--to", kind, "-o", tmp_path / name)
    assert result.exit_code == 0, result.output
    (report,) = load_reports(tmp_path / name)
    assert (report.name, report.text) == ("xa-a", TEXT)
    assert list(report.facts) == [bare(fact) for fact in extract(TEXT)]


def test_label_studio_gets_predictions_with_their_score(run, folder, tmp_path):
    tasks = tmp_path / "tasks.json"
    assert run("annotate", folder, "--to", "label-studio", "-o", tasks).exit_code == 0
    written = json.loads(tasks.read_text(encoding="utf-8"))
    jsonschema.validate(written, json.loads((SCHEMAS / "label-studio.json").read_text(encoding="utf-8")))
    (prediction,) = written[0]["predictions"]
    facts = extract(TEXT)
    assert prediction["model_version"] == "baocao-nlp vi_baocao"
    assert prediction["score"] == pytest.approx(sum(fact.confidence for fact in facts) / len(facts))
    assert load_reports(tasks) == []


def test_tables_are_left_to_the_rules(tmp_path):
    document = docx.Document()
    document.add_paragraph("Trồng 12 ha rừng.")
    rows = [["Chỉ tiêu", "Kế hoạch", "Thực hiện"], ["Thu", "1.200", "650"], ["Chi", "900", "410"]]
    table = document.add_table(3, 3)
    for cells, texts in zip(table.rows, rows):
        for cell, text in zip(cells.cells, texts):
            cell.text = text
    document.save(tmp_path / "x.docx")
    report = draft(tmp_path / "x.docx").report
    assert "650" not in report.text
    assert [fact.number for fact in report.facts] == [12]


def doubtful(name, *confidences):
    facts = [Fact(Span(i, i + 1, "1"), 1.0, confidence=c) for i, c in enumerate(confidences)]
    return Draft(AnnotatedReport(name, "1" * len(facts), tuple(facts)))


def test_what_teaches_most_comes_first(run, folder, tmp_path):
    drafts = [doubtful("sure", 0.9, 0.9), doubtful("none"), doubtful("doubt", 0.5, 0.9, 0.9)]
    assert [item.report.name for item in by_uncertainty(drafts)] == ["doubt", "sure", "none"]
    assert drafts[2].expected_wrong == pytest.approx(0.7)
    assert [item.confidence for item in drafts] == pytest.approx([0.9, 1.0, 2.3 / 3])
    result = run(
        "annotate", folder, "--rank", "uncertainty", "--top", 1, "--to", "brat", "-o", tmp_path / "out", "--lang", "en"
    )
    assert result.exit_code == 0
    (first,) = load_reports(tmp_path / "out")
    assert first.name in result.stdout
    assert "Expected wrong" in result.stdout


def test_corrections_are_not_written_over(run, folder, tmp_path):
    assert run("annotate", folder, "--to", "brat", "-o", tmp_path / "out").exit_code == 0
    (tmp_path / "out" / "xa-a.ann").write_text("", encoding="utf-8")
    again = run("annotate", folder, "--to", "brat", "-o", tmp_path / "out")
    assert (again.exit_code, "perhaps corrected by hand" in again.output) == (2, True)
    assert (tmp_path / "out" / "xa-a.ann").read_text(encoding="utf-8") == ""


def test_a_file_that_cannot_be_read_does_not_lose_the_others(run, folder, tmp_path):
    (folder / "photo.txt").write_bytes(bytes(range(256)))
    result = run("annotate", folder, "--to", "brat", "-o", tmp_path / "out")
    assert (result.exit_code, "photo.txt" in result.output) == (1, True)
    assert len(load_reports(tmp_path / "out")) == 2
    assert run("annotate", folder, "--top", 1, "--to", "brat", "-o", tmp_path / "x").exit_code == 2
