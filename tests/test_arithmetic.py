"""Arithmetic inside a report: what fits, what does not, and which reading of a number it supports."""

from dataclasses import replace

import pytest

from baocao_nlp.annotation import from_markup
from baocao_nlp.linking.arithmetic import check_arithmetic
from baocao_nlp.linking.facts import in_canonical_unit


def checked(marked):
    facts = [in_canonical_unit(fact) for fact in from_markup("x", marked).facts]
    return check_arithmetic(facts, [0] * len(facts))


def verdicts(marked):
    return [[(check.kind, check.agrees) for check in fact.checks] for fact in checked(marked)]


@pytest.mark.parametrize(("percent", "agrees"), [("96,97", True), ("97", True), ("96,9", False), ("69,97", False)])
def test_a_fraction_and_its_percentage(percent, agrees):
    found = verdicts(
        f"{{m1:nhận tiền}} {{v:64|m1}}/{{v:66|m1 ref:total}} {{u:hộ}}, đạt {{v:{percent}|m1 share:total}}{{u:%}}"
    )
    assert found == [[("fraction", agrees)]] * 3


def test_what_is_rounded_still_fits():
    assert (
        verdicts("{m1:giải ngân} {v:2,7|m1}/{v:3|m1 ref:plan} {u:tỷ đồng}, đạt {v:91,4|m1 ratio:plan}{u:%}")
        == [[("fraction", True)]] * 3
    )


def test_a_change_with_both_levels():
    marked = (
        "{m1:tai nạn} {c1:tăng} {v:4|m1 inc:same_period c1 u1} vụ ({v:9|m1 u1}/{v:5|m1 ref:same_period u1} {u1:vụ})"
    )
    assert verdicts(marked) == [[("change", True)]] * 3
    assert verdicts(marked.replace("{v:9|", "{v:8|")) == [[("change", False)]] * 3


@pytest.mark.parametrize(
    ("parts", "expected"),
    [((30, 12), [("sum", True)]), ((30, 10), []), ((30, 13), [("sum", False)]), ((30, 25), [])],
)
def test_parts_and_their_whole(parts, expected):
    first, second = parts
    found = verdicts(
        f"{{m1:tiếp nhận}} {{v:42|m1}} {{u:đơn}}, gồm {{m2:khiếu nại}} {{v:{first}|m2 >m1}} {{u:đơn}}, "
        f"{{m3:tố cáo}} {{v:{second}|m3 >m1}} {{u:đơn}}"
    )
    assert found == [expected] * 3


def test_the_reading_that_fits_is_taken():
    level, reference, _ = checked(
        "{m1:cho vay} {v:8,315|m1} / {v:9200|m1 ref:plan} {u:triệu đồng}, đạt {v:90,38|m1 ratio:plan}{u:%}"
    )
    assert level.number == 8315
    assert level.canonical_value == pytest.approx(8315e6)
    assert reference.number == 9200


def test_a_fall_and_its_levels():
    marked = "{m1:tai nạn} {v:5|m1}/{v:9|m1 ref:same_period} {u:vụ}, giảm {v:4|m1 dec:same_period} {u:vụ}"
    assert verdicts(marked) == [[("change", True)]] * 3
    assert verdicts(marked.replace("dec:", "inc:")) == [[("change", False)]] * 3


@pytest.mark.parametrize(("percent", "agrees"), [("20", True), ("19,9", False), ("20,1", False), ("25", False)])
def test_a_change_in_per_cent(percent, agrees):
    found = verdicts(
        f"{{m1:hồ sơ}} {{v:120|m1}}/{{v:100|m1 ref:same_period}} {{u:hồ sơ}}, "
        f"tăng {{v:{percent}|m1 inc:same_period}}{{u:%}}"
    )
    assert found == [[("change", agrees)]] * 3


def test_a_change_is_measured_against_a_reference_of_its_basis():
    assert verdicts("{m1:tai nạn} {v:9|m1}/{v:5|m1 ref:plan} {u:vụ}, tăng {v:4|m1 inc:same_period} {u:vụ}") == [[]] * 3


def test_a_level_that_is_only_about_so_large_is_not_checked():
    assert (
        verdicts("{m1:thu} khoảng {v:192|m1 approx}/{v:198|m1 ref:plan} {u:tỷ đồng}, đạt {v:50|m1 ratio:plan}{u:%}")
        == [[]] * 3
    )


def test_nothing_is_measured_against_nothing():
    assert verdicts("{m1:nợ} {v:5|m1}/{v:0|m1 ref:plan} {u:hộ}, đạt {v:50|m1 ratio:plan}{u:%}") == [[]] * 3


