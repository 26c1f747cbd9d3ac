"""Facts out of Vietnamese government reports.

>>> from baocao_nlp import extract
>>> for fact in extract("Trong tháng 5/2024, tiếp nhận 45 hồ sơ."):
...     print(fact.label, fact.number, fact.unit, fact.period)
Tiếp nhận hồ sơ 45.0 hồ sơ Trong tháng 5/2024
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from baocao_nlp.facts import Comparison, Fact, FileFacts, LabelledSpan, Source, Span

if TYPE_CHECKING:
    from baocao_nlp.outputs import facts_frame, read_facts, write_facts
    from baocao_nlp.pipeline.batch import extract_many
    from baocao_nlp.pipeline.load import extract, extract_document, extract_file, load
    from baocao_nlp.reading import Limits, SourceDocument, read

# where each name is; the pipeline brings spaCy and a model with it: loaded when first used
_PLACES = {
    "Limits": "reading",
    "SourceDocument": "reading",
    "extract": "pipeline.load",
    "extract_document": "pipeline.load",
    "extract_file": "pipeline.load",
    "extract_many": "pipeline.batch",
    "facts_frame": "outputs",
    "load": "pipeline.load",
    "read": "reading",
    "read_facts": "outputs",
    "write_facts": "outputs",
}
__all__ = [
    "Comparison",
    "Fact",
    "FileFacts",
    "LabelledSpan",
    "Limits",
    "Source",
    "SourceDocument",
    "Span",
    "extract",
    "extract_document",
    "extract_file",
    "extract_many",
    "facts_frame",
    "load",
    "read",
    "read_facts",
    "write_facts",
]


def __getattr__(name: str) -> Any:
    if name in _PLACES:
        return getattr(import_module(f"baocao_nlp.{_PLACES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
