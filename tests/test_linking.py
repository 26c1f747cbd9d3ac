"""What links values to mentions: candidates, rules, and what is offered where nothing names a value."""

import pytest

from baocao_nlp.annotation import from_markup
from baocao_nlp.linking.facts import readable_label
from baocao_nlp.linking.rules import NumberReader, read_modifier, split_metric_context
from baocao_nlp.linking.scene import Scene, candidates
from baocao_nlp.tagging.fallback import unnamed_metrics
from baocao_nlp.tagging.mentions import Mention, decode, encode
from baocao_nlp.training import Example


def scene_of(marked):
    example = Example.of(from_markup("x", marked))
    return Scene(example.document, example.mentions.values()), example.links()


def test_tags_are_a_round_trip():
    scene, _ = scene_of("{m1:Diện tích ngô} {v:365|m1} {u:ha}, {m2:năng suất} {v:45|m2} {u:tạ/ha}.")
    (sentence,) = scene.document.sentences
    tags = encode(scene.document, sentence, scene.mentions)
    assert tags[:5] == ["B-METRIC", "I-METRIC", "I-METRIC", "B-VALUE", "B-UNIT"]
    assert decode(scene.document, sentence, tags, [1.0] * len(tags)) == scene.mentions


def test_a_span_that_a_page_break_cuts_is_two_mentions():
    scene, _ = scene_of("{m1:Diện tích} {v:5|m1} {u:ha}\n\nrừng")
    sentence = scene.document.sentences[0]
    tags = ["O", "O", "O", "B-METRIC", "I-METRIC"]
    assert [(m.first, m.last) for m in decode(scene.document, sentence, tags, [0.5] * 5)] == [(3, 3), (4, 4)]


def ways(scene, value, label):
    return {scene.text(item.mention): item.where for item in candidates(scene, value, label)}


def test_candidates_stand_in_the_sentence_above_it_and_at_the_footnote_mark():
    scene, links = scene_of(
        "- {m1:Chăn nuôi}:\n\n+ {m2:Đàn trâu} có {v:120|m2 >m1} {u:con}¹. {m3:Bệnh dại} {v:2|m3 >m1} {u:ca}.\n\n"
        "¹ {m4:Xã An Phú} {v:40|m4 >m2} {u:con}.\n"
    )
    buffalo, rabies, footnote = (link.value for link in links)
    assert ways(scene, buffalo, "METRIC") == {"Đàn trâu": "before", "Chăn nuôi": "above"}
    assert ways(scene, rabies, "METRIC")["Đàn trâu"] == "earlier"
    assert ways(scene, footnote, "METRIC")["Đàn trâu"] == "anchor"


def test_a_mention_is_metric_or_context_and_a_value_has_a_metric():
    here, there, far = (Mention("METRIC", i, i, 0) for i in range(3))
    assert split_metric_context({here: 0.9, there: 0.3, far: 0.1}, {here: 0.1, there: 0.6, far: 0.1}) == (
        [here],
        [there],
    )
    assert split_metric_context({here: 0.2, there: 0.1}, {}) == ([here], [])


def numbers(marked):
    scene, links = scene_of(marked)
    reader = NumberReader.of(scene, [(link.value, link.unit) for link in links])
    kinds = [link.comparison[0] if link.comparison else None for link in links]
    return [reader.read(scene, link.value, link.unit, kind, link.cues) for link, kind in zip(links, kinds)]


def test_mixed_separators_of_one_unit_in_a_paragraph_are_thousands():
    assert numbers(
        "{m1:Cho vay} {v:101.976|m1} {u:triệu đồng}, {m2:dư nợ} {v:458,921|m2 n=458921} {u:triệu đồng}.\n\n"
        "{m3:Vốn} {v:121,224|m3} {u:tỷ đồng}."
    ) == [101976, 458921, 121.224]


def test_what_is_counted_is_whole_and_what_lowers_is_negative():
    assert numbers("{m1:Truy cập} {v:8,315|m1 n=8315} {u:lượt}, {m2:nhiệt độ} âm {v:2,5|m2 n=-2.5} {u:độ C}.") == [
        8315,
        -2.5,
    ]
    assert numbers("{m1:Khai khoáng} {c1:làm giảm} {v:0,2|m1 c1 share:total n=-0.2} {u:điểm phần trăm}.") == [-0.2]


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
    scene, (link,) = scene_of(marked)
    assert read_modifier(scene, link.value, link.unit) == sign


def test_what_stands_before_an_unnamed_value_is_offered_as_its_metric():
    scene, (link,) = scene_of(
        "{m1:Tổ chức hội thảo việc làm} {p1:trong tháng|2024-05-01/2024-05-31}, có {v:310|m1 p1} {u:lượt người}."
    )
    (sentence,) = scene.document.sentences
    mentions = [mention for mention in scene.mentions if mention.label != "METRIC"]
    (offered,) = unnamed_metrics(scene.document, sentence, mentions)
    assert (offered.first, offered.last) == (link.metric[0].first, link.metric[0].last)
    assert unnamed_metrics(scene.document, sentence, scene.mentions) == []


def test_a_label_reads_from_the_whole_to_the_part():
    scene, links = scene_of("{m1:Cây lúa}: {m2:diện tích\n gieo trồng} {v:5|m2 >m1} {u:ha}")
    spans = [scene.document.span(mention.first, mention.last) for mention in (links[0].metric[0], links[0].context[0])]
    assert readable_label(spans[:1], spans[1:], None) == "Cây lúa: diện tích gieo trồng"
