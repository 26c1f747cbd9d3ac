"""The view in a real browser: run by hand with ``make browser``, which needs Debian's chromium."""

import shutil
import time
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from baocao_nlp import extract_document, read
from baocao_nlp.pages.view import view_page

CORPUS = Path(__file__).parents[2] / "data" / "annotated"
LONG = CORPUS / "test" / "thuan-uyen-2024-07.txt"


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    document = read(LONG)
    facts = extract_document(document)
    assert len(facts) >= 300
    made = tmp_path_factory.mktemp("view") / "view.html"
    made.write_text(view_page(document, facts, LONG.name), encoding="utf-8")
    return made


def opened(browser, path, width, height=900, **options):
    page = browser.new_context(viewport={"width": width, "height": height}, **options).new_page()
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("console", lambda message: message.type == "error" and page.complaints.append(message.text))
    page.on("request", lambda request: request.url.startswith("http") and page.complaints.append(request.url))
    page.goto(path.as_uri())
    return page


@pytest.mark.parametrize("width", [400, 1400])
def test_the_page_fits_and_nothing_complains(browser, path, width):
    page = opened(browser, path, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.complaints == []


def test_a_row_lights_its_spans_and_a_value_its_row(browser, path):
    page = opened(browser, path, 1400)
    page.click("#facts tbody tr[data-fact='40']")
    assert page.eval_on_selector_all("mark.on", "marks => marks.every(m => m.dataset.facts.split(' ').includes('40'))")
    assert page.locator("#links path").count() >= 1
    assert page.locator("mark[data-value='40']").is_visible()
    page.locator("mark[data-value='41']").click()
    assert page.locator("#facts tr.on").get_attribute("data-fact") == "41"


def test_keys_go_from_row_to_row_and_into_the_text(browser, path):
    page = opened(browser, path, 1400)
    page.focus("#facts tbody tr[data-fact='3']")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.fact") == "4"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.dataset.value") == "4"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.dataset.fact") == "4"


def test_filters_sorting_language_and_csv(browser, path):
    page = opened(browser, path, 1400)
    whole = page.locator("#facts tbody tr:visible").count()
    page.select_option("select[name=comparison]", "ratio")
    some = page.locator("#facts tbody tr:visible").count()
    assert 0 < some < whole
    page.click("#facts th.number button >> nth=1")
    shown = [
        float(key)
        for key in page.locator("#facts tbody tr:visible td:last-child").evaluate_all(
            "cells => cells.map(cell => cell.dataset.key)"
        )
    ]
    assert shown == sorted(shown)
    page.click("#language")
    assert page.inner_text("#facts th >> nth=1") == "Value"
    page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    page.click("#copy")
    page.wait_for_function("window.copied")
    copied = page.evaluate("window.copied")
    assert len(copied.splitlines()) == some + 1
    assert copied.startswith('"Metric","Value"')


def test_three_hundred_facts_are_quick(browser, path):
    page = opened(browser, path, 1400)
    begin = time.perf_counter()
    for number in range(0, 300, 10):
        page.evaluate(f"show('{number}', 'text')")
    page.fill("input[name=words]", "lúa")
    assert time.perf_counter() - begin < 3
    assert page.complaints == []
