"""Files as people have them: encodings of today and of before Unicode."""

import io
import random
import re
import sys
import unicodedata
from collections import Counter
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from lxml import html
from rendering import BODY, pdf_file, word_file
from reportlab.platypus import PageBreak, Paragraph, Spacer, Table

from baocao_nlp import Source, extract, extract_document, extract_file, read
from baocao_nlp.reading import Limits, UnreadableFileError, decode, repair
from baocao_nlp.reading.encodings import _tables
from baocao_nlp.reading.html import pieces_of

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


@pytest.mark.parametrize("name", ["tan-hiep-thuan-2022-08", "pho-son-2024-10", "thuan-uyen-2024-07"])
def test_a_word_file_gives_the_facts_of_its_text(name):
    text = REPORT.with_name(f"{name}.txt").read_text(encoding="utf-8")
    facts = [(fact.label, fact.number, fact.period_end) for fact in extract(text)]
    found = [(fact.label, fact.number, fact.period_end) for fact in extract_file(word_file(text.split("\n\n")))]
    assert found == facts


def test_lists_headings_and_footnotes_of_a_word_file():
    data = word_file(
        ["## II. Tư pháp", "- Tiếp nhận 45 hồ sơ[1]; đã giải quyết 40 hồ sơ.", "- Trồng 12 ha rừng."],
        ["Trong đó: đất đai 30 hồ sơ."],
    )
    document = read(data)
    assert document.format == "docx"
    assert document.text.split("\n\n") == [
        "## II. Tư pháp",
        "- Tiếp nhận 45 hồ sơ¹; đã giải quyết 40 hồ sơ.",
        "¹ Trong đó: đất đai 30 hồ sơ.",
        "- Trồng 12 ha rừng.",
    ]
    facts = extract_document(document, file="bao-cao.docx")
    assert [fact.source for fact in facts] == [
        Source("bao-cao.docx", paragraph=n, section="II. Tư pháp") for n in (2, 2, 3, 4)
    ]
    assert [fact.number for fact in facts] == [45, 40, 30, 12]


def test_a_table_within_a_table_is_read_once():
    inner = "<table><tr><td>UBND HUYỆN</td></tr></table>"
    page = html.fromstring(f"<body><table><tbody><tr><td>{inner}</td><td>An Phú</td></tr></tbody></table></body>")
    assert [piece.content for piece in pieces_of(page)] == ["UBND HUYỆN", "An Phú"]


def test_layout_tables_are_paragraphs_and_tables_of_data_blocks():
    document = docx.Document()
    head = document.add_table(1, 2)
    head.cell(0, 0).text, head.cell(0, 1).text = "UBND HUYỆN AN PHÚ", "An Phú, ngày 20 tháng 5 năm 2024"
    document.add_paragraph("Trồng 12 ha rừng.")
    data = document.add_table(4, 4)
    data.cell(1, 1).text = "1.250"
    file = io.BytesIO()
    document.save(file)
    found = read(file.getvalue())
    shown = [found.text[block.start : block.end] for block in found.blocks]
    assert shown[:3] == ["UBND HUYỆN AN PHÚ", "An Phú, ngày 20 tháng 5 năm 2024", "Trồng 12 ha rừng."]
    assert shown[3:] == ["| | | | |\n| | 1.250 | | |\n| | | | |\n| | | | |"]
    assert found.place(found.text.index("1.250")) == Source(table=1, row=2, column=2)


@pytest.mark.parametrize("name", ["tan-hiep-thuan-2022-08", "pho-son-2024-10", "thuan-uyen-2024-07"])
def test_a_pdf_file_gives_the_facts_of_its_text(name):
    text = REPORT.with_name(f"{name}.txt").read_text(encoding="utf-8")
    facts = [(fact.label, fact.number, fact.period_end) for fact in extract(text)]
    data = pdf_file([paragraph for paragraph in text.split("\n\n") if paragraph.strip()])
    found = [(fact.label, fact.number, fact.period_end) for fact in extract(read(data).text)]
    assert (Counter(found) & Counter(facts)).total() >= 0.97 * max(len(found), len(facts))


