"""Training: deterministic, data-driven, and free of code in its models."""

import pickle
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from baocao_nlp.annotation import from_markup
from baocao_nlp.evaluation import (
    Evaluation,
    Judged,
    calibration,
    evaluate,
    model_extractor,
    plain_extractor,
    reliability,
    thresholds,
)
from baocao_nlp.facts import Fact, Span
from baocao_nlp.features.layout import Layout, describe
from baocao_nlp.linking import boosting
from baocao_nlp.linking.confidence import Confidence, Observed
from baocao_nlp.network.model import Network, Size, build_vocabulary
from baocao_nlp.network.storage import load_network
from baocao_nlp.pipeline.extractor import Extractor
from baocao_nlp.pipeline.load import load
from baocao_nlp.plots import plot_confidence, plot_curve
from baocao_nlp.significance import by_group, compare, whole_fact_interval
from baocao_nlp.text.document import Document
from baocao_nlp.training import ADAPTING, Settings, train
from baocao_nlp.training.augmentation import AUGMENTATIONS, augmented, excerpts, page_breaks
from baocao_nlp.training.calibration import cross_fit
from baocao_nlp.training.card import Card, Data
from baocao_nlp.training.curve import learning_curve
from baocao_nlp.training.examples import Example
from baocao_nlp.training.narrowing import narrowed
from baocao_nlp.training.noise import noisy_mentions
from baocao_nlp.training.pretraining import pretrain
from baocao_nlp.training.teachers import train_from_nothing, train_teachers
from baocao_nlp.training.trainer import train_network
from baocao_nlp.training.unseen import alike_words, reworded, spliced

SMALL = Settings(
    pretraining=2, epochs=40, learning_rate=5e-3, width=16, link_width=16, dropout=0.1, min_frequency=1, cross_fit=0
)


@pytest.fixture(scope="module")
def small_model(few_reports, tmp_path_factory):
    folder = tmp_path_factory.mktemp("model")
    train(few_reports, folder, calibration=few_reports[:2], settings=SMALL)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_same_reports_give_the_same_model(few_reports, small_model, tmp_path):
    again = tmp_path / small_model.name
    train(list(reversed(few_reports)), again, calibration=few_reports[:2], settings=SMALL)
    assert contents(again) == contents(small_model)


def test_another_seed_gives_another_model(few_reports, small_model, tmp_path):
    train(few_reports, tmp_path, calibration=few_reports[:2], settings=replace(SMALL, seed=1))
    assert contents(tmp_path) != contents(small_model)


def test_a_trained_model_finds_what_it_was_taught(few_reports, small_model):
    result = evaluate(few_reports, model_extractor(load(small_model)))
    assert result.value.f1 > 0.95
    assert result.fact.f1 > 0.9
    assert result.spans["UNIT"]["strict"].f1 > 0.9


def test_other_annotations_teach_another_behaviour(few_reports, small_model, tmp_path):
    silent = [replace(report, facts=report.facts[:2], optional=frozenset()) for report in few_reports]
    train(silent, tmp_path, calibration=silent[:2], settings=SMALL)
    text = few_reports[0].text
    assert len(load(small_model)(text)._.facts) > len(load(tmp_path)(text)._.facts)


PORT = (
    "BÁO CÁO\n\nTình hình hoạt động quý I năm 2024\n\n"
    "- {{m1:Phương tiện thủy cập bến}} {{v:{0}|m1}} {{u:lượt tàu}}, {{m2:hàng bốc xếp}} {{v:{1}|m2}} {{u:TEU}}, "
    "{{c1:vượt}} {{v:7|= inc:plan c1 c2}}{{u:%}} {{c2:kịch bản}}.\n"
)


@pytest.fixture(scope="module")
def port_reports():
    return [from_markup(f"cảng {i}", PORT.format(20 + i, 300 + i)) for i in range(6)]


@pytest.fixture(scope="module")
def adapted(port_reports, small_model, tmp_path_factory):
    """A model that went on from the small one with reports of another sector, and what came of it."""
    folder = tmp_path_factory.mktemp("adapted")
    settings = replace(ADAPTING, epochs=20, learning_rate=5e-3)
    return folder, train(port_reports[:4], folder, base=small_model, held_out=port_reports[4:], settings=settings)


