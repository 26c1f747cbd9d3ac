"""Periods: the dates that a time expression means in a report about a given period."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from baocao_nlp.text.normalize import fold

Dates = tuple[date | None, date | None]

_WORDS = {
    "một": 1, "giêng": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8,
    "chín": 9, "mười một": 11, "mười hai": 12, "chạp": 12, "mười": 10,
    "i": 1, "ii": 2, "iii": 3, "iv": 4,
}  # fmt: skip
_N = r"(\d{1,2}|mười một|mười hai|mười|một|giêng|hai|ba|bốn|tư|năm|sáu|bảy|bẩy|tám|chín|chạp)"
_QUARTER = r"(iv|i{1,3}|[1-4]|một|hai|ba|bốn|tư)"
_YEAR = r"(?:\s*+(?:(?:năm|/|-|\.|,)\s*+)?(?:năm\s*+)?((?:19|20)\d\d))?"
_DAY_RE = re.compile(r"(\d{1,2})(?:\s*/\s*|[-.])(\d{1,2})(?:(?:\s*/\s*|[-.])((?:19|20)\d\d))?")
_FIRST_DAY_RE = re.compile(r"(?<![\d/])(\d{1,2})(?:\s*,\s*\d{1,2}){0,30}\s*(?:[-–]|và|đến|rạng sáng)\s*(?:ngày\s*)?$")
_LONG_DAY_RE = re.compile(r"(\d{1,2})\s*tháng\s*(\d{1,2})(?:\s*(?:năm\s*)?((?:19|20)\d\d))?")
_SCHOOL_YEAR_RE = re.compile(r"năm học\s*((?:19|20)\d\d)\s*[-–_/]\s*((?:19|20)\d\d)")
_YEARS_RE = re.compile(r"((?:19|20)\d\d)\s*[-–]\s*((?:19|20)\d\d)")
_MONTHS_RE = re.compile(rf"\b{_N}\s*+tháng\s*+(đầu|cuối)?(?:\s*+năm)?{_YEAR}")
_MONTH_RE = re.compile(rf"\btháng\s*+{_N}\b(?!\s*+tháng){_YEAR}")
_QUARTER_RE = re.compile(rf"\bquý\s*{_QUARTER}\b{_YEAR}")
_YEAR_RE = re.compile(r"(?<![\d/])((?:19|20)\d\d)(?!\d)")
_YEAR_BEHIND_RE = re.compile(r"/\s*((?:19|20)\d\d)(?!\d)")
_UNTIL_RE = re.compile(r"\b(?:đến|tới|hiện)\b")
_NOW_RE = re.compile(
    r"\b(?:đến nay|tới nay|hiện nay|hiện có|hiện tại|hiện|đến thời điểm|thời điểm báo cáo|cùng ngày|hôm nay)\b"
)
_SINCE_RE = re.compile(r"lũy kế|luỹ kế|cộng dồn|lk\b|đầu năm|trong năm|tích lũy")
_END_RE = re.compile(r"^(?:tại |thời điểm )*(?:cuối|hết|trước)\b")
_BOUND_RE = re.compile(r"^(?:vào |của )?(đầu|cuối) (năm|kỳ)(?: học)?(?: (?:19|20)\d\d)?$")
_SINCE_YEAR_RE = re.compile(r"\btừ (?:năm )?((?:19|20)\d\d) (?:đến|tới) nay")
_SINCE_MONTH_RE = re.compile(r"\btừ (?:đầu )?tháng (?!.{0,100}(?:đến|tới|-|–) (?:hết |cuối )?tháng)")
_SINCE_START_RE = re.compile(r"\btừ (?:khi|đầu (?!năm\b(?! học)|tháng|quý).{0,100}\b(?:nay|mùa|vụ))\b")
_SHORT_RE = re.compile(r"\b(?:(?P<months>\d{1,2}) ?t|t(?P<month>\d{1,2})|q(?P<quarter>[1-4]))(?=/|\b(?!\.))")
_LONG = {"months": "{} tháng", "month": "tháng {}", "quarter": "quý {}"}
_REPORT_RE = re.compile(r"\b(?:kỳ báo cáo|trong kỳ|kỳ này|tuần)\b")


@dataclass(frozen=True, slots=True)
class ReportPeriod:
    """The period a report is about: first and last day."""

    start: date
    end: date

    @classmethod
    def parse(cls, written: str) -> ReportPeriod:
        """Read "2024", "2024-05", "2024-Q2", "2024-H1", "2024-9M" or "2024-05-01/2024-05-31".

        Raises
        ------
        ValueError
            Where it is none of these.
        """
        try:
            return cls(*_parse_written(written.strip()))
        except (ValueError, TypeError, AttributeError):
            raise ValueError(
                f"report_period {written!r} is none of YYYY, YYYY-MM, YYYY-Q1, YYYY-H1, YYYY-9M "
                "and YYYY-MM-DD/YYYY-MM-DD"
            ) from None

    @property
    def year(self) -> int:
        return self.end.year


def _parse_written(written: str) -> tuple[date, date]:
    if "/" in written:
        start, end = map(date.fromisoformat, written.split("/"))
        if start > end:
            raise ValueError(written)
        return start, end
    match = re.fullmatch(r"(\d{4})(?:-(?:(\d\d)|Q([1-4])|H([12])|(\d{1,2})M))?", written)
    if not match:
        raise ValueError(written)
    year, month, quarter, half, months = (int(group) if group else 0 for group in match.groups())
    if month:
        return _months(year, month, month)
    if quarter:
        return _months(year, 3 * quarter - 2, 3 * quarter)
    if half:
        return _months(year, 6 * half - 5, 6 * half)
    return _months(year, 1, months or 12)


def _months(year: int, first: int, last: int) -> tuple[date, date]:
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def _count(word: str) -> int:
    return int(word) if word.isdigit() else _WORDS[word]


@lru_cache(maxsize=4096)
def resolve(surface: str, report: ReportPeriod | None) -> Dates:
    """First and last day of what a time expression means; ``None`` on a side that it leaves open.

    Parameters
    ----------
    surface : the words of a PERIOD span.
    report : the period that the report is about, which expressions without a date of their own refer
        to. Without one, only what is written can be resolved.

    >>> report = ReportPeriod.parse("2024-05")
    >>> [day and day.isoformat() for day in resolve("lũy kế từ đầu năm đến nay", report)]
    ['2024-01-01', '2024-05-31']
    >>> [day and day.isoformat() for day in resolve("tính đến ngày 15/5", report)]
    [None, '2024-05-15']
    """
    text = _SHORT_RE.sub(lambda match: _LONG[match.lastgroup or ""].format(match[match.lastgroup or 0]), fold(surface))
    try:
        found = _bound(text, report) or _written(text, report) or _relative(text, report)
        # the end of a period is a point in time: "cuối năm 2023", "hết tháng 5", "trước ngày 30/9"
        return (None, found[1]) if _END_RE.search(text) else _in_order(*found)
    except ValueError:  # a day that no calendar has
        return None, None


def _in_order(start: date | None, end: date | None) -> Dates:
    """Two days, the first in the year before where it would else come after the second ("từ 25/12 đến 05/01")."""
    if start and end and start > end:
        start = start.replace(year=end.year - 1)
    return start, end


def _bound(text: str, report: ReportPeriod | None) -> Dates | None:
    """What an expression means that points to where something began or ended."""
    if report is None:
        return None
    if match := _BOUND_RE.search(text):
        if match[2] == "kỳ":
            return None, report.start if match[1] == "đầu" else report.end
        year = _year_of(text, report) or report.year
        return None, date(year, 1, 1) if match[1] == "đầu" else date(year, 12, 31)
    if match := _SINCE_YEAR_RE.search(text):
        return date(int(match[1]), 1, 1), report.end
    if _SINCE_START_RE.search(text):
        school_year = report.year if report.end.month >= 9 else report.year - 1
        return date(school_year, 9, 1) if "năm học" in text else None, report.end
    return None


def _written(text: str, report: ReportPeriod | None) -> Dates | None:
    """What an expression with a date, month, quarter or year of its own means."""
    if match := _SCHOOL_YEAR_RE.search(text):
        return date(int(match[1]), 9, 1), date(int(match[2]), 5, 31)
    days = _days(text, report)
    if len(days) >= 2:
        return days[0], days[-1]
    if days and re.match(r"(?:lũy kế |cộng dồn )?(?:kể )?từ (?!đầu)", text):
        runs_on = report and re.search(r"nay|lũy kế|cộng dồn", text)
        return days[0], report.end if report and runs_on else None
    if days:
        since = _start_of_year(text, days[0].year)
        return (since if since or _is_open(text) else days[0]), days[0]
    if match := _YEARS_RE.search(text):
        return date(int(match[1]), 1, 1), date(int(match[2]), 12, 31)
    year = _year_of(text, report)
    if year is None:
        return None
    span = _within_year(text, year)
    if span is None:
        return _whole_year(text, year, report)
    start, end = span
    if report and _SINCE_MONTH_RE.search(text) and start <= report.end:
        return start, report.end
    if re.search(r"\d\d\d\d.{0,100} đến nay|^từ .*đến nay", text) and report:
        return start, report.end
    if _is_open(text) and not re.search(r"^từ|tháng.{0,100}đến tháng", text):
        return _start_of_year(text, year), end
    return start, end


def _days(text: str, report: ReportPeriod | None) -> list[date]:
    """The full dates written in an expression; a missing year is that of the next date, or the report's."""
    found: list[date] = []
    written = [*_DAY_RE.finditer(text), *_LONG_DAY_RE.finditer(text)]
    year = report.year if report else None
    for match in sorted(written, key=re.Match.start, reverse=True):
        day, month = int(match[1]), int(match[2])
        year = int(match[3]) if match[3] else year
        if year is None or month > 12:
            continue
        found.insert(0, date(year, month, day))
        if first := _FIRST_DAY_RE.search(text, 0, match.start()):
            found.insert(0, date(year, month, int(first[1])))
    return found


