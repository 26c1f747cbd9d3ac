"""From mentions to facts: tags, candidates, the linker's constraints, and what is decided by rule."""

import numpy as np
import pytest

from baocao_nlp.annotation import from_markup
from baocao_nlp.facts import LabelledSpan
from baocao_nlp.features.layout import Layout
from baocao_nlp.features.mentions import CODE, align, decode, encode
from baocao_nlp.features.offers import offered_metrics, offered_periods
from baocao_nlp.features.pairs import PAIR_FEATURES, VALUE_FEATURES, Pairs
from baocao_nlp.linking.facts import build_facts, readable_label
from baocao_nlp.linking.linker import Linker
from baocao_nlp.linking.links import Links
from baocao_nlp.linking.rules import NumberReader, outside, read_modifier, text_of, trimmed_unit
from baocao_nlp.meaning.periods import ReportPeriod
from baocao_nlp.network.losses import COMPARISONS, LinkScores
from baocao_nlp.text.document import Document


def laid_out(marked):
    """A marked-up text: its layout, its mentions, and the links of its facts."""
    report = from_markup("x", marked)
    document = Document(report.text)
    found = align(document, report.spans)

    def mention(label, span):
        return found[LabelledSpan(span, label)] if span else None

    links = [
        Links(
            mention("VALUE", fact.value),
            metric=[mention("METRIC", span) for span in fact.metric],
            context=[mention("METRIC", span) for span in fact.context],
            unit=mention("UNIT", fact.unit),
            cues=[mention("COMPARISON", span) for span in (fact.comparison.spans if fact.comparison else ())],
            period=mention("PERIOD", fact.period),
            comparison=(fact.comparison.type, fact.comparison.basis) if fact.comparison else None,
        )
        for fact in report.facts
    ]
    return Layout.of(document), list(found.values()), links


def test_tags_are_a_round_trip():
    layout, mentions, _ = laid_out("{m1:Diện tích ngô} {v:365|m1} {u:ha}, {m2:năng suất} {v:45|m2} {u:tạ/ha}.")
    tags = encode(layout, mentions)
    assert tags[:5].tolist() == [CODE[tag] for tag in ("B-METRIC", "I-METRIC", "I-METRIC", "B-VALUE", "B-UNIT")]
    assert decode(layout, tags, np.ones(len(tags))) == mentions


def test_a_span_that_a_page_break_cuts_is_two_mentions():
    layout, _, _ = laid_out("{m1:Diện tích} {v:5|m1} {u:ha}\n\nrừng")
    tags = np.array([CODE[tag] for tag in ("O", "O", "O", "B-METRIC", "I-METRIC")])
    assert [(m.first, m.last) for m in decode(layout, tags, np.full(5, 0.5))] == [(3, 3), (4, 4)]


@pytest.mark.parametrize(
    ("behind_the_unit", "found"),
    [
        (("I-UNIT", "O", "B-METRIC", "O"), [("UNIT", 2, 4)]),
        (("B-METRIC", "I-METRIC", "O", "O"), [("UNIT", 2, 4), ("METRIC", 6, 6)]),
    ],
)
def test_punctuation_neither_begins_nor_ends_a_mention(behind_the_unit, found):
    layout, _, _ = laid_out("{m1:Số} {v:5|m1} {u:xã, phường}, thôn: x")
    tags = np.array([CODE[tag] for tag in ("O", "O", "B-UNIT", "I-UNIT", "I-UNIT", *behind_the_unit)])
    assert [(m.label, m.first, m.last) for m in decode(layout, tags, np.ones(len(tags)))] == found


def ways(pairs, layout, value):
    """The metrics that a value may be linked to, each with the number of the way to it."""
    way = list(PAIR_FEATURES).index("way")
    rows = [row for row in range(len(pairs.value)) if pairs.mentions[pairs.values[pairs.value[row]]] is value]
    return {
        text_of(layout, pairs.mentions[pairs.mention[row]]): pairs.features[row, way]
        for row in rows
        if pairs.mentions[pairs.mention[row]].label == "METRIC"
    }


