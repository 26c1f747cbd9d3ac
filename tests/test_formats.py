"""The formats of annotation tools: without loss in every direction, as the tools document them, honest about faults."""

import json
import logging
import re
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
import spacy
from spacy.tokens import DocBin
from typer.testing import CliRunner

import baocao_nlp.annotation
from baocao_nlp.annotation import AnnotationError, from_markup, load_reports, save_report
from baocao_nlp.annotation.formats import FORMATS, check_reports, recognise, write_reports
from baocao_nlp.annotation.graph import ATTRIBUTES, NOTES, RELATIONS
from baocao_nlp.cli import app
from baocao_nlp.facts import LABELS

DEV = Path(__file__).parents[1] / "data" / "annotated" / "dev"
SCHEMAS = Path(__file__).parent / "schemas"
CONFIGURATIONS = Path(baocao_nlp.annotation.__file__).parent / "configurations"
OUTPUTS = {
    "brat": "reports",
    "markup": "marked",
    "spacy": "reports.spacy",
    "label-studio": "tasks.json",
    "doccano": "reports.jsonl",
    "prodigy": "reports.jsonl",
}
# what the schema has: spans in pieces, context, a comparison without cues, a modifier, a number that convention
# misreads, open and empty periods, an optional value without a metric, a compound
RICH = (
    "BÁO CÁO\nTình hình tháng 5 năm 2024\n\n{m1:Thu ngân sách} ước {v:17 tỷ 320 triệu|m1 p1} {u:đồng} "
    "{p1:đến nay|/2024-05-31}, trong đó {m2:thuế} khoảng {v:8,315|>m1 m2 approx n=8315} {u:triệu đồng}, "
    "đạt {v:61|= >m1 ratio:plan}{u:%}, "
    "{c1:tăng} {v:4|= >- inc:same_period c1 c2 p2}{u:%} {c2:so với cùng kỳ} {p2:khóa trước|/}; "
    "xếp thứ {v:12|opt u-}.\n\n"
    "{m3:Tiếp nhận} {v:45|m3 m4} {u:hồ sơ} {m4:đất đai}\n"
)


@pytest.fixture(scope="module")
def reports():
    marked = RICH
    return [from_markup("giàu", marked), *sorted(load_reports(DEV), key=lambda report: len(report.text))[:4]]


def test_the_sample_has_everything(reports):
    facts = reports[0].facts
    assert {fact.modifier for fact in facts} == {"=", "~"}
    assert any(fact.comparison and not fact.comparison.spans for fact in facts)
    assert any(fact.period and not fact.period_start and not fact.period_end for fact in facts)
    assert any(len(fact.metric) == 2 for fact in facts)
    assert any(fact.context for fact in facts)
    assert reports[0].optional
    assert not facts[-2].metric


@pytest.mark.parametrize("kind", FORMATS)
def test_reports_come_back_as_they_went(reports, tmp_path, kind):
    output = tmp_path / OUTPUTS[kind]
    write_reports(reports, output, kind)
    assert recognise(output) == kind
    assert sorted(load_reports(output), key=lambda r: r.name) == sorted(reports, key=lambda r: r.name)


@pytest.mark.parametrize("kind", FORMATS)
def test_the_same_reports_give_the_same_bytes(reports, tmp_path, kind):
    written = []
    for folder in (tmp_path / "1", tmp_path / "2"):
        write_reports(reports, folder / OUTPUTS[kind], kind)
        written.append({path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()})
    assert written[0] == written[1]


@pytest.mark.parametrize("kind", ["label-studio", "doccano", "prodigy"])
def test_what_is_written_is_as_the_tool_documents_it(reports, tmp_path, kind):
    output = tmp_path / OUTPUTS[kind]
    write_reports(reports, output, kind)
    schema = jsonschema.Draft202012Validator(json.loads((SCHEMAS / f"{kind}.json").read_text(encoding="utf-8")))
    text = output.read_text(encoding="utf-8")
    for record in [json.loads(text)] if kind == "label-studio" else map(json.loads, text.splitlines()):
        schema.validate(record)


