"""Facts in files and frames, and runs over many files."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from datetime import date, datetime
from pathlib import Path

import duckdb
import openpyxl
import pandas
import polars
import pytest
from distributed import Client, LocalCluster
from joblib import parallel_config

from baocao_nlp import extract, extract_many, facts_frame, read_facts, write_facts
from baocao_nlp.facts import FileFacts
from baocao_nlp.outputs import FIELDS
from baocao_nlp.outputs.journal import Journal
from baocao_nlp.pipeline.batch import Packed, expanded, stamp_of

REPORTS = Path(__file__).parents[1] / "data" / "annotated" / "test"
FORMATS = ["csv", "jsonl", "json", "parquet", "xlsx", "duckdb"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Some short reports, one file that is none, and a table."""
    made = tmp_path_factory.mktemp("reports")
    for path in sorted(REPORTS.glob("*.txt"), key=lambda path: path.stat().st_size)[:5]:
        (made / path.name).write_bytes(path.read_bytes())
    (made / "hỏng.docx").write_bytes(b"PK\x03\x04 truncated")
    table = next(iter((REPORTS.parent / "tables" / "train").glob("xa-*.html")))
    (made / table.name).write_bytes(table.read_bytes())
    return made


@pytest.fixture(scope="module")
def documents(folder):
    return list(extract_many(expanded([folder])))


def test_a_file_that_cannot_be_read_is_one_result_among_others(documents):
    failed = [document for document in documents if document.error]
    assert [Path(document.file).name for document in failed] == ["hỏng.docx"]
    assert "Word file" in failed[0].error
    assert sum(len(document.facts) for document in documents) > 200
    assert [document.file for document in documents] == sorted(document.file for document in documents)
    assert all(FileFacts.from_dict(json.loads(json.dumps(d.to_dict()))) == d for d in documents)


def test_folders_and_patterns_stand_for_their_files(folder):
    assert [path.suffix for path in expanded([folder])].count(".txt") == 5
    assert expanded([folder / "*.txt", folder]) == [*sorted(folder.glob("*.txt")), *expanded([folder / "*.[dh]*"])]
    with pytest.raises(FileNotFoundError, match="no file fits"):
        expanded([folder / "*.pptx"])


def test_many_processes_give_what_one_does(folder, documents):
    assert list(extract_many(expanded([folder]), n_jobs=2)) == documents


@pytest.mark.parametrize("ending", FORMATS)
def test_every_format_is_a_round_trip(documents, tmp_path, ending):
    path = tmp_path / f"facts.{ending}"
    write_facts(iter(documents), path, fields=FIELDS)
    assert read_facts(path) == [fact for document in documents for fact in document.facts]
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("ending", FORMATS)
def test_an_output_is_there_whole_or_not_at_all(documents, tmp_path, ending):
    path = tmp_path / f"facts.{ending}"

    def interrupted():
        yield documents[0]
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space"):
        write_facts(interrupted(), path)
    assert list(tmp_path.iterdir()) == []
    write_facts(documents, path)
    before = path.read_bytes()
    with pytest.raises(OSError, match="no space"):
        write_facts(interrupted(), path)
    assert len(read_if_whole(path)) == len(read_if_whole(path, before))


def read_if_whole(path, content=None):
    """What DuckDB has in a file, or the bytes of any other."""
    if path.suffix == ".duckdb":
        return read_facts(path)
    return path.read_bytes() if content is None else content


