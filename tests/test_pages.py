"""Pages: self-contained, in both languages, and safe for any text."""

from dataclasses import replace

import pytest

from baocao_nlp.evaluation import evaluate
from baocao_nlp.facts import Comparison
from baocao_nlp.pages.errors import error_page


@pytest.fixture
def result(maize):
    wrong = [replace(maize.facts[0], comparison=Comparison("share", "total"), confidence=0.25), *maize.facts[2:]]
    return evaluate([maize], lambda text: (wrong, maize.spans))


def test_every_wrong_fact_stands_beside_the_gold(maize, result):
    page = error_page(result, {maize.name: maize.text}, "en")
    assert "missed (1)" in page
    assert "Comparison (1)" in page
    assert "share of total" in page
    assert '<mark class="value">365</mark>' in page
    assert "0.25" in page
    assert "http" not in page.replace("http-equiv", "")


def test_pages_speak_vietnamese(maize, result):
    page = error_page(result, {maize.name: maize.text})
    assert '<html lang="vi">' in page
    assert "Những số liệu sai" in page


def test_no_markup_of_a_report_gets_into_a_page(maize, result):
    text = maize.text.replace("BÁO CÁO", "<script>") + "<img src=x onerror=alert(1)>"
    page = error_page(result, {maize.name: text})
    assert "<script>" not in page
    assert "<img" not in page