def test_a_network_that_knows_more_words_reads_as_before(few_reports, small_model):
    network = load_network(small_model / "baocao_tagger")
    grown = network.grown(["tàu", "bến", *network.vocabulary])
    layout = Layout.of(Document(few_reports[0].text))
    assert len(grown.vocabulary) == len(network.vocabulary) + len({"tàu", "bến"} - set(network.vocabulary))
    one, other = (model.tag(model.vectors(layout), layout.lengths) for model in (network, grown))
    np.testing.assert_array_equal(one, other)


def test_a_model_goes_on_learning_from_new_reports(few_reports, port_reports, small_model, adapted):
    folder, trained = adapted
    assert trained.after.fact.f1 > trained.before.fact.f1 + 0.2
    assert evaluate(few_reports, model_extractor(load(folder))).fact.f1 > 0.8
    assert "teu" in load_network(folder / "baocao_tagger").vocabulary
    # without others to fit it on, the confidence is the old one
    old, new = (Confidence.load(model / "baocao_linker") for model in (small_model, folder))
    assert new.of([{"metric": -1.0}]) == old.of([{"metric": -1.0}])


def test_going_on_is_deterministic_too(port_reports, small_model, adapted, tmp_path):
    settings = replace(ADAPTING, epochs=20, learning_rate=5e-3)
    again = tmp_path / adapted[0].name
    train(port_reports[3::-1], again, base=small_model, held_out=port_reports[4:], settings=settings)
    assert contents(again) == contents(adapted[0])


def test_reports_of_before_are_rehearsed_and_confidence_is_fitted_anew(
    few_reports, port_reports, small_model, tmp_path
):
    settings = replace(ADAPTING, epochs=2, rehearsed=1)
    train(
        port_reports[:3],
        tmp_path,
        base=small_model,
        rehearsal=few_reports,
        calibration=port_reports[3:],
        settings=settings,
    )
    card = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "| ôn lại | 6 |" in card
    assert "| confidence fitted on | 3 |" in card
    assert "not fitted anew" not in card


def test_the_card_says_what_the_model_is_made_of(port_reports, adapted, monkeypatch, tmp_path):
    card = (adapted[0] / "README.md").read_text(encoding="utf-8")
    assert "| learnt from | 4 | 12 | `" in card
    assert "Whole-fact F1 with its 95% interval" in card
    assert "The confidence is that of the model it went on from" in card
    assert Data.of(port_reports) == Data.of(port_reports[::-1]) != Data.of(port_reports[1:])
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    Card("mine", SMALL, {}).write(tmp_path)
    bare = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "2023-11-14" in bare
    assert "Not measured" in bare


def test_reports_held_out_must_not_be_trained_on(few_reports, tmp_path):
    with pytest.raises(ValueError, match="0 is held out, but has the text of 0"):
        train(few_reports, tmp_path, calibration=few_reports[:2], held_out=few_reports[:1], settings=SMALL)


def test_progress_is_told_epoch_by_epoch(few_reports, tmp_path):
    told = []
    settings = replace(SMALL, pretraining=6, epochs=4, augmentations=())
    train(
        few_reports,
        tmp_path,
        settings=settings,
        calibration=few_reports[:1],
        progress=lambda epoch, loss: told.append((epoch, loss)),
    )
    assert [epoch for epoch, _ in told] == list(range(1, 11))
    pretraining, training = told[: settings.pretraining], told[settings.pretraining :]
    assert pretraining[-1][1] < pretraining[0][1]
    assert training[-1][1] < training[0][1]


def test_a_learning_curve_rises_and_is_drawn(few_reports, tmp_path):
    points = list(learning_curve(few_reports, {"same": few_reports}, [1.0, 0.2], SMALL))
    assert [point.reports for point in points] == [1, 6]
    assert points[0].f1["same"] < points[1].f1["same"]
    plot_curve(points, tmp_path / "curve.svg")
    assert b"<svg" in (tmp_path / "curve.svg").read_bytes()


def test_hidden_words_are_learnt_from_their_surroundings(few_reports):
    layouts = [Layout.of(Document(report.text), everything=True) for report in few_reports]
    vocabulary = build_vocabulary(layouts, 1)
    np.random.seed(0)
    network = Network(Size(len(vocabulary) + 1, width=16, dropout=0.0), vocabulary)
    network.initialize()
    losses = pretrain(network, layouts, epochs=20, learning_rate=5e-3, rng=np.random.default_rng(0))
    assert losses[-1] < losses[0] / 2


