"""What ten annotated reports of a new sector bring: a model before and after ``train --from``, on that sector's
held-out reports and on ours. Run by ``make bench-adapt``."""

import sys
import tempfile
from pathlib import Path

from baocao_nlp.annotation import load_reports
from baocao_nlp.annotation.matching import with_second
from baocao_nlp.evaluation import Evaluation, evaluate, plain_extractor
from baocao_nlp.pipeline.load import default_model_path, load_extractor
from baocao_nlp.significance import compare, whole_fact_interval
from baocao_nlp.training import train

CORPUS = Path(__file__).parents[2] / "data" / "annotated"


def main() -> None:
    second = load_reports(CORPUS / "second")
    sets = {
        "ten reports learnt from": load_reports(CORPUS / "adaptation" / "train"),
        "five of the sector held out": load_reports(CORPUS / "adaptation" / "test"),
        "dev": with_second(load_reports(CORPUS / "dev"), second),
    }
    with tempfile.TemporaryDirectory() as folder:
        train(
            sets["ten reports learnt from"],
            folder,
            base=default_model_path(),
            rehearsal=load_reports(CORPUS / "train"),
            progress=lambda epoch, loss: print(f"epoch {epoch}, loss {loss:.3f}", file=sys.stderr),
        )
        for name, reports in sets.items():

            def measured(model: Path | str, reports: list = reports) -> Evaluation:
                return evaluate(reports, plain_extractor(load_extractor(model)))

            before, after = measured(default_model_path()), measured(folder)
            difference = compare(after, before)
            print(f"{name}: {whole_fact_interval(before)} before, {whole_fact_interval(after)} after; {difference.f1}")
            print(f"  facts gained {difference.gained}, lost {difference.lost}")
            eces = [result.calibration["ece"] for result in (before, after)]
            print("  expected calibration error {:.3f} before, {:.3f} after".format(*eces))


if __name__ == "__main__":
    main()
