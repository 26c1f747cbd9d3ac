"""Units, comparisons, modifiers and periods."""

import re
from datetime import date

import pytest

from baocao_nlp.meaning import periods
from baocao_nlp.meaning.comparisons import cue_basis, cue_type, modifier
from baocao_nlp.meaning.periods import ReportPeriod, find_expressions, read_report_period, resolve
from baocao_nlp.meaning.units import parse_unit


@pytest.mark.parametrize(
    ("surface", "canonical", "factor"),
    [
        ("tỷ đồng", "VND", 1e9),
        ("tỷ", "VND", 1e9),
        ("nghìn tỷ đồng", "VND", 1e12),
        ("trđ", "VND", 1e6),
        ("triệu USD", "USD", 1e6),
        ("ha", "m²", 1e4),
        ("m2", "m²", 1),
        ("nghìn tấn", "kg", 1e6),
        ("tạ/ha", "t/ha", 0.1),
        ("0/00", "%", 0.1),
        ("điểm phần trăm", "percentage point", 1),
        ("hồ sơ", "hồ sơ", 1),
        ("triệu lượt khách", "lượt khách", 1e6),
        ("triệu đồng/người", "VND/người", 1e6),
        ("trăm nghìn tỷ đồng", "VND", 1e14),
        ("kg / ha", "t/ha", 1e-3),
        ("kg / người", "kg/người", 1),
        ("lượt/người", "lượt/người", 1),
        ("", "VND", 1),
    ],
)
def test_units_fold_to_a_canonical_one(surface, canonical, factor):
    unit = parse_unit(surface)
    assert unit.canonical == canonical
    assert unit.factor == pytest.approx(factor)


def test_decomposed_unicode_and_old_tone_marks_are_the_same_unit():
    assert parse_unit("ty\u0309 đo\u0302\u0300ng") == parse_unit("tỷ đồng")


@pytest.mark.parametrize(
    ("cue", "kind", "basis"),
    [
        ("tăng", "increase", None),
        ("thấp hơn", "decrease", None),
        ("so với cùng kỳ năm trước", None, "same_period"),
        ("so với tháng trước", None, "previous_period"),
        ("kế hoạch năm 2024", None, "plan"),
        ("dự toán tỉnh giao", None, "plan"),
        ("so vụ Đông Xuân 2023", None, "previous_year"),
        ("so với năm 2022", None, "previous_year"),
        ("tổng số hồ sơ", None, "total"),
        ("chiếm", "share", None),
        ("gấp", "ratio", None),
    ],
)
def test_cues(cue, kind, basis):
    assert cue_type(cue) == kind
    assert cue_basis(cue) == basis


def test_modifiers_stand_before_the_number_or_behind_the_unit():
    assert modifier(["thu", "hơn"]) == ">"
    assert modifier(["khoảng"]) == "~"
    assert modifier(["chưa", "đến"]) == "<"
    assert modifier(["đạt"], ["trở", "lên"]) == ">"
    assert modifier([]) == "="


MAY = ReportPeriod(date(2024, 5, 1), date(2024, 5, 31))


