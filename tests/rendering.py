"""Reports as files: what the tests give to the readers."""

import io
import re
from pathlib import Path
from xml.sax.saxutils import escape

import docx
import matplotlib
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from reportlab.lib.pagesizes import A3, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

from baocao_nlp.tabular.grid import Grid

pdfmetrics.registerFont(TTFont("Serif", Path(matplotlib.get_data_path(), "fonts/ttf/DejaVuSerif.ttf")))
BODY = ParagraphStyle("body", fontName="Serif", fontSize=12, leading=16, spaceAfter=6, firstLineIndent=24, alignment=4)
SMALL = ParagraphStyle("small", fontName="Serif", fontSize=7, leading=9)
FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"


def word_file(paragraphs, footnotes=()):
    """A .docx with paragraphs; ``[1]`` in one is the mark of the first footnote."""
    document = docx.Document()
    for text in paragraphs:
        style = "Heading 2" if text.startswith("## ") else "List Bullet" if text.startswith("- ") else None
        paragraph = document.add_paragraph(style=style)
        for piece in re.split(r"(\[\d+\])", text.removeprefix("## ").removeprefix("- ")):
            is_mark = re.fullmatch(r"\[\d+\]", piece)
            run = paragraph.add_run("" if is_mark else piece)
            if is_mark:
                run._r.append(parse_xml(f'<w:footnoteReference {nsdecls("w")} w:id="{piece[1:-1]}"/>'))
    notes = "".join(
        f'<w:footnote w:id="{i}"><w:p><w:r><w:t>{note}</w:t></w:r></w:p></w:footnote>'
        for i, note in enumerate(footnotes, 1)
    )
    part = Part(
        PackURI("/word/footnotes.xml"), FOOTNOTES, f"<w:footnotes {nsdecls('w')}>{notes}</w:footnotes>".encode()
    )
    document.part.relate_to(part, RT.FOOTNOTES)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def pdf_file(story, footnote="", password=None):
    """A PDF file with a header, page numbers, and a footnote at the bottom of its first page."""

    def draw(canvas, page):
        canvas.setFont("Serif", 10)
        canvas.drawString(60, 815, "Báo cáo tháng 8 năm 2022")
        canvas.drawCentredString(297, 30, str(page.page))
        if footnote and page.page == 1:
            canvas.drawString(85, 90, footnote)
            canvas.setFont("Serif", 6)
            canvas.drawString(80, 94, "1")

    file = io.BytesIO()
    document = SimpleDocTemplate(file, topMargin=80, bottomMargin=110, encrypt=password)
    document.build([Paragraph(escape(item), BODY) if isinstance(item, str) else item for item in story], draw, draw)
    return file.getvalue()


def as_docx(document):
    """A document with its paragraphs and tables as a Word file."""
    file, written = io.BytesIO(), docx.Document()
    body = written.element.body
    for block in document.blocks:
        if block.cells:
            body.insert(len(body) - 1, parse_xml(table_xml(Grid.of(document.text, block))))
        else:
            written.add_paragraph(document.text[block.start : block.end])
    written.save(file)
    return file.getvalue()


def table_xml(grid):
    """A table as Word has it: a cell that covers rows goes on in empty ones below it."""
    rows = []
    for number in range(grid.height):
        cells = []
        for cell in grid.row(number):
            merge = "" if cell.rows == 1 else '<w:vMerge w:val="restart"/>' if cell.row == number else "<w:vMerge/>"
            words = "\u00a0" * (cell.indent // 4) + escape(grid.surface(cell)) if cell.row == number else ""
            cells.append(
                f'<w:tc><w:tcPr><w:gridSpan w:val="{cell.columns}"/>{merge}</w:tcPr>'
                f'<w:p><w:r><w:t xml:space="preserve">{words}</w:t></w:r></w:p></w:tc>'
            )
        rows.append(f"<w:tr>{''.join(cells)}</w:tr>")
    return f"<w:tbl {nsdecls('w')}>{''.join(rows)}</w:tbl>"


def as_pdf(document):
    """A document with its paragraphs and tables as a PDF file."""
    file, story = io.BytesIO(), []
    for block in document.blocks:
        if not block.cells:
            story.append(Paragraph(document.text[block.start : block.end], SMALL))
            continue
        grid = Grid.of(document.text, block)
        rows = [[""] * grid.width for _ in range(grid.height)]
        style = [("GRID", (0, 0), (-1, -1), 0.5, "black"), ("VALIGN", (0, 0), (-1, -1), "TOP")]
        for cell in block.cells:
            rows[cell.row][cell.column] = Paragraph(
                grid.surface(cell), ParagraphStyle("cell", parent=SMALL, leftIndent=cell.indent)
            )
            corner = (cell.column + cell.columns - 1, cell.row + cell.rows - 1)
            style.append(("SPAN", (cell.column, cell.row), corner))
        wide = [
            3.0 if len(grid.folded(grid.height - 1, column)) > 12 or column == 1 else 1.0
            for column in range(grid.width)
        ]
        story.append(Table(rows, [1000 * share / sum(wide) for share in wide], style=style, repeatRows=0))
    SimpleDocTemplate(file, pagesize=landscape(A3)).build(story)
    return file.getvalue()