def _is_open(text: str) -> bool:
    return _UNTIL_RE.search(text) is not None


def _start_of_year(text: str, year: int) -> date | None:
    return date(year, 1, 1) if _SINCE_RE.search(text) else None


def _year_of(text: str, report: ReportPeriod | None) -> int | None:
    years = _YEAR_RE.findall(text) or _YEAR_BEHIND_RE.findall(text)
    if years:
        return int(years[-1])
    if not report:
        return None
    if re.search(r"năm (?:trước|ngoái)", text):
        return report.year - 1
    if re.search(r"năm (?:sau|tới)(?! nay)", text):
        return report.year + 1
    return report.year


def _within_year(text: str, year: int) -> tuple[date, date] | None:
    if match := _MONTHS_RE.search(text):
        count = _count(match[1])
        if match[2] == "cuối":
            return _months(year, 13 - count, 12)
        return _months(year, 1, count)
    if quarters := _QUARTER_RE.findall(text):
        first, last = (_count(quarters[i][0]) for i in (0, -1))
        return _months(year, 3 * first - 2, 3 * last)
    months = [(_count(match[1]), int(match[2]) if match[2] else None) for match in _MONTH_RE.finditer(text)]
    if months:
        (first, first_year), (last, last_year) = months[0], months[-1]
        start = _months(first_year or year, first, first)
        end = _months(last_year or year, last, last)
        return (start[0], end[1]) if start[0] <= end[1] else end
    return None