def test_prodigy_tokens_and_spans_fit_each_other(reports, tmp_path):
    write_reports(reports, tmp_path / "x.jsonl", "prodigy")
    for line in (tmp_path / "x.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        tokens = record["tokens"]
        assert [token["id"] for token in tokens] == list(range(len(tokens)))
        for span in record["spans"]:
            assert (
                tokens[span["token_start"]]["start"] <= span["start"] < span["end"] <= tokens[span["token_end"]]["end"]
            )


def test_documents_are_spacys_own(reports, tmp_path):
    write_reports(reports, tmp_path / "x.spacy", "spacy")
    docs = list(DocBin().from_disk(tmp_path / "x.spacy").get_docs(spacy.blank("xx").vocab))
    assert [doc.text for doc in docs] == [report.text for report in reports]
    for doc, report in zip(docs, reports):
        wanted = [(item.span.start, item.span.end, item.label) for item in report.spans]
        assert [(span.start_char, span.end_char, span.label_) for span in doc.spans["baocao"]] == wanted
        assert [(span.start_char, span.end_char, span.label_) for span in doc.ents] == wanted


def label_studio_names(config):
    return {
        element.get("name"): {child.get("value") for child in element}
        for element in ElementTree.parse(config).iter()
        if element.get("toName") == "text"
    }


def test_the_configurations_that_we_ship_have_our_schema():
    controls = label_studio_names(CONFIGURATIONS / "label-studio.xml")
    assert controls.keys() == {"label", *ATTRIBUTES, *NOTES}
    assert controls["label"] == set(LABELS)
    assert all(controls[name] == set(filter(None, settings)) for name, settings in ATTRIBUTES.items())
    xml = ElementTree.parse(CONFIGURATIONS / "label-studio.xml")
    assert {element.get("value") for element in xml.iter("Relation")} == set(RELATIONS)
    labels = {label["text"] for label in json.loads((CONFIGURATIONS / "doccano-span-labels.json").read_text("utf-8"))}
    settings = {f"{name}: {value}" for name, values in ATTRIBUTES.items() for value in values if name != "Optional"}
    assert labels == {*LABELS, *settings, "Optional"}
    conf = (CONFIGURATIONS / "annotation.conf").read_text(encoding="utf-8")
    assert all(re.search(rf"^{name}\b", conf, re.MULTILINE) for name in (*LABELS, *RELATIONS, *ATTRIBUTES))


def corrected(tmp_path, kind, report, change):
    """The report that a tool gives back after someone has changed what we gave it."""
    output = tmp_path / OUTPUTS[kind]
    write_reports([report], output, kind)
    record = json.loads(output.read_text(encoding="utf-8"))
    change(record)
    output.write_text(json.dumps(record), encoding="utf-8")
    return check_reports(output)


def as_an_annotator_would(results):
    """A value, a metric and a period without number and dates, and one relation drawn the other way round."""
    results += [
        {"id": "a", "type": "labels", "from_name": "label", "value": {"start": 0, "end": 9, "labels": ["METRIC"]}},
        {"id": "b", "type": "labels", "from_name": "label", "value": {"start": 10, "end": 15, "labels": ["VALUE"]}},
        {"id": "c", "type": "labels", "from_name": "label", "value": {"start": 20, "end": 30, "labels": ["PERIOD"]}},
        {"type": "relation", "from_id": "a", "to_id": "b", "direction": "right", "labels": ["Measures"]},
        {"type": "relation", "from_id": "b", "to_id": "c", "direction": "right", "labels": ["During"]},
    ]


def test_what_convention_says_need_not_be_typed(tmp_path):
    report = from_markup("x", "Khách sạn 1.250 khách quý I/2024.")
    (checked,) = corrected(
        tmp_path, "label-studio", report, lambda tasks: as_an_annotator_would(tasks[0]["annotations"][0]["result"])
    )
    assert not checked.problems
    (fact,) = checked.report.facts
    assert (fact.number, str(fact.period_start), str(fact.period_end)) == (1250.0, "2024-01-01", "2024-03-31")
    assert fact.metric[0].text == "Khách sạn"


def test_dates_go_with_the_period(maize, tmp_path):
    (checked,) = corrected(
        tmp_path, "label-studio", maize, lambda tasks: drop_relations(tasks[0]["annotations"][0], "During")
    )
    assert [problem.message for problem in checked.problems] == ["PERIOD 'trong tháng' belongs to no value"]
    assert not any(fact.period_start for fact in checked.report.facts)


def test_of_several_annotations_the_ground_truth_or_the_latest_counts(maize, tmp_path, caplog, monkeypatch):
    # whatever tools that ran before in this process have made of logging
    log = logging.getLogger("baocao_nlp.annotation.label_studio")
    monkeypatch.setattr(log, "disabled", False)
    caplog.set_level(logging.INFO, log.name)

    def again(tasks):
        (done,) = tasks[0]["annotations"]
        tasks[0]["annotations"] = [
            {"result": [], "updated_at": "2024-05-02", "was_cancelled": True},
            {"result": [], "updated_at": "2024-05-01"},
            done | {"updated_at": "2024-04-01", "ground_truth": True},
        ]
        tasks.append({"id": 7, "data": {"text": "Trồng 5 ha rừng."}, "annotations": []})

    (checked,) = corrected(tmp_path, "label-studio", maize, again)
    assert checked.report == maize
    assert "1 tasks that no one has annotated" in caplog.text


def change_start(spans):
    spans[0]["value"]["start"] += 1


def drop_relations(annotation, kind):
    annotation["result"] = [result for result in annotation["result"] if result.get("labels") != [kind]]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda tasks: change_start(tasks[0]["annotations"][0]["result"]), "the text at"),
        (lambda tasks: tasks[0]["annotations"][0]["result"].append({"type": "relation"}), "not as Label Studio writes"),
        (lambda tasks: drop_relations(tasks[0]["annotations"][0], "HasUnit"), "UNIT 'ha' belongs to no value"),
        (lambda tasks: tasks[0]["data"].update(name="../../x"), "cannot be named '../../x'"),
    ],
)
def test_faults_of_an_export_are_told(maize, tmp_path, change, message):
    (checked,) = corrected(tmp_path, "label-studio", maize, change)
    assert any(message in problem.message for problem in checked.problems)


