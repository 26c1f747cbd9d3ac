"""The site in a real browser, opened from the disk: run by hand with ``make browser`` after ``make docs``."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

SITE = Path(__file__).parents[2] / "build" / "site"
PAGES = sorted(str(path.relative_to(SITE)) for path in SITE.rglob("*.html") if path.name != "404.html")


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield running
        running.close()


def opened(browser, name, width=1400):
    page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("request", lambda request: request.url.startswith("http") and page.complaints.append(request.url))
    page.goto((SITE / name).as_uri())
    return page


def test_the_site_is_built():
    assert {"index.html", "en/index.html"} <= set(PAGES), "make docs builds it"


@pytest.mark.parametrize("width", [400, 1400])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_and_nothing_complains(browser, name, width):
    page = opened(browser, name, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    pictures = page.eval_on_selector_all("article img", "all => all.map(one => [one.alt, one.naturalWidth])")
    assert all(alt and wide for alt, wide in pictures)
    assert page.complaints == []


@pytest.mark.parametrize(("name", "words"), [("index.html", "độ tin cậy"), ("en/index.html", "confidence")])
def test_search_finds_without_a_network(browser, name, words):
    page = opened(browser, name)
    page.click("input[name=query]")
    page.locator("input[name=query]").press_sequentially(words)
    page.wait_for_selector(".md-search-result__item")
    found = page.eval_on_selector_all(".md-search-result__link", "all => all.map(one => one.getAttribute('href'))")
    assert any("confidence.html" in link for link in found)
    assert {"/en/" in link for link in found} == {name.startswith("en/")}
    assert page.complaints == []


def test_the_switch_leads_to_the_same_page_in_the_other_language(browser):
    page = opened(browser, "files.html")
    page.hover(".md-select button")
    page.click("a[hreflang=en]")
    assert page.url.endswith("en/files.html")
    assert "Files and tables" in page.inner_text("h1")
