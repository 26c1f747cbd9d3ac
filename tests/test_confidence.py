"""How sure a fact is: the evidence, the trees that weigh it, and the line that makes them honest."""

from dataclasses import replace

import numpy as np
import pytest

from baocao_nlp.facts import Check, Fact, Span
from baocao_nlp.features.mentions import Mention
from baocao_nlp.linking.boosting import BoostedTrees, train_trees
from baocao_nlp.linking.confidence import Calibrated, Confidence, Observed
from baocao_nlp.linking.evidence import add_evidence
from baocao_nlp.linking.links import Links
from baocao_nlp.linking.trees import Trees


def mention(label, first, last=None, sentence=0, probability=1.0, offered=False):
    return Mention(label, first, first if last is None else last, sentence, probability, offered)


BARE = Links(mention("VALUE", 3))
NUMBER = Fact(Span(10, 13, "365"), 365.0)


def evidence_of(links, fact=NUMBER, beside=0):
    """The evidence of a value that stands beside so many others in its sentence."""
    links = replace(links, evidence={})
    others = [Links(mention("VALUE", 50 + i)) for i in range(beside)]
    add_evidence(None, [links, *others], [fact] + [NUMBER] * beside)
    return links.evidence


def test_the_evidence_of_a_bare_value():
    assert evidence_of(BARE) == {
        "ambiguous_number": 0, "no_number": 0, "no_unit": 1, "no_metric": 1, "metrics": 0, "contexts": 0,
        "metric_elsewhere": 0, "metric_offered": 0, "no_period": 1, "period_elsewhere": 0, "no_dates": 0, "is_level": 1,
        "no_cue": 0, "fits": 0, "misfits": 0, "crowded": 1, "unit_span": 1, "metric_span": 1, "cue_span": 1,
        "period_span": 1, "metric_length": 0,
    }  # fmt: skip


METRIC, FAR = mention("METRIC", 0, 2, probability=0.7), mention("METRIC", 30, 34, sentence=4, probability=0.6)


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        (replace(BARE, unit=mention("UNIT", 4, probability=0.8)), {"no_unit": 0, "unit_span": 0.8}),
        (
            replace(BARE, metric=[METRIC]),
            {"no_metric": 0, "metrics": 1, "metric_span": 0.7, "metric_length": 3, "metric_elsewhere": 0},
        ),
        (
            replace(BARE, metric=[FAR, METRIC]),
            {"metrics": 2, "metric_span": 0.6, "metric_length": 8, "metric_elsewhere": 1, "metric_offered": 0},
        ),
        (replace(BARE, metric=[METRIC, METRIC._replace(offered=True)]), {"metric_offered": 1}),
        (replace(BARE, metric=[METRIC] * 8, context=[FAR] * 5), {"metrics": 3, "contexts": 3, "metric_length": 20}),
        (replace(BARE, context=[FAR, FAR]), {"contexts": 2}),
        (
            replace(BARE, period=mention("PERIOD", 8, probability=0.5)),
            {"no_period": 0, "period_elsewhere": 0, "no_dates": 1, "period_span": 0.5},
        ),
        (replace(BARE, period=mention("PERIOD", 80, sentence=2)), {"period_elsewhere": 1}),
        (replace(BARE, comparison=("ratio", "plan")), {"is_level": 0, "no_cue": 1}),
        (
            replace(
                BARE,
                comparison=("ratio", "plan"),
                cues=[mention("COMPARISON", 7, probability=0.9), mention("COMPARISON", 9, probability=0.4)],
            ),
            {"is_level": 0, "no_cue": 0, "cue_span": 0.4},
        ),
    ],
)
def test_the_evidence_says_how_the_parts_stand(links, expected):
    found = evidence_of(links)
    assert {name: found[name] for name in expected} == pytest.approx(expected)


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (replace(NUMBER, number=None), {"no_number": 1}),
        (replace(NUMBER, value=Span(10, 15, "8,315")), {"ambiguous_number": 1}),
        (replace(NUMBER, checks=(Check("sum", True, ()),)), {"fits": 1, "misfits": 0}),
        (replace(NUMBER, checks=(Check("sum", False, ()),)), {"fits": 0, "misfits": 1}),
        (replace(NUMBER, checks=(Check("sum", True, ()), Check("change", False, ()))), {"fits": 1, "misfits": 1}),
    ],
)
def test_the_evidence_says_what_the_number_is_like(fact, expected):
    found = evidence_of(BARE, fact)
    assert {name: found[name] for name in expected} == expected


