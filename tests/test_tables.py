"""Tables of indicators: their cells as facts, whatever kind of file they come in."""

from collections import defaultdict
from pathlib import Path

import pytest
from rendering import as_docx, as_pdf

from baocao_nlp import Source, extract_document, extract_file, read
from baocao_nlp.annotation import load_report
from baocao_nlp.annotation.matching import WHOLE_FACT, wrong_fields
from baocao_nlp.meaning.periods import ReportPeriod
from baocao_nlp.pipeline.tables import facts_of_tables
from baocao_nlp.reading import UnreadableFileError
from baocao_nlp.tabular.grid import Grid
from baocao_nlp.tabular.shape import header_height, roles_of

TABLES = Path(__file__).parents[1] / "data" / "annotated" / "tables"
TEST = sorted((TABLES / "test").glob("*.html"))


def f1_by_cell(found, path):
    """Whole-fact F1 of the facts in a table, paired with gold by their cells."""
    source, gold = read(path), load_report(path.with_suffix(".txt"))
    assert source.text == gold.text
    expected, got = defaultdict(list), defaultdict(list)
    for fact in gold.facts:
        place = source.place(fact.value.start)
        expected[place.row, place.column].append(fact)
    for fact in found:
        got[fact.source.row, fact.source.column].append(fact)
    right = sum(
        not set(wrong_fields(mine, [theirs])) & set(WHOLE_FACT)
        for place in got
        for mine, theirs in zip(got[place], expected[place])
    )
    return 2 * right / (len(found) + len(gold.facts))


@pytest.mark.parametrize(
    ("made", "least"),
    [
        pytest.param(Path.read_bytes, 0.97, id="html"),
        pytest.param(lambda path: as_docx(read(path)), 0.97, id="docx"),
        pytest.param(lambda path: as_pdf(read(path)), 0.9, id="pdf"),
    ],
)
def test_cells_of_test_tables_are_facts(made, least):
    scores = []
    for path in TEST:
        found = [fact for fact in extract_document(read(made(path))) if fact.source.table]
        scores.append(f1_by_cell(found, path))
    assert sum(scores) / len(scores) >= least


def page(*rows, before=""):
    cells = "".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    return f"<html><body><p>Báo cáo tháng 5 năm 2024</p><p>{before}</p><table>{cells}</table></body></html>".encode()


def td(text, **spans):
    attributes = "".join(f' {name}="{value}"' for name, value in spans.items())
    return f"<td{attributes}>{text}</td>"


SIMPLE = [
    [td("TT", rowspan=2), td("Chỉ tiêu", rowspan=2), td("ĐVT", rowspan=2), td("Kế hoạch năm 2024", rowspan=2),
     td("Lũy kế 5 tháng", rowspan=2), td("So với (%)", colspan=2)],
    [td("Kế hoạch"), td("Cùng kỳ")],
    [td("1"), td("2"), td("3"), td("4"), td("5"), td("6=5/4"), td("7")],
    [td("I"), td("Trồng trọt", colspan=6)],
    [td("1"), td("Diện tích lúa"), td("ha"), td("1.250"), td("612,5"), td("49"), td("101,2")],
    [td(""), td("Trong đó: lúa lai"), td('"'), td("-"), td("120"), td("x"), td("")],
]  # fmt: skip


def test_a_cell_says_what_its_row_and_column_say():
    facts = facts_of_tables(read(page(*SIMPLE)), ReportPeriod.parse("2024-05"))
    shown = [
        (fact.label, fact.number, str(fact.unit), str(fact.comparison), fact.period_start and str(fact.period_end))
        for fact in facts
    ]
    assert shown == [
        ("Trồng trọt: Diện tích lúa", 1250, "ha", "reference of plan", "2024-12-31"),
        ("Trồng trọt: Diện tích lúa", 612.5, "ha", "None", "2024-05-31"),
        ("Trồng trọt: Diện tích lúa", 49, "%", "ratio of plan", "2024-05-31"),
        ("Trồng trọt: Diện tích lúa", 101.2, "%", "ratio of same_period", "2024-05-31"),
        ("Trồng trọt: Diện tích lúa: lúa lai", 120, "ha", "None", "2024-05-31"),
    ]
    assert facts[0].source == Source(table=1, row=5, column=4)


