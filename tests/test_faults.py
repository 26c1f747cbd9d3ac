"""What goes wrong around the library: full disks, places one may not write to, killed workers, files that change."""

import errno
import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from baocao_nlp import FileFacts, extract, extract_many, read_facts, write_facts
from baocao_nlp.outputs import FIELDS
from baocao_nlp.outputs.files import FORMATS
from baocao_nlp.outputs.journal import Journal
from baocao_nlp.pipeline import batch
from baocao_nlp.pipeline.batch import extract_packed
from baocao_nlp.training import Settings, train

TEXT = "Trong tháng 5 năm 2024, đã tiếp nhận 45 hồ sơ, tăng 4 hồ sơ so với tháng trước."
FACTS = tuple(extract(TEXT))
# more than a buffer holds
MANY = [FileFacts(f"bao-cao-{number}.docx", FACTS, "docx", len(TEXT)) for number in range(400)]


@pytest.fixture
def full_disk():
    """Let no file grow beyond some kilobytes, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("ending", FORMATS)
def test_a_full_disk_leaves_what_was_there(ending, tmp_path, request):
    path = tmp_path / f"facts{ending}"
    write_facts(MANY[:1], path, fields=FIELDS)
    request.getfixturevalue("full_disk")
    with pytest.raises(OSError, match=r"."):
        write_facts(MANY, path, fields=FIELDS)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert read_facts(path) == list(FACTS)
    assert [file.name for file in tmp_path.iterdir() if file.suffix != ".wal"] == [path.name]


@pytest.mark.parametrize("ending", FORMATS)
def test_a_place_one_may_not_write_to_is_told(ending):
    # not even root may write there
    with pytest.raises(OSError, match=r"(?i)permission|read-only|no such file|cannot|could not"):
        write_facts(MANY[:1], f"/proc/facts{ending}")


def command(*arguments, **options):
    line = [sys.executable, "-c", "from baocao_nlp.cli import main; main()", "extract", *map(str, arguments)]
    return subprocess.Popen(line, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **options)


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "báo cáo"
    made.mkdir()
    for number in range(6):
        (made / f"{number}.txt").write_text(TEXT.replace("45", str(45 + number)), encoding="utf-8")
    return made


def test_the_command_tells_a_full_disk_in_one_line_and_goes_on_later(folder, tmp_path):
    output = tmp_path / "facts.jsonl"

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (8_000, resource.RLIM_INFINITY))

    # coverage.py would complain too, of the figures that it cannot write
    alone = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    process = command(folder, "-o", output, preexec_fn=limit, env=alone)
    _, told = process.communicate()
    assert process.returncode == 2
    assert os.strerror(errno.EFBIG) in told
    assert told.count("\n") == 1
    assert not output.exists()
    process = command(folder, "-o", output, "--resume", "-q")
    _, told = process.communicate()
    assert (process.returncode, told) == (0, "")
    assert sorted({fact.number for fact in read_facts(output)}) == [4.0, 45.0, 46.0, 47.0, 48.0, 49.0, 50.0]


def test_a_stream_that_cannot_be_written_is_told(folder):
    with open("/dev/full", "w") as full:
        line = [sys.executable, "-c", "from baocao_nlp.cli import main; main()", "extract", str(folder)]
        done = subprocess.run(line, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert os.strerror(errno.ENOSPC) in done.stderr
    assert "Traceback" not in done.stderr


def test_an_interrupted_run_leaves_no_output(folder, tmp_path):
    output = tmp_path / "facts.csv"
    process = command(folder, "-o", output)
    journal = tmp_path / "facts.csv.partial"
    while process.poll() is None and (not journal.exists() or journal.read_bytes().count(b"\n") < 2):
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    process.communicate()
    assert process.returncode != 0 or output.exists()
    assert output.exists() != journal.exists()


def test_a_killed_worker_is_told_and_the_next_run_has_others(folder):
    """A system that runs out of memory kills whom it likes."""

    def work(path):
        if path.endswith("3.txt"):
            time.sleep(1)
            os.kill(os.getpid(), signal.SIGKILL)
        return path

    paths = sorted(folder.iterdir())
    found = batch._run(work, paths, 2, {})
    with pytest.raises(OSError, match=r"a worker process was killed.* fewer jobs"):
        list(found)
    assert list(extract_many(paths, n_jobs=2)) == list(extract_many(paths))


def test_a_file_that_changes_while_it_is_read_is_told(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    whole = batch.read

    def reads_while_another_writes(source, **options):
        document = whole(source, **options)
        path.write_text(TEXT + TEXT, encoding="utf-8")
        return document

    monkeypatch.setattr(batch, "read", reads_while_another_writes)
    (found,) = extract_many([path])
    assert found.error == "changed while it was read: read it again"
    assert not found.facts


def test_a_file_that_changes_after_it_was_read_is_read_again(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    (packed,) = extract_packed([path])
    path.write_text(TEXT.replace("45", "46"), encoding="utf-8")
    with Journal(tmp_path / "facts.csv", {}) as journal:
        journal.add(packed)
        assert not journal.has(path)


def test_a_file_that_is_gone_is_one_error_among_others(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    gone, there, place = extract_many([tmp_path / "gone.txt", path, tmp_path])
    assert gone.error == os.strerror(errno.ENOENT)
    assert there.facts
    assert place.error == os.strerror(errno.EISDIR)


def test_a_name_that_is_no_utf8_is_kept(tmp_path):
    path = os.fsdecode(os.fsencode(tmp_path) + b"/b\xe1o.txt")
    Path(path).write_text(TEXT, encoding="utf-8")
    (packed,) = extract_packed([path])
    with Journal(tmp_path / "facts.csv", {}) as journal:
        journal.add(packed)
        assert journal.has(Path(path))
        (document,) = journal.documents([Path(path)])
    assert document.file == path
    for ending in FORMATS:
        write_facts([document], tmp_path / f"facts{ending}", fields=FIELDS)
        assert [fact.number for fact in read_facts(tmp_path / f"facts{ending}")] == [fact.number for fact in FACTS]


def test_a_training_that_fails_leaves_the_model_that_was_there(few_reports, tmp_path, monkeypatch):
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "config.cfg").write_text("the model that was there", encoding="utf-8")

    def fails(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("baocao_nlp.training.model.train_from_nothing", fails)
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        train(few_reports, folder, calibration=few_reports[:1], settings=Settings(cross_fit=0))
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
    assert (folder / "config.cfg").read_text(encoding="utf-8") == "the model that was there"


def test_facts_read_back_though_a_writer_was_stopped_between_lines(tmp_path):
    """A file cut off by other hands is told, not read in part."""
    path = tmp_path / "facts.jsonl"
    write_facts(MANY[:2], path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(json.JSONDecodeError):
        read_facts(path)
