"""The network's own layers: against brute force, and gradients against differences."""

from itertools import pairwise, product

import numpy as np
import pytest

from baocao_nlp.annotation import from_markup
from baocao_nlp.features.layout import Layout
from baocao_nlp.features.mentions import TAGS, align
from baocao_nlp.features.pairs import Pairs
from baocao_nlp.network import crf, encoder, scratch
from baocao_nlp.network.encoder import Reading
from baocao_nlp.network.losses import COMPARISONS, Gold, choose, gold_chances, link_chances, link_loss
from baocao_nlp.network.model import Network, Size, build_vocabulary
from baocao_nlp.network.recurrence import gated_recurrence
from baocao_nlp.network.sequences import Sequences
from baocao_nlp.text.document import Document

from .conftest import MAIZE

LENGTHS = np.array([3, 6, 1, 6, 4])


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_sequences_run_step_by_step():
    sequences = Sequences.of(np.array([2, 3, 1]))
    assert sequences.order.tolist() == [2, 0, 5, 3, 1, 4]
    assert [(step.start, step.stop) for step in sequences.steps] == [(0, 3), (3, 5), (5, 6)]
    assert [(a.start, a.stop, b.start, b.stop) for a, b in sequences.links] == [(0, 2, 3, 5), (3, 4, 5, 6)]
    assert sequences.mirrored.tolist() == [5, 4, 2, 3, 1, 0]


@pytest.fixture
def chain(rng):
    """Scores and transitions of three tags over sequences, with all paths of each sequence and their weights."""
    scores, transitions = rng.normal(size=(LENGTHS.sum(), 3)), rng.normal(size=(3, 3))
    paths = []
    for start, length in zip(np.cumsum(LENGTHS) - LENGTHS, LENGTHS):
        rows = np.arange(start, start + length)
        weights = {
            path: scores[rows, path].sum() + sum(transitions[a, b] for a, b in pairwise(path))
            for path in product(range(3), repeat=length)
        }
        paths.append(weights)
    return scores, transitions, paths


def test_expected_counts_are_those_of_all_paths(chain):
    scores, transitions, paths = chain
    sequences = Sequences.of(LENGTHS)
    found, total_weight = crf.expected(scores[sequences.order], transitions, sequences)
    expected, moves, log_total = np.zeros_like(scores), np.zeros((3, 3)), 0.0
    start = 0
    for length, weights in zip(LENGTHS, paths):
        total = np.exp(list(weights.values())).sum()
        log_total += np.log(total)
        for path, weight in weights.items():
            expected[start + np.arange(length), path] += np.exp(weight) / total
            np.add.at(moves, tuple(np.array([path[:-1], path[1:]], int)), np.exp(weight) / total)
        start += length
    assert crf.marginals(scores[sequences.order], transitions, sequences) == pytest.approx(found.tags)
    assert found.tags == pytest.approx(expected[sequences.order], rel=1e-4)
    assert found.moves == pytest.approx(moves, rel=1e-4)
    assert total_weight == pytest.approx(log_total, rel=1e-6)


def test_the_loss_of_tags_has_the_right_gradient(chain, rng):
    scores, transitions, _ = chain
    sequences = Sequences.of(LENGTHS)
    wanted = crf.counted(rng.integers(0, 3, len(scores)), 3, sequences)
    _, d_scores, d_transitions = crf.loss(scores, transitions, wanted, sequences)
    for array, gradient in ((scores, d_scores), (transitions, d_transitions)):
        at = np.unravel_index(np.abs(gradient).argmax(), gradient.shape)
        assert gradient[at] == pytest.approx(
            difference(array, at, lambda: crf.loss(scores, transitions, wanted, sequences)[0]), rel=1e-2
        )


def difference(array, at, function, step=1e-3):
    """How fast a function changes with one number of an array."""
    kept = array[at]
    array[at] = kept + step
    above = function()
    array[at] = kept - step
    below = function()
    array[at] = kept
    return (above - below) / (2 * step)


