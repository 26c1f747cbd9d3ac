"""The project's spaCy components: a tokenizer, a tagger and a linker.

``doc.spans["baocao"]`` holds the labelled spans, the probability of each in the group's
``attrs["probabilities"]``; ``doc._.facts`` the facts. All offsets are those of ``doc.text``.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, SpanGroup
from spacy.util import registry
from spacy.vocab import Vocab

from baocao_nlp.facts import Fact, LabelledSpan, Span
from baocao_nlp.linking.confidence import Confidence
from baocao_nlp.linking.facts import build_facts
from baocao_nlp.linking.linker import Linker
from baocao_nlp.linking.scene import Scene
from baocao_nlp.meaning.periods import ReportPeriod, read_report_period
from baocao_nlp.tagging.mentions import Mention, align
from baocao_nlp.tagging.tagger import Tagger
from baocao_nlp.text.document import Document

SPANS_KEY = "baocao"
_FACTS_KEY = "baocao_facts"
_TITLE_LINES = 60


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


class _Component:
    """What the two trained components share: models are files in a folder of their own."""

    name: str
    files: tuple[str, ...]

    def __init__(self, name: str):
        self.name = name
        self.folder: Path | None = None

    def load(self, folder: Path) -> None:
        raise NotImplementedError

    def to_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the model's files into a folder."""
        folder = self._loaded()
        Path(path).mkdir(parents=True, exist_ok=True)
        for file in self.files:
            shutil.copyfile(folder / file, Path(path) / file)

    def from_disk(self, path: Path, *, exclude: Iterable[str] = ()) -> _Component:
        """Load the model from the folder that `to_disk` wrote."""
        self.folder = Path(path).resolve()
        self.load(self.folder)
        return self

    def _loaded(self) -> Path:
        if self.folder is None:
            raise ValueError(f"{self.name} has no model yet; load one with from_disk, or train one")
        return self.folder

    def __call__(self, doc: Doc) -> Doc:
        raise NotImplementedError


@Language.factory("baocao_tagger", assigns=["doc.spans"])
class TaggerComponent(_Component):
    """Labels METRIC, VALUE, UNIT, COMPARISON and PERIOD spans."""

    files = (Tagger.FILE,)

    def __init__(self, nlp: Language | None = None, name: str = "baocao_tagger"):
        super().__init__(name)
        self.tagger: Tagger | None = None

    def load(self, folder: Path) -> None:
        self.tagger = Tagger.load(folder)

    def __call__(self, doc: Doc) -> Doc:
        self._loaded()
        document = Document.of(doc.text)
        _set_spans(doc, (mention.labelled_span(document) for mention in self.tagger.tag(document)))  # type: ignore[union-attr]
        return doc


@Language.factory("baocao_linker", requires=["doc.spans"], assigns=["doc._.facts"])
class LinkerComponent(_Component):
    """Links the spans to facts.

    ``nlp(text, component_cfg={"baocao_linker": {"report_period": "2024-05"}})`` gives the period of a report
    that does not say it.
    """

    files = (Linker.SCORERS, Linker.COMPARISONS, Confidence.FILE)

    def __init__(self, nlp: Language | None = None, name: str = "baocao_linker"):
        super().__init__(name)
        self.linker: Linker | None = None
        self.confidence = Confidence()

    def load(self, folder: Path) -> None:
        self.linker = Linker.load(folder)
        self.confidence = Confidence.load(folder)

    def __call__(self, doc: Doc, report_period: str | None = None) -> Doc:
        self._loaded()
        document = Document.of(doc.text)
        facts = find_facts(document, _mentions(doc, document), self.linker, self.confidence, report_period)  # type: ignore[arg-type]
        _set_facts(doc, facts)
        _drop_idle_metrics(doc, facts)
        return doc


def _set_spans(doc: Doc, found: Iterable[LabelledSpan]) -> None:
    listed = list(found)
    spans = [doc.char_span(item.span.start, item.span.end, label=item.label) for item in listed]
    attrs = {"probabilities": [item.probability for item in listed]}
    doc.spans[SPANS_KEY] = SpanGroup(doc, name=SPANS_KEY, attrs=attrs, spans=spans)


def _drop_idle_metrics(doc: Doc, facts: Iterable[Fact]) -> None:
    """Leave out the metrics that name no value: the tagger offers the linker more than is likely."""
    used = {(span.start, span.end) for fact in facts for span in (*fact.metric, *fact.context)}
    kept = (item for item in labelled_spans(doc) if item.label != "METRIC" or (item.span.start, item.span.end) in used)
    _set_spans(doc, kept)


def _mentions(doc: Doc, document: Document) -> list[Mention]:
    if SPANS_KEY not in doc.spans:
        raise ValueError(f"the linker needs doc.spans[{SPANS_KEY!r}]; put baocao_tagger before it")
    return list(align(document, labelled_spans(doc)).values())


def find_facts(
    document: Document,
    mentions: Iterable[Mention],
    linker: Linker,
    confidence: Confidence,
    report_period: str | None = None,
) -> list[Fact]:
    """The facts that mentions make up, each with its confidence.

    Raises
    ------
    ValueError
        Where ``report_period`` cannot be read.
    """
    report = ReportPeriod.parse(report_period) if report_period else report_period_of(document)
    scene = Scene(document, mentions)
    return build_facts(scene, linker.link(scene), report, confidence)


def report_period_of(document: Document) -> ReportPeriod | None:
    """The period that a report says it is about, in its title or date of issue."""
    lines = document.canonical.text.split("\n", 4 * _TITLE_LINES)[: 4 * _TITLE_LINES]
    return read_report_period([line for line in lines if line.strip()][:_TITLE_LINES])


def labelled_spans(doc: Doc) -> list[LabelledSpan]:
    """The spans that the tagger found in a processed document."""
    group = doc.spans[SPANS_KEY]
    probabilities = group.attrs.get("probabilities") or [1.0] * len(group)
    return [
        LabelledSpan(Span(span.start_char, span.end_char, span.text), span.label_, probability)
        for span, probability in zip(group, probabilities)
    ]
