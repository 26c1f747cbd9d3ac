"""What reading files costs in accuracy: the test split as text, as Word files and as PDF files, against the same gold;
and facts in footnotes beside those in the body. Run by ``make bench-files``."""

import sys
from difflib import SequenceMatcher
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from rendering import pdf_file, word_file

from baocao_nlp import Fact, extract, extract_file
from baocao_nlp.annotation import AnnotatedReport, load_reports
from baocao_nlp.annotation.matching import WHOLE_FACT, with_second, wrong_fields
from baocao_nlp.text.document import Document

CORPUS = Path(__file__).parents[2] / "data" / "annotated"


def paired(found: list[Fact], report: AnnotatedReport) -> list[tuple[Fact, int]]:
    """Facts of a text that reads the same but stands elsewhere, with the positions of their gold, by their order."""
    matcher = SequenceMatcher(None, [f.value.text for f in found], [g.value.text for g in report.facts], autojunk=False)
    return [(found[i + k], j + k) for i, j, size in matcher.get_matching_blocks() for k in range(size)]


def in_footnotes(report: AnnotatedReport) -> set[int]:
    """The positions of the gold facts that stand in footnotes."""
    document = Document(report.text)
    places = {token for block in document.blocks if block.is_footnote for token in block.tokens}
    return {i for i, fact in enumerate(report.facts) if places & set(document.tokens_within(fact.value))}


class Counts:
    """Facts found, asked for and right."""

    def __init__(self) -> None:
        self.found = self.gold = self.right = 0

    @property
    def f1(self) -> float:
        return 2 * self.right / max(self.found + self.gold, 1)


def measure() -> dict[str, Counts]:
    """What is found and right, by the kind of file and by where in the text."""
    makers = {
        "text": lambda text: extract(text),
        "docx": lambda text: extract_file(word_file(text.split("\n\n"))),
        "pdf": lambda text: extract_file(pdf_file([part for part in text.split("\n\n") if part.strip()])),
    }
    totals = {name: Counts() for name in (*makers, "footnotes", "body")}
    for report in with_second(load_reports(CORPUS / "test"), load_reports(CORPUS / "second")):
        notes = in_footnotes(report)
        for name, made in makers.items():
            found = made(report.text)
            pairs = paired(found, report)
            asked = [i for i in range(len(report.facts)) if i not in report.optional]
            right = {
                i
                for fact, i in pairs
                if i in asked and not set(wrong_fields(fact, report.readings(i))) & set(WHOLE_FACT)
            }
            totals[name].found += len(found) - sum(i in report.optional for _, i in pairs)
            totals[name].gold += len(asked)
            totals[name].right += len(right)
            if name == "text":
                for part, chosen in (("footnotes", notes), ("body", set(asked) - notes)):
                    own = [i for _, i in pairs if i in chosen and i in asked]
                    totals[part].found += len(own)
                    totals[part].gold += len(chosen & set(asked))
                    totals[part].right += len(right & chosen)
    return totals


def told(totals: dict[str, Counts]) -> str:
    """The figures, one a line."""
    return "".join(f"{name:10} whole-fact F1 {counts.f1:.3f} of {counts.gold}\n" for name, counts in totals.items())


if __name__ == "__main__":
    print(told(measure()), end="")
