"""A user's own units and phrases: in a file, for one call, and no one else's business."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from typer.testing import CliRunner

from baocao_nlp import extract, extract_many
from baocao_nlp.cli import app
from baocao_nlp.meaning.comparisons import cue_basis, cue_type, modifier
from baocao_nlp.meaning.lexicon import load_lexicon, reading_with
from baocao_nlp.meaning.units import Unit, parse_unit

TEXT = (
    "BÁO CÁO\nTình hình kinh tế - xã hội tháng 5 năm 2024\n\n"
    "- Sản lượng lúa thu hoạch cỡ 450 thúng thóc, đạt 95% phương án phân bổ, nhích lên 4% so với cùng kỳ.\n"
    "- Hàng hóa qua cảng 12 nghìn TEU, bằng 104% so với mức khoán.\n"
)
OWN = """
[scales]
"chục" = 10

[[units]]
canonical = "kg"
dimension = "mass"
factor = 20
names = ["thúng", "thúng thóc"]

[[units]]
canonical = "container 20 feet"
names = ["TEU", "teu / ngày"]

[type]
increase = ["nhích lên"]

[basis]
plan = ["phương án phân bổ", "mức khoán"]

[modifier]
"~" = ["cỡ"]
"""


@pytest.fixture
def own(tmp_path):
    path = tmp_path / "my-units.toml"
    path.write_text(OWN, encoding="utf-8")
    return path


def said(facts):
    return {
        fact.value.text: (fact.canonical_value, fact.canonical_unit, str(fact.comparison), fact.modifier)
        for fact in facts
    }


def test_units_and_phrases_of_a_file_are_read(own):
    facts = said(extract(TEXT, units=own))
    assert facts["450"] == (9000.0, "kg", "None", "~")
    assert facts["12"] == (12000.0, "container 20 feet", "None", "=")
    assert facts["95"][2].endswith("of plan")
    assert facts["4"][2] == "increase of same_period"
    assert facts["104"][2] == "ratio of plan"


def test_a_phrase_that_was_found_as_part_of_a_longer_one_keeps_its_words(own):
    fact = next(fact for fact in extract(TEXT, units=own) if fact.value.text == "104")
    assert "so với mức khoán" in [span.text for span in fact.comparison.spans]


def test_others_read_as_before(own):
    before = extract(TEXT)
    extract(TEXT, units=own)
    assert extract(TEXT) == before
    assert said(before)["450"][1] != "kg"


def test_threads_read_with_their_own_words(own):
    expected = [extract(TEXT), extract(TEXT, units=own)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda i: extract(TEXT, units=own if i % 2 else None), range(24)))
    assert all(facts == expected[i % 2] for i, facts in enumerate(found))


def test_words_are_read_before_ours(own):
    with reading_with(own):
        assert parse_unit("ba chục thúng") == Unit("ba chục thúng", "count")
        assert parse_unit("chục thúng") == Unit("kg", "mass", 200.0)
        assert parse_unit("TEU/ngày").canonical == "container 20 feet"
        assert (cue_basis("so với mức khoán"), cue_type("nhích lên")) == ("plan", "increase")
        assert cue_basis("mức khoánh") is None
        assert modifier(["đạt", "cỡ"]) == "~"
    assert cue_basis("so với mức khoán") is None


def test_processes_and_the_command_take_the_file(own, tmp_path):
    report = tmp_path / "bao-cao.txt"
    report.write_text(TEXT, encoding="utf-8")
    (many,) = extract_many([report], units=own)
    assert said(many.facts) == said(extract(TEXT, units=own))
    result = CliRunner().invoke(app, ["extract", str(report), "--units", str(own)])
    assert "container 20 feet" in result.stdout


def test_a_file_that_has_changed_is_read_again(own):
    assert load_lexicon(own) is load_lexicon(own)
    old = load_lexicon(own)
    own.write_text(OWN.replace("factor = 20", "factor = 30.5"), encoding="utf-8")
    assert load_lexicon(own).units["thúng"].factor == 30.5 != old.units["thúng"].factor


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[units", "cannot be used"),
        ("[unit]", "no section 'unit'; there are scales, units"),
        ("[units]", r"begins with \[\[units\]\]"),
        ('[[units]]\nnames = ["x"]', "unit 1: a unit has canonical"),
        ('[[units]]\ncanonical = "x"', "unit 1: names: expected a list"),
        ('[[units]]\ncanonical = "x"\nnames = ["x"]\nfactor = 0', "unit 1: factor: expected a number above 0"),
        ('[[units]]\ncanonical = "x"\nnames = ["x"]\nfactor = nan', "unit 1: factor"),
        ('[basis]\nquota = ["khoán"]', "basis.quota: expected one of plan, same_period"),
        ('[basis]\nplan = "khoán"', "basis.plan: expected a list of words"),
        ("basis = 1", r"basis is a section: \[basis\]"),
        ('[scales]\n"chục" = "10"', "scales.chục: expected a number"),
    ],
)
def test_what_a_file_says_wrong_is_told(tmp_path, content, message):
    path = tmp_path / "my-units.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        extract(TEXT, units=path)
    with pytest.raises(FileNotFoundError, match=r"none\.toml"):
        extract(TEXT, units=tmp_path / "none.toml")


def test_phrases_are_words_and_no_patterns(tmp_path):
    path = tmp_path / "my-units.toml"
    path.write_text('[basis]\nplan = ["(a+)+$", "khoán."]', encoding="utf-8")
    with reading_with(path):
        assert cue_basis("a" * 50) is None
        assert cue_basis("so với (a+)+$") == "plan"