@pytest.mark.parametrize(
    ("surface", "start", "end"),
    [
        ("từ đầu năm đến ngày 20/4", "2024-01-01", "2024-04-20"),
        ("từ đầu năm học đến nay", "2023-09-01", "2024-05-31"),
        ("từ đầu nhiệm kỳ đến nay", None, "2024-05-31"),
        ("lũy kế từ khi thành lập đến nay", None, "2024-05-31"),
        ("từ đầu mùa khô", None, "2024-05-31"),
        ("từ đầu tháng đến nay", "2024-05-01", "2024-05-31"),
        ("từ đầu quý đến nay", "2024-04-01", "2024-05-31"),
        ("từ tháng 3/2024", "2024-03-01", "2024-05-31"),
        ("từ tháng 2 đến tháng 4", "2024-02-01", "2024-04-30"),
        ("lũy kế từ năm 2021 đến nay", "2021-01-01", "2024-05-31"),
        ("đầu năm 2024", None, "2024-01-01"),
        ("cuối kỳ", None, "2024-05-31"),
        ("lũy kế từ 15/4", "2024-04-15", "2024-05-31"),
        ("các ngày 09, 10 và 11/4", "2024-04-09", "2024-04-11"),
        ("đêm 18 rạng sáng 19/4", "2024-04-18", "2024-04-19"),
        ("ngày 9 - 11/4", "2024-04-09", "2024-04-11"),
        ("trong tháng", "2024-05-01", "2024-05-31"),
        ("Tháng 4", "2024-04-01", "2024-04-30"),
        ("tháng Tư", "2024-04-01", "2024-04-30"),
        ("lũy kế", "2024-01-01", "2024-05-31"),
        ("luỹ kế từ đầu năm đến nay", "2024-01-01", "2024-05-31"),
        ("05 tháng đầu năm", "2024-01-01", "2024-05-31"),
        ("6 tháng cuối năm 2023", "2023-07-01", "2023-12-31"),
        ("9 tháng năm 2023", "2023-01-01", "2023-09-30"),
        ("quý I/2024", "2024-01-01", "2024-03-31"),
        ("trong quý", "2024-04-01", "2024-06-30"),
        ("đến nay", None, "2024-05-31"),
        ("tính đến ngày 15/5/2024", None, "2024-05-15"),
        ("đến ngày 15/5", None, "2024-05-15"),
        ("từ ngày 15/4 đến ngày 14/5/2024", "2024-04-15", "2024-05-14"),
        ("từ 20/12/2023 đến 19/01/2024", "2023-12-20", "2024-01-19"),
        ("đến hết tháng 4", None, "2024-04-30"),
        ("cả năm", "2024-01-01", "2024-12-31"),
        ("năm 2023", "2023-01-01", "2023-12-31"),
        ("năm 2024 đến nay", "2024-01-01", "2024-05-31"),
        ("năm học 2023 - 2024", "2023-09-01", "2024-05-31"),
        ("giai đoạn 2021 - 2025", "2021-01-01", "2025-12-31"),
        ("đến năm 2025", None, "2025-12-31"),
        ("ngày 31/02/2024", None, None),
        ("trong dịp lễ", None, None),
        ("từ 25/12 đến 05/01", "2023-12-25", "2024-01-05"),
        ("tháng trước", "2024-04-01", "2024-04-30"),
        ("trong tuần", "2024-05-01", "2024-05-31"),
        ("kỳ này", "2024-05-01", "2024-05-31"),
        ("hiện nay", None, "2024-05-31"),
        ("năm ngoái", "2023-01-01", "2023-12-31"),
        ("năm tới", "2025-01-01", "2025-12-31"),
        ("năm nay", "2024-01-01", "2024-12-31"),
        ("quý I và quý II năm 2023", "2023-01-01", "2023-06-30"),
        ("3 tháng cuối năm", "2024-10-01", "2024-12-31"),
        ("tháng 11/2023 đến tháng 2/2024", "2023-11-01", "2024-02-29"),
        ("hết quý I", None, "2024-03-31"),
        ("trước ngày 30/9", None, "2024-09-30"),
        ("đầu năm", None, "2024-01-01"),
        ("đầu kỳ", None, "2024-05-01"),
        ("cuối năm 2023", None, "2023-12-31"),
        ("T4/2024", "2024-04-01", "2024-04-30"),
        ("Q1/2024", "2024-01-01", "2024-03-31"),
        ("6T/2023", "2023-01-01", "2023-06-30"),
        ("ngày 05 tháng 3 năm 2023", "2023-03-05", "2023-03-05"),
        ("tháng Chạp", "2024-12-01", "2024-12-31"),
    ],
)
def test_periods_resolve_against_the_report(surface, start, end):
    found = [day and day.isoformat() for day in resolve(surface, MAY)]
    assert found == [start, end]


def test_a_month_is_the_window_that_the_title_states():
    window = ReportPeriod.parse("2024-04-15/2024-05-14")
    assert resolve("trong tháng", window) == (window.start, window.end)


def test_without_a_report_period_only_what_is_written_resolves():
    assert resolve("trong tháng", None) == (None, None)
    assert resolve("quý II năm 2023", None) == (date(2023, 4, 1), date(2023, 6, 30))


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Tình hình kinh tế - xã hội tháng 4 và phương hướng, nhiệm vụ tháng 5 năm 2024", "2024-04"),
        ("Kết quả 6 tháng đầu năm và nhiệm vụ 6 tháng cuối năm 2023", "2023-H1"),
        ("Tình hình kinh tế - xã hội quý III năm 2022", "2022-Q3"),
        ("KẾT QUẢ THỰC HIỆN NHIỆM VỤ NĂM 2022, KẾ HOẠCH NĂM 2023", "2022"),
        ("Tình hình kinh tế - xã hội chín tháng năm 2023", "2023-9M"),
        ("Tổng kết năm học 2022 - 2023", "2022-09-01/2023-05-31"),
    ],
)
def test_the_title_tells_the_period_of_a_report(title, expected):
    assert read_report_period(["UBND HUYỆN AN LÃO", "BÁO CÁO", title]) == ReportPeriod.parse(expected)


def test_the_date_of_issue_gives_the_year_that_the_title_lacks():
    lines = ["An Lão, ngày 25 tháng 4 năm 2024", "BÁO CÁO", "Tình hình kinh tế - xã hội tháng 4"]
    assert read_report_period(lines) == ReportPeriod.parse("2024-04")


