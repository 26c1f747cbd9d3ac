"""Annotated reports as spaCy's own binary format: documents with ``ents``, ``spans["baocao"]`` and ``doc._.facts``.

What `spacy train` learns from; the entities are the labelled spans, as wide as the tokens that they touch.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from baocao_nlp.annotation.files import whole_file
from baocao_nlp.annotation.graph import regraphed
from baocao_nlp.annotation.report import AnnotatedReport, Checked

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

CONFIGURATION = None
_NAME, _OPTIONAL = "baocao_name", "baocao_optional"


def recognises(path: Path) -> bool:
    """Whether a path is a file of documents, NAME.spacy."""
    return path.suffix == ".spacy" and path.is_file()


def read(path: Path) -> Iterator[Checked]:
    """The reports among the documents of a file.

    Raises
    ------
    ValueError
        Where the file is none of documents with facts.
    """
    from spacy.tokens import DocBin

    try:
        docs = list(DocBin().from_disk(path).get_docs(_blank().vocab))
        reports = [_report(doc) for doc in docs]
    # whatever a damaged file makes of decompression, message packs and facts
    except Exception as error:
        raise ValueError(f"{path} holds no documents with facts ({error!r})") from None
    for number, report in enumerate(reports, 1):
        _, problems = regraphed(report, number).report(report.name)
        yield Checked(report, path, tuple(problems))


def _report(doc: Doc) -> AnnotatedReport:
    data = doc.user_data
    return AnnotatedReport(data[_NAME], doc.text, tuple(doc._.facts), frozenset(data[_OPTIONAL]))


def write(reports: Iterable[AnnotatedReport], output: Path) -> None:
    """Write reports as documents."""
    from spacy.tokens import DocBin

    nlp = _blank()
    packed = DocBin(docs=[to_doc(report, nlp) for report in reports], store_user_data=True)
    with whole_file(output) as temporary:
        temporary.write_bytes(packed.to_bytes())


def to_doc(report: AnnotatedReport, nlp: Language) -> Doc:
    """A report as a document of a pipeline."""
    from spacy.util import filter_spans

    from baocao_nlp.pipeline.components import SPANS_KEY

    doc = nlp.make_doc(report.text)
    spans = [doc.char_span(i.span.start, i.span.end, i.label, alignment_mode="expand") for i in report.spans]
    doc.spans[SPANS_KEY] = spans
    doc.set_ents(filter_spans(spans))
    doc._.facts = report.facts
    doc.user_data |= {_NAME: report.name, _OPTIONAL: sorted(report.optional)}
    return doc


def _blank() -> Any:
    import spacy

    # registers the tokenizer and `doc._.facts`
    import baocao_nlp.pipeline.components  # noqa: F401

    return spacy.blank("vi", config={"nlp": {"tokenizer": {"@tokenizers": "baocao_nlp.Tokenizer.v1"}}})
