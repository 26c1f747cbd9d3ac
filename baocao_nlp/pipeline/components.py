"""The project's spaCy components: a tokenizer, a tagger and a linker.

``doc.spans["baocao"]`` holds the labelled spans, the probability of each in the group's
``attrs["probabilities"]``; ``doc._.facts`` the facts. All offsets are those of ``doc.text``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc, SpanGroup
from spacy.util import load_config, registry
from spacy.vocab import Vocab
from srsly import msgpack_dumps, msgpack_loads

from baocao_nlp.facts import LABELS, Fact, LabelledSpan, Span
from baocao_nlp.features.mentions import align, rows_of
from baocao_nlp.features.offers import closed
from baocao_nlp.linking.confidence import Confidence
from baocao_nlp.meaning.lexicon import Lexicon, current_lexicon
from baocao_nlp.meaning.periods import ReportPeriod
from baocao_nlp.network.model import Network
from baocao_nlp.network.storage import load_network, save_network
from baocao_nlp.pipeline.extractor import LINKER_FOLDER, TAGGER_FOLDER, Analysis, Extractor, report_period_of
from baocao_nlp.text.document import Document

SPANS_KEY = "baocao"
_FACTS_KEY = "baocao_facts"


def _get_facts(doc: Doc) -> list[Fact]:
    return [Fact.from_dict(data) for data in doc.user_data.get(_FACTS_KEY, [])]


def _set_facts(doc: Doc, facts: Iterable[Fact]) -> None:
    # plain data, so that a processed Doc can be written to bytes and sent to other processes
    doc.user_data[_FACTS_KEY] = [fact.to_dict() for fact in facts]


Doc.set_extension("facts", getter=_get_facts, setter=_set_facts, force=True)


class Tokenizer:
    """Cuts a text into the tokens that the tagger works on; white space beyond one blank is a token too."""

    def __init__(self, vocab: Vocab):
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        document = Document.of(text)
        words: list[str] = []
        spaces: list[bool] = []
        position = 0
        for index in range(len(document.tokens)):
            span = document.span(index, index)
            _add_gap(words, spaces, text[position : span.start])
            words.append(span.text)
            spaces.append(False)
            position = span.end
        _add_gap(words, spaces, text[position:])
        return Doc(self.vocab, words=words, spaces=spaces)

    def to_disk(self, path: Path, **_: Any) -> None:
        """There is nothing to write."""

    def from_disk(self, path: Path, **_: Any) -> Tokenizer:
        return self

    def to_bytes(self, **_: Any) -> bytes:
        return b""

    def from_bytes(self, data: bytes, **_: Any) -> Tokenizer:
        return self


def _add_gap(words: list[str], spaces: list[bool], gap: str) -> None:
    if gap.startswith(" ") and words:
        spaces[-1] = True
        gap = gap[1:]
    if gap:
        words.append(gap)
        spaces.append(False)


@registry.tokenizers("baocao_nlp.Tokenizer.v1")
def create_tokenizer() -> Callable[[Language], Tokenizer]:
    """The factory that a spaCy config names."""
    return lambda nlp: Tokenizer(nlp.vocab)


@Language.factory("baocao_tagger", assigns=["doc.spans"])
class TaggerComponent:
    """Labels METRIC, VALUE, UNIT, COMPARISON and PERIOD spans; holds the network, which the linker uses too."""

    def __init__(self, nlp: Language, name: str = "baocao_tagger"):
        self.name = name
        self.network: Network | None = None
        self._latest: tuple[str, Lexicon, Analysis] | None = None

    def __call__(self, doc: Doc) -> Doc:
        analysis = self.analyse(doc.text)
        document = analysis.layout.document
        _set_spans(doc, (m.labelled_span(document) for m in analysis.mentions if not m.offered))
        return doc

    def analyse(self, text: str) -> Analysis:
        """What the network read in a text; that of the latest text is kept, for the linker."""
        latest, lexicon = self._latest, current_lexicon()
        if latest is None or latest[:2] != (text, lexicon):
            latest = self._latest = text, lexicon, Extractor(self.trained()).analyse(Document.of(text))
        return latest[2]

    def trained(self) -> Network:
        """The network.

        Raises
        ------
        ValueError
            Where none was loaded.
        """
        if self.network is None:
            raise ValueError(f"{self.name} has no model yet; load one with from_disk, or train one")
        return self.network

    def to_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the network into a folder."""
        save_network(self.trained(), Path(path))

    def from_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> TaggerComponent:
        """Load the network from the folder that `to_disk` wrote."""
        self.network = load_network(Path(path))
        self._latest = None
        return self

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """The network as bytes; of an untrained component none."""
        return _packed(self.to_disk) if self.network else b""

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> TaggerComponent:
        """Load the network that `to_bytes` gave."""
        if data:
            _unpacked(data, self.from_disk)
        return self


