"""The training of a model: a network, the calibration of its confidence, and the folder with both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from baocao_nlp.annotation.report import AnnotatedReport
from baocao_nlp.evaluation import Evaluation, evaluate, plain_extractor
from baocao_nlp.linking.confidence import Confidence
from baocao_nlp.network.storage import ARRAYS, load_network, save_network
from baocao_nlp.pipeline.extractor import LINKER_FOLDER, TAGGER_FOLDER, Extractor
from baocao_nlp.pipeline.load import load_extractor
from baocao_nlp.pipeline.manifest import write_manifest
from baocao_nlp.training.calibration import cross_fit, observe
from baocao_nlp.training.card import Card, Data
from baocao_nlp.training.examples import Example
from baocao_nlp.training.schedule import Progress
from baocao_nlp.training.teachers import train_from_nothing
from baocao_nlp.training.trainer import ADAPTING, Settings, train_network

# one report in so many is kept from the network and used for calibration, where none are given for it
CALIBRATED = 7


@dataclass(frozen=True, slots=True)
class Trained:
    """What came of training: the figures on the reports held out, of the model and of that it went on from."""

    after: Evaluation | None = None
    before: Evaluation | None = None


def train(
    reports: Sequence[AnnotatedReport],
    output: str | Path,
    *,
    base: str | Path | None = None,
    rehearsal: Sequence[AnnotatedReport] = (),
    calibration: Sequence[AnnotatedReport] = (),
    held_out: Sequence[AnnotatedReport] = (),
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Trained:
    """Train a model on annotated reports and write it, loadable by ``spacy.load``, with its card.

    The folder is written when all is done: where something goes wrong before, what was in it is there still.

    Parameters
    ----------
    reports : what the network learns from.
    output : the folder of the model, made where it is missing.
    base : the folder of a model to go on from; without one, training begins from nothing.
    rehearsal : reports that ``base`` has learnt from, shown again so that it does not forget them.
    calibration : reports that confidence is fitted on; the network never sees them. Without any, a model from nothing
        keeps one report in seven (by name) for it, and one from ``base`` keeps its confidence.
    held_out : reports to measure the model on.
    settings : without them `Settings`, or `ADAPTING` with a ``base``.
    progress : told after each epoch how many are done, those of pretraining first, and the mean loss.

    Raises
    ------
    ValueError
        Where there are too few reports, no facts in them, or held-out ones among them.
    FileNotFoundError
        Where ``base`` is no model.
    """
    settings = settings or (ADAPTING if base else Settings())
    reports = sorted(reports, key=lambda report: report.name)
    if not calibration and not base:
        calibration = reports[::CALIBRATED]
        reports = [report for i, report in enumerate(reports) if i % CALIBRATED]
    _check(reports, rehearsal, calibration, held_out, needs_calibration=not base)
    old = load_extractor(base) if base else None
    extractor = learn(reports, settings, base=old, rehearsal=rehearsal, calibration=calibration, progress=progress)
    used = {"train": reports, "rehearsal": rehearsal, "calibration": calibration, "held_out": held_out}
    data = {name: Data.of(part) for name, part in used.items() if part}
    output = Path(output)
    output.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".model-", dir=output.parent) as made:
        folder = Path(made)
        _write(extractor, folder)
        # measured as it was written, with shorter numbers
        written = Extractor(load_network(folder / TAGGER_FOLDER), extractor.confidence)
        before, after = (
            evaluate(held_out, plain_extractor(model)) if held_out and model else None for model in (old, written)
        )
        Card(output.name, settings, data, _described(Path(base)) if base else None, before, after).write(folder)
        write_manifest(folder)
        _move_files(folder, output)
    return Trained(after, before)


def _check(
    reports: Sequence[AnnotatedReport],
    rehearsal: Sequence[AnnotatedReport],
    calibration: Sequence[AnnotatedReport],
    held_out: Sequence[AnnotatedReport],
    *,
    needs_calibration: bool,
) -> None:
    has_facts = [any(report.facts for report in part) for part in (reports, calibration)]
    if not has_facts[0] or (needs_calibration and not has_facts[1]):
        raise ValueError("training needs reports with facts to learn from, and others to calibrate on")
    used = {report.text: report.name for report in (*reports, *rehearsal, *calibration)}
    if seen := next((report for report in held_out if report.text in used), None):
        raise ValueError(f"{seen.name} is held out, but has the text of {used[seen.text]}, which is trained on")


def learn(
    reports: Sequence[AnnotatedReport],
    settings: Settings,
    *,
    base: Extractor | None = None,
    rehearsal: Sequence[AnnotatedReport] = (),
    calibration: Sequence[AnnotatedReport] = (),
    progress: Progress | None = None,
) -> Extractor:
    """What `train` trains, not yet written. Without ``calibration`` it has the confidence of its base, if any."""
    if base is None:
        others = cross_fit(reports, settings) if calibration else ()
        network = train_from_nothing(reports, settings, progress)
        if not calibration:
            return Extractor(network)
        return Extractor(network, Confidence.fit(observe(Extractor(network), calibration), list(others)))
    examples, again = [Example.of(report) for report in reports], [Example.of(report) for report in rehearsal]
    network = train_network(examples, settings, progress, base=base.network, rehearsal=again)
    confidence = base.confidence
    if confidence and calibration:
        confidence = confidence.refitted(observe(Extractor(network), calibration))
    return Extractor(network, confidence)


def _described(base: Path) -> tuple[str, str]:
    return base.resolve().name, sha256((base / TAGGER_FOLDER / ARRAYS).read_bytes()).hexdigest()


def _write(extractor: Extractor, folder: Path) -> None:
    from baocao_nlp.pipeline.components import pipeline

    save_network(extractor.network, folder / TAGGER_FOLDER)
    (folder / LINKER_FOLDER).mkdir()
    if extractor.confidence:
        extractor.confidence.save(folder / LINKER_FOLDER)
    nlp = pipeline(folder)
    about = "Facts out of Vietnamese government reports"
    nlp.meta.update(name="baocao", version=version("baocao-nlp"), description=about, license="MIT")
    with TemporaryDirectory() as whole:
        nlp.to_disk(whole, exclude=["vocab"])
        for file in ("meta.json", "config.cfg"):
            (folder / file).write_bytes((Path(whole) / file).read_bytes())


def _move_files(source: Path, target: Path) -> None:
    """Put files in the place of those of another folder; a model half of which was moved does not fit its manifest."""
    for path in sorted(source.rglob("*")):
        place = target / path.relative_to(source)
        if path.is_dir():
            place.mkdir(exist_ok=True)
        else:
            path.replace(place)