def test_a_spreadsheet_has_typed_cells_a_frozen_header_and_filters(tmp_path):
    facts = extract("Trong tháng, đã tiếp nhận 1.245 hồ sơ.", report_period="2024-05")
    path = tmp_path / "so-lieu.xlsx"
    write_facts([FileFacts("=cmd|' /C calc'!A0", tuple(facts), "text", 40), FileFacts("b.pdf", error="hỏng")], path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Số liệu", "Văn bản"]
    sheet = book["Số liệu"]
    titles = [cell.value for cell in sheet[1]]
    row = dict(zip(titles, (cell.value for cell in sheet[2])))
    assert (row["Con số"], row["Đơn vị"], row["Từ ngày"]) == (1245, "hồ sơ", datetime(2024, 5, 1))
    assert (sheet.freeze_panes, sheet.auto_filter.ref[:3]) == ("A2", "A1:")
    assert (book["Văn bản"]["A3"].value, book["Văn bản"]["E3"].value) == ("b.pdf", "hỏng")
    assert book["Văn bản"]["A2"].data_type == "s"


def test_text_that_spreadsheets_open_is_marked_as_utf8(documents, tmp_path):
    path = tmp_path / "facts.csv"
    write_facts(documents, path, fields=["label", "number", "period_end"])
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["label", "number", "period_end"]
    assert float(rows[0]["number"]) == documents[0].facts[0].number


def test_a_database_is_added_to_and_a_file_read_again_replaces_its_rows(documents, tmp_path):
    path = tmp_path / "facts.duckdb"
    write_facts(documents[:2], path)
    write_facts(documents[1:], path)
    write_facts(documents, path)
    with duckdb.connect(str(path)) as connection:
        (files,) = connection.execute("SELECT count(*) FROM documents").fetchone()
        (facts,) = connection.execute("SELECT count(*) FROM facts").fetchone()
        (joined,) = connection.execute("SELECT count(*) FROM facts JOIN documents USING (file)").fetchone()
        kinds = dict(connection.execute("SELECT column_name, column_type FROM (DESCRIBE facts)").fetchall())
    assert files == len(documents)
    assert facts == joined == sum(len(document.facts) for document in documents)
    assert (kinds["number"], kinds["period_start"]) == ("DOUBLE", "DATE")


def test_frames_have_the_types_one_works_with():
    facts = extract("Trong tháng, đã tiếp nhận 45 hồ sơ, tăng 4,2% so với cùng kỳ.", report_period="2024-05")
    frame = facts_frame(facts)
    assert isinstance(frame, pandas.DataFrame)
    kinds = {name: str(kind) for name, kind in frame.dtypes.items()}
    assert (kinds["number"], kinds["period_end"][:10], kinds["comparison"], kinds["start"]) == (
        "Float64", "datetime64", "category", "Int64",
    )  # fmt: skip
    assert frame.loc[frame["comparison"] == "increase", "number"].tolist() == [4.2]
    shared = facts_frame(facts, "polars", fields=["number", "period_end"])
    assert isinstance(shared, polars.DataFrame)
    assert shared["period_end"].to_list() == [date(2024, 5, 31)] * 2
    assert facts_frame([]).empty


def test_what_cannot_be_written_is_told_before_the_work(tmp_path):
    with pytest.raises(ValueError, match=r"\.csv, \.jsonl"):
        write_facts([], tmp_path / "facts.txt")
    write_facts([], tmp_path / "facts.csv")
    with pytest.raises(ValueError, match="no column 'fact'"):
        read_facts(tmp_path / "facts.csv")


def command(*arguments, **options):
    line = [sys.executable, "-c", "from baocao_nlp.cli import main; main()", "extract", *map(str, arguments)]
    return subprocess.Popen(line, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **options)


def finished(process):
    out, err = process.communicate()
    return process.returncode, out, err


def test_a_killed_run_goes_on_where_it_stopped(folder, tmp_path):
    whole, broken = tmp_path / "whole.csv", tmp_path / "broken.csv"
    code, _, err = finished(command(folder, "-o", whole))
    assert code == 1
    assert err.count("hỏng.docx") == 1
    process = command(folder, "-o", broken)
    journal = tmp_path / "broken.csv.partial"
    while process.poll() is None and (not journal.exists() or journal.read_bytes().count(b"\n") < 3):
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert not broken.exists()
    with journal.open("ab") as file:
        file.write(b'{"file": "half a line')
    code, _, err = finished(command(folder, "-o", broken))
    assert (code, "--resume" in err) == (2, True)
    code, _, err = finished(command(folder, "-o", broken, "--resume", "--min-confidence", "0.5"))
    assert (code, "other settings" in err) == (2, True)
    code, _, err = finished(command(folder, "-o", broken, "--resume"))
    assert code == 1
    assert broken.read_bytes() == whole.read_bytes()
    assert not journal.exists()


def packed(document):
    return Packed(document.file, document.error, json.dumps(document.to_dict()), stamp_of(document.file))


def test_a_file_that_changed_since_is_read_again(tmp_path, documents):
    source = tmp_path / "a.txt"
    source.write_text("Trồng 12 ha rừng.", encoding="utf-8")
    with Journal(tmp_path / "out.csv", {}) as journal:
        journal.add(packed(FileFacts(str(source), documents[0].facts)))
        assert journal.has(source)
    source.write_text("Trồng 125 ha rừng.", encoding="utf-8")
    with Journal(tmp_path / "out.csv", {}, resume=True) as journal:
        assert not journal.has(source)
        journal.add(packed(FileFacts(str(source), documents[1].facts)))
        assert [document.facts for document in journal.documents([source])] == [documents[1].facts]


def test_nothing_is_lost_when_a_worker_of_a_cluster_dies(folder, documents):
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
        parallel_config(backend="dask"),
    ):
        found = extract_many(expanded([folder]), n_jobs=None)
        first = next(found)
        os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)
        rest = list(found)
    assert [first, *rest] == documents


def test_a_wrong_option_is_told_in_one_line(folder, tmp_path):
    for arguments, word in (
        ([folder, "-o", tmp_path / "x.doc"], ".parquet"),
        ([folder, "--fields", "labels"], "no field 'labels'"),
        ([folder, "--resume"], "--output"),
        ([folder, "-o", tmp_path / "none" / "x.csv"], "no folder"),
    ):
        code, out, err = finished(command(*arguments))
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert word in err