def test_a_model_holds_no_pickles(small_model):
    assert {Path(name).suffix for name in contents(small_model)} <= {".cfg", ".json", ".npz", ".md"}
    with np.load(small_model / "baocao_tagger" / "network.npz", allow_pickle=False) as arrays:
        assert all(arrays[name].dtype == np.float16 for name in arrays)


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("network.json", b"{}", "version"),
        ("network.json", b'{"version": 0, "size": {}, "forms": []}', "version 0"),
        ("network.npz", b"PK\x03\x04 cut off", "cannot be used"),
    ],
)
def test_a_damaged_network_is_told(small_model, tmp_path, file, content, message):
    for path in (small_model / "baocao_tagger").iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / file).write_bytes(content)
    with pytest.raises(ValueError, match=message):
        load_network(tmp_path)


def test_too_few_reports_are_told(few_reports, tmp_path):
    with pytest.raises(ValueError, match="to learn from"):
        train(few_reports[:1], tmp_path)


@pytest.mark.parametrize("kind", ["number_style", "page_breaks"])
def test_augmentations_change_what_is_read_and_keep_the_annotations(few_reports, kind):
    report = replace(
        few_reports[0], text="## II. Nông nghiệp\n\n" + " ".join(["Thành Lân Trí Dũng 1.250 ha, 05 công trình."] * 200)
    )
    example = Example.of(replace(report, facts=()))
    read = [augmented(example, [kind], np.random.default_rng(seed)) for seed in range(8)]
    again, layout = augmented(example, [kind], np.random.default_rng(7))
    assert (again.report, layout.texts) == (read[7][0].report, read[7][1].texts)
    assert all(len(changed.report.text) == len(report.text) for changed, _ in read)
    before = example.layout
    assert any((after.lengths.tolist(), after.texts) != (before.lengths.tolist(), before.texts) for _, after in read)


def test_lines_are_not_broken_within_spans(few_reports):
    rng = np.random.default_rng(0)
    for report in few_reports:
        text = page_breaks(report, rng).text
        assert all(text[item.span.start : item.span.end] == item.span.text for item in report.spans)


def test_an_excerpt_is_lines_of_the_report_whose_facts_need_nothing_else(few_reports):
    rng = np.random.default_rng(0)
    for report in few_reports:
        excerpt = excerpts(report, rng)
        start = report.text.index(excerpt.text)
        assert len(excerpt.text) < len(report.text)
        assert excerpt.facts == tuple(
            fact.moved((-start).__add__)
            for fact in report.facts
            if start <= fact.value.start < start + len(excerpt.text)
        )


def test_an_augmentation_is_left_out_by_name():
    assert Settings().without("page_breaks").augmentations == tuple(
        kind for kind in AUGMENTATIONS if kind != "page_breaks"
    )
    with pytest.raises(ValueError, match="no augmentation 'breaks'; there are number_style"):
        Settings().without("breaks")


def test_noise_leaves_values_alone_and_is_reproducible(few_reports):
    example = Example.of(few_reports[0])
    first, second = (noisy_mentions(example, np.random.default_rng(3)) for _ in range(2))
    assert first == second
    values = [mention for mention in example.mentions if mention.label == "VALUE"]
    many = [noisy_mentions(example, np.random.default_rng(seed)) for seed in range(30)]
    assert all([m for m in found if m.label == "VALUE"] == values for found in many)
    assert any(set(found) != set(first) for found in many)


