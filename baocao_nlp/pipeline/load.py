"""Models on disk, and `extract`: the plain face of the pipeline."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from baocao_nlp.facts import Fact, Span

if TYPE_CHECKING:
    from spacy.language import Language

DEFAULT_MODEL = "vi_baocao"
_PACKAGE = Path(__file__).resolve().parents[1]
_SURROGATES_RE = re.compile(r"[\ud800-\udfff]")


@cache
def default_model_path() -> Path:
    """The folder of the default model: inside an installed package, or in the checkout.

    Raises
    ------
    FileNotFoundError
        Where there is none.
    """
    places = [_PACKAGE / "models" / DEFAULT_MODEL, _PACKAGE.parent / "models" / DEFAULT_MODEL]
    for place in places:
        if (place / "config.cfg").is_file():
            return place
    raise FileNotFoundError(f"no default model in {' or '.join(map(str, places))}; train one with 'baocao-nlp train'")


@lru_cache(maxsize=4)
def load(model: str | Path | None = None) -> Language:
    """The pipeline of a model, loaded once.

    Parameters
    ----------
    model : the folder of a model; the default model without one.

    Raises
    ------
    FileNotFoundError
        Where the folder holds no model.
    """
    import spacy

    import baocao_nlp.pipeline.components  # noqa: F401  registers the components

    path = Path(model) if model is not None else default_model_path()
    if not (path / "config.cfg").is_file():
        raise FileNotFoundError(f"no model at {path}: expected a folder with a config.cfg")
    nlp = spacy.load(path)
    # spaCy's limit guards parsers whose memory grows with the text; ours works sentence by sentence
    nlp.max_length = 2**31 - 1
    return nlp


def extract(text: str, *, report_period: str | None = None, model: str | Path | None = None) -> list[Fact]:
    """The facts of a report.

    Parameters
    ----------
    text : the report; offsets of the facts refer to this very string.
    report_period : the period the report is about, where its title and date do not say it: "2024",
        "2024-05", "2024-Q2", "2024-H1", "2024-9M", or "2024-05-01/2024-05-31".
    model : the folder of a model; the default model without one.

    Returns
    -------
    list of Fact
        In the order of their values in the text; empty where there is none.

    Raises
    ------
    TypeError
        Where ``text`` is no string.
    ValueError
        Where ``report_period`` cannot be read.

    Examples
    --------
    >>> fact, = extract("Trong tháng, đã tiếp nhận 45 hồ sơ.", report_period="2024-05")
    >>> fact.number, str(fact.unit), fact.period_end.isoformat()
    (45.0, 'hồ sơ', '2024-05-31')
    """
    if not isinstance(text, str):
        raise TypeError(f"extract needs the text of a report as str, not {type(text).__name__}")
    # spaCy stores its strings as UTF-8, which has no lone surrogates
    safe = _SURROGATES_RE.sub("\ufffd", text)
    config = {"baocao_linker": {"report_period": report_period}}
    facts: list[Fact] = load(model)(safe, component_cfg=config)._.facts
    return facts if safe == text else [_recut(fact, text) for fact in facts]


def _recut(fact: Fact, text: str) -> Fact:
    """The fact with its spans cut from another string of the same length."""

    def recut(data: object) -> object:
        if isinstance(data, dict):
            if data.keys() == {"start", "end", "text"}:
                return Span.of(text, data["start"], data["end"]).to_dict()
            return {key: recut(item) for key, item in data.items()}
        return [recut(item) for item in data] if isinstance(data, list) else data

    return Fact.from_dict(recut(fact.to_dict()))  # type: ignore[arg-type]
