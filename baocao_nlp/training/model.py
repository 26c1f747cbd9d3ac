"""The training of a model: a network, the calibration of its confidence, and the folder with both."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from baocao_nlp.annotation.report import AnnotatedReport
from baocao_nlp.linking.confidence import Confidence
from baocao_nlp.network.storage import save_network
from baocao_nlp.pipeline.extractor import LINKER_FOLDER, TAGGER_FOLDER, Extractor
from baocao_nlp.training.calibration import cross_fit, observe
from baocao_nlp.training.examples import Example
from baocao_nlp.training.schedule import Progress
from baocao_nlp.training.trainer import Settings, train_network

# one report in so many is kept from the network and used for calibration, where none are given for it
CALIBRATED = 7


def train(
    reports: Sequence[AnnotatedReport],
    output: str | Path,
    *,
    calibration: Sequence[AnnotatedReport] = (),
    settings: Settings = Settings(),
    progress: Progress | None = None,
) -> None:
    """Train a model on annotated reports and write it, loadable by ``spacy.load``.

    Parameters
    ----------
    reports : what the network learns from.
    output : the folder of the model, made where it is missing.
    calibration : reports that confidence is fitted on; the network never sees them. Without any, one report
        in seven (by name) is kept for it.
    progress : told after each epoch how many are done, those of pretraining first, and the mean loss.

    Raises
    ------
    ValueError
        Where there are too few reports, or no facts in them.
    """
    reports = sorted(reports, key=lambda report: report.name)
    if not calibration:
        calibration = reports[::CALIBRATED]
        reports = [report for i, report in enumerate(reports) if i % CALIBRATED]
    if not any(report.facts for report in reports) or not any(report.facts for report in calibration):
        raise ValueError("training needs reports with facts to learn from, and others to calibrate on")
    others = cross_fit(reports, settings)
    network = train_network([Example.of(report) for report in reports], settings, progress)
    output = Path(output)
    save_network(network, output / TAGGER_FOLDER)
    confidence = Confidence.fit(observe(Extractor(network), calibration), list(others))
    (output / LINKER_FOLDER).mkdir(parents=True, exist_ok=True)
    confidence.save(output / LINKER_FOLDER)
    _write_pipeline(output)


def _write_pipeline(output: Path) -> None:
    import spacy

    config = {"nlp": {"tokenizer": {"@tokenizers": "baocao_nlp.Tokenizer.v1"}}}
    nlp = spacy.blank("vi", config=config)
    for name in (TAGGER_FOLDER, LINKER_FOLDER):
        nlp.add_pipe(name).from_disk(output / name)
    nlp.meta.update(name="baocao", description="Facts out of Vietnamese government reports", license="MIT")
    with tempfile.TemporaryDirectory() as folder:
        nlp.to_disk(folder, exclude=["vocab"])
        for file in ("meta.json", "config.cfg"):
            (output / file).write_bytes((Path(folder) / file).read_bytes())
