"""The view of a report: what stands in it, that nothing in a report can run, and that it works in a browser."""

import hashlib
import re
from base64 import b64encode
from pathlib import Path

import pytest
from lxml import html

from baocao_nlp import Fact, SourceDocument, Span, extract_document, read
from baocao_nlp.pages.view import marks_of, view_page

CORPUS = Path(__file__).parents[1] / "data" / "annotated"
REPORT = CORPUS / "test" / "tan-hiep-thuan-2022-08.txt"


@pytest.fixture(scope="module")
def document():
    return read(REPORT)


@pytest.fixture(scope="module")
def facts(document):
    return extract_document(document)


@pytest.fixture(scope="module")
def page(document, facts):
    return html.fromstring(view_page(document, facts, REPORT.name))


def test_the_text_is_whole_and_every_fact_has_its_row_and_marks(document, facts, page):
    shown = "".join(page.get_element_by_id("text").itertext())
    assert re.sub(r"\s+", "", shown) == re.sub(r"\s+", "", document.text)
    rows = page.xpath("//table[@id='facts']/tbody/tr")
    assert [row.xpath("string(td[1])") for row in rows] == [fact.label for fact in facts]
    for number, fact in enumerate(facts):
        (value,) = page.xpath(f"//mark[@data-value='{number}']")
        assert value.text == fact.value.text
        own = [mark for mark in page.iter("mark") if str(number) in mark.get("data-facts").split()]
        words = "".join(mark.text for mark in own)
        assert all(span.text in words for span in fact.metric)


def test_marks_lie_apart_and_belong_to_the_facts_whose_spans_they_cover():
    facts = [
        Fact(Span(4, 6, "12"), 12.0, Span(7, 9, "ha"), (Span(0, 3, "Lúa"),)),
        Fact(Span(10, 12, "98"), 98.0, Span(12, 13, "%"), (Span(0, 3, "Lúa"),)),
    ]
    assert [(mark.start, mark.end, mark.label, mark.facts) for mark in marks_of(facts)] == [
        (0, 3, "metric", (0, 1)),
        (4, 6, "value", (0,)),
        (7, 9, "unit", (0,)),
        (10, 12, "value", (1,)),
        (12, 13, "unit", (1,)),
    ]


def test_nothing_in_a_report_runs_and_nothing_is_fetched():
    hostile = "<script>alert(1)</script><img src=x onerror=alert(1)> \"'></textarea> Trồng 12 ha </script> rừng."
    document = read(hostile.encode())
    assert isinstance(document, SourceDocument)
    written = view_page(document, extract_document(document), "<b onload=alert(1)>", "en")
    page = html.fromstring(written)
    assert len(page.xpath("//script")) == 1
    assert not page.xpath("//img | //@src | //@onerror | //@onload | //link")
    assert page.xpath("string(//h1)") == "<b onload=alert(1)>"
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    script = page.xpath("//script")[0].text
    assert f"'sha256-{b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" in policy
    assert policy.startswith("default-src 'none'")


def test_the_page_speaks_both_languages(page):
    for element in page.xpath("//*[@data-vi]"):
        assert element.get("data-vi")
        assert element.get("data-en")
        assert element.text == element.get("data-vi")


def test_a_table_is_shown_as_one():
    path = next(iter((CORPUS / "tables" / "train").glob("xa-*.html")))
    document = read(path)
    page = html.fromstring(view_page(document, extract_document(document), path.name))
    cells = page.xpath("//section[@id='text']//td")
    assert len(cells) == len(document.tables[0].cells)
    assert page.xpath("//section[@id='text']//td[@colspan]")