def test_candidates_stand_in_the_sentence_above_it_and_at_the_footnote_mark():
    layout, mentions, links = laid_out(
        "- {m1:Chăn nuôi}:\n\n+ {m2:Đàn trâu} có {v:120|m2 >m1} {u:con}¹. {m3:Bệnh dại} {v:2|m3 >m1} {u:ca}.\n\n"
        "¹ {m4:Xã An Phú} {v:40|m4 >m2} {u:con}.\n"
    )
    pairs = Pairs.of(layout, mentions)
    before, earlier, anchor, above = 0, 2, 3, 4
    buffalo, rabies, footnote = (link.value for link in links)
    assert ways(pairs, layout, buffalo) == {"Đàn trâu": before, "Chăn nuôi": above}
    assert ways(pairs, layout, rabies) == {"Bệnh dại": before, "Đàn trâu": earlier, "Chăn nuôi": above}
    assert ways(pairs, layout, footnote) == {"Xã An Phú": before, "Đàn trâu": anchor, "Chăn nuôi": above}


def test_every_feature_stays_below_its_size():
    layout, mentions, _ = laid_out(
        "- {m1:Rau}: " + "; ".join(f"(gồm {{m{i}:xã số}} {{v:{i}|m{i} >m1}} {{u:ha}}, " for i in range(2, 40)) + "hết."
    )
    pairs = Pairs.of(layout, mentions)
    assert (pairs.features.max(axis=0) < list(PAIR_FEATURES.values())).all()
    assert (pairs.value_features.max(axis=0) < list(VALUE_FEATURES.values())).all()
    assert pairs.features.min() >= 0


def test_what_the_tags_leave_out_is_offered():
    layout, mentions, _ = laid_out(
        "{p1:Trong tháng|2024-05-01/2024-05-31}, {m1:Tổ chức hội thảo} có {v:310|m1 p1} {u:lượt người}."
    )
    without = [mention for mention in mentions if mention.label not in ("PERIOD", "METRIC")]
    (period,) = offered_periods(layout, without)
    assert text_of(layout, period) == "Trong tháng"
    assert period.offered
    doubtful = np.array([0.4 if text in ("Tổ", "chức", "hội", "thảo") else 0.0 for text in layout.texts])
    (metric,) = offered_metrics(layout, without, doubtful)
    assert text_of(layout, metric) == "Tổ chức hội thảo"
    assert offered_periods(layout, mentions) == []


def test_what_is_offered_begins_and_ends_with_a_word():
    layout, _, _ = laid_out("{m1:Xử lý} {v:12|m1} vụ, còn lại {v:3|m1} vụ.")
    doubtful = np.array([0.4 if text in (",", "còn", "lại", ".") else 0.0 for text in layout.texts])
    (metric,) = offered_metrics(layout, [], doubtful)
    assert text_of(layout, metric) == "còn lại"


def test_a_time_expression_is_offered_up_to_the_value_that_it_runs_into():
    layout, mentions, _ = laid_out("{m1:Xử lý} trong tháng {v:12|m1} {u:vụ}, ngày {v:15|m1} {u:vụ}.")
    offered = offered_periods(layout, mentions)
    assert [text_of(layout, mention) for mention in offered] == ["trong tháng"]


def test_a_sentence_without_a_number_is_read_where_it_dates_those_behind_it():
    text = "- Trong quý, xã đã kiểm tra. Nhân dân phấn khởi. Kết quả xử lý 12 vụ. Trong tháng tới sẽ làm tiếp.\n"
    assert Layout.of(Document(text)).texts == "Trong quý , xã đã kiểm tra . Kết quả xử lý 12 vụ .".split()


