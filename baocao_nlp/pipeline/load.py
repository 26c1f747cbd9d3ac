"""Models on disk, and `extract`: the plain face of the pipeline."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from baocao_nlp.facts import Fact
from baocao_nlp.meaning.lexicon import reading_with
from baocao_nlp.pipeline.manifest import check_manifest
from baocao_nlp.reading import Limits, SourceDocument, read

if TYPE_CHECKING:
    from spacy.language import Language

    from baocao_nlp.pipeline.extractor import Extractor

DEFAULT_MODEL = "vi_baocao"
_PACKAGE = Path(__file__).resolve().parents[1]


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


def _folder(model: str | Path | None) -> Path:
    path = Path(model) if model is not None else default_model_path()
    if not (path / "config.cfg").is_file():
        raise FileNotFoundError(f"no model at {path}: expected a folder with a config.cfg")
    check_manifest(path)
    return path


@lru_cache(maxsize=4)
def load(model: str | Path | None = None) -> Language:
    """The spaCy pipeline of a model, loaded once.

    Unlike ``spacy.load``, which runs whatever the folder's config names, it takes nothing but data from the folder.

    Parameters
    ----------
    model : the folder of a model; the default model without one.

    Raises
    ------
    FileNotFoundError
        Where the folder holds no model.
    ValueError
        Where a file of it is damaged, missing or foreign, it is of another format, or its config asks for other
        components.
    """
    from baocao_nlp.pipeline.components import check_config, pipeline

    folder = _folder(model)
    check_config(folder / "config.cfg")
    nlp = pipeline(folder)
    # spaCy's limit guards parsers whose memory grows with the text; ours works sentence by sentence
    nlp.max_length = 2**31 - 1
    return nlp


@lru_cache(maxsize=4)
def load_extractor(model: str | Path | None = None) -> Extractor:
    """The extractor of a model, loaded once: what `extract` runs.

    Parameters and errors are those of `load`.
    """
    from baocao_nlp.pipeline.extractor import Extractor

    return Extractor.load(_folder(model))


def extract(
    text: str,
    *,
    report_period: str | None = None,
    min_confidence: float = 0.0,
    units: str | Path | None = None,
    max_length: int = 200_000_000,
    model: str | Path | None = None,
) -> list[Fact]:
    """The facts of a report.

    Parameters
    ----------
    text : the report; offsets of the facts refer to this very string.
    report_period : the period the report is about, where its title and date do not say it: "2024",
        "2024-05", "2024-Q2", "2024-H1", "2024-9M", or "2024-05-01/2024-05-31".
    min_confidence : facts with less confidence are left out.
    units : a TOML file of your own units, comparison phrases and modifiers (see `meaning.lexicon.load_lexicon`).
    max_length : in characters; time and memory grow with the length, so a service sets what it can bear.
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
        Where ``report_period`` cannot be read, ``units`` says what cannot be, or the text is too long.
    FileNotFoundError
        Where there is no such model or file of units.

    Examples
    --------
    >>> fact, = extract("Trong tháng, đã tiếp nhận 45 hồ sơ.", report_period="2024-05")
    >>> fact.number, str(fact.unit), fact.period_end.isoformat()
    (45.0, 'hồ sơ', '2024-05-31')
    """
    if not isinstance(text, str):
        raise TypeError(f"extract needs the text of a report as str, not {type(text).__name__}")
    if len(text) > max_length:
        raise ValueError(f"a text of {len(text):,} characters, where max_length is {max_length:,}: give it in parts")
    with reading_with(units):
        facts = load_extractor(model)(text, report_period)
    return [fact for fact in facts if fact.confidence >= min_confidence]


def extract_file(
    source: str | Path | bytes,
    *,
    report_period: str | None = None,
    min_confidence: float = 0.0,
    ocr: bool = False,
    units: str | Path | None = None,
    limits: Limits = Limits(),
    model: str | Path | None = None,
) -> list[Fact]:
    """The facts of a file that `read` can read, those in its tables included; offsets refer to the text that it gives.

    Each fact says in ``source`` where in the file it stands. Parameters and errors are those of `read` and `extract`.
    """
    file = None if isinstance(source, bytes) else source
    document = read(source, ocr=ocr, limits=limits)
    return extract_document(
        document, file=file, report_period=report_period, min_confidence=min_confidence, units=units, model=model
    )


def extract_document(
    document: SourceDocument,
    *,
    file: str | Path | None = None,
    report_period: str | None = None,
    min_confidence: float = 0.0,
    units: str | Path | None = None,
    model: str | Path | None = None,
) -> list[Fact]:
    """The facts of a document that `read` gave, as `extract_file` finds them.

    Parameters and errors are those of `extract`; ``file`` is the name that the sources of the facts have.
    """
    from baocao_nlp.pipeline.sources import facts_of_document

    with reading_with(units):
        facts = facts_of_document(load_extractor(model), document, report_period, file)
    return [fact for fact in facts if fact.confidence >= min_confidence]
