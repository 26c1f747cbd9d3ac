"""The command line, as a user runs it."""

import csv
import io
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from baocao_nlp.annotation import from_markup, save_report
from baocao_nlp.cli import app
from baocao_nlp.pipeline.load import default_model_path

TEXT = "Trong tháng 5/2024, đã tiếp nhận 45 hồ sơ; trồng 12,5 ha rừng."


@pytest.fixture
def run():
    runner = CliRunner()
    return lambda *args, **kwargs: runner.invoke(app, [str(arg) for arg in args], **kwargs)


@pytest.fixture
def report(tmp_path):
    path = tmp_path / "bao-cao.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_facts_are_json_lines_where_no_terminal_is(run, report):
    result = run("extract", report)
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert [line["number"] for line in lines] == [45.0, 12.5]
    assert all(line["file"] == str(report) for line in lines)


def test_a_folder_stands_for_the_reports_below_it(run, report, tmp_path):
    (tmp_path / "2024").mkdir()
    (tmp_path / "2024" / "quy-1.TXT").write_text("Trồng 12 ha rừng.", encoding="utf-16")
    (tmp_path / "2024" / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    result = run("extract", tmp_path)
    assert result.exit_code == 0
    files = [json.loads(line)["file"] for line in result.stdout.splitlines()]
    assert files == [str(tmp_path / "2024" / "quy-1.TXT"), str(report), str(report)]


def test_doubtful_facts_are_left_out(run, report):
    assert run("extract", "--min-confidence", 1.01, report).stdout == ""


def test_json_holds_every_file(run, report):
    (listed,) = json.loads(run("extract", "--format", "json", report).stdout)
    assert [fact["value"]["text"] for fact in listed["facts"]] == ["45", "12,5"]


def test_csv_has_typed_columns(run, report):
    rows = list(csv.DictReader(io.StringIO(run("extract", "--format", "csv", report).stdout)))
    assert [(row["number"], row["unit"], row["canonical_unit"]) for row in rows] == [
        ("45.0", "hồ sơ", "hồ sơ"),
        ("12.5", "ha", "m²"),
    ]


@pytest.mark.parametrize(("lang", "heading"), [("vi", "Chỉ tiêu"), ("en", "Metric")])
def test_the_table_speaks_vietnamese_or_english(run, report, lang, heading):
    result = run("extract", "--format", "table", "--lang", lang, report)
    assert heading in result.stdout
    assert "12,5" in result.stdout


def test_standard_input_is_a_dash(run):
    result = run("extract", "-", input=TEXT.encode())
    assert len(result.stdout.splitlines()) == 2


def test_one_bad_file_does_not_lose_the_others(run, report, tmp_path):
    binary = tmp_path / "photo.bin"
    binary.write_bytes(bytes(range(256)))
    nul = tmp_path / "nul.txt"
    nul.write_bytes(b"12 ha\0")
    result = run("extract", binary, nul, tmp_path / "missing.txt", report)
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 2
    assert "photo.bin: no text: a NUL at byte 0" in result.stderr
    assert "nul.txt: no text: a NUL at byte 5" in result.stderr
    assert "missing.txt: No such file" in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--report-period", "tháng 5"], "report_period 'tháng 5'"),
        (["--model", "nowhere"], "no model at nowhere"),
        (["--format", "xml"], "xml"),
    ],
)
def test_wrong_usage_is_told_with_status_2(run, report, arguments, complaint):
    result = run("extract", report, *arguments)
    assert result.exit_code == 2
    assert complaint in result.stderr
    assert "Traceback" not in result.output


def test_annotations_are_checked_by_file_and_line(run, maize, tmp_path):
    path = save_report(maize, tmp_path)
    assert run("check-annotations", tmp_path).exit_code == 0
    path.write_text(path.read_text(encoding="utf-8").replace("Arg2:T1\n", "Arg2:T99\n", 1), encoding="utf-8")
    result = run("check-annotations", path)
    assert result.exit_code == 1
    assert "T99, which does not exist" in result.stdout
    assert f"{path}:" in result.stdout


def test_figures_that_do_not_fit_are_noted_but_no_problem(run, tmp_path):
    report = from_markup(
        "x", "Ngô\n\n{m1:Chi trả} {v:45|m1}/{v:50|m1 ref:total} {u:hộ}, đạt {v:80|m1 share:total}{u:%}."
    )
    path = save_report(report, tmp_path)
    assert run("check-annotations", path).stdout == ""
    result = run("check-annotations", "--arithmetic", path)
    assert result.exit_code == 0
    assert f"{path}:3: 80 does not fit 45, 50 (fraction)" in result.stdout


def test_train_and_evaluate(run, few_reports, tmp_path):
    for report in few_reports:
        save_report(report, tmp_path / "data")
    trained = run("train", tmp_path / "data", "--output", tmp_path / "model", "--epochs", 40)
    assert trained.exit_code == 0, trained.output
    figures = json.loads(run("evaluate", tmp_path / "data", "--model", tmp_path / "model", "--json").stdout)
    assert figures["documents"] == len(few_reports)
    assert figures["value"]["f1"] > 0.9
    assert set(figures["spans"]) == {"METRIC", "VALUE", "UNIT", "COMPARISON", "PERIOD"}
    table = run("evaluate", tmp_path / "data", "--model", tmp_path / "model", "--lang", "en")
    assert "whole fact" in table.stdout