def test_choices_of_an_owner_and_none_add_up_to_one(rng):
    owner = np.array([0, 0, 2, 2, 2])
    chosen, none = choose(rng.normal(size=5), rng.normal(size=3), owner)
    assert np.bincount(owner, chosen, 3) + none == pytest.approx(np.ones(3))


def test_every_parameter_has_the_right_gradient(rng, monkeypatch):
    monkeypatch.setattr(encoder, "_HIDDEN", 0)
    report = from_markup("x", MAIZE)
    document = Document(report.text)
    layout = Layout.of(document)
    pairs = Pairs.of(layout, align(document, report.spans).values())
    vocabulary = build_vocabulary([layout], 1)
    np.random.seed(0)
    network = Network(Size(len(vocabulary) + 1, width=8, depth=2, link_width=8, dropout=0.0), vocabulary)
    network.initialize()
    for array in network.arrays().values():
        array[...] = rng.normal(size=array.shape) * 0.3
    reading, tags = network.read(layout), rng.integers(0, len(TAGS), len(layout.texts))
    counts = crf.counted(tags, len(TAGS), reading.sequences)
    gold = Gold(
        rng.integers(0, 4, len(pairs.value)),
        rng.integers(0, len(COMPARISONS), len(pairs.values)),
        rng.random(len(pairs.values)) < 0.8,
    )

    wanted = gold_chances(gold, pairs, link_chances(network.link(network.vectors(layout), pairs)[0], pairs))

    def loss(learn=False):
        vectors, backprop = network.encode(reading)
        total, gradient = network.learn_tags(vectors, reading.sequences, counts, 2.0)
        scores, backprop_links = network.link(vectors, pairs, True)
        more, d_scores = link_loss(link_chances(scores, pairs), wanted)
        if learn:
            backprop(gradient + backprop_links(d_scores))
        return total + more

    loss(learn=True)
    nodes = [(node, name) for node in network.model.walk() for name in node.param_names]
    gradients = [(node.get_param(name), node.get_grad(name).copy()) for node, name in nodes]
    assert len(gradients) > 24
    for parameter, gradient in gradients:
        at = np.unravel_index(np.abs(gradient).argmax(), gradient.shape)
        assert gradient[at] == pytest.approx(difference(parameter, at, loss, 2e-3), rel=0.05, abs=2e-3)


def test_a_recurrence_predicts_what_it_learns_with():
    layer = gated_recurrence(8, 16)
    layer.initialize()
    rng = np.random.default_rng(0)
    for name in ("G", "b"):
        layer.layers[1].set_param(name, rng.standard_normal(16).astype("f"))
    values, sequences = rng.standard_normal((10, 16)).astype("f"), Sequences.of(np.array([3, 5, 2]))
    learning, _ = layer((values, sequences), True)
    predicted, backprop = layer((values, sequences), False)
    np.testing.assert_allclose(predicted, learning, atol=1e-5)
    with pytest.raises(RuntimeError, match="teaches nothing"):
        backprop(predicted)


def test_an_encoder_predicts_what_it_learns_with(monkeypatch):
    """Also where memory has served longer and shorter texts before."""
    monkeypatch.setattr(encoder, "_HIDDEN", 0)
    monkeypatch.setattr(scratch, "_BLOCK", 4)
    layout = Layout.of(Document("Thu ngân sách 12 tỷ đồng.\n\nTrồng 35 ha rừng; chăm sóc 210 ha."))
    readings = [Reading.of(layout, {"đồng": 1, "rừng": 2}, last=last) for last in (2, 1, 2)]
    layer = encoder.token_encoder(3, 8, 2, 0.0)
    layer.initialize()
    for reading in readings:
        np.testing.assert_allclose(layer.predict(reading), layer(reading, True)[0], atol=1e-5)
