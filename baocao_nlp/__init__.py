"""Facts out of Vietnamese government reports.

>>> from baocao_nlp import extract
>>> for fact in extract("Trong tháng 5/2024, tiếp nhận 45 hồ sơ."):
...     print(fact.label, fact.number, fact.unit, fact.period)
Tiếp nhận hồ sơ 45.0 hồ sơ Trong tháng 5/2024
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from baocao_nlp.facts import Comparison, Fact, LabelledSpan, Span

if TYPE_CHECKING:
    from baocao_nlp.pipeline.load import extract, extract_file, load
    from baocao_nlp.reading import SourceDocument, read

__all__ = ["Comparison", "Fact", "LabelledSpan", "SourceDocument", "Span", "extract", "extract_file", "load", "read"]


def __getattr__(name: str) -> Any:
    # the pipeline brings spaCy and a model with it: loaded when first used
    if name in ("extract", "extract_file", "load"):
        from baocao_nlp.pipeline import load as module

        return getattr(module, name)
    if name in ("SourceDocument", "read"):
        from baocao_nlp import reading

        return getattr(reading, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
