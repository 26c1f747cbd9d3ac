"""The network: tags for tokens and links for values, trained together on shared vectors of the tokens."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from threading import RLock
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
# rows that are worked on at once: what comes between takes some kilobytes each
_AT_ONCE = 1 << 13
# what no network of this kind is beyond; a damaged description must not cost all memory
_WIDEST, _DEEPEST = 4096, 16
# the name that the embeddings of words have among the arrays
_WORDS = "encoder.1.E"


# matrix products of OpenBLAS use all cores, one product at a time; a process that is forked amid one inherits the lock
# of it, and would wait for ever at its own first product: so none is forked while one runs
_PRODUCTS = RLock()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_PRODUCTS.acquire, after_in_parent=_PRODUCTS.release, after_in_child=_PRODUCTS.release)


@dataclass(frozen=True, slots=True)
class Size:
    """How large a network is: words it knows, the unknown one included; units of the encoder in each direction,
    and its layers; units of the scorer of links; the share of units that are silent at a training step."""

    words: int
    width: int = 96
    depth: int = 2
    link_width: int = 96
    dropout: float = 0.08

    def __post_init__(self) -> None:
        counts = (self.words, self.width, self.depth, self.link_width)
        if any(type(count) is not int or count < 1 for count in counts) or not 0 <= self.dropout < 1:
            raise ValueError(f"no network is of the size {self}")
        if max(self.width, self.link_width) > _WIDEST or self.depth > _DEEPEST:
            raise ValueError(f"a network wider than {_WIDEST} or deeper than {_DEEPEST}: {self}")


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

    def __reduce__(self) -> tuple[Callable[..., Network], tuple[Any, ...]]:
        """For another process: thinc's layers cannot be pickled, their arrays can."""
        return _rebuilt, (self.size, dict(self.vocabulary), self.arrays())

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

    def encode(self, reading: Reading) -> tuple[Floats, Callable[[Floats], None]]:
        """The vectors of the tokens to learn from, and what takes their gradient into the parameters."""
        return self.encoder(reading, True)

    def vectors(self, layout: Layout) -> Floats:
        """The vector of each row of a layout."""
        with _PRODUCTS:
            parts = [
                self.encoder.predict(Reading.of(layout, self.vocabulary, first, last))
                for first, last in pairwise(_batches(layout.lengths))
            ]
        return np.concatenate(parts) if len(parts) > 1 else parts[0]

    def tag(self, vectors: Floats, lengths: Ints) -> Floats:
        """The probability of every tag for each row of a layout, shape (rows, tags).

        Parameters
        ----------
        vectors : of the rows.
        lengths : of the sequences that the rows make up.
        """
        sequences = Sequences.of(lengths)
        scores = self._tag_scores(vectors, sequences)
        probabilities = np.empty_like(scores)
        probabilities[sequences.order] = crf.marginals(scores, self.transitions, sequences)
        return probabilities

    def tag_counts(self, vectors: Floats, sequences: Sequences) -> crf.Counts:
        """The tags to be expected, in the order of the sequences' steps."""
        return crf.expected(self._tag_scores(vectors, sequences), self.transitions, sequences)[0]

    def _tag_scores(self, vectors: Floats, sequences: Sequences) -> Floats:
        with _PRODUCTS:
            scores: Floats = self._tags.predict(vectors)[sequences.order]
        return scores

    def learn_tags(
        self, vectors: Floats, sequences: Sequences, wanted: crf.Counts, weight: float = 1.0
    ) -> tuple[float, Floats]:
        """Add what the tags of a layout teach to the parameters' gradients; the loss for each token, and the
        gradient of the vectors."""
        scores, backprop = self._tags(vectors, True)
        loss, d_ordered, d_transitions = crf.loss(scores[sequences.order], self.transitions, wanted, sequences)
        share = np.float32(weight / len(scores))
        self.model.inc_grad("transitions", d_transitions * share)  # type: ignore[arg-type]
        d_scores = np.empty_like(scores)
        d_scores[sequences.order] = d_ordered * share
        return weight * loss / len(scores), backprop(d_scores)

    def link(
        self, vectors: Floats, pairs: Pairs, is_train: bool = False
    ) -> tuple[LinkScores, Callable[[LinkScores], Floats]]:
        """The scores of links, and what takes their gradient to that of the vectors."""
        with _PRODUCTS:
            return self._links(vectors, pairs, is_train)

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


def _rebuilt(size: Size, vocabulary: Mapping[str, int], arrays: Mapping[str, NDArray[Any]]) -> Network:
    network = Network(size, vocabulary)
    network.set_arrays(arrays)
    return network


def _batches(lengths: Ints) -> list[int]:
    """Where to cut sequences into runs of not many more rows than are to be worked on at once."""
    batch = np.cumsum(lengths) // _AT_ONCE
    return [0, *(np.flatnonzero(np.diff(batch)) + 1).tolist(), len(lengths)]


def _no_forward(model: Model[Any, Any], inputs: Any, is_train: bool) -> Any:
    raise TypeError("the network is run by its methods")


def build_vocabulary(layouts: Iterable[Layout], min_frequency: int) -> dict[str, int]:
    """Number the word forms that are seen often enough, from 1."""
    counts = Counter(word.form for layout in layouts for word in layout.words)
    known = sorted(form for form, count in counts.items() if count >= min_frequency)
    return {form: number for number, form in enumerate(known, 1)}
