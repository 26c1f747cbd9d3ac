"""Files as people have them: encodings of today and of before Unicode."""

import re
import unicodedata
from pathlib import Path

import pytest

from baocao_nlp import extract
from baocao_nlp.reading import decode, repair
from baocao_nlp.reading.encodings import _tables

REPORT = Path(__file__).parents[1] / "data" / "annotated" / "test" / "tan-hiep-thuan-2022-08.txt"
# as the old fonts had it: TCVN3 has no capitals with marks
TEXT = "".join(
    letter.lower() if unicodedata.decomposition(letter) else letter
    for letter in REPORT.read_text(encoding="utf-8").replace("–", "-")
)


MARKS, TONES = "\u0300-\u036f", "\u0300\u0301\u0303\u0309\u0323"


def typed_for(table, text):
    """A text as it was typed for the fonts of an old encoding, as Unicode shows it today."""
    meant = {letter: written for written, letter in _tables()[table].items()}
    return "".join(meant.get(letter, letter) for letter in text)


def plain(text):
    """What the old single-byte encodings can hold of a text."""
    return "".join(letter if letter.isalpha() or ord(letter) < 128 else "-" for letter in text)


def with_tones_apart(text):
    """Letters with their tone marks behind them, as windows-1258 has them."""
    marked = unicodedata.normalize("NFD", text)
    letters = re.findall(rf"[^{MARKS}][{MARKS}]*", marked)
    return "".join(
        unicodedata.normalize("NFC", re.sub(f"[{TONES}]", "", letter)) + "".join(re.findall(f"[{TONES}]", letter))
        for letter in letters
    )


def said(fact):
    return (
        unicodedata.normalize("NFC", fact.label),
        fact.number,
        fact.comparison and fact.comparison.type,
        fact.period_end,
    )


@pytest.mark.parametrize(
    ("encode", "encoding"),
    [
        (lambda text: text.encode(), "utf-8"),
        (lambda text: text.encode("utf-8-sig"), "utf-8"),
        (lambda text: text.encode("utf-16"), "utf-16-le"),
        (lambda text: text.encode("utf-16-be"), "utf-16-be"),
        (lambda text: unicodedata.normalize("NFD", text).encode(), "utf-8"),
        (lambda text: with_tones_apart(text).encode("cp1258"), "cp1258"),
        (lambda text: typed_for("tcvn3", text).encode("latin-1"), "tcvn3"),
        (lambda text: typed_for("vni", text).encode("cp1252"), "vni"),
        (lambda text: typed_for("tcvn3", text).encode(), "tcvn3"),
        (lambda text: typed_for("vni", text).encode(), "vni"),
    ],
)
def test_one_report_gives_the_same_facts_in_every_encoding(encode, encoding):
    text = plain(TEXT)
    decoded = decode(encode(text))
    assert decoded.encoding == encoding
    assert unicodedata.normalize("NFC", decoded.text) == text
    facts = list(map(said, extract(decoded.text)))
    assert facts == list(map(said, extract(text)))
    assert len(facts) > 50


def test_offsets_lead_back_to_what_came_in():
    typed = "Dieän tích luùa 365 ha, naêng suaát 62 taï/ha"
    repaired = repair(typed)
    assert repaired.text == "Diện tích lúa 365 ha, năng suất 62 tạ/ha"
    for number in ("365", "62"):
        assert repaired.original(repaired.text.index(number)) == typed.index(number)


@pytest.mark.parametrize(
    "text",
    ["", "12 345", "Diện tích lúa 365 ha", "The quick brown fox", "Dien tich lua 365 ha", "Ước đạt 50%; café, naïve"],
)
def test_what_needs_no_repair_is_left_alone(text):
    assert repair(text).text == text
    assert decode(text.encode()).text == text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"PK\x03\x04\x00\x00binary\x00", "binary"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0d", "binary"),
        (b"\xff\xfeD\x00i", "damaged utf-16-le"),
        (bytes(range(128, 256)), "no encoding makes Vietnamese text of it"),
    ],
)
def test_what_is_no_text_is_told(data, message):
    with pytest.raises(ValueError, match=message):
        decode(data)