def test_the_unit_of_a_caption_serves_where_the_table_says_none():
    rows = [[td("Nội dung"), td("Thực hiện"), td("Tăng, giảm so cùng kỳ")], [td("Thu"), td("12.5"), td("(1.25)")]]
    document = read(page(*rows, [td("Chi"), td("8.75"), td("0.5")], before="Đơn vị tính: tỷ đồng"))
    facts = facts_of_tables(document)
    assert [(fact.number, str(fact.unit), str(fact.comparison)) for fact in facts] == [
        (12.5, "tỷ đồng", "None"),
        (1.25, "tỷ đồng", "decrease of same_period"),
        (8.75, "tỷ đồng", "None"),
        (0.5, "tỷ đồng", "increase of same_period"),
    ]


def test_prose_and_tables_of_a_file_are_facts_in_order(tmp_path):
    path = tmp_path / "bao-cao.html"
    written = page(*SIMPLE).replace(b"</body>", "<p>Trong tháng, đã tiếp nhận 45 hồ sơ.</p></body>".encode())
    path.write_bytes(written.replace(b"<p></p>", "<p>Trong tháng, trồng mới 12 ha rừng.</p>".encode()))
    facts = extract_file(path)
    document = read(path)
    assert [fact.number for fact in facts] == [12, 1250, 612.5, 49, 101.2, 120, 45]
    assert all(document.text[span.start : span.end] == span.text for fact in facts for _, span in fact.spans())
    assert all(fact.source.file == str(path) for fact in facts)
    assert (facts[0].source.paragraph, facts[1].source.table, facts[-1].source.paragraph) == (2, 1, 3)


def test_a_markdown_table_is_one_too():
    table = "| Nội dung | Dự toán | Ước |\n|---|---|---|\n| Thu | 1.200 | 650 |\n| Chi | 900 | 410 |"
    text = f"Thu ngân sách\n\n{table}\n\nTrồng 5 ha."
    document = read(text.encode())
    assert [fact.number for fact in extract_document(document)] == [1200, 650, 900, 410, 5]
    assert document.place(text.index("410")) == Source(table=3, row=3, column=3)


@pytest.mark.parametrize(
    "rows",
    [
        [["|", "|", "|"], ["", "", ""], ["", "", ""]],
        [["1", "2", "3"]] * 3,
        [["a"], ["b", "c", "d"], ["1", "2"], [""]],
        [["x" * 1000] * 3] * 3,
    ],
)
def test_odd_tables_are_read_without_fault(rows):
    document = read(page(*[[td(cell) for cell in row] for row in rows]))
    for fact in facts_of_tables(document):
        assert document.text[fact.value.start : fact.value.end] == fact.value.text


def test_a_table_of_very_many_cells_is_refused():
    with pytest.raises(UnreadableFileError, match="cells"):
        read(page(*[[td("1")] * 3] * 100_000))


def test_cells_that_claim_to_cover_everything_are_cut_or_refused():
    claims = [td("a", rowspan=9999, colspan=9999), td("b"), td("c")]
    assert read(page(*[claims] * 3)).tables
    with pytest.raises(UnreadableFileError, match="cells"):
        read(page(*[claims] * 500))


def test_numbers_of_columns_belong_to_the_header():
    document = read(page(*SIMPLE))
    grid = Grid.of(document.text, document.tables[0])
    assert header_height(grid) == 3
    assert roles_of(grid, 3) == ["ordinal", "name", "unit", "value", "value", "value", "value"]
