"""From a text to its facts: the contract of `extract`, and the spaCy pipeline behind it."""

import json
import unicodedata
from functools import partial

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from baocao_nlp import Fact, extract, load
from baocao_nlp.facts import BASES, COMPARISON_TYPES, LABELS, MODIFIERS
from baocao_nlp.pipeline.load import default_model_path
from baocao_nlp.text.parts import parts

REPORT = """ỦY BAN NHÂN DÂN HUYỆN AN LÃO

BÁO CÁO

Tình hình kinh tế - xã hội tháng 5 và nhiệm vụ trọng tâm tháng 6 năm 2024

I. KẾT QUẢ

1. Kinh tế

- Trồng trọt: Diện tích gieo trồng ngô 365 ha, đạt 98% kế hoạch, tăng 4,2% so với cùng kỳ.

- Tổng thu ngân sách nhà nước trong tháng ước đạt 17 tỷ 320 triệu đồng; lũy kế 5 tháng đầu năm là 61,5 tỷ đồng, \
đạt 52,3% dự toán.

2. Cải cách hành chính

Trong tháng, bộ phận một cửa tiếp nhận 614 hồ sơ đăng ký biến động đất đai, đã giải quyết đúng hạn 597 hồ sơ theo \
Quyết định số 12/2023/QĐ-UBND ngày 05/9/2023.
"""


@pytest.fixture(scope="module")
def facts():
    return extract(REPORT)


def by_value(facts, value):
    return next(fact for fact in facts if fact.value.text == value)


def test_one_number_is_one_fact(facts):
    assert [fact.value.text for fact in facts] == [
        "365", "98", "4,2", "17 tỷ 320 triệu", "61,5", "52,3", "614", "597",
    ]  # fmt: skip


def test_a_fact_says_what_is_measured_in_what_unit(facts):
    area = by_value(facts, "365")
    assert (area.number, str(area.unit), area.comparison) == (365.0, "ha", None)
    assert (area.canonical_value, area.canonical_unit) == (3_650_000.0, "m²")
    assert "ngô" in area.label
    money = by_value(facts, "17 tỷ 320 triệu")
    assert (money.number, money.canonical_unit) == (17_320_000_000.0, "VND")


def test_attainment_and_change_inherit_the_metric(facts):
    area, plan, change = (by_value(facts, value) for value in ("365", "98", "4,2"))
    assert area.metric == plan.metric == change.metric
    assert (plan.comparison.type, plan.comparison.basis) == ("ratio", "plan")
    assert (change.comparison.type, change.comparison.basis) == ("increase", "same_period")


def test_periods_resolve_against_the_title(facts):
    month, year = by_value(facts, "614"), by_value(facts, "61,5")
    assert [str(day) for day in (month.period_start, month.period_end)] == ["2024-05-01", "2024-05-31"]
    assert [str(day) for day in (year.period_start, year.period_end)] == ["2024-01-01", "2024-05-31"]


def test_the_caller_can_give_the_report_period():
    (fact,) = extract("Trong tháng, đã tiếp nhận 45 hồ sơ.", report_period="2023-02")
    assert str(fact.period_end) == "2023-02-28"
    with pytest.raises(ValueError, match="report_period 'tháng 2'"):
        extract("Trong tháng, đã tiếp nhận 45 hồ sơ.", report_period="tháng 2")


def check(text, facts):
    """What the contract promises of every fact."""
    assert [fact.value.start for fact in facts] == sorted(fact.value.start for fact in facts)
    for fact in facts:
        assert all(text[span.start : span.end] == span.text for _, span in fact.spans())
        assert 0 <= fact.confidence <= 1
        assert fact.modifier in MODIFIERS
        assert fact.comparison is None or fact.comparison.type in COMPARISON_TYPES
        assert fact.comparison is None or fact.comparison.basis in BASES
        assert Fact.from_dict(json.loads(json.dumps(fact.to_dict()))) == fact