def test_what_stands_under_a_paragraph_may_have_any_of_its_periods():
    marked = (
        "- {m1:Thu ngân sách} ổn định. {p1:Sáu tháng đầu năm|2024-01-01/2024-06-30} thu {v:120|m1 p1} {u:tỷ đồng}. "
        "Một số khoản chủ yếu:\n\n+ {m2:Thuế} {v:40|m2 p1} {u:tỷ đồng}.\n"
    )
    layout, mentions, links = laid_out(marked)
    pairs = Pairs.of(layout, mentions)
    rows = [row for row in range(len(pairs.value)) if pairs.mentions[pairs.values[pairs.value[row]]] is links[1].value]
    assert "Sáu tháng đầu năm" in {text_of(layout, pairs.mentions[pairs.mention[row]]) for row in rows}


def test_a_metric_goes_around_the_period_of_its_value():
    layout, mentions, _ = laid_out("{m1:Tuyển quân năm 2019 đợt đầu} giao {v:165|m1} {u:người}; {m2:năm 2019} {v:3|m2}")
    (around, alone), (period, other) = mentions[:1] + mentions[3:4], offered_periods(layout, mentions)
    assert text_of(layout, period) == "năm 2019"
    assert [text_of(layout, part) for part in outside(layout, [around], period)] == ["Tuyển quân", "đợt đầu"]
    assert outside(layout, [around, alone], other) == [around, alone]


def test_a_metric_keeps_the_words_of_a_period_that_says_no_time():
    layout, mentions, (links,) = laid_out("{m1:Trẻ dưới 36 tháng tuổi} {v:12|m1} {u:em}")
    (links.period,) = offered_periods(layout, mentions)
    assert text_of(layout, links.period) == "36 tháng"
    (fact,) = build_facts(layout, [links], ReportPeriod.parse("2024-05"))
    assert fact.period is None
    assert [span.text for span in fact.metric] == ["Trẻ dưới 36 tháng tuổi"]


class _Scores:
    """A network that scores links as it is told to."""

    def __init__(self, link, none, comparison):
        self.scores = link, none, comparison

    def link(self, vectors, pairs):
        link, none, comparison = self.scores
        rows = [link[text_of(pairs.layout, pairs.mentions[i])] for i in pairs.mention]
        values = len(pairs.values)
        chosen = np.eye(len(COMPARISONS))[[COMPARISONS.index(comparison)] * values] * 9
        return LinkScores(np.array(rows, float), np.array([none] * values, float), chosen), None


def test_a_mention_is_metric_or_context_and_a_value_has_a_metric_and_one_unit():
    layout, mentions, _ = laid_out(
        "{m1:Cây lúa}: {m2:diện tích} {v:5|m2 >m1} {u1:ha}, {m3:năng suất} {v:6|m3 >m1} {u2:tạ}"
    )
    link = {
        "Cây lúa": (0, 1, 3, 0),
        "diện tích": (2, 1, 0, 0),
        "năng suất": (3, 0, 0, 0),
        "ha": (0, 0, 0, 2),
        "tạ": (0, 0, 0, 1),
    }
    first, _ = Linker(_Scores(link, (0, 0), "level")).link(layout, None, mentions)
    assert [text_of(layout, mention) for mention in first.metric] == ["diện tích"]
    assert [text_of(layout, mention) for mention in first.context] == ["Cây lúa"]
    assert text_of(layout, first.unit) == "ha"
    assert first.period is None
    nothing, _ = Linker(_Scores(link, (9, 0), "level")).link(layout, None, mentions)
    assert nothing.unit is None


def test_an_offered_metric_is_taken_only_where_the_tagger_found_none():
    layout, mentions, _ = laid_out("{m1:Làng nghề} {m2:công nhận} {v:5|m1 m2} {u:làng}")
    link = {"Làng nghề": (0, 2, 0, 0), "công nhận": (0, 9, 0, 0), "làng": (0, 0, 0, 9)}
    mentions = [mention._replace(offered=text_of(layout, mention) == "công nhận") for mention in mentions]
    linker = Linker(_Scores(link, (0, 0), "level"))
    (beside,) = linker.link(layout, None, mentions)
    assert [text_of(layout, mention) for mention in beside.metric] == ["Làng nghề"]
    alone = [mention for mention in mentions if mention.label != "METRIC" or mention.offered]
    (only,) = linker.link(layout, None, alone)
    assert [text_of(layout, mention) for mention in only.metric] == ["công nhận"]