def test_a_sentence_is_crowded_up_to_twenty_values():
    assert [evidence_of(BARE, beside=others)["crowded"] for others in (0, 4, 30)] == [1, 5, 20]


def test_what_is_known_already_is_kept():
    links = replace(BARE, evidence={"value": -0.5})
    add_evidence(None, [links], [NUMBER])
    assert links.evidence["value"] == -0.5
    assert links.evidence["no_unit"] == 1


def test_trees_are_walked_from_their_roots_to_their_leaves():
    """Two trees: the first asks the second feature, then the first; the other is one leaf."""
    trees = Trees(
        feature=np.array([1, 0, 0, 0, 0, 0]),
        threshold=np.array([0.5, 2.0, 0.0, 0.0, 0.0, 0.0]),
        children=np.array([2, 1, 4, 3, 2, 2, 3, 3, 4, 4, 5, 5]),
        value=np.array([0.0, 0.0, 3.0, -1.0, 1.0, 0.25]),
        root=np.array([0, 5]),
        baseline=0.5,
        depth=2,
    )
    rows = np.array([[2.0, 0.5], [2.1, 0.5], [0.0, 0.6]])
    expected = [1 / (1 + np.exp(-(raw + 0.25 + 0.5))) for raw in (-1.0, 1.0, 3.0)]
    np.testing.assert_allclose(trees.predict(rows), expected)
    assert trees.predict(rows[:0]).shape == (0,)
    again = Trees.from_arrays("x", trees.to_arrays("x"), 2)
    np.testing.assert_array_equal(again.predict(rows), trees.predict(rows))


@pytest.mark.parametrize(("share", "chance"), [(1.0, 0.999), (0.0, 0.001)])
def test_where_all_are_alike_the_trees_say_so(share, chance):
    trees = train_trees(np.zeros((50, 2)), np.full(50, bool(share)))
    assert trees.predict(np.zeros((1, 2)))[0] == pytest.approx(chance, abs=1e-3)
    assert train_trees(np.zeros((0, 2)), np.zeros(0, bool)).predict(np.zeros((1, 2)))[0] < 0.01


def test_trees_learn_and_are_the_same_for_the_same_seed():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(600, 4))
    labels = rows[:, 0] > 0
    trees = train_trees(rows, labels, seed=3)
    assert ((trees.predict(rows) > 0.5) == labels).mean() > 0.97
    assert 7 < len(trees.root) <= 120
    assert trees.depth <= 6
    for name, array in trees.to_arrays("x").items():
        np.testing.assert_array_equal(array, train_trees(rows, labels, seed=3).to_arrays("x")[name])
    other = train_trees(rows, labels, seed=4)
    assert not np.array_equal(other.predict(rows), trees.predict(rows))
    assert len(BoostedTrees(iterations=7).fit(rows, labels).trees_.root) == 7


NO_TREES = train_trees(np.zeros((0, 1)), np.zeros(0, bool))


def constant(chance):
    return NO_TREES, (np.array([0.0, 1.0]), np.array([chance, chance]))


def test_each_field_has_its_own_chance_and_missing_evidence_counts_nothing():
    chances = dict(zip(Confidence.FIELDS, (0.9, 0.8, 0.7, 0.6, 0.5, 0.4)))
    classifiers = {name: Calibrated(*constant(chance)) for name, chance in chances.items()}
    confidence = Confidence(("metric",), NO_TREES, classifiers)
    assert confidence.of([{}, {"metric": 3.0, "unknown": 1.0}]) == [pytest.approx(chances)] * 2
    assert confidence.of([]) == []


def observed(count, chance, groups=10):
    rng = np.random.default_rng(1)
    right = rng.random(count) < chance
    evidence = [{"metric": float(rng.normal()), "unit": 1.0} for _ in range(count)]
    return Observed(evidence, dict.fromkeys(Confidence.FIELDS, right.tolist()), (np.arange(count) % groups).tolist())


def test_without_any_evidence_of_worth_the_chance_is_the_share_that_is_right():
    fitted = Confidence.fit(observed(1500, 0.7))
    chances = [chance["fact"] for chance in fitted.of([{"metric": value} for value in np.linspace(-2, 2, 9)])]
    assert np.mean(chances) == pytest.approx(0.7, abs=0.1)
    assert fitted.names == ("metric", "unit")