@Language.factory(
    "baocao_linker", requires=["doc.spans"], assigns=["doc._.facts"], default_config={"tagger": "baocao_tagger"}
)
class LinkerComponent:
    """Makes facts of the tagger's spans.

    Parameters
    ----------
    tagger : the name of the component in the same pipeline whose network scores the links.
    """

    def __init__(self, nlp: Language, name: str = "baocao_linker", tagger: str = "baocao_tagger"):
        self.name = name
        self.nlp = nlp
        self.tagger = tagger
        self.confidence: Confidence | None = None

    def __call__(self, doc: Doc, report_period: str | None = None) -> Doc:
        if SPANS_KEY not in doc.spans:
            raise ValueError(f"the linker needs doc.spans[{SPANS_KEY!r}]; put {self.tagger} before it")
        tagger: TaggerComponent = self.nlp.get_pipe(self.tagger)
        analysis = _as_labelled(tagger.analyse(doc.text), labelled_spans(doc))
        report = ReportPeriod.parse(report_period) if report_period else report_period_of(analysis.layout.document)
        facts = Extractor(tagger.trained(), self.confidence).facts(analysis, report)
        doc._.facts = facts
        _set_spans(doc, _spans_of(facts, analysis))
        return doc

    def to_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the calibration into a folder."""
        Path(path).mkdir(parents=True, exist_ok=True)
        if self.confidence:
            self.confidence.save(Path(path))

    def from_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> LinkerComponent:
        """Load the calibration from the folder that `to_disk` wrote."""
        self.confidence = Confidence.load(Path(path))
        return self

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """The calibration as bytes; of an untrained component none."""
        return _packed(self.to_disk) if self.confidence else b""

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> LinkerComponent:
        """Load the calibration that `to_bytes` gave."""
        if data:
            _unpacked(data, self.from_disk)
        return self


def _packed(to_disk: Callable[[Path], None]) -> bytes:
    """The files that a component writes, in one message."""
    with TemporaryDirectory() as folder:
        to_disk(Path(folder))
        packed: bytes = msgpack_dumps({path.name: path.read_bytes() for path in sorted(Path(folder).iterdir())})
    return packed


def _unpacked(data: bytes, from_disk: Callable[[Path], object]) -> None:
    """Have a component read the files of a message.

    Raises
    ------
    ValueError
        Where the message is something else.
    """
    try:
        files = {str(name): bytes(content) for name, content in msgpack_loads(data).items()}
    except Exception as error:
        raise ValueError(f"the bytes of a component cannot be used ({error!r})") from None
    with TemporaryDirectory() as folder:
        for name, content in files.items():
            # a name is that of a file in this folder, and no way out of it
            (Path(folder) / Path(name).name).write_bytes(content)
        from_disk(Path(folder))


def pipeline(folder: Path) -> Language:
    """The components in a blank pipeline, with what a model's folder holds for them."""
    nlp = _blank()
    for name in nlp.pipe_names:
        nlp.get_pipe(name).from_disk(folder / name)
    return nlp


def _blank() -> Language:
    nlp = spacy.blank("vi", config={"nlp": {"tokenizer": {"@tokenizers": "baocao_nlp.Tokenizer.v1"}}})
    for name in (TAGGER_FOLDER, LINKER_FOLDER):
        nlp.add_pipe(name)
    return nlp


def check_config(path: Path) -> None:
    """Check that spaCy would make of a model's config what `pipeline` makes, and run nothing else.

    Raises
    ------
    ValueError
        Where it would not, or the file is no config.
    """
    try:
        written = load_config(path, interpolate=False)
    except Exception as error:
        raise ValueError(f"{path} is no config of spaCy's ({error}); copy or train the model again") from None
    own = _blank().config
    # the other sections are for training by spaCy alone
    for section in ("nlp", "components"):
        if written.get(section) != own[section]:
            raise ValueError(
                f"[{section}] of {path} is not what this package writes: it may name code to run; train the model "
                "again, or use spacy.load if you trust who made it"
            )


def _as_labelled(analysis: Analysis, spans: Iterable[LabelledSpan]) -> Analysis:
    """An analysis with the mentions of spans in the place of those that were tagged."""
    mentions = list(align(analysis.layout.document, spans).values())
    layout = analysis.layout
    taken = {label: closed(layout, mentions, label) for label in LABELS}
    offered = [m for m in analysis.mentions if m.offered and not taken[m.label][rows_of(layout, m)].any()]
    return replace(analysis, mentions=[*mentions, *offered])


def _spans_of(facts: Iterable[Fact], analysis: Analysis) -> list[LabelledSpan]:
    """The spans that facts are made of, each with the probability of its mention."""
    document = analysis.layout.document
    chances = {(m.label, document.span(m.first, m.last)): m.probability for m in analysis.mentions}
    used = sorted({(span, label) for fact in facts for label, span in fact.spans()})
    return [LabelledSpan(span, label, chances.get((label, span), 0.0)) for span, label in used]


def _set_spans(doc: Doc, found: Iterable[LabelledSpan]) -> None:
    listed = list(found)
    spans = [doc.char_span(item.span.start, item.span.end, label=item.label) for item in listed]
    attrs = {"probabilities": [item.probability for item in listed]}
    doc.spans[SPANS_KEY] = SpanGroup(doc, name=SPANS_KEY, attrs=attrs, spans=spans)


def labelled_spans(doc: Doc) -> list[LabelledSpan]:
    """The labelled spans of a processed document."""
    group = doc.spans[SPANS_KEY]
    probabilities = group.attrs.get("probabilities") or [1.0] * len(group)
    return [
        LabelledSpan(Span(span.start_char, span.end_char, span.text), span.label_, probability)
        for span, probability in zip(group, probabilities)
    ]