def test_a_period_is_taken_where_it_is_likelier_than_none():
    layout, mentions, _ = laid_out("{p1:Trong tháng|2024-05-01/2024-05-31}, {m1:thu} {v:5|m1 p1} {u:ha}")
    link = {"Trong tháng": (0, 0, 0, 2), "thu": (0, 9, 0, 0), "ha": (0, 0, 0, 9)}
    (likelier,) = Linker(_Scores(link, (0, 1.5), "level")).link(layout, None, mentions)
    (less,) = Linker(_Scores(link, (0, 2.5), "level")).link(layout, None, mentions)
    assert text_of(layout, likelier.period) == "Trong tháng"
    assert less.period is None


def test_a_level_has_no_cues():
    layout, mentions, _ = laid_out("{m1:Thu} {c1:tăng} {v:5|m1 c1 inc:other}{u:%}")
    link = {"Thu": (0, 9, 0, 0), "tăng": (0, 0, 0, 9), "%": (0, 0, 0, 9)}
    (grown,) = Linker(_Scores(link, (0, 0), "increase:other")).link(layout, None, mentions)
    (level,) = Linker(_Scores(link, (0, 0), "level")).link(layout, None, mentions)
    assert (grown.comparison, len(grown.cues)) == (("increase", "other"), 1)
    assert (level.comparison, level.cues) == (None, [])


def numbers(marked):
    layout, _, links = laid_out(marked)
    reader = NumberReader.of(layout, links)
    return [reader.read(link) for link in links]


def test_mixed_separators_of_one_unit_in_a_paragraph_are_thousands():
    assert numbers(
        "{m1:Cho vay} {v:214.650|m1} {u:triệu đồng}, {m2:dư nợ} {v:387,402|m2 n=387402} {u:triệu đồng}.\n\n"
        "{m3:Vốn} {v:145,318|m3} {u:tỷ đồng}."
    ) == [214650, 387402, 145.318]


def test_what_is_counted_is_whole_and_what_lowers_is_negative():
    assert numbers("{m1:Truy cập} {v:8,315|m1 n=8315} {u:lượt}, {m2:nhiệt độ} âm {v:2,5|m2 n=-2.5} {u:độ C}.") == [
        8315,
        -2.5,
    ]
    assert numbers("{m1:Khai khoáng} {c1:làm giảm} {v:0,2|m1 c1 share:total n=-0.2} {u:điểm phần trăm}.") == [-0.2]


@pytest.mark.parametrize(
    ("written", "kept"),
    [("ha rừng", "ha"), ("triệu m3 gỗ", "triệu m3"), ("công trình", "công trình"), ("tạ/ha", "tạ / ha")],
)
def test_a_unit_of_measure_ends_where_its_name_ends(written, kept):
    layout, _, (link,) = laid_out(f"{{m1:Trồng}} {{v:5|m1}} {{u:{written}}}")
    assert text_of(layout, trimmed_unit(layout, link.unit)) == kept


@pytest.mark.parametrize(
    ("marked", "sign"),
    [
        ("{m1:Thu} hơn {v:2|m1 more} {u:tỷ đồng}", ">"),
        ("{m1:Thu} khoảng {v:2|m1 approx} {u:tỷ đồng}", "~"),
        ("{m1:Đúng hạn} {v:95|m1 more} {u:%} trở lên", ">"),
        ("{m1:Thu} {v:2|m1} {u:tỷ đồng}", "="),
    ],
)
def test_modifiers(marked, sign):
    layout, _, (link,) = laid_out(marked)
    assert read_modifier(layout, link) == sign


MAY = ReportPeriod.parse("2024-05")


def built(marked, report=MAY):
    layout, _, links = laid_out(marked)
    return build_facts(layout, links, report)