@pytest.fixture
def described(few_reports, tmp_path):
    for report in few_reports:
        save_report(report, tmp_path / "data")
    rows = "".join(f"{report.name},{'town' if i % 2 else 'commune+village'}\n" for i, report in enumerate(few_reports))
    (tmp_path / "reports.csv").write_text("name,level\n" + rows, encoding="utf-8")
    return "evaluate", tmp_path / "data", "--table", tmp_path / "reports.csv", "--by", "level", "--by", "sector"


def test_figures_are_json_with_intervals_groups_and_another_model(run, described):
    figures = json.loads(run(*described, "--json", "--against", default_model_path(), "--at-confidence", 0.75).stdout)
    f1 = figures["intervals"]["fact_f1"]
    assert f1["low"] <= f1["figure"] == figures["fact"]["f1"] <= f1["high"]
    assert figures["by"]["level"].keys() == {"town", "commune", "village"}
    assert figures["by"]["sector"]["crops"]["gold"] > 0
    assert (figures["against"]["gained"], figures["against"]["lost"], figures["against"]["is_chance"]) == ([], [], True)
    (at,) = figures["thresholds"]
    assert at["confidence"] == 0.75
    assert figures["intervals"]["precision_at_0.75"]["figure"] == pytest.approx(at["precision"])


def test_figures_are_rows_of_a_csv(run, described, tmp_path):
    assert run(*described, "--csv", tmp_path / "figures.csv").exit_code == 0
    with (tmp_path / "figures.csv").open(encoding="utf-8", newline="") as file:
        rows = {(row["group"], row["of"], row["figure"]): row for row in csv.DictReader(file)}
    assert rows["spans", "UNIT strict", "f1"]["value"]
    assert rows["level", "town", "gold"]["value"]
    whole = rows["intervals", "", "fact_f1"]
    assert float(whole["low"]) <= float(whole["value"]) <= float(whole["high"])
    assert whole["value"] == rows["facts", "fact", "f1"]["value"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--by", "level"), "--by needs the --table"),
        (("--by", "size", "--table", "reports.csv"), "no column 'size'"),
        (("--at-confidence", "1.5"), "less than or equal to 1"),
    ],
)
def test_evaluate_refuses_options_before_it_works(run, tmp_path, monkeypatch, options, told):
    monkeypatch.chdir(tmp_path)
    Path("reports.csv").write_text("name,level\nngo,district\n", encoding="utf-8")
    result = run("evaluate", "no-such-folder", *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr


def test_nothing_is_trained_on_broken_annotations(run, few_reports, tmp_path):
    for report in few_reports:
        path = save_report(report, tmp_path / "data")
        path.write_text(path.read_text(encoding="utf-8").replace("T1\tMETRIC", "T1\tMETRICS"), encoding="utf-8")
    (tmp_path / "more.jsonl").write_text('{"text": "5 ha", "entities": [{"id": 0}], "relations": []}', encoding="utf-8")
    result = run("train", tmp_path / "data", tmp_path / "more.jsonl", "--output", tmp_path / "model")
    assert result.exit_code == 2
    assert all(f"{report.name}.ann:1: unknown label METRICS" in result.stderr for report in few_reports)
    assert "more.jsonl:1: not as doccano writes it" in result.stderr
    assert not (tmp_path / "model").exists()


def test_training_without_reports_is_told(run, tmp_path):
    result = run("train", tmp_path, "--output", tmp_path / "model")
    assert result.exit_code == 2
    assert "no annotated reports" in result.stderr


def test_agreement_of_two_annotations(run, maize, tmp_path):
    save_report(maize, tmp_path / "first")
    fewer = replace(maize, facts=maize.facts[:2])
    save_report(fewer, tmp_path / "second")
    figures = json.loads(run("agreement", tmp_path / "first", tmp_path / "second", "--json").stdout)
    assert (figures["fact"]["precision"], figures["fact"]["recall"]) == (1.0, 0.5)
    assert run("agreement", tmp_path / "first", tmp_path / "first" / "none").exit_code == 2


def test_statistics_count_the_reports_that_are_asked_for(run, maize, tmp_path):
    save_report(maize, tmp_path / "data")
    save_report(replace(maize, name="khac"), tmp_path / "data")
    (tmp_path / "reports.csv").write_text("name,level\nngo,district\nkhac,commune\n", encoding="utf-8")

    def counted(result):
        return int(re.search(r"Reports\s+│\s+(\d+)", result.stdout)[1])

    english = ("statistics", tmp_path / "data", "--lang", "en")
    every = run(*english, "--table", tmp_path / "reports.csv")
    assert "comparison: level" in every.stdout
    assert "level: commune" in every.stdout
    one = run(*english, "--table", tmp_path / "reports.csv", "--where", "level=district")
    assert "level: commune" not in one.stdout
    assert (counted(every), counted(one)) == (2, 1)
    alone = run(*english, "--where", "level=district")
    assert (alone.exit_code, "needs the --table" in alone.stderr) == (2, True)
    wrong = run("statistics", tmp_path / "data", "--table", tmp_path / "reports.csv", "--where", "size=1")
    assert (wrong.exit_code, "no column 'size'" in wrong.stderr) == (2, True)


def test_help_brings_nothing_heavy_with_it():
    heavy = {"numpy", "pandas", "sklearn", "spacy", "underthesea"}
    code = f"import sys, baocao_nlp.cli; print(*{heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
