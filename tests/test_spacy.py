"""At home in spaCy: factories, pipes, processes, configurations, pages, and what `spacy train` makes of our data."""

from pathlib import Path

import pytest
import spacy
from spacy import displacy
from spacy.cli.train import train as spacy_train
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from baocao_nlp import extract
from baocao_nlp.annotation.formats import write_reports
from baocao_nlp.facts import LABELS
from baocao_nlp.pipeline.load import default_model_path

REPORT = (
    "BÁO CÁO\nTình hình kinh tế - xã hội tháng 5 năm 2024\n\n"
    "- Diện tích gieo trồng ngô 365 ha, đạt 98% kế hoạch, tăng 4,2% so với cùng kỳ.\n"
)
TEXTS = [REPORT, "Trồng 12 ha rừng.", "", REPORT.replace("365", "366"), "Không có con số nào."]
CONFIG = Path(__file__).parents[1] / "docs" / "spacy" / "ner.cfg"


@pytest.fixture(scope="module")
def nlp():
    return spacy.load(default_model_path())


@pytest.fixture(scope="module")
def expected():
    return [extract(text) for text in TEXTS]


def facts_of(docs):
    return [doc._.facts for doc in docs]


def test_the_components_are_factories_of_an_empty_pipeline(expected):
    blank = spacy.blank("vi", config={"nlp": {"tokenizer": {"@tokenizers": "baocao_nlp.Tokenizer.v1"}}})
    for name in ("baocao_tagger", "baocao_linker"):
        assert Language.has_factory(name)
        blank.add_pipe(name).from_disk(default_model_path() / name)
    assert facts_of([blank(REPORT)]) == expected[:1]


def test_the_components_need_no_tokenizer_of_ours(expected):
    other = spacy.blank("xx")
    for name in ("baocao_tagger", "baocao_linker"):
        other.add_pipe(name).from_disk(default_model_path() / name)
    doc = other(REPORT)
    assert facts_of([doc]) == expected[:1]
    assert {span.label_ for span in doc.spans["baocao"]} <= set(LABELS)


def test_docs_are_piped_in_batches(nlp, expected):
    assert facts_of(nlp.pipe(TEXTS, batch_size=2)) == expected
    assert [context for _, context in nlp.pipe(zip(TEXTS, range(5)), as_tuples=True)] == list(range(5))


def test_docs_are_piped_through_processes(nlp, expected):
    assert facts_of(nlp.pipe(TEXTS, batch_size=2, n_process=2)) == expected


def test_a_pipeline_and_its_config_are_round_trips(nlp, expected, tmp_path):
    nlp.to_disk(tmp_path / "disk", exclude=["vocab"])
    again = spacy.load(tmp_path / "disk")
    assert again.config.to_str() == nlp.config.to_str()
    assert facts_of(again.pipe(TEXTS)) == expected
    from_bytes = spacy.blank("vi", config=nlp.config).from_bytes(nlp.to_bytes())
    assert facts_of(from_bytes.pipe(TEXTS)) == expected
    same = spacy.util.load_model_from_config(spacy.util.load_config(default_model_path() / "config.cfg"))
    assert same.pipe_names == nlp.pipe_names


@pytest.mark.parametrize("data", [b"\x81\xa1x", b"nonsense", b"\xc1"])
def test_bytes_of_something_else_are_refused(nlp, data):
    with pytest.raises((ValueError, FileNotFoundError)):
        spacy.blank("xx").add_pipe("baocao_tagger").from_bytes(data)


def test_a_processed_doc_keeps_its_facts_in_bytes(nlp, expected):
    packed = DocBin(docs=list(nlp.pipe(TEXTS)), store_user_data=True).to_bytes()
    docs = list(DocBin().from_bytes(packed).get_docs(nlp.vocab))
    assert facts_of(docs) == expected
    assert Doc(nlp.vocab).from_bytes(nlp(REPORT).to_bytes())._.facts == expected[0]


def test_displacy_draws_the_spans(nlp):
    html = displacy.render(nlp(REPORT), style="span", options={"spans_key": "baocao"}, jupyter=False)
    assert all(label in html for label in ("METRIC", "VALUE", "UNIT", "COMPARISON"))


def test_a_baseline_is_trained_by_spacy_with_the_config_we_ship(few_reports, tmp_path):
    write_reports(few_reports, tmp_path / "reports.spacy", "spacy")
    paths = {f"paths.{part}": str(tmp_path / "reports.spacy") for part in ("train", "dev")}
    quick = {"training.max_epochs": 0, "training.max_steps": 60, "training.eval_frequency": 60}
    spacy_train(CONFIG, tmp_path / "ner", overrides=paths | quick)
    doc = spacy.load(tmp_path / "ner" / "model-last")(few_reports[0].text)
    gold = {(item.span.text, item.label) for item in few_reports[0].spans}
    assert len({(ent.text, ent.label_) for ent in doc.ents} & gold) > len(gold) / 2
