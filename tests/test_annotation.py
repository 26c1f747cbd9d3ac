"""Annotated reports: storage, the inline notation, checks, and agreement."""

from dataclasses import replace
from datetime import date

import pytest

from baocao_nlp.annotation import AnnotationError, MarkupError, from_markup, load_report, save_report, to_markup
from baocao_nlp.annotation.brat import dump, parse
from baocao_nlp.annotation.matching import is_exact, pair, with_second, wrong_fields
from baocao_nlp.facts import Comparison, Fact, Span


def messages(text, annotations):
    return [problem.message for problem in parse("x", text, annotations)[1]]


def test_markup_says_what_a_value_is(maize):
    area, plan, files, more = maize.facts
    assert (area.number, area.unit.text, area.metric[0].text) == (365, "ha", "Diện tích ngô")
    assert (plan.comparison.type, plan.comparison.basis) == ("ratio", "plan")
    assert [span.text for span in files.metric] == ["tiếp nhận", "đăng ký khai sinh"]
    assert more.metric == files.metric
    assert (more.period_start, more.period_end) == (date(2024, 5, 1), date(2024, 5, 31))
    assert all(maize.text[span.start : span.end] == span.text for fact in maize.facts for _, span in fact.spans())


def test_markup_and_standoff_are_round_trips(maize, tmp_path):
    assert from_markup("ngo", to_markup(maize)) == maize
    assert load_report(save_report(maize, tmp_path)) == maize


def test_facts_are_round_trips_of_plain_data(maize):
    assert [Fact.from_dict(fact.to_dict()) for fact in maize.facts] == list(maize.facts)


@pytest.mark.parametrize(
    ("marked", "fault"),
    [
        ("{v:5|m1} hộ", "m1 refers to no span"),
        ("{v:5} hộ", "has no metric"),
        ("{m1:hộ} {v:5|m1 c1} {c1:tăng}", "no type:basis"),
        ("{m1:hộ} {m1:xã} {v:5|m1}", "used twice"),
        ("{m1:hộ} {v:5|m1 p1} {p1:tháng 5}", "needs its dates"),
        ("{m1:hộ} {v:1.2.3|m1}", "cannot be read as a number"),
        ("{m1:hộ {v:5|m1}", "belongs to no span"),
        ("{m1:hộ} {v:5|m1 xyz}", "cannot read 'xyz'"),
    ],
)
def test_faults_of_markup_are_told_with_their_line(marked, fault):
    with pytest.raises(MarkupError, match=r"line 2") as error:
        from_markup("x", f"Báo cáo\n{marked}\n")
    assert fault in str(error.value)


GOOD = "T1\tMETRIC 0 4\tRừng\nT2\tVALUE 5 7\t12\nT3\tUNIT 8 10\tha\nR1\tMeasures Arg1:T2 Arg2:T1\n"
GOOD += "R2\tHasUnit Arg1:T2 Arg2:T3\n#1\tAnnotatorNotes T2\tnumber=12\n"


def test_a_sound_file_has_no_problems():
    assert messages("Rừng 12 ha", GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("METRIC 0 4\tRừng", "METRIC 0 5\tRừng", "the text at 0 5"),
        ("VALUE 5 7", "VALUE 5 99", "outside the text"),
        ("Measures Arg1:T2 Arg2:T1", "Measures Arg1:T2 Arg2:T9", "T9, which does not exist"),
        ("Measures Arg1:T2 Arg2:T1", "Measures Arg1:T2 Arg2:T3", "needs a METRIC"),
        ("R1\tMeasures Arg1:T2 Arg2:T1\n", "", "has no metric"),
        ("R1\tMeasures Arg1:T2 Arg2:T1\n", "", "METRIC 'Rừng' belongs to no value"),
        ("number=12", "number=13", "no reading of '12'"),
        ("#1\tAnnotatorNotes T2\tnumber=12\n", "", "no note number"),
        ("METRIC 0 4", "METRICS 0 4", "unknown label METRICS"),
        ("#1", "A1\tComparison T2 ratio\n#1", "both a Comparison and a Basis"),
        ("#1", "A1\tBasis T2 nearby\n#1", "Basis cannot be 'nearby'"),
        ("number=12", "number=12 period=2024-05-01/2024-04-01", "ends before it starts"),
        ("number=12", "number=12 period=/2024-04-01", "no PERIOD is linked"),
        ("UNIT 8 10\tha", "UNIT 6 10\t2 ha", "overlaps"),
    ],
)
def test_every_kind_of_damage_is_found(old, new, message):
    assert old in GOOD
    assert any(message in found for found in messages("Rừng 12 ha", GOOD.replace(old, new)))


def test_a_broken_report_is_refused_with_file_and_line(tmp_path):
    (tmp_path / "x.txt").write_text("Rừng 12 ha", encoding="utf-8")
    (tmp_path / "x.ann").write_text(GOOD.replace("Arg2:T1", "Arg2:T9"), encoding="utf-8")
    with pytest.raises(AnnotationError, match=r"x\.ann:4: Measures points to T9"):
        load_report(tmp_path / "x.txt")


def test_offsets_hold_in_a_text_with_crlf(tmp_path):
    report = from_markup("x", "Báo cáo\r\n{m1:Rừng} {v:12|m1} {u:ha}\r\n")
    assert load_report(save_report(report, tmp_path)) == report


def test_facts_are_paired_by_their_values(maize):
    facts = list(maize.facts)
    assert pair(facts, facts) == [(i, i) for i in range(4)]
    assert pair(facts[:1], facts[1:2]) == [(0, None), (None, 0)]


def test_a_fact_is_right_where_the_differences_do_not_matter(maize):
    gold = maize.facts[2]
    shorter = replace(gold, metric=gold.metric[1:])
    assert not wrong_fields(shorter, [gold])
    assert not is_exact(shorter, [gold])
    assert is_exact(shorter, [gold, shorter])
    elsewhere = replace(gold, metric=(Span(0, 7, "BÁO CÁO"),))
    assert wrong_fields(elsewhere, [gold]) == ["metric"]
    assert wrong_fields(replace(gold, comparison=Comparison("share", "total")), [gold]) == ["comparison"]
    assert wrong_fields(replace(gold, period=None, period_start=None, period_end=None), [gold]) == ["period"]


def test_scale_words_count_in_a_number():
    value = Span(0, 3, "1,5")
    billions = Fact(value, 1.5, Span(4, 11, "tỷ đồng"))
    millions = Fact(value, 1500.0, Span(4, 14, "triệu đồng"))
    assert "number" not in wrong_fields(billions, [millions])
    assert "number" in wrong_fields(Fact(value, 1.5, Span(4, 8, "đồng")), [billions])


def test_the_same_report_gives_the_same_bytes(maize):
    assert dump(maize) == dump(from_markup("ngo", to_markup(maize)))


def test_where_two_annotators_differ_either_is_right(maize):
    other = replace(maize, facts=tuple(replace(fact, metric=(Span(0, 7, "BÁO CÁO"),)) for fact in maize.facts[:2]))
    (twice,) = with_second([maize], [other])
    assert set(twice.second) == {0, 1}
    assert not wrong_fields(maize.facts[0], twice.readings(0))
    assert not wrong_fields(other.facts[1], twice.readings(1))
    assert wrong_fields(other.facts[1], twice.readings(2))
    assert with_second([maize], []) == [maize]
