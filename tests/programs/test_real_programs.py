"""Files that only other programs read, by the real ones: run by hand with ``make programs``, which needs Debian's
libreoffice-writer-nogui, ocrmypdf and tesseract-ocr-vie."""

import io
import subprocess
from pathlib import Path

import docx
import matplotlib
import pdfplumber
import pytest
from PIL import Image
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate

from baocao_nlp import extract, extract_file, read
from baocao_nlp.reading.errors import ScanError

REPORT = Path(__file__).parents[2] / "data" / "annotated" / "test" / "tan-hiep-thuan-2022-08.txt"


@pytest.fixture(scope="module")
def paragraphs():
    return [text for text in REPORT.read_text(encoding="utf-8").split("\n\n") if text.strip()]


@pytest.fixture(scope="module")
def word(tmp_path_factory, paragraphs):
    path = tmp_path_factory.mktemp("word") / "bao-cao.docx"
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    table = document.add_table(3, 3)
    for row, cells in enumerate(
        [["Chỉ tiêu", "Kế hoạch", "Thực hiện"], ["Thu", "1.200", "650"], ["Chi", "900", "410"]]
    ):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    # a .doc file cannot end with a table
    document.add_paragraph("Hết.")
    document.save(path)
    return path


def said(facts):
    return [(fact.label, fact.number, fact.period_end) for fact in facts]


@pytest.mark.parametrize("ending", ["doc", "odt", "rtf"])
def test_office_files_give_the_facts_of_their_text(word, paragraphs, ending):
    folder = word.parent
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", ending, "--outdir", str(folder), str(word)]
    subprocess.run(command, check=True, capture_output=True)
    facts = extract_file(word.with_suffix(f".{ending}"))
    prose = [fact for fact in facts if not fact.source.table]
    assert said(prose) == said(extract("\n\n".join(paragraphs)))
    assert [fact.number for fact in facts if fact.source.table] == [1200, 650, 900, 410]


def test_scanned_pages_are_read_where_it_is_asked_for(paragraphs):
    pdfmetrics.registerFont(TTFont("Serif", Path(matplotlib.get_data_path(), "fonts/ttf/DejaVuSerif.ttf")))
    style = ParagraphStyle("body", fontName="Serif", fontSize=13, leading=18, spaceAfter=8)
    written = io.BytesIO()
    chosen = [text for text in paragraphs if len(text) > 300][:4]
    SimpleDocTemplate(written).build([Paragraph(text, style) for text in chosen])
    with pdfplumber.open(written) as pdf:
        images = [page.to_image(resolution=200).original.convert("L") for page in pdf.pages]
    scan = io.BytesIO()
    images[0].save(scan, "PDF", save_all=True, append_images=images[1:], resolution=200)
    assert isinstance(images[0], Image.Image)
    with pytest.raises(ScanError, match="--ocr"):
        read(scan.getvalue())
    found = {fact.number for fact in extract_file(scan.getvalue(), ocr=True)}
    expected = {fact.number for fact in extract("\n\n".join(chosen))}
    assert len(found & expected) >= 0.9 * len(expected)