@pytest.mark.parametrize("kind", ["doccano", "prodigy"])
def test_faults_of_a_line_are_told_with_its_number(maize, tmp_path, kind):
    path = tmp_path / OUTPUTS[kind]
    write_reports([maize], path, kind)
    line = path.read_text(encoding="utf-8")
    path.write_text(line + line.replace('"METRIC"', '"METRICS"').replace('"ngo"', '"lua"'), encoding="utf-8")
    with pytest.raises(AnnotationError, match=r"jsonl:2: unknown label METRICS"):
        load_reports(path)
    path.write_text(line + "{", encoding="utf-8")
    with pytest.raises(ValueError, match=r"jsonl:2: no JSON"):
        load_reports(path)


def test_a_value_that_doccano_gives_back_without_metadata_is_read_by_convention(maize, tmp_path):
    (checked,) = corrected(tmp_path, "doccano", maize, lambda record: record.pop("values"))
    assert (checked.report, checked.problems) == (maize, ())


@pytest.mark.parametrize("content", [b"", b"[1, 2]", b"[{}]", b"{", b"\xff\xfe", b"[" * 3000])
@pytest.mark.parametrize("name", ["x.json", "x.jsonl", "x.spacy"])
def test_what_is_no_annotation_is_refused(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ValueError, match=re.escape(str(path))):
        load_reports(path)


def test_names_that_would_overwrite_are_refused(maize, tmp_path):
    with pytest.raises(ValueError, match="two reports are named 'ngo'"):
        write_reports([maize, maize], tmp_path / "x", "brat")


def test_a_text_that_the_inline_notation_cannot_hold_is_refused(tmp_path):
    braces = baocao_nlp.annotation.AnnotatedReport("x", "Mã {m1} 5 ha", ())
    with pytest.raises(ValueError, match="without loss"):
        write_reports([braces], tmp_path / "x", "markup")


def test_the_command_converts_there_and_back(maize, tmp_path):
    run = CliRunner()
    save_report(maize, tmp_path / "in")
    tasks = tmp_path / "out" / "tasks.json"
    there = run.invoke(app, ["convert", str(tmp_path / "in"), "--to", "label-studio", "-o", str(tasks)])
    assert there.exit_code == 0, there.output
    assert (tasks.parent / "label-studio.xml").is_file()
    back = run.invoke(app, ["convert", str(tasks), "--to", "brat", "-o", str(tmp_path / "back")])
    assert back.exit_code == 0, back.output
    assert (tmp_path / "back" / "ngo.ann").read_bytes() == (tmp_path / "in" / "ngo.ann").read_bytes()
    nothing = run.invoke(app, ["convert", str(tmp_path / "none"), "--to", "brat", "-o", str(tmp_path / "x")])
    assert (nothing.exit_code, "no such file" in nothing.output) == (2, True)
