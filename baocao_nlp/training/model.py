"""The training of a model: a network, the calibration of its confidence, and the folder with both."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from baocao_nlp.annotation.report import AnnotatedReport
from baocao_nlp.linking.confidence import Confidence
from baocao_nlp.network.model import Network
from baocao_nlp.network.storage import save_network
from baocao_nlp.pipeline.extractor import LINKER_FOLDER, TAGGER_FOLDER, Extractor
from baocao_nlp.pipeline.manifest import write_manifest
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

    The folder is written when all is done: where something goes wrong before, what was in it is there still.

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
    confidence = Confidence.fit(observe(Extractor(network), calibration), list(others))
    output = Path(output)
    output.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".model-", dir=output.parent) as made:
        _write(network, confidence, Path(made))
        _move_files(Path(made), output)


def _write(network: Network, confidence: Confidence, folder: Path) -> None:
    from baocao_nlp.pipeline.components import pipeline

    save_network(network, folder / TAGGER_FOLDER)
    (folder / LINKER_FOLDER).mkdir()
    confidence.save(folder / LINKER_FOLDER)
    nlp = pipeline(folder)
    nlp.meta.update(name="baocao", description="Facts out of Vietnamese government reports", license="MIT")
    with TemporaryDirectory() as whole:
        nlp.to_disk(whole, exclude=["vocab"])
        for file in ("meta.json", "config.cfg"):
            (folder / file).write_bytes((Path(whole) / file).read_bytes())
    write_manifest(folder)


def _move_files(source: Path, target: Path) -> None:
    """Put files in the place of those of another folder; a model half of which was moved does not fit its manifest."""
    for path in sorted(source.rglob("*")):
        place = target / path.relative_to(source)
        if path.is_dir():
            place.mkdir(exist_ok=True)
        else:
            path.replace(place)