def test_links_become_facts_with_numbers_dates_and_units():
    money, plan = built(
        "{p1:Trong tháng|2024-05-01/2024-05-31}, {m1:thu ngân sách} hơn {v:31,5|m1 p1 more} {u:tỷ đồng}, "
        "đạt {v:52|m1 ratio:plan c1}{u:%} {c1:dự toán}."
    )
    assert (money.number, money.canonical_value, money.canonical_unit) == (31.5, 31.5e9, "VND")
    assert (str(money.period), str(money.period_start), str(money.period_end)) == (
        "Trong tháng",
        "2024-05-01",
        "2024-05-31",
    )
    assert (money.modifier, money.comparison, money.label) == (">", None, "Thu ngân sách")
    assert (plan.comparison.type, plan.comparison.basis, [str(cue) for cue in plan.comparison.spans]) == (
        "ratio", "plan", ["dự toán"],
    )  # fmt: skip
    assert (plan.canonical_value, plan.canonical_unit, plan.period, plan.period_end) == (52.0, "%", None, None)


def test_words_that_say_no_time_are_no_period():
    """Where it is known what "now" is; without that, it cannot be told."""
    marked = "{p1:Dịp lễ|/}, {m1:đón} {v:45|m1 p1} {u:khách}."
    assert built(marked)[0].period is None
    assert str(built(marked, None)[0].period) == "Dịp lễ"


def test_what_is_counted_is_part_of_the_label_and_a_measure_is_not():
    counted, measured = built("{m1:Tiếp nhận} {v:45|m1} {u:hồ sơ}; {m2:diện tích} {v:5|m2} {u:ha rừng}.")
    assert (counted.label, counted.canonical_unit) == ("Tiếp nhận hồ sơ", "hồ sơ")
    assert (measured.label, str(measured.unit), measured.canonical_value) == ("Diện tích", "ha", 50_000.0)


def test_a_value_without_a_unit_is_its_own_canonical_value():
    (fact,) = built("{m1:Xếp thứ} {v:12|m1} toàn tỉnh.")
    assert (fact.unit, fact.canonical_value, fact.canonical_unit) == (None, 12.0, None)


def test_what_cannot_be_read_as_a_number_has_none():
    (fact,) = built("{m1:Quyết định} {v:12.34.56|m1 n=1} {u:hộ}.")
    assert (fact.number, fact.canonical_value, fact.canonical_unit) == (None, None, "hộ")


def test_metrics_and_cues_are_in_the_order_of_the_text():
    (fact,) = built("{m1:Tiếp nhận} {v:45|m2 m1 c2 c1 inc:other} {u:hồ sơ} {m2:đất đai} {c1:tăng} so {c2:với nay}.")
    assert [str(span) for span in fact.metric] == ["Tiếp nhận", "đất đai"]
    assert [str(span) for span in fact.comparison.spans] == ["tăng", "với nay"]


def test_a_document_without_counted_nouns_keeps_decimals():
    assert numbers("{m1:Năng suất} {v:8,315|m1} {u:tấn}, {m2:giá} {v:1.064|m2} {u:đồng}.") == [8.315, 1064]


def test_what_lowers_a_share_alone_is_negative():
    """A decrease of its own says so by its type."""
    assert numbers("{m1:Thu} {c1:giảm} {v:5|m1 c1 dec:other}{u:%}.") == [5]
    assert numbers("{m1:Công nghiệp} {c1:tăng} {v:0,2|m1 c1 share:total} {u:điểm phần trăm}.") == [0.2]


def test_a_label_reads_from_the_whole_to_the_part():
    layout, _, (link,) = laid_out("{m1:Cây lúa}: {m2:diện tích\n gieo trồng} {v:5|m2 >m1} {u:ha}")
    spans = [layout.document.span(mention.first, mention.last) for mention in (link.metric[0], link.context[0])]
    assert readable_label(spans[:1], spans[1:], None) == "Cây lúa: diện tích gieo trồng"