def test_a_line_under_the_title_tells_the_days_that_were_counted():
    lines = ["BÁO CÁO", "Kết quả công tác tháng 8/2022", "(số liệu từ ngày 16/7 đến hết ngày 15/8/2022)"]
    assert read_report_period(lines) == ReportPeriod.parse("2022-07-16/2022-08-15")


@pytest.mark.parametrize(
    ("written", "start", "end"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2024-Q4", "2024-10-01", "2024-12-31"),
        ("2024-H2", "2024-07-01", "2024-12-31"),
        ("2024-H1", "2024-01-01", "2024-06-30"),
        ("2024-9M", "2024-01-01", "2024-09-30"),
        (" 2024-05-03/2024-05-03 ", "2024-05-03", "2024-05-03"),
    ],
)
def test_a_report_period_is_read_as_it_is_written(written, start, end):
    period = ReportPeriod.parse(written)
    assert [period.start.isoformat(), period.end.isoformat()] == [start, end]
    assert period.year == int(end[:4])


def test_the_month_before_january_is_december():
    assert resolve("tháng trước", ReportPeriod.parse("2024-01")) == (date(2023, 12, 1), date(2023, 12, 31))


def test_a_school_year_is_that_of_the_report():
    assert resolve("từ đầu năm học đến nay", ReportPeriod.parse("2024-10"))[0] == date(2024, 9, 1)
    year = ReportPeriod.parse("2022-09-01/2023-05-31")
    assert resolve("năm học này", year) == (year.start, year.end)
    assert resolve("năm học này", MAY) == (None, None)


def test_a_report_without_a_period_in_its_title_is_about_the_month_it_was_issued_in():
    assert read_report_period(
        ["An Lão, ngày 25 tháng 4 năm 2024", "BÁO CÁO", "Công tác dân vận"]
    ) == ReportPeriod.parse("2024-04")
    assert read_report_period(["BÁO CÁO", "Công tác dân vận"]) is None
    assert read_report_period([]) is None


def test_what_a_report_refers_to_is_not_its_title():
    lines = ["BÁO CÁO", "Số 12/BC-UBND tháng 3 năm 2020", "Tình hình kinh tế - xã hội tháng 4 năm 2024"]
    assert read_report_period(lines) == ReportPeriod.parse("2024-04")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("lũy kế 6 tháng đầu năm 2024 đạt 5 tỷ", ["lũy kế 6 tháng đầu năm 2024"]),
        ("trong quý i/2024 và năm 2023, có 3 hộ", ["trong quý i/2024 và năm 2023"]),
        ("tính đến ngày 15/5/2024 đạt 12 ha", ["tính đến ngày 15/5/2024"]),
        ("có 5 tháng tuổi", ["5 tháng"]),
        ("lúc 3 giờ 30 phút ngày 19/10 là 13,42 m", ["lúc 3 giờ 30 phút ngày 19/10"]),
        ("đêm 18 rạng sáng 19/10 sơ tán 50 hộ; đêm 03/7 mưa", ["đêm 18 rạng sáng 19/10", "đêm 03/7"]),
        ("từ 15/9 đến 15/10 có 3 vụ, đến hôm nay còn 1 vụ", ["từ 15/9 đến 15/10", "đến hôm nay"]),
        ("đạt từ 5/10/2023, đạt 12/15 xã", ["từ 5/10/2023"]),
        ("trong tháng 163 vụ, trong tháng 8 có 5 vụ", ["trong tháng", "trong tháng 8"]),
        ("đến cuối tháng có 2 vụ; từ khi có dịch đến nay 5 ca", ["đến cuối tháng", "từ khi có dịch đến nay"]),
        ("đạt 12 ha", []),
    ],
)
def test_time_expressions_are_found_as_wide_as_they_go(text, found):
    assert [text[start:end] for start, end in find_expressions(text)] == found


def test_a_glance_at_the_opening_misses_no_time_expression(few_reports):
    slow = re.compile(periods._EXPRESSION_RE.pattern.replace(f"(?={periods._OPENING})", ""))
    assert slow.pattern != periods._EXPRESSION_RE.pattern
    words = {word for word in re.split(r"\W+", re.sub(r"\\\w", " ", slow.pattern)) if word.isalpha()}
    texts = [*(report.text.lower() for report in few_reports), " 5 ".join(f"{word} 3 tháng {word}" for word in words)]
    for text in texts:
        assert find_expressions(text) == [match.span() for match in slow.finditer(text)]


@pytest.mark.parametrize("written", ["", "2024-13", "tháng 5", "2024-05-31/2024-05-01", "2024-Q5"])
def test_a_report_period_that_cannot_be_read_is_told(written):
    with pytest.raises(ValueError, match="report_period"):
        ReportPeriod.parse(written)