def test_confidence_rises_with_the_evidence_and_is_honest(tmp_path):
    rng = np.random.default_rng(0)
    chance = rng.random(2000)
    right = rng.random(2000) < chance
    evidence = [{"metric": float(np.log(c)), "crowded": float(rng.integers(9))} for c in chance]
    fields = dict.fromkeys(Confidence.FIELDS, right) | {"number": np.ones(2000, bool)}
    observed = Observed(evidence, fields, np.arange(2000) // 100)
    fitted = Confidence.fit(observed)
    sure, doubtful = fitted.of([{"metric": np.log(0.9)}, {"metric": np.log(0.2)}])
    assert sure["fact"] == pytest.approx(0.9, abs=0.1)
    assert doubtful["fact"] == pytest.approx(0.2, abs=0.1)
    assert sure["number"] > 0.99
    fitted.save(tmp_path)
    assert Confidence.load(tmp_path).of(evidence) == fitted.of(evidence)
    few = Observed(evidence[:100], {name: values[:100] for name, values in fields.items()}, np.arange(100) // 10)
    helped = Confidence.fit(few, [observed])
    assert evaluation_auroc(helped, evidence, right) > evaluation_auroc(Confidence.fit(few), evidence, right)


def evaluation_auroc(fitted, evidence, right):
    return calibration([chance["fact"] for chance in fitted.of(evidence)], list(right))["auroc"]


def test_confidence_is_also_fitted_on_what_networks_find_in_parts_they_have_not_seen(few_reports, tmp_path):
    parts = list(cross_fit(few_reports, replace(SMALL, epochs=2, cross_fit=2)))
    assert sum(max(part.groups) + 1 for part in parts) == len(few_reports)
    assert all(len(part.evidence) == len(part.right["fact"]) > 0 for part in parts)
    assert cross_fit(few_reports, SMALL) == ()
    assert cross_fit(few_reports[:3], replace(SMALL, cross_fit=2)) == ()


def test_a_spliced_report_is_lines_of_several_with_their_facts(few_reports):
    rng = np.random.default_rng(0)
    for _ in range(20):
        report = spliced(few_reports, rng)
        assert set(report.text.splitlines()) <= {line for one in few_reports for line in one.text.splitlines()}
        known = {(fact.label, fact.value.text) for one in few_reports for fact in one.facts}
        for fact in report.facts:
            assert report.text[fact.value.start : fact.value.end] == fact.value.text
            assert (fact.label, fact.value.text) in known


def test_what_is_learnt_is_what_the_teachers_think(few_reports):
    examples = [Example.of(report) for report in few_reports]
    silent = [Example.of(replace(report, facts=report.facts[:2], optional=frozenset())) for report in few_reports]
    teacher = train_network(silent, SMALL)
    taught, alone = train_network(examples, SMALL, teachers=[teacher]), train_network(examples, SMALL)
    found = {
        network: sum(len(Extractor(network)(report.text)) for report in few_reports) for network in (taught, alone)
    }
    asked = sum(len(report.facts) for report in few_reports)
    assert found[taught] < 0.5 * asked < 0.9 * asked < found[alone]


def test_words_give_way_to_others_that_are_used_alike(few_reports, small_model):
    network = load_network(small_model / "baocao_tagger")
    alike = alike_words(network)
    assert all(form not in others and set(others) <= set(network.vocabulary) for form, others in alike.items())
    layout = Example.of(few_reports[0]).layout
    rng = np.random.default_rng(0)
    others = [reworded(layout, alike, rng) for _ in range(20)]
    assert all(len(other.texts) == len(layout.texts) for other in others)
    changed = [(a, b) for other in others for a, b in zip(layout.texts, other.texts) if a != b]
    assert len(changed) > 20
    for a, b in changed:
        assert b.lower() in alike[describe([a])[0].form]
        assert a[0].isupper() == b[0].isupper()
    assert all((other.columns == layout.columns_with(other.words)).all() for other in others)


def test_a_model_is_taught_by_networks_of_other_seeds(few_reports):
    settings = replace(SMALL, teachers=2, teacher_width=16, epochs=2)
    one, other = train_teachers(few_reports, settings)
    again = train_network([Example.of(report) for report in few_reports], replace(settings, seed=2))
    assert (other.transitions == again.transitions).all()
    assert (one.transitions != other.transitions).any()


def test_a_network_begins_as_its_first_teacher_narrowed(few_reports):
    settings = replace(SMALL, teachers=1, teacher_width=24, epochs=20)
    teacher, *_ = train_teachers(few_reports, settings)
    layouts = [Example.of(report).layout for report in few_reports]
    assert (narrowed(teacher, layouts, 24).vectors(layouts[0]) == teacher.vectors(layouts[0])).all()
    assert narrowed(teacher, layouts, 16).vectors(layouts[0]).shape == (len(layouts[0].texts), 32)

    def found(network):
        return evaluate(few_reports, plain_extractor(Extractor(network))).value.f1

    untrained = replace(settings, teachers=0, epochs=0, pretraining=0)
    assert found(narrowed(teacher, layouts, 16)) > found(train_from_nothing(few_reports, untrained)) + 0.3
    told = []
    assert found(train_from_nothing(few_reports, settings, lambda epoch, _: told.append(epoch))) > 0.9
    assert told == list(range(settings.pretraining + 1, settings.pretraining + settings.epochs + 1))
    with pytest.raises(ValueError, match="cannot be narrowed to 32"):
        narrowed(teacher, layouts, 32)


def test_a_network_survives_the_way_to_another_process(small_model):
    network = load_network(small_model / "baocao_tagger")
    again = pickle.loads(pickle.dumps(network))
    assert again.vocabulary == network.vocabulary
    assert all((again.arrays()[name] == array).all() for name, array in network.arrays().items())


def test_trees_give_the_probabilities_of_scikit_learn():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(400, 6))
    labels = rows[:, 0] + rows[:, 1] * rows[:, 2] > 0.2
    with patch.object(boosting, "HistGradientBoostingClassifier", side_effect=HistGradientBoostingClassifier) as made:
        ours = boosting.BoostedTrees(iterations=30).fit(rows, labels)
    theirs = HistGradientBoostingClassifier(**made.call_args.kwargs).fit(rows, labels)
    np.testing.assert_allclose(ours.predict_proba(rows), theirs.predict_proba(rows), atol=1e-9)
    assert (ours.predict(rows) == labels).mean() > 0.8


def test_reliability_and_thresholds():
    confidence, right = [0.95] * 4 + [0.55] * 4, [True] * 4 + [True, True, False, False]
    low, high = reliability(confidence, right)
    assert (low.count, low.right, high.right) == (4, 0.5, 1.0)
    everything, sure = thresholds(confidence, right, at=(0.0, 0.9))
    assert (everything.kept, everything.precision) == (1.0, 0.75)
    assert (sure.kept, sure.precision) == (0.5, 1.0)


def test_confidence_is_drawn(few_reports, small_model, tmp_path):
    plot_confidence(evaluate(few_reports, model_extractor(load(small_model))), tmp_path / "confidence.svg")
    assert b"<svg" in (tmp_path / "confidence.svg").read_bytes()


def test_calibration_of_honest_and_dishonest_confidence():
    honest = calibration([0.95] * 20 + [0.05] * 20, [True] * 19 + [False] + [False] * 19 + [True])
    assert honest["ece"] == pytest.approx(0, abs=1e-9)
    assert honest["kept_at_95"] == 0.5
    assert calibration([0.9] * 10, [False] * 10) == {"auroc": None, "ece": pytest.approx(0.9), "kept_at_95": 0.0}
    assert calibration([], [])["ece"] is None


def judged(report, right, wrong, missed=0):
    """An evaluation's view of a report with so many facts of each kind."""
    gold = [Fact(Span(i, i + 1, "1"), 1.0) for i in range(right + wrong + missed)]
    found = [fact if i < right else replace(fact, number=2.0) for i, fact in enumerate(gold[: right + wrong])]
    return [
        *(Judged(report, mine, theirs, () if mine == theirs else ("number",)) for mine, theirs in zip(found, gold)),
        *(Judged(report, None, fact) for fact in gold[right + wrong :]),
    ]


def evaluation_of(*reports):
    return Evaluation(judged=[item for report in reports for item in report])


def test_an_interval_is_wider_where_reports_differ():
    alike = whole_fact_interval(evaluation_of(*(judged(str(i), 8, 2) for i in range(20))))
    differing = whole_fact_interval(
        evaluation_of(*(judged(str(i), 10 if i % 5 else 0, 0 if i % 5 else 10) for i in range(20)))
    )
    assert alike.figure == differing.figure == pytest.approx(0.8)
    assert alike.low == alike.high == pytest.approx(0.8)
    assert differing.low < 0.7 < 0.9 < differing.high


def test_two_models_are_compared_fact_by_fact():
    better = evaluation_of(*(judged(str(i), 9, 1) for i in range(30)))
    worse = evaluation_of(*(judged(str(i), 8, 2) for i in range(30)))
    difference = compare(better, worse)
    assert (difference.f1.figure, difference.gained, difference.lost) == (pytest.approx(0.1), 30, 0)
    assert not difference.is_chance
    assert compare(better, better).is_chance
    with pytest.raises(ValueError, match="same reports"):
        compare(better, evaluation_of(judged("0", 9, 1)))


def test_scores_by_group():
    result = evaluation_of(judged("a", 3, 1), judged("b", 1, 0, missed=1))
    scores = by_group(result, {"a": ["town"], "b": ["town", "short"]})
    assert {name: (score.right, score.found, score.gold) for name, score in scores.items()} == {
        "town": (4, 5, 6),
        "short": (1, 1, 2),
    }
