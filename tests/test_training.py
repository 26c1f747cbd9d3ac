"""Training: deterministic, data-driven, and free of code in its models."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from baocao_nlp.evaluation import calibration, evaluate, model_extractor
from baocao_nlp.linking.confidence import PARTS, Confidence
from baocao_nlp.linking.trees import Trees, _exported, train_trees
from baocao_nlp.pipeline.load import load
from baocao_nlp.training import train


@pytest.fixture(scope="module")
def small_model(few_reports, tmp_path_factory):
    folder = tmp_path_factory.mktemp("model")
    train(few_reports, folder, folds=2, n_jobs=1)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_same_reports_give_the_same_model(few_reports, small_model, tmp_path):
    train(list(reversed(few_reports)), tmp_path, folds=2, n_jobs=2)
    assert contents(tmp_path) == contents(small_model)


def test_a_trained_model_finds_what_it_was_taught(few_reports, small_model):
    result = evaluate(few_reports, model_extractor(load(small_model)))
    assert result.value.f1 > 0.95
    assert result.fact.f1 > 0.9
    assert result.spans["UNIT"]["strict"].f1 > 0.9


def test_other_annotations_teach_another_behaviour(few_reports, small_model, tmp_path):
    from dataclasses import replace

    silent = [replace(report, facts=report.facts[:2], optional=frozenset()) for report in few_reports]
    train(silent, tmp_path, folds=2, n_jobs=1)
    text = few_reports[0].text
    assert len(load(small_model)(text)._.facts) > len(load(tmp_path)(text)._.facts)


def test_a_model_holds_no_pickles(small_model):
    assert {Path(name).suffix for name in contents(small_model)} <= {".cfg", ".crfsuite", ".json", ".npz"}
    with np.load(small_model / "baocao_linker" / "linker.npz", allow_pickle=False) as arrays:
        assert all(arrays[name].dtype != object for name in arrays)


def test_too_few_reports_are_told(few_reports, tmp_path):
    with pytest.raises(ValueError, match="at least 5 reports"):
        train(few_reports[:2], tmp_path)


def test_trees_give_the_probabilities_of_scikit_learn():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(400, 6))
    labels = rows[:, 0] + rows[:, 1] * rows[:, 2] > 0.2
    model = HistGradientBoostingClassifier(max_iter=30, random_state=0).fit(rows, labels)
    trees = _exported(model)
    np.testing.assert_allclose(trees.predict(rows), model.predict_proba(rows)[:, 1], atol=1e-9)
    back = Trees.from_arrays("x", trees.to_arrays("x"))
    np.testing.assert_array_equal(back.predict(rows), trees.predict(rows))


def test_trees_of_one_class_are_constant():
    trees = train_trees(np.zeros((3, 2)), np.zeros(3, bool))
    assert (trees.predict(np.ones((2, 2))) < 0.01).all()


def test_confidence_rises_with_each_part():
    low, high = dict.fromkeys(PARTS, 0.5), dict.fromkeys(PARTS, 0.99)
    fitted = Confidence.fit([low, high] * 20, [False, True] * 20)
    assert fitted.of(low) < 0.5 < fitted.of(high)
    assert Confidence.fit([low], [True]) == Confidence()


def test_calibration_of_honest_and_dishonest_confidence():
    honest = calibration([0.95] * 20 + [0.05] * 20, [True] * 19 + [False] + [False] * 19 + [True])
    assert honest["ece"] == pytest.approx(0, abs=1e-9)
    assert honest["kept_at_95"] == 0.5
    assert calibration([0.9] * 10, [False] * 10) == {"auroc": None, "ece": pytest.approx(0.9), "kept_at_95": 0.0}
    assert calibration([], [])["ece"] is None
