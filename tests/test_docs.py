"""Every code block of README and docs runs, and prints what the page says it prints."""

import re
from unittest import SkipTest

import pytest
from examples import PAGES, ROOT, examples_of, make_workplace

LANGUAGES = {"python", "output", "sh", "sql", "text", "toml", "ini", "json"}
EXAMPLES = [
    pytest.param(example, id=f"{page.relative_to(ROOT)}:{example.line}")
    for page in PAGES
    for example in examples_of(page)
]


@pytest.fixture(scope="module")
def workplaces(tmp_path_factory):
    made = {}

    def workplace(page):
        if page not in made:
            made[page] = make_workplace(tmp_path_factory.mktemp("page"))
        return made[page]

    return workplace


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_block_runs(example, workplaces, monkeypatch):
    monkeypatch.chdir(workplaces(example.path))
    try:
        example.evaluate()
    except SkipTest as reason:
        pytest.skip(str(reason))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_block_says_what_it_is(page):
    opening = re.findall(r"^```(\w*)[^`\n]*$", page.read_text(encoding="utf-8"), re.MULTILINE)[::2]
    assert set(opening) <= LANGUAGES


@pytest.mark.parametrize("page", [page for page in PAGES if ".vi." in page.name], ids=lambda page: page.name)
def test_both_languages_show_the_same_code(page):
    def code(path):
        blocks = [example.parsed for example in examples_of(path) if isinstance(example.parsed, str)]
        return [re.sub(r"\s*#.*", "", block) for block in blocks]

    assert code(page) == code(page.with_name(page.name.replace(".vi", "")))