def test_nothing_is_certain_however_clear_the_evidence():
    sure = Observed(
        [{"metric": float(i % 2)} for i in range(400)],
        dict.fromkeys(Confidence.FIELDS, tuple(i % 2 == 1 for i in range(400))),
        [i // 40 for i in range(400)],
    )
    low, high = (chance["fact"] for chance in Confidence.fit(sure).of([{"metric": 0.0}, {"metric": 1.0}]))
    assert (low, high) == (pytest.approx(0.005), pytest.approx(0.995))


def test_confidence_fitted_on_others_alone_is_not_calibrated():
    """Where there is nothing of the network's own, the trees' word is taken."""
    nothing = Observed([], {name: [] for name in Confidence.FIELDS}, [])
    fitted = Confidence.fit(nothing, [observed(400, 0.5)])
    (row,) = fitted.of([{"metric": 0.3, "unit": 1.0}])
    guess = fitted.guess.predict(np.array([[0.3, 1.0]]))[0]
    trees, alone = fitted.classifiers["fact"].trees, [0.3, 1.0, np.log(guess / (1 - guess)), fitted.guess.baseline]
    assert row["fact"] == pytest.approx(float(trees.predict(np.array([alone]))[0]))


def test_doubt_about_the_facts_around_makes_a_fact_doubtful():
    """Of two kinds of reports one is half wrong, which no fact says by itself."""
    rng = np.random.default_rng(0)
    report = np.arange(3000) // 30
    is_strange = rng.random(3000) < np.where(report % 2, 0.6, 0.1)
    right = rng.random(3000) < np.where(report % 2, 0.5, 0.99)
    evidence = [{"strange": float(strange)} for strange in is_strange]
    fitted = Confidence.fit(Observed(evidence, dict.fromkeys(Confidence.FIELDS, right.tolist()), report.tolist()))
    among_ordinary, among_strange = (
        fitted.of([{"strange": kind}] * 7 + [{"strange": 0.0}] + [{"strange": kind}] * 7)[7]["fact"]
        for kind in (0.0, 1.0)
    )
    assert among_ordinary > 0.9
    assert among_strange < 0.7


def test_the_same_confidence_is_the_same_bytes(tmp_path):
    fitted = Confidence.fit(observed(200, 0.6))
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        fitted.save(tmp_path / name)
    one, other = ((tmp_path / name / Confidence.FILE).read_bytes() for name in ("one", "other"))
    assert one == other
    loaded = Confidence.load(tmp_path / "one")
    rows = [{"metric": 0.1, "unit": 1.0}, {"metric": -2.0}]
    assert loaded.of(rows) == fitted.of(rows)
    assert loaded.names == fitted.names


def test_a_missing_confidence_is_told(tmp_path):
    with pytest.raises(FileNotFoundError):
        Confidence.load(tmp_path)


def test_a_network_that_went_on_learning_keeps_its_trees_and_gets_other_lines():
    first = Confidence.fit(observed(1500, 0.7))
    again = first.refitted(observed(1500, 0.3))
    assert again.names == first.names
    rows = [{"metric": value, "unit": 1.0} for value in np.linspace(-2, 2, 9)]
    for name in Confidence.FIELDS:
        assert again.classifiers[name].trees is first.classifiers[name].trees
        assert np.mean([chance[name] for chance in again.of(rows)]) == pytest.approx(0.3, abs=0.1)


def test_an_estimator_names_its_classes_and_gives_each_its_chance():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(300, 3))
    words = np.where(rows[:, 0] > 0, "right", "wrong")
    trees = BoostedTrees(iterations=30, smallest_leaf=5).fit(rows, words)
    assert trees.classes_.tolist() == ["right", "wrong"]
    chances = trees.predict_proba(rows)
    assert chances.shape == (300, 2)
    np.testing.assert_allclose(chances.sum(axis=1), 1)
    assert (trees.predict(rows) == words).mean() > 0.97
    assert (trees.predict(rows) == trees.classes_[chances.argmax(axis=1)]).all()
    alone = BoostedTrees().fit(rows, np.full(300, "right"))
    assert alone.predict_proba(rows[:2]).shape == (2, 1)
    assert alone.predict(rows[:2]).tolist() == ["right", "right"]
    with pytest.raises(ValueError, match="class"):
        BoostedTrees().fit(rows, np.arange(300) % 3)
