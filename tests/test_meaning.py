"""Units, comparisons, modifiers and periods."""

from datetime import date

import pytest

from baocao_nlp.meaning.comparisons import cue_basis, cue_type, modifier
from baocao_nlp.meaning.periods import ReportPeriod, read_report_period, resolve
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


@pytest.mark.parametrize("written", ["", "2024-13", "tháng 5", "2024-05-31/2024-05-01", "2024-Q5"])
def test_a_report_period_that_cannot_be_read_is_told(written):
    with pytest.raises(ValueError, match="report_period"):
        ReportPeriod.parse(written)