def test_margins_footnotes_and_tables_of_a_pdf_file():
    marked = Paragraph("Tiếp nhận 45 hồ sơ<super size=7>1</super>; đã giải quyết 40 hồ sơ.", BODY)
    table = Table([["Chỉ tiêu", "Kế hoạch", "Ước"], *[[f"Dòng {i}", "1.250", "98"] for i in range(4)]])
    table.setStyle([("GRID", (0, 0), (-1, -1), 0.5, "black"), ("FONT", (0, 0), (-1, -1), "Serif")])
    later = "Trồng 12 ha rừng. " + "Tiếp tục đẩy mạnh công tác tuyên truyền. " * 60
    document = read(pdf_file([marked, table, later.strip(), "Hết."], "Trong đó: đất đai 30 hồ sơ."))
    assert document.format == "pdf"
    assert document.text.split("\n\n") == [
        "Tiếp nhận 45 hồ sơ¹; đã giải quyết 40 hồ sơ.",
        "¹ Trong đó: đất đai 30 hồ sơ.",
        "| Chỉ tiêu | Kế hoạch | Ước |\n" + "\n".join(f"| Dòng {i} | 1.250 | 98 |" for i in range(4)),
        later.strip(),
        "Hết.",
    ]
    assert document.place(document.text.index("Trồng")).page == 1
    assert document.place(document.text.index("Hết.")).page == 2
    assert document.place(document.text.index("98")) == Source(page=1, table=1, row=2, column=3)


PAGE = """<!DOCTYPE html><html><head><title>Báo cáo</title><script>var x = 12;</script></head><body>
<nav><ul><li>Trang chủ 1</li></ul></nav><article><h1>Báo cáo tháng 5 năm 2024</h1>
<p>Trong tháng, huyện đã tiếp nhận 45 hồ sơ đăng ký biến động đất đai, giải quyết đúng hạn 40 hồ sơ.</p>
<ul><li>Diện tích gieo trồng lúa Hè Thu trên địa bàn huyện được 1.250 ha, đạt 98% kế hoạch.</li></ul>
<p>Công tác tuyên truyền tiếp tục được quan tâm, triển khai thực hiện đúng quy định, bảo đảm tiến độ đề ra.</p>
</article><footer>Điện thoại 0123456789</footer></body></html>"""


def test_a_web_page_is_its_main_content():
    document = read(PAGE.encode())
    assert (document.format, document.encoding) == ("html", "utf-8")
    assert "- Diện tích gieo trồng lúa Hè Thu" in document.text
    assert "0123456789" not in document.text
    assert [fact.number for fact in extract_file(PAGE.encode())] == [45, 40, 1250, 98]


def test_footnotes_and_superscripts_of_a_page():
    page = html.fromstring(
        "<body><p>Cấp 45 giấy<a href='#_ftn1'><sup>[1]</sup></a>, nhà 120 m<sup>2</sup>, <s>12</s> 13 hộ.</p>"
        "<div id='_ftn1'><p><a href='#_ftnref1'>[1]</a> Trong đó: đất ở 30 giấy.</p></div></body>"
    )
    assert [piece.content for piece in pieces_of(page)] == [
        "Cấp 45 giấy¹, nhà 120 m², ~~12~~ 13 hộ.",
        "¹ Trong đó: đất ở 30 giấy.",
    ]


def test_a_text_file_is_told_by_line(tmp_path):
    path = tmp_path / "bao-cao.doc"
    path.write_text("Báo cáo\n\nTrồng 12 ha rừng.", encoding="utf-16")
    document = read(path)
    assert (document.format, document.place(document.text.index("12"))) == ("text", Source(paragraph=3))


def hostile(**parts):
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(f"word/{name}.xml", content)
    return file.getvalue()


BOMB = """<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">""" + "".join(
    f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in pairwise("abcdefghij")
)


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda: b"%PDF-1.7 ...", "damaged or protected PDF"),
        (lambda: pdf_file(["Trồng 12 ha rừng."], password="bí mật"), "needs a password"),
        (lambda: pdf_file(["Trang 1", PageBreak(), Spacer(1, 1), PageBreak()]), "scan without text"),
        (lambda: b"\xff\xd8\xff\xe0", "picture"),
        (lambda: b"PK\x03\x04 truncated", "damaged or protected Word file"),
        (lambda: hostile(other="<a/>"), "no Word file"),
        (lambda: hostile(document="<broken"), "damaged or protected Word file"),
        (lambda: hostile(document=BOMB + "]><d>&j;</d>"), "damaged or protected Word file"),
        (lambda: hostile(document=b" " * (201 << 20)), "unpacks to more than 200 MB"),
        (lambda: hostile(document=b"<w:tr/>" * (2 << 20)), "more than 10 MB of text"),
        (lambda: word_file(["Trồng 12 ha rừng."])[:-200], "damaged or protected Word file"),
    ],
)
def test_what_cannot_be_read_is_told(made, message):
    with pytest.raises(UnreadableFileError, match=message):
        read(made())