def _whole_year(text: str, year: int, report: ReportPeriod | None) -> Dates | None:
    if not _YEAR_RE.search(text) and not re.search(
        r"cả năm|năm nay|năm (?:trước|ngoái|sau|tới)(?! nay)|^(?:trong |của |(?:đến )?(?:hết |cuối ))?năm$", text
    ):
        return None
    if report and re.search(r"đến nay|lũy kế|đầu năm", text) and year == report.year:
        return date(year, 1, 1), report.end
    if re.search(r"^(?:đến|tới|tính đến)", text):
        return None, date(year, 12, 31)
    return date(year, 1, 1), date(year, 12, 31)


def _relative(text: str, report: ReportPeriod | None) -> Dates:
    """What an expression means that only points to the report's period."""
    if report is None:
        return None, None
    end = report.end
    if _SINCE_RE.search(text):
        return date(end.year, 1, 1), end
    if match := re.search(r"từ đầu (tháng|quý)", text):
        first = end.month if match[1] == "tháng" else 3 * ((end.month + 2) // 3) - 2
        return date(end.year, first, 1), end
    if _NOW_RE.search(text) or _is_open(text):
        return None, end
    if _REPORT_RE.search(text):
        return report.start, end
    if "năm học" in text:
        return (report.start, end) if (report.start.month, end.month) == (9, 5) else (None, None)
    if "tháng trước" in text:
        year, month = (end.year, end.month - 1) if end.month > 1 else (end.year - 1, 12)
        return _months(year, month, month)
    if "tháng" in text:
        window = report.start.day > 1 and (end - report.start).days < 45
        return (report.start, end) if window else _months(end.year, end.month, end.month)
    if "quý" in text:
        quarter = (end.month + 2) // 3
        return _months(end.year, 3 * quarter - 2, 3 * quarter)
    return None, None


_UNIT = r"(?:tháng|quý|năm|kỳ|tuần|ngày|vụ)"
_DATE = r"(?:0?[1-9]|[12]\d|3[01])\s*/\s*(?:0?[1-9]|1[0-2])(?![\d/])"
_NUMBERED = (
    rf"(?:(?:lúc|hồi) )?\d{{1,2}} giờ(?: \d{{1,2}}(?: phút)?)?,? (?:sáng |trưa |chiều |tối |đêm )?ngày {_DATE}"
    rf"|(?:sáng|trưa|chiều|tối|đêm) (?:ngày )?{_DATE}|đêm \d{{1,2}},? rạng sáng (?:ngày )?{_DATE}"
    rf"|(?:đến|tới|từ|trước|thời điểm) {_DATE}"
    rf"|năm học\s*\d{{4}}\s*[-–_/]\s*\d{{4}}|giai đoạn\s*\d{{4}}\s*[-–]\s*\d{{4}}"
    rf"|ngày\s*\d{{1,2}}\s*(?:tháng\s*\d{{1,2}}|[/.-]\s*\d{{1,2}})(?:\s*(?:năm|[/.-])\s*\d{{4}})?"
    rf"|\d{{1,2}}\s*/\s*\d{{1,2}}\s*/\s*\d{{4}}"
    rf"|{_N}\s*tháng(?:\s*(?:đầu|cuối)\s*năm)?(?:\s*(?:năm\s*)?\d{{4}})?"
    rf"|tháng\s*{_N}(?!\w)(?:\s*(?:năm|/)\s*\d{{4}})?|quý\s*{_QUARTER}(?!\w)(?:\s*(?:năm|/)\s*\d{{4}})?"
    rf"|năm\s*\d{{4}}"
)
_VAGUE = (
    rf"(?:(?:từ )?đầu năm|cả năm|cuối năm)(?! học)|đến nay|tới nay|hiện nay|năm nay|hôm nay|kỳ báo cáo"
    rf"|thời điểm (?:báo cáo|này|hiện tại)|từ (?:đầu|khi) (?:\w+ ){{1,3}}đến nay"
    rf"|(?:cuối|hết|giữa) {_UNIT}(?: học)?(?! \d)|{_UNIT} này"
    r"|trong (?:tháng|quý|kỳ|tuần|ngày|vụ)(?! \d{1,2}(?![\d.,]\d|\d))|trong năm(?! \d)"
)
_LEAD = r"(?:trong|lũy kế|cộng dồn|tính chung|bình quân|tính|ước|từ|đến|tới|hết|cuối|đầu|thời điểm|hết ngày|kể từ)"
# what an expression begins with: a look at it spares the rest of the pattern at most places, and half of the time
_OPENING = (
    r"\d|trong|lũy|cộng|tính|bình|ước|từ|đến|tới|hết|cuối|đầu|thời|kể|năm|giai|ngày|tháng|quý|lúc|hồi|sáng|trưa|chiều|tối"
    r"|đêm|trước|cả|hiện|kỳ|hôm|giữa|vụ|tuần|mười|một|giêng|hai|ba|bốn|tư|bảy|bẩy|sáu|tám|chín|chạp"
)
_EXPRESSION_RE = re.compile(
    rf"(?<!\w)(?={_OPENING})"
    rf"(?:(?:{_LEAD} ){{0,3}}(?:{_NUMBERED}|{_VAGUE})(?:(?:,? (?:và |đến |tới )?)(?:{_NUMBERED}|đến nay))*"
    rf"|lũy kế(?: đến nay)?|cộng dồn|hiện nay|hiện có|hiện còn)(?!\w)"
)


def find_expressions(text: str) -> list[tuple[int, int]]:
    """Where time expressions stand in lower-case canonical text, as wide as they go.

    >>> text = "tổng vốn năm 2023 đến nay là 12 tỷ; lũy kế từ đầu năm đến nay 5 hộ"
    >>> [text[start:end] for start, end in find_expressions(text)]
    ['năm 2023 đến nay', 'lũy kế từ đầu năm đến nay']
    """
    return [match.span() for match in _EXPRESSION_RE.finditer(text)]


_TITLE_RE = re.compile(
    rf"{_SCHOOL_YEAR_RE.pattern}|{_MONTH_RE.pattern}|{_MONTHS_RE.pattern}|{_QUARTER_RE.pattern}|\bnăm\s*(?:19|20)\d\d"
)
_DAYS_RE = re.compile(rf"từ (?:ngày )?{_DAY_RE.pattern} đến (?:ngày )?{_DAY_RE.pattern}")
_WINDOW_RE = re.compile(rf"^[^\w(]*+\(.*?({_DAY_RE.pattern} (?:đến|[-–]) (?:hết )?(?:ngày )?{_DAY_RE.pattern})")
_NAME_RE = re.compile(r"^\W*báo cáo(?: nhanh| tuần| tóm tắt)?(?: số \d+)?\W*$")
_ISSUED_RE = re.compile(
    r", (?:hồi \S+ )?(?:ngày )?\s*+[\d….]*+\s*+(?:tháng|/)\s*+(0?[1-9]|1[0-2])(?!\d)\s*+(?:năm|/)\s*((?:19|20)\d\d)"
)
_LONGEST_TITLE = 3
_TITLE_LINES, _TITLE_LENGTH = 60, 600


def period_of_text(text: str) -> ReportPeriod | None:
    """The period that a report says it is about, from its canonical text."""
    lines = text.split("\n", 4 * _TITLE_LINES)[: 4 * _TITLE_LINES]
    return read_report_period([line[:_TITLE_LENGTH] for line in lines if line.strip()][:_TITLE_LINES])


def read_report_period(lines: Sequence[str]) -> ReportPeriod | None:
    """The period that a report says it is about, from its first lines, title first.

    The first time expression of the title decides ("tháng 8 và phương hướng, nhiệm vụ tháng 9 năm 2023"
    is about August); its year may stand later in the title, or in the date of issue. A line in brackets right
    under the title may say which days were counted. A report without one in its title is about the month it
    was issued in.
    """
    # mostly the first lines say all
    folded = cache(fold)
    issued = next((match for line in lines if (match := _ISSUED_RE.search(folded(line)))), None)
    name = next((i for i, line in enumerate(lines) if _NAME_RE.search(folded(line))), None)
    title = [folded(line) for line in (lines if name is None else lines[name + 1 : name + 1 + _LONGEST_TITLE])]
    for i, line in enumerate(title):
        if _ISSUED_RE.search(line) or re.search(r"^\W*(?:số|thực hiện|căn cứ|kính gửi)\b", line):
            continue
        year = int(issued[2]) if issued else None
        if found := _period_of_title(" ".join(title[i : i + _LONGEST_TITLE]), line, year):
            return _counted_days(title[i + 1 :], found) or found
    if issued:
        return ReportPeriod(*_months(int(issued[2]), int(issued[1]), int(issued[1])))
    return None


def _counted_days(lines: Sequence[str], period: ReportPeriod) -> ReportPeriod | None:
    """The window of days that a line in brackets states."""
    match = next((match for line in lines if (match := _WINDOW_RE.search(line))), None)
    if match is None:
        return None
    start, end = resolve(match[1], period)
    return ReportPeriod(start, end) if start and end and start <= end else None


def _period_of_title(text: str, line: str, fallback: int | None) -> ReportPeriod | None:
    """The period that a title line begins to name; ``text`` goes on with the lines after it."""
    match = _DAYS_RE.search(line) or _TITLE_RE.search(line)
    if not match:
        return None
    year = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)").search(text, match.start())
    number = int(year[0]) if year else fallback
    if number is None:
        return None
    start, end = resolve(match[0], ReportPeriod(*_months(number, 1, 12)))
    return ReportPeriod(start, end) if start and end and start <= end else None
