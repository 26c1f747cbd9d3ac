"""Clean-up that keeps offsets, tokens, and the structure of a report."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baocao_nlp.text.document import Document
from baocao_nlp.text.normalize import canonicalise, fold_tone
from baocao_nlp.text.parts import parts
from baocao_nlp.text.tokens import tokenise


def forms(text):
    return tokenise(text).texts


def shown(document, tokens):
    return " ".join(document.tokens.texts[i] for i in tokens)


@pytest.mark.parametrize(
    ("old", "new"), [("hoà", "hòa"), ("thuỷ", "thủy"), ("khoẻ", "khỏe"), ("quý", "quý"), ("của", "của"), ("tuý", "túy")]
)
def test_tone_marks_stand_where_the_new_spelling_puts_them(old, new):
    assert fold_tone(old) == new


@given(st.text(max_size=60))
def test_canonical_offsets_are_in_order_and_within_the_text(text):
    canonical = canonicalise(text)
    offsets = [canonical.original(i) for i in range(len(canonical.text) + 1)]
    assert offsets == sorted(offsets)
    assert all(0 <= offset <= len(text) for offset in offsets)


@given(st.text(max_size=60))
def test_every_token_stands_at_its_offsets(text):
    canonical = canonicalise(text).text
    tokens = tokenise(canonical)
    assert [canonical[start:end] for start, end in zip(tokens.starts, tokens.ends)] == tokens.texts


@pytest.mark.parametrize("word", ["1.234,5", "05", "%", "m2", "m²", "0/00", "H5N1", "QL61B"])
@pytest.mark.parametrize("frame", ["{}", "({})", "đạt {} trong", "{}; ", "“{}”,"])
def test_a_number_or_unit_is_one_token_wherever_it_stands(word, frame):
    assert word in forms(frame.format(word))


@pytest.mark.parametrize("frame", ["{}", "({}),", "62{}", "đạt 62 {}."])
def test_compound_units_are_cut_the_same_way_wherever_they_stand(frame):
    tokens = forms(frame.format("tấn/ha"))
    assert tokens[tokens.index("tấn") :][:3] == ["tấn", "/", "ha"]


def test_what_underthesea_leaves_whole_is_cut():
    assert forms("1.250/2.300 hộ, 20-40 ha, 30/8/2023, đạt98,5%, 125.000.000đ") == (
        "1.250 / 2.300 hộ , 20 - 40 ha , 30 / 8 / 2023 , đạt 98,5 % , 125.000.000 đ".split()
    )


def test_footnote_marks_are_cut_from_words_and_units_are_not():
    assert forms("thị xã¹ rộng 5 km²") == ["thị", "xã", "¹", "rộng", "5", "km²"]


REPORT = """BÁO CÁO

I. KINH TẾ

1. Nông nghiệp

- Trồng trọt:

+ Cây ngô: diện tích 365 ha¹, năng suất bình

¹ Kế hoạch số 12/KH-UBND của huyện.

quân đạt 45 tạ/ha. Sản lượng *(ước)* 1.642 tấn.

- Chăn nuôi: đàn trâu ~~1.120~~ 1.150 con [bookmark: _H1], đàn bò ([footnoteRef:2])[2: Trong đó bò lai 80 con.] 300 con.

12

2. Ngân sách"""


@pytest.fixture(scope="module")
def report():
    return Document(REPORT)


def test_sentences_run_over_page_breaks_and_footnotes_stand_apart(report):
    texts = [shown(report, sentence.tokens) for sentence in report.sentences]
    assert "Cây ngô : diện tích 365 ha , năng suất bình quân đạt 45 tạ / ha ." in texts
    assert "Kế hoạch số 12 / KH - UBND của huyện ." in texts
    assert "Sản lượng ( ước ) 1.642 tấn ." in texts


def test_bookmarks_marks_and_struck_out_text_are_no_tokens_of_a_sentence(report):
    texts = [shown(report, sentence.tokens) for sentence in report.sentences]
    assert "Chăn nuôi : đàn trâu 1.150 con , đàn bò 300 con ." in texts
    assert "Trong đó bò lai 80 con ." in texts


def test_a_footnote_hangs_on_the_sentence_that_carries_its_mark(report):
    anchored = {
        shown(report, sentence.tokens): shown(report, report.sentences[sentence.anchor].tokens)
        for sentence in report.sentences
        if sentence.anchor is not None
    }
    assert anchored["Kế hoạch số 12 / KH - UBND của huyện ."].startswith("Cây ngô")
    assert anchored["Trong đó bò lai 80 con ."].startswith("Chăn nuôi")


def test_blocks_stand_under_their_headings(report):
    def chain(index):
        found = []
        while index is not None:
            found.append(shown(report, report.blocks[index].tokens)[:12])
            index = report.blocks[index].parent
        return found

    maize = next(i for i, block in enumerate(report.blocks) if shown(report, block.tokens).startswith("Cây ngô"))
    assert chain(maize) == ["Cây ngô : di", "Trồng trọt :", "Nông nghiệp", "KINH TẾ"]
    livestock = next(i for i, block in enumerate(report.blocks) if shown(report, block.tokens).startswith("Chăn nuôi"))
    assert chain(livestock)[1:] == ["Nông nghiệp", "KINH TẾ"]


def test_spans_refer_to_the_text_that_came_in():
    text = unicodedata.normalize("NFD", "Diện\u00a0tích ngô\r\nlà 365 ha")
    document = Document(text)
    span = document.span(0, 2)
    assert span.text == text[span.start : span.end]
    assert unicodedata.normalize("NFC", span.text) == "Diện\u00a0tích ngô"


@given(st.text(alphabet="aA1 .,;:()[]~*¹-+\n\ré\u0301", max_size=120))
def test_any_text_has_a_structure(text):
    document = Document(text)
    placed = [i for sentence in document.sentences for i in sentence.tokens]
    assert len(placed) == len(set(placed))


def test_parts_make_up_the_text_and_are_cut_where_a_paragraph_ends():
    paragraph = "Trong tháng, tiếp nhận 12 hồ sơ; giải quyết 9 hồ sơ."
    text = "\n\n".join([paragraph] * 50)
    found = list(parts(text, longest=400))
    assert "".join(part for _, part in found) == text
    assert all(text[start : start + len(part)] == part and len(part) <= 400 for start, part in found)
    assert all(part.startswith("Trong") for _, part in found)


@pytest.mark.parametrize("text", ["", "a" * 1000, "a b" * 300, "\n" * 900])
def test_parts_of_any_text_make_it_up(text):
    assert "".join(part for _, part in parts(text, longest=100)) == text