def test_a_percentage_of_something_else_between_them_parts_a_level_and_a_percentage():
    assert (
        verdicts(
            "{m1:thu} {v:4|m1}/{v:5|m1 ref:plan} {u:hộ}, {m2:chi} đạt {v:7|m2}{u:%}, đạt {v:80|m1 ratio:plan}{u:%}"
        )
        == [[]] * 4
    )


def test_parts_that_measure_something_else_are_no_parts():
    """Other units, other periods, shares and comparisons do not add up to a whole."""
    whole = "{m1:tiếp nhận} {v:42|m1} {u:đơn}, gồm {m2:khiếu nại} {v:30|m2 >m1} {u:đơn}, "
    assert verdicts(whole + "{m3:tố cáo} {v:12|m3 >m1} {u:vụ}") == [[]] * 3
    assert verdicts(whole + "{m3:tố cáo} {v:12|m3 >m1 ref:plan} {u:đơn}") == [[]] * 3
    assert verdicts(whole + "{m3:tố cáo} {v:12|m3} {u:đơn}") == [[]] * 3
    assert verdicts(whole) == [[]] * 2


def test_what_a_check_names_is_the_other_figures():
    whole, first, second = checked(
        "{m1:tiếp nhận} {v:42|m1} {u:đơn}, gồm {m2:khiếu nại} {v:30|m2 >m1} {u:đơn}, {m3:tố cáo} {v:12|m3 >m1} {u:đơn}"
    )
    (of_whole,), (of_first,) = whole.checks, first.checks
    assert of_whole.values == (first.value, second.value)
    assert of_first.values == (whole.value, second.value)


def test_figures_of_two_sentences_are_not_compared():
    facts = checked("{m1:nhận} {v:64|m1}/{v:66|m1 ref:total} {u:hộ}, đạt {v:96,97|m1 share:total}{u:%}")
    bare = [replace(fact, checks=()) for fact in facts]
    assert all(not fact.checks for fact in check_arithmetic(bare, [0, 0, 1]))
    assert all(fact.checks for fact in check_arithmetic(bare, [4, 4, 4]))


def test_a_scaled_amount_is_rounded_in_its_own_unit():
    """4,8 tỷ stands for 4,75 to 4,85, so a little more or less than half is no slip."""
    marked = "{m1:vốn} {v:4,8|m1}/{v:9,6|m1 ref:plan} {u:tỷ đồng}, đạt {v:PERCENT|m1 ratio:plan}{u:%}"
    agrees = {"48,9": False, "49,3": True, "50": True, "50,7": True, "50,9": False, "52": False}
    for percent, expected in agrees.items():
        assert verdicts(marked.replace("PERCENT", percent))[0] == [("fraction", expected)]


def test_a_change_of_rounded_amounts_is_rounded_itself():
    marked = (
        "{m1:vốn} {v:4,8|m1}/{v:4,5|m1 ref:same_period} {u:tỷ đồng}, tăng {v:CHANGE|m1 inc:same_period} {u:tỷ đồng}"
    )
    agrees = {"0,1": False, "0,2": True, "0,3": True, "0,4": True, "0,5": False}
    for change, expected in agrees.items():
        assert verdicts(marked.replace("CHANGE", change))[0] == [("change", expected)]


def test_a_share_that_changes_does_so_by_points():
    marked = "{m1:tỷ lệ} {v:45|m1}{u1:%}/{v:40|m1 ref:same_period u1}, tăng {v:CHANGE|m1 inc:same_period}{u:%}"
    assert verdicts(marked.replace("CHANGE", "5")) == [[("change", True)]] * 3
    assert verdicts(marked.replace("CHANGE", "12,5")) == [[("change", False)]] * 3


def test_rounded_parts_and_their_rounded_whole():
    marked = (
        "{m1:chi} {v:10|m1} {u:tỷ đồng}, gồm {m2:lương} {v:6,1|m2 >m1} {u:tỷ đồng}, "
        "{m3:khác} {v:4,1|m3 >m1} {u:tỷ đồng}"
    )
    assert verdicts(marked) == [[("sum", True)]] * 3


def test_one_of_one_is_all():
    found = verdicts("{m1:xong} {v:1|m1}/{v:1|m1 ref:plan} {u:xã}, đạt {v:100|m1 ratio:plan}{u:%}")
    assert found == [[("fraction", True)]] * 3


def test_figures_of_different_things_are_not_compared():
    assert (
        verdicts("{m1:ngô} {v:5|m1} {u:ha}, {m2:lúa} {v:9|m2 ref:plan} {u:ha}, đạt {v:80|m2 ratio:plan}{u:%}")
        == [[]] * 3
    )
