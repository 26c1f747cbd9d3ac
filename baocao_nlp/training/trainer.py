"""The training of a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from thinc.api import Adam
from threadpoolctl import threadpool_limits

from baocao_nlp.features.layout import Layout
from baocao_nlp.features.mentions import TAGS
from baocao_nlp.features.pairs import Pairs
from baocao_nlp.network import crf
from baocao_nlp.network.losses import gold_chances, link_chances, link_loss
from baocao_nlp.network.model import Network, Size, build_vocabulary
from baocao_nlp.training.augmentation import AUGMENTATIONS, augmented
from baocao_nlp.training.distillation import Judgement
from baocao_nlp.training.examples import Example
from baocao_nlp.training.noise import noisy_mentions
from baocao_nlp.training.pretraining import pretrain
from baocao_nlp.training.schedule import Progress, learning_rates
from baocao_nlp.training.unseen import Unseen

_TAG_WEIGHT = 2.0


@dataclass(frozen=True, slots=True)
class Settings:
    """How a network is trained.

    Attributes
    ----------
    pretraining : how often each report is seen without its annotations, before anything else.
    epochs : how often each report is seen with them.
    learning_rate : at its highest (see `schedule`).
    width, depth, link_width, dropout : as in `Size`.
    min_frequency : word forms seen less often count as unknown.
    augmentations : what reports are changed by, of `AUGMENTATIONS`.
    teachers : how many networks are trained first, from other seeds, whose mean judgement is learnt in the place of the
        annotations (see `distillation`); each takes as long as a network without teachers.
    teacher_width : the ``width`` of these; at least that of the network, which begins as the first of them, narrowed.
    cross_fit : into how many parts the reports are put to fit confidence also on what networks find in each part that
        were trained on the others; 0 does without, and takes less than half the time.
    rehearsed : how many reports of the rehearsal are shown in an epoch for each that is new.
    kept : the share of the weights it went on from in the mean of those and the weights that were learnt (Wortsman et
        al.: Robust fine-tuning of zero-shot models, CVPR 2022); of no meaning without a base.
    seed : of whatever is drawn by chance; the same reports and settings give the same model.
    """

    pretraining: int = 8
    epochs: int = 18
    learning_rate: float = 2e-3
    width: int = 96
    depth: int = 2
    link_width: int = 96
    dropout: float = 0.08
    min_frequency: int = 2
    augmentations: tuple[str, ...] = AUGMENTATIONS
    teachers: int = 0
    teacher_width: int = 128
    cross_fit: int = 2
    rehearsed: int = 0
    kept: float = 0.0
    seed: int = 0

    def without(self, *augmentations: str) -> Settings:
        """The same settings with some augmentations left out.

        Raises
        ------
        ValueError
            Where there is none by such a name.
        """
        if unknown := set(augmentations) - set(AUGMENTATIONS):
            raise ValueError(f"no augmentation {min(unknown)!r}; there are {', '.join(AUGMENTATIONS)}")
        return replace(self, augmentations=tuple(kind for kind in self.augmentations if kind not in augmentations))


# for going on from a model with a few new reports; chosen on tests/benchmarks/adaptation.py
ADAPTING = Settings(pretraining=0, epochs=8, learning_rate=1e-3, min_frequency=1, cross_fit=0, rehearsed=2, kept=0.3)


# matrix products of several threads differ in their last digits from those of one
@threadpool_limits.wrap(limits=1, user_api="blas")
def train_network(
    examples: Sequence[Example],
    settings: Settings,
    progress: Progress | None = None,
    *,
    base: Network | None = None,
    rehearsal: Sequence[Example] = (),
    teachers: Sequence[Network] = (),
) -> Network:
    """Train a network, one report a step.

    Parameters
    ----------
    base : a network to go on from, which stays as it is; without one, from nothing.
    rehearsal : of what ``base`` has learnt from: so many are drawn anew for each epoch as
        ``settings.rehearsed`` says, so that it is not forgotten.
    teachers : trained networks whose mean judgement is learnt in the place of the annotations.
    """
    examples = [example for example in examples if example.layout.texts]
    # thinc draws initial weights and dropout from numpy's global state
    np.random.seed(settings.seed)
    rng = np.random.default_rng(settings.seed)
    whole = [Layout.of(example.layout.document, everything=True) for example in examples]
    vocabulary = build_vocabulary(whole, settings.min_frequency)
    network = base.grown(vocabulary) if base else _from_nothing(vocabulary, settings)
    start = {name: array.copy() for name, array in network.arrays().items()} if base else {}
    pretrain(
        network,
        whole,
        epochs=settings.pretraining,
        learning_rate=settings.learning_rate,
        rng=rng,
        progress=progress,
    )
    optimizer = Adam(settings.learning_rate, L2=0.01, beta2=0.98, use_averages=True)
    rehearsed = min(settings.rehearsed * len(examples), len(rehearsal))
    unseen = Unseen(examples, teachers[0]) if teachers else None
    rates = learning_rates(settings.learning_rate, settings.epochs * (len(examples) + rehearsed))
    for epoch in range(settings.epochs):
        total = 0.0
        drawn = rng.choice(len(rehearsal), rehearsed, replace=False) if rehearsed else ()
        shown = [*examples, *(rehearsal[i] for i in drawn)]
        for i in rng.permutation(len(shown)).tolist():
            optimizer.learn_rate = next(rates)
            example, layout = augmented(shown[i], settings.augmentations, rng)
            if unseen:
                example, layout = unseen(example, layout, rng)
            total += _step(network, example, layout, teachers, rng)
            network.model.finish_update(optimizer)
        if progress:
            progress(settings.pretraining + epoch + 1, total / len(shown))
    for node in network.model.walk():
        for name in node.param_names:
            node.set_param(name, optimizer.averages.get((node.id, name), node.get_param(name)))
    if start:
        kept = np.float32(settings.kept)
        network.set_arrays(
            {name: (1 - kept) * learnt + kept * start[name] for name, learnt in network.arrays().items()}
        )
    return network


def _from_nothing(vocabulary: Mapping[str, int], settings: Settings) -> Network:
    size = Size(len(vocabulary) + 1, settings.width, settings.depth, settings.link_width, settings.dropout)
    network = Network(size, vocabulary)
    network.initialize()
    return network


def _step(
    network: Network,
    example: Example,
    layout: Layout,
    teachers: Sequence[Network],
    rng: np.random.Generator,
) -> float:
    """Let the network learn what its teachers think of a report or, without any, its annotations; the loss."""
    reading = network.read(layout)
    vectors, backprop = network.encode(reading)
    sequences = reading.sequences
    judgement = Judgement(teachers, layout) if teachers else None
    if judgement:
        counts = judgement.tags(sequences)
    else:
        counts = crf.counted(example.tags[sequences.order], len(TAGS), sequences)
    loss, gradient = network.learn_tags(vectors, sequences, counts, _TAG_WEIGHT)
    pairs = Pairs.of(example.layout, noisy_mentions(example, rng))
    if len(pairs.values):
        scores, backprop_links = network.link(vectors, pairs, True)
        own = link_chances(scores, pairs)
        wanted = judgement.links(pairs) if judgement else gold_chances(example.gold(pairs), pairs, own)
        link, d_scores = link_loss(own, wanted)
        gradient = gradient + backprop_links(d_scores)
        loss += link
    backprop(gradient)
    return loss
