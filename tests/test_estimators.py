"""scikit-learn's manners: estimators that clone, take parameters and can be cross-validated."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.utils.estimator_checks import check_estimator

from baocao_nlp.linking.boosting import BoostedTrees
from baocao_nlp.pipeline.load import default_model_path
from baocao_nlp.training.estimator import FactExtractor

SMALL = {
    "pretraining": 2, "epochs": 25, "learning_rate": 5e-3, "width": 16, "link_width": 16, "dropout": 0.1,
    "min_frequency": 1,
}  # fmt: skip


def test_the_trees_of_the_confidence_are_an_estimator_in_every_detail():
    check_estimator(BoostedTrees(iterations=20, smallest_leaf=5))


def test_an_extractor_is_cross_validated(few_reports):
    scores = cross_val_score(FactExtractor(**SMALL), few_reports, cv=2)
    assert scores.shape == (2,)
    assert scores.min() > 0.5


def test_texts_and_facts_are_as_good_as_reports(few_reports):
    texts, facts = [report.text for report in few_reports], [report.facts for report in few_reports]
    one = FactExtractor(**SMALL).fit(texts, facts)
    other = FactExtractor(**SMALL).fit(few_reports)
    assert one.predict(texts[:2]) == other.predict(few_reports[:2])
    assert one.score(texts, facts) == other.score(few_reports) > 0.8


def test_parameters_are_told_set_and_cloned():
    estimator = FactExtractor(**SMALL, random_state=3)
    assert estimator.get_params()["epochs"] == 25
    copy = clone(estimator.set_params(epochs=7))
    assert copy.get_params() == estimator.get_params()
    assert not hasattr(copy, "extractor_")


def test_a_grid_is_searched(few_reports):
    search = GridSearchCV(FactExtractor(**SMALL), {"epochs": [1, 25]}, cv=2).fit(few_reports)
    assert search.best_params_ == {"epochs": 25}


def test_chance_is_in_the_hands_of_random_state(few_reports):
    settings = SMALL | {"epochs": 2}
    weights = [
        FactExtractor(**settings, random_state=state).fit(few_reports).extractor_.network.arrays()["tags.0.W"]
        for state in (0, 0, np.random.RandomState(5))
    ]
    np.testing.assert_array_equal(weights[0], weights[1])
    assert not np.array_equal(weights[0], weights[2])


def test_an_extractor_goes_on_from_a_model(few_reports):
    estimator = FactExtractor(base=default_model_path(), epochs=1, calibrate=True).fit(few_reports)
    (facts, *_) = estimator.predict(few_reports)
    assert all(0 < fact.confidence < 1 for fact in facts)


def test_what_cannot_be_learnt_from_is_told(few_reports):
    with pytest.raises(ValueError, match="texts need a list of facts"):
        FactExtractor().fit(["Trồng 5 ha rừng."])
    with pytest.raises(ValueError, match="1 texts with 2 lists"):
        FactExtractor().fit(["Trồng 5 ha rừng."], [[], []])
    with pytest.raises(ValueError, match="no facts to learn from"):
        FactExtractor().fit(["Trồng 5 ha rừng."], [[]])
