"""What is fuzzed: each target takes bytes, and fails where what comes out is anything but a result or the error that is
promised.

A new one is a function with ``@target(runs, seeds)``; ``runs`` are those of ``make fuzz``, ``seeds`` gives inputs to
begin with.
"""

import io
import logging
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zipfile import ZipFile

from rendering import pdf_file, word_file

from baocao_nlp import Fact, extract, extract_document, read
from baocao_nlp.annotation import brat, doccano, label_studio, prodigy
from baocao_nlp.annotation.formats import load_reports, write_reports
from baocao_nlp.annotation.markup import MarkupError, from_markup, to_markup
from baocao_nlp.meaning.comparisons import cue_basis, cue_type, modifier
from baocao_nlp.meaning.numbers import Habit, is_compound, parse_compound, readings
from baocao_nlp.meaning.periods import ReportPeriod, find_expressions, read_report_period, resolve
from baocao_nlp.meaning.units import parse_unit
from baocao_nlp.reading import UnreadableFileError, decode
from baocao_nlp.text.document import Document

# what readers tell on the way is not looked at here
logging.disable(logging.ERROR)
CORPUS = Path(__file__).parents[2] / "data" / "annotated"
CASES = Path(__file__).with_name("cases")
REPORT = ReportPeriod.parse("2024-05")
Run = Callable[[bytes], None]


@dataclass(frozen=True)
class Target:
    """A function to fuzz, how often, and what to begin with."""

    name: str
    run: Run
    runs: int
    seeds: Callable[[], Iterable[bytes]]

    def cases(self) -> list[Path]:
        """Inputs that once failed, and must not again."""
        return sorted((CASES / self.name).glob("*"))


TARGETS: dict[str, Target] = {}


def target(runs: int, seeds: Callable[[], Iterable[bytes]]) -> Callable[[Run], Run]:
    def add(run: Run) -> Run:
        TARGETS[run.__name__] = Target(run.__name__, run, runs, seeds)
        return run

    return add


@cache
def gold() -> list:
    """Some annotated reports."""
    return load_reports(*sorted((CORPUS / "dev").glob("*.ann"), key=lambda path: path.stat().st_size)[:3])


def surfaces(label: str) -> Callable[[], Iterable[bytes]]:
    return lambda: {item.span.text.encode() for report in gold() for item in report.spans if item.label == label}


def texts() -> Iterable[bytes]:
    return [report.text[start : start + 600].encode() for report in gold() for start in range(0, 3000, 600)]


SMALL = (
    "{m1:Thu ngân sách} {v:1,5|m1 p1} {u:tỷ đồng} {p1:đến nay|/2024-05-31}, "
    "{c1:tăng} {v:4|= inc:same_period c1 c2}{u:%} {c2:so với cùng kỳ}; {v:12|opt u-}."
)


def converted(kind: str) -> Callable[[], Iterable[bytes]]:
    """A small report in a format, short enough for changes to hit what matters."""

    def made() -> Iterable[bytes]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "reports")
            write_reports([from_markup("report", SMALL)], path, kind)
            yield path.read_bytes()

    return made


def words(data: bytes) -> str:
    return data.decode("utf-8", "replace")


@target(400_000, surfaces("VALUE"))
def numbers(data):
    surface = words(data)
    assert all(value < float("inf") for value in readings(surface))
    if is_compound(surface):
        assert parse_compound(surface) is None or parse_compound(surface) < float("inf")
    number = Habit.of([surface]).read(surface)
    assert number is None or 0 <= number < float("inf")


@target(300_000, surfaces("UNIT"))
def units(data):
    unit = parse_unit(words(data))
    assert unit.canonical
    assert unit.factor > 0


@target(200_000, surfaces("COMPARISON"))
def comparisons(data):
    surface = words(data)
    cue_type(surface), cue_basis(surface)
    assert modifier(surface.split(), surface.split()) in "=~><"


@target(500_000, surfaces("PERIOD"))
def periods(data):
    surface = words(data)
    for report in (REPORT, None):
        start, end = resolve(surface, report)
        assert start is None or end is None or start <= end
    assert all(0 <= start < end <= len(surface) for start, end in find_expressions(surface))


@target(200_000, texts)
def report_periods(data):
    found = read_report_period(words(data).split("\n"))
    assert found is None or found.start <= found.end


@target(100_000, texts)
def structure(data):
    text = words(data)
    document = Document(text)
    assert all(document.span(i, i).text for i in range(len(document.tokens)))
    placed = [token for block in document.blocks for token in block.tokens]
    assert len(placed) == len(set(placed))


@target(200_000, lambda: [brat.dump(from_markup("report", SMALL)).encode()])
def standoff(data):
    report, problems = brat.parse("report", from_markup("report", SMALL).text, words(data))
    if not problems:
        assert brat.parse("report", report.text, brat.dump(report)) == (report, [])


@target(100_000, lambda: [SMALL.encode(), *(to_markup(report).encode()[:2000] for report in gold())])
def markup(data):
    try:
        report = from_markup("report", words(data))
    except MarkupError:
        return
    assert from_markup("report", to_markup(report)).text == report.text


def from_file(read_file, data):
    """The reports in a file of some content; errors are `ValueError`, which say what is wrong."""
    with tempfile.NamedTemporaryFile(dir=_memory()) as file:
        file.write(data)
        file.flush()
        try:
            found = list(read_file(Path(file.name)))
        except ValueError:
            return
    for item in found:
        assert item.problems or all(Fact.from_dict(fact.to_dict()) == fact for fact in item.report.facts)


def _memory() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


@target(50_000, converted("label-studio"))
def label_studio_tasks(data):
    from_file(label_studio.read, data)


@target(50_000, converted("doccano"))
def doccano_records(data):
    from_file(doccano.read, data)


@target(50_000, converted("prodigy"))
def prodigy_records(data):
    from_file(prodigy.read, data)


def readable(data):
    """A file of some content, read; all that may go wrong is promised."""
    try:
        document = read(data)
    except UnreadableFileError:
        return None
    assert all(0 <= block.start <= block.end <= len(document.text) for block in document.blocks)
    assert all(document.place(block.start) for block in document.blocks)
    return document


@target(100_000, lambda: [text.decode().encode(codec) for text in texts() for codec in ("utf-8", "utf-16")])
def encodings(data):
    try:
        text = decode(data)
    except UnreadableFileError:
        return
    assert text.original(len(text.text)) >= 0


@target(50_000, lambda: [b"| a | b | c |\n|---|---|---|\n| 1 | 2 | 3 |\n| 4 | 5 | 6 |\n"])
def markdown(data):
    readable(data)


@target(20_000, lambda: [path.read_bytes()[:4000] for path in sorted((CORPUS / "tables/train").glob("*.html"))[:5]])
def pages(data):
    readable(b"<html><body>" + data)


_HEAD = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'


@target(10_000, lambda: [b"<w:p><w:r><w:t>12 ha</w:t></w:r></w:p>", b"<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>"])
def word_documents(data):
    file = io.BytesIO(word_file(["Trồng 12 ha rừng."]))
    made = io.BytesIO()
    with ZipFile(file) as archive, ZipFile(made, "w") as copy:
        for item in archive.infolist():
            is_body = item.filename == "word/document.xml"
            copy.writestr(item, _HEAD + data + b"</w:body></w:document>" if is_body else archive.read(item))
    readable(made.getvalue())


@target(10_000, lambda: [word_file(["## A", "- Trồng 12 ha[1]."], ["Chú thích 3 hộ"])])
def word_archives(data):
    readable(b"PK" + data[2:])


@target(5_000, lambda: [pdf_file(["Trồng 12 ha rừng."], "Số 5")])
def pdf_files(data):
    readable(b"%PDF-" + data[5:])


@target(20_000, texts)
def whole_extraction(data):
    text = words(data)
    for before, fact in zip([None, *(facts := extract(text))], facts):
        assert before is None or before.value.end <= fact.value.start
        assert all(text[span.start : span.end] == span.text for _, span in fact.spans())
        assert 0 <= fact.confidence <= 1


@target(10_000, lambda: [path.read_bytes()[:3000] for path in sorted((CORPUS / "tables/train").glob("*.html"))[:5]])
def table_extraction(data):
    document = readable(b"<html><body>" + data)
    if document:
        for fact in extract_document(document):
            assert all(document.text[span.start : span.end] == span.text for _, span in fact.spans())
