"""What one would do without this library, as an extractor that `baocao_nlp.evaluation` can measure: numbers, units and
comparisons by regular expressions, and the words before a number as its metric."""

import re
from collections.abc import Iterable
from functools import cache

from baocao_nlp.facts import Comparison, Fact, LabelledSpan, Span

NUMBER_RE = re.compile(
    r"(?<![\w/.,])(?P<value>\d+(?:[.,]\d+)*)\s?"
    r"(?P<unit>%|(?:nghìn |triệu |tỷ )?(?:đồng|USD)\b|(?:triệu|tỷ)\b|[^\W\d]\w*(?:/\w+)?)?"
)
NO_FACT_RE = re.compile(r"(?:ngày|tháng|năm|quý|số|Điều|lớp|khóa|đợt|lần|Quốc lộ|giai đoạn)\s?$|[/-]$", re.IGNORECASE)
CLAUSE_RE = re.compile(r"[.;:,(\n]\s|^", re.MULTILINE)
LINK_RE = re.compile(
    r"(?:\b(?:đạt|được|là|có|ước|khoảng|gồm|bằng|tăng|giảm|còn|trong đó|thực hiện)\s*)+$", re.IGNORECASE
)
CHANGE_RE = re.compile(r"\b(tăng|giảm)\s$", re.IGNORECASE)
PLAN_RE = re.compile(r"\s?(?:so với )?(?:kế hoạch|dự toán|chỉ tiêu|KH)")


def words_before(text: str, start: int, end: int) -> Span | None:
    """The words of the clause before a number, without verbs that only link."""
    words = text[start:end]
    words = LINK_RE.sub("", words.rstrip()).strip(" -+*")
    place = text.find(words, start, end) if words else -1
    return Span.of(text, place, place + len(words)) if place >= 0 else None


def numbers(text: str) -> Iterable[Fact]:
    """A fact for every number that no date or document number is suspected in."""
    named: Span | None = None
    for found in NUMBER_RE.finditer(text):
        if NO_FACT_RE.search(text[max(0, found.start() - 12) : found.start()]) or not found["unit"]:
            continue
        start = max(0, found.start() - 200)
        begin = max((clause.end() for clause in CLAUSE_RE.finditer(text, start, found.start())), default=start)
        # a clause without words of its own is about what the one before it was about
        named = words_before(text, begin, found.start()) or named
        change = CHANGE_RE.search(text[max(0, found.start() - 6) : found.start()])
        kind = None
        if change:
            kind = Comparison("increase" if change[1].lower() == "tăng" else "decrease", "same_period")
        elif found["unit"] == "%" and PLAN_RE.match(text, found.end()):
            kind = Comparison("ratio", "plan")
        yield Fact(
            value=Span.of(text, *found.span("value")),
            number=float(found["value"].replace(".", "").replace(",", ".")) if found["value"].count(",") < 2 else None,
            unit=Span.of(text, *found.span("unit")),
            metric=(named,) if named else (),
            comparison=kind,
        )


@cache
def extractor(text: str) -> tuple[list[Fact], list[LabelledSpan]]:
    """The alternative as `baocao_nlp.evaluation.evaluate` wants it."""
    return list(numbers(text)), []