VARIANTS = {
    "as it is": lambda text: text,
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
}


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS.keys())
def test_the_same_facts_in_every_form_of_the_text(facts, variant):
    text = variant(REPORT)
    found = extract(text)
    check(text, found)

    def plain(fact):
        words = unicodedata.normalize("NFC", " ".join(span.text for _, span in fact.spans())).split()
        return words, fact.number, fact.period_start, fact.period_end, fact.modifier, round(fact.confidence, 9)

    assert [plain(fact) for fact in found] == [plain(fact) for fact in facts]


ODD = [
    "",
    " \n\n ",
    "Không có con số nào.",
    "\ud800 12 hộ \udfff",
    "\x00\x01 5 hộ\x02",
    "5" * 5000,
    "1 " * 3000,
    "((((" * 500,
    "[1: " * 500,
    "a\u0301" * 1000,
    "Diện tích 5 ha " * 500,
]


@pytest.mark.parametrize("text", ODD)
def test_odd_text_is_survived(text):
    check(text, extract(text))


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="aơđ 15.,;:()/-%*~[]\n\r\u00a0\u0301¹", max_size=200))
def test_any_text_keeps_the_contract(text):
    check(text, extract(text))


@pytest.mark.parametrize("text", [None, b"12 ha", 12, ["12 ha"]])
def test_what_is_no_text_is_refused(text):
    with pytest.raises(TypeError, match="str"):
        extract(text)


def test_a_missing_model_is_told(tmp_path):
    with pytest.raises(FileNotFoundError, match="no model at"):
        extract("12 ha", model=tmp_path)


@pytest.fixture(scope="module")
def nlp():
    return spacy.load(default_model_path())


def test_spacy_loads_the_model_and_fills_doc_and_spans(nlp, facts):
    doc = nlp(REPORT)
    assert doc.text == REPORT
    assert nlp.pipe_names == ["baocao_tagger", "baocao_linker"]
    assert doc._.facts == facts
    assert {span.label_ for span in doc.spans["baocao"]} <= set(LABELS)
    assert "ha" in {span.text for span in doc.spans["baocao"] if span.label_ == "UNIT"}


def test_a_pipeline_is_a_round_trip_on_disk(nlp, facts, tmp_path):
    nlp.to_disk(tmp_path, exclude=["vocab"])
    assert spacy.load(tmp_path)(REPORT)._.facts == facts


def test_docs_are_piped_and_sent_between_processes(nlp, facts):
    docs = list(nlp.pipe([REPORT, "Trồng 12 ha rừng."], n_process=2))
    assert docs[0]._.facts == facts
    assert [fact.number for fact in docs[1]._.facts] == [12.0]


def test_a_component_without_a_model_says_so():
    blank = spacy.blank("vi", config={"nlp": {"tokenizer": {"@tokenizers": "baocao_nlp.Tokenizer.v1"}}})
    blank.add_pipe("baocao_tagger")
    with pytest.raises(ValueError, match="has no model yet"):
        blank("Trồng 12 ha rừng.")


def test_the_default_model_is_loaded_once():
    assert load() is load()


def test_a_text_longer_than_any_report_is_read_to_its_end(monkeypatch):
    paragraph = "Trong tháng, Ủy ban nhân dân xã tiếp nhận {} hồ sơ của công dân."
    text = "BÁO CÁO\nTình hình tháng 5 năm 2024\n\n" + "\n\n".join(paragraph.format(100 + i) for i in range(60))
    whole = extract(text)
    monkeypatch.setattr("baocao_nlp.pipeline.extractor.parts", partial(parts, longest=600))
    in_parts = extract(text)
    assert [(fact.value, fact.number, fact.unit, fact.period_start) for fact in in_parts] == [
        (fact.value, fact.number, fact.unit, fact.period_start) for fact in whole
    ]
    assert all(text[fact.value.start : fact.value.end] == fact.value.text for fact in in_parts)
