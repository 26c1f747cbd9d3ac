"""Nothing takes long: regular expressions on strings made for them, texts made to be slow, and limits that hold."""

import signal
import time
from contextlib import contextmanager

import pytest
from patterns import all_patterns, attacks
from rendering import pdf_file, word_file

from baocao_nlp import Limits, extract, extract_many, read
from baocao_nlp.reading import UnreadableFileError
from baocao_nlp.text.tokens import tokenise

PATTERNS, BY_A_RUN = all_patterns()
# which of the strings made for a pattern are the worst is told by short ones
SHORT, LONG, WORST = 2000, 100_000, 2


def used(compiled, uses, text):
    """The seconds of processor that the uses of a pattern on a text take."""
    begin = time.process_time()
    if uses & {"match", "fullmatch"}:
        compiled.match(text)
        compiled.fullmatch(text)
    if not uses or not uses <= {"match", "fullmatch"}:
        for _ in compiled.finditer(text):
            pass
    return time.process_time() - begin


@contextmanager
def stopped_after(seconds):
    """Let a test fail that would go on for hours."""

    def fail(*_):
        raise AssertionError("takes too long")

    signal.signal(signal.SIGPROF, fail)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def test_every_pattern_is_known():
    """Those that are put together in a run are compiled from word lists, which hold no repetition, or from TOML."""
    assert len(PATTERNS) > 130
    assert {place.split(":")[0] for place in BY_A_RUN} == {
        "baocao_nlp.meaning.lexicon",
        "baocao_nlp.reading.encodings",
        "baocao_nlp.statistics",
        "baocao_nlp.tabular.words",
    }


@pytest.mark.parametrize("place", PATTERNS)
def test_a_pattern_takes_linear_time(place):
    compiled, uses = PATTERNS[place]
    with stopped_after(5):
        order = sorted((used(compiled, uses, text), number) for number, text in enumerate(attacks(compiled, SHORT)))
        worst = {number for _, number in order[-WORST:]}
        for number, text in enumerate(attacks(compiled, LONG)):
            if number in worst:
                assert used(compiled, uses, text) < 1, repr(text[:60])


def test_a_run_without_a_space_takes_linear_time():
    for unit in ("1", "a", ".", "a.", "1.1", "http://", "@", "²", "-"):
        begin = time.process_time()
        tokenise(unit * (LONG // len(unit)))
        assert time.process_time() - begin < 2, unit


@pytest.mark.parametrize(
    "unit",
    ["1 ", "a ", "Diện tích 5 ha, ", "1 tỷ ", "từ đầu năm ", "(", "[1: ", "\n", "- a\n", "5%", "²", "12/5/2024 "],
)
def test_a_hostile_text_takes_linear_time(unit):
    """Four times the text takes no more than some eight times as long: it would be sixteen were it quadratic."""
    seconds = []
    for length in (3_000, 12_000):
        rounds = []
        # the first one also pays for memory that is new to the process
        for _ in range(3):
            begin = time.process_time()
            extract(unit * (length // len(unit)))
            rounds.append(time.process_time() - begin)
        seconds.append(min(rounds))
    assert seconds[1] < 8 * seconds[0] + 0.2


@pytest.mark.parametrize(
    ("data", "limits", "message"),
    [
        (b"12 ha" * 100, Limits(file=499), "a file of more than"),
        (b"<html><body>" + b"<p>12 ha</p>" * 100, Limits(text=1000), "a web page with more than"),
        (word_file(["Trồng 12 ha rừng."]), Limits(file=50_000), "unpacks to more than"),
        (word_file(["Trồng 12 ha rừng."]), Limits(text=1000), "a Word file with more than"),
        (pdf_file(["Trồng 12 ha rừng."], ""), Limits(pages=0), "a PDF file of more than 0 pages"),
        (pdf_file(["Trồng 12 ha rừng."], ""), Limits(seconds=-1), "took more than"),
    ],
)
def test_a_file_beyond_a_limit_is_told(data, limits, message, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(data)
    for source in (data, path):
        with pytest.raises(UnreadableFileError, match=message):
            read(source, limits=limits)


def test_a_text_beyond_its_limit_is_told_and_none_is_cut():
    assert [fact.number for fact in extract("Trồng 12 ha rừng.", max_length=17)] == [12.0]
    with pytest.raises(ValueError, match="17 characters, where max_length is 16"):
        extract("Trồng 12 ha rừng.", max_length=16)


def test_a_file_that_takes_too_long_is_one_error_among_others(tmp_path, monkeypatch):
    slow, quick = tmp_path / "slow.txt", tmp_path / "quick.txt"
    for path in (slow, quick):
        path.write_text("Trồng 12 ha rừng.", encoding="utf-8")

    def reading(path, **options):
        try:
            time.sleep(60 if path == str(slow) else 0)
        except Exception:
            pytest.fail("a library took the alarm for an error of its own")
        return read(path, **options)

    monkeypatch.setattr("baocao_nlp.pipeline.batch.read", reading)
    first, second = extract_many([slow, quick], limits=Limits(seconds=2))
    assert first.error == "took more than 2 seconds"
    assert [fact.number for fact in second.facts] == [12.0]
    assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL
