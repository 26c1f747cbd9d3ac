"""The network: tags for tokens and links for values, trained together on shared vectors of the tokens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from thinc.api import Linear, Model, use_ops

from baocao_nlp.features.layout import Layout
from baocao_nlp.features.mentions import TAGS
from baocao_nlp.features.pairs import Pairs
from baocao_nlp.network import crf
from baocao_nlp.network.encoder import UNKNOWN, Reading, token_encoder
from baocao_nlp.network.losses import LinkScores
from baocao_nlp.network.scorer import LinkScorer
from baocao_nlp.network.sequences import Sequences

Floats = NDArray[Any]
Ints = NDArray[np.intp]
# the name that the embeddings of words have among the arrays
_WORDS = "encoder.1.E"


@dataclass(frozen=True, slots=True)
class Size:
    """How large a network is: words it knows, the unknown one included; units of the encoder in each direction,
    and its layers; units of the scorer of links; the share of units that are silent at a training step."""

    words: int
    width: int = 128
    depth: int = 2
    link_width: int = 96
    dropout: float = 0.15


@dataclass(frozen=True, slots=True)
class Vectors:
    """The vectors of tokens in order of steps, and where that of each row of the layout is."""

    values: Floats
    sequences: Sequences
    row: Ints


class Network:
    """An encoder of tokens, a linear-chain conditional random field over their tags, and a scorer of links.

    Parameters
    ----------
    size : how large it is.
    vocabulary : the number of each known word form, from 1.
    """

    def __init__(self, size: Size, vocabulary: Mapping[str, int]):
        self.size = size
        self.vocabulary = vocabulary
        # numpy's matrix products are several times as fast as thinc's own
        with use_ops("numpy", use_blis=False):
            self.encoder = token_encoder(size.words, size.width, size.depth, size.dropout)
            self._tags: Model[Any, Any] = Linear(len(TAGS), 2 * size.width)
            self._links = LinkScorer(2 * size.width, size.link_width, size.dropout)
            self._layers: dict[str, Model[Any, Any]] = {
                "encoder": self.encoder,
                "tags": self._tags,
                **self._links.layers,
            }
            self.model: Model[Any, Any] = Model(
                "baocao", _no_forward, layers=list(self._layers.values()), params={"transitions": None}
            )

    def initialize(self) -> None:
        """Fill the parameters by chance, from numpy's global state."""
        for layer in self._layers.values():
            layer.initialize()
        self.model.set_param("transitions", np.zeros((len(TAGS), len(TAGS)), np.float32))  # type: ignore[arg-type]

    @property
    def word_embeddings(self) -> Model[Any, Any]:
        """The layer that turns word numbers into vectors."""
        return self.encoder.layers[0]

    @property
    def transitions(self) -> Floats:
        """The score of each tag (row) before each other (column)."""
        return np.asarray(self.model.get_param("transitions"))

    def grown(self, forms: Iterable[str]) -> Network:
        """A copy that knows more word forms; each begins as the unknown word, which it was until now."""
        new = [form for form in dict.fromkeys(forms) if form not in self.vocabulary]
        numbered = {form: number for number, form in enumerate(new, self.size.words)}
        network = Network(replace(self.size, words=self.size.words + len(new)), {**self.vocabulary, **numbered})
        network.set_arrays(self.arrays() | {_WORDS: self._embedded(len(new))})
        return network

    def _embedded(self, more: int) -> Floats:
        known = np.asarray(self.word_embeddings.get_param("E"))
        return np.concatenate([known, np.repeat(known[[UNKNOWN]], more, axis=0)])

    def read(self, layout: Layout) -> Reading:
        """A layout as the encoder takes it in."""
        return Reading.of(layout, self.vocabulary)

    def encode(self, reading: Reading, is_train: bool = False) -> tuple[Vectors, Callable[[Floats], None]]:
        """The vectors of tokens, and what takes their gradient into the parameters."""
        values, backprop = self.encoder(reading, is_train)
        row = np.empty(len(values), np.intp)
        row[reading.sequences.order] = np.arange(len(values))
        return Vectors(values, reading.sequences, row), backprop

    def tag(self, vectors: Vectors) -> tuple[Ints, Floats]:
        """The best tag of each row of the layout, and the probability of every tag."""
        scores = self._tags.predict(vectors.values)
        tags = crf.best_tags(scores, self.transitions, vectors.sequences)
        probabilities, _, _ = crf.marginals(scores, self.transitions, vectors.sequences)
        return tags[vectors.row], probabilities[vectors.row]

    def learn_tags(self, vectors: Vectors, tags: Ints, weight: float = 1.0) -> tuple[float, Floats]:
        """Add what the tags of a layout teach to the parameters' gradients; the loss for each token, and the
        gradient of the vectors."""
        scores, backprop = self._tags(vectors.values, True)
        ordered = np.empty_like(tags)
        ordered[vectors.row] = tags
        loss, d_scores, d_transitions = crf.loss(scores, self.transitions, ordered, vectors.sequences)
        share = np.float32(weight / len(tags))
        self.model.inc_grad("transitions", d_transitions * share)  # type: ignore[arg-type]
        return weight * loss / len(tags), backprop(d_scores * share)

    def link(
        self, vectors: Vectors, pairs: Pairs, is_train: bool = False
    ) -> tuple[LinkScores, Callable[[LinkScores], Floats]]:
        """The scores of links, and what takes their gradient to that of the vectors."""
        return self._links(vectors.values, vectors.row, pairs, is_train)

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """Every parameter by name."""
        found = {"transitions": self.transitions}
        for name, layer in self._layers.items():
            for i, node in enumerate(layer.walk()):
                found |= {f"{name}.{i}.{part}": np.asarray(node.get_param(part)) for part in node.param_names}
        return found

    def set_arrays(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Take the parameters that `arrays` gave.

        Raises
        ------
        ValueError
            Where one is missing or has another shape.
        """
        self.initialize()
        for name, own in self.arrays().items():
            given = arrays.get(name)
            if given is None or given.shape != own.shape:
                raise ValueError(f"no parameter {name!r} of shape {own.shape}")
            own[...] = given


def _no_forward(model: Model[Any, Any], inputs: Any, is_train: bool) -> Any:
    raise TypeError("the network is run by its methods")


def build_vocabulary(layouts: Iterable[Layout], min_frequency: int) -> dict[str, int]:
    """Number the word forms that are seen often enough, from 1."""
    counts = Counter(word.form for layout in layouts for word in layout.words)
    known = sorted(form for form, count in counts.items() if count >= min_frequency)
    return {form: number for number, form in enumerate(known, 1)}