@pytest.mark.parametrize("seed", range(20))
def test_a_damaged_file_is_read_or_told(seed):
    rng = random.Random(seed)
    for whole in (
        word_file(["## A", "- Trồng 12 ha[1]."], ["Chú thích 3 hộ"]),
        pdf_file(["Trồng 12 ha."], "Số 5"),
        PAGE.encode(),
    ):
        data = bytearray(whole)
        for _ in range(8):
            at = rng.randrange(len(data))
            data[at : at + rng.randrange(20)] = rng.randbytes(rng.randrange(20))
        with suppress(UnreadableFileError):
            assert isinstance(read(bytes(data)).text, str)


def office(folder, does):
    """A stand-in for LibreOffice."""
    program = folder / "soffice"
    program.write_text(f"#!{sys.executable}\nimport sys, pathlib\n{does}\n", encoding="utf-8")
    program.chmod(0o755)


OLD = [
    b"\xd0\xcf\x11\xe0" + b"0" * 600,
    b"{\\rtf1}",
    b"PK\x03\x04" + b"0" * 26 + b"mimetypeapplication/vnd.oasis.opendocument.text",
]


@pytest.mark.parametrize("data", OLD)
def test_other_office_files_are_left_to_libreoffice(data, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ValueError, match="only LibreOffice reads"):
        read(data)
    (tmp_path / "made.docx").write_bytes(word_file(["Trồng 12 ha rừng."]))
    office(
        tmp_path,
        "source = pathlib.Path(sys.argv[-1])\n"
        f"source.with_suffix('.docx').write_bytes(pathlib.Path({str(tmp_path / 'made.docx')!r}).read_bytes())",
    )
    assert read(data).text == "Trồng 12 ha rừng."
    office(tmp_path, "sys.exit(1)")
    with pytest.raises(ValueError, match="LibreOffice could not read the file"):
        read(data)
    office(tmp_path, "import time; time.sleep(60)")
    with pytest.raises(ValueError, match="timed out"):
        read(data, limits=Limits(seconds=0.5))


def outside(monkeypatch):
    """Let every connection fail that a reader would try to make."""

    def refuse(*_):
        raise AssertionError("a reader went to the network")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)


def test_nothing_is_fetched_and_no_other_file_is_read(tmp_path, monkeypatch):
    outside(monkeypatch)
    secret = tmp_path / "secret.txt"
    secret.write_text("mật khẩu 12345", encoding="utf-8")
    document = docx.Document()
    document.add_paragraph("Trồng 12 ha rừng.")
    picture = document.part.relate_to(secret.as_uri(), RT.IMAGE, is_external=True)
    document.part.relate_to("http://example.com/template.dotx", RT.HYPERLINK, is_external=True)
    drawing = (
        f'<w:drawing {nsdecls("w", "wp", "a", "pic", "r")}><wp:inline><wp:docPr id="1" name="x"/>'
        f'<a:graphic><a:graphicData><pic:pic><pic:blipFill><a:blip r:link="{picture}"/></pic:blipFill></pic:pic>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing>"
    )
    document.add_paragraph().add_run()._r.append(parse_xml(drawing))
    file = io.BytesIO()
    document.save(file)
    assert read(file.getvalue()).text == "Trồng 12 ha rừng."
    entity = f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    body = f"<w:document {nsdecls('w')}><w:body><w:p><w:r><w:t>&x;12 ha</w:t></w:r></w:p></w:body></w:document>"
    with suppress(UnreadableFileError):
        assert "12345" not in read(hostile(document=entity + body)).text
    page = PAGE.replace("<h1>", f'<iframe src="{secret.as_uri()}"></iframe><img src="http://example.com/a.png"><h1>')
    assert "12345" not in read(page.encode()).text
