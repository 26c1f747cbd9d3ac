"""The site: built without a warning, in two languages, and nothing in it is fetched."""

import re
import subprocess
import sys

import pytest
from examples import ROOT

SITE = ROOT / "build" / "site"
FETCHED_RE = re.compile(
    r"<(?:script|img|iframe|source)[^>]*\ssrc=\"(?:https?:)?//|<link[^>]*rel=\"(?:stylesheet|preconnect|preload)\"[^>]*href=\"(?:https?:)?//"
)


@pytest.fixture(scope="module")
def pages():
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-f", "docs/site/mkdocs.yml"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return {path.relative_to(SITE): path.read_text(encoding="utf-8") for path in SITE.rglob("*.html")}


def test_every_page_is_there_in_both_languages(pages):
    vietnamese = {str(path) for path in pages if path.parts[0] != "en"} - {"404.html"}
    assert {f"en/{name}" for name in vietnamese} == {str(path) for path in pages if path.parts[0] == "en"}
    assert '<html lang="vi"' in (SITE / "index.html").read_text(encoding="utf-8")


def test_nothing_is_fetched(pages):
    assert [path for path, text in pages.items() if FETCHED_RE.search(text)] == []
    styles = [path for path in SITE.rglob("*.css") if re.search(r"url\(['\"]?(?:https?:)?//", path.read_text("utf-8"))]
    assert styles == []


def test_a_public_function_is_in_the_reference(pages):
    import baocao_nlp

    for language in ("", "en/"):
        text = (SITE / f"{language}reference.html").read_text(encoding="utf-8")
        missing = [name for name in baocao_nlp.__all__ if not re.search(rf'id="baocao_nlp\.[\w.]*\b{name}"', text)]
        assert missing == []
