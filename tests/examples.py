"""The code blocks of README and docs: each page's are run in a folder of its own, one after the other.

``python`` is executed, ``output`` is what the block before it prints, ``sh`` is run line by line, ``sql`` on the
database that the page made; ``text`` is for reading. What cannot be run says so: ``<!-- skip: next "why" -->``.
"""

import io
import os
import re
import shlex
import subprocess
from contextlib import redirect_stdout
from pathlib import Path
from unittest import SkipTest

import duckdb
import typer
from rendering import pdf_file, word_file
from sybil import Document, Example
from sybil.parsers.markdown import CodeBlockParser, SkipParser
from typer.testing import CliRunner

from baocao_nlp.cli import app

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("data/annotated/*.md")])
# take minutes or an idle machine: that they are spelt right is all that is looked at
LONG = {"train", "learning-curve", "evaluate"}
_OUTPUT_RE = re.compile(r"^(```output\n).*?^(```)$", re.DOTALL | re.MULTILINE)


def run_python(example: Example) -> None:
    namespace = example.namespace
    source = "\n" * (example.line + example.parsed.line_offset) + example.parsed
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(compile(source, example.path, "exec"), namespace)
    namespace["printed"] = printed.getvalue()


def compare_output(example: Example) -> None:
    assert example.namespace["printed"] == example.parsed, "make figures writes what is printed today"


def run_shell(example: Example) -> None:
    for line in example.parsed.replace("\\\n", "").splitlines():
        words = shlex.split(line, comments=True)
        if words and words[0] == "make":
            subprocess.run(["make", "--dry-run", *words[1:]], cwd=ROOT, check=True, capture_output=True)
        elif words and words[1] in LONG:
            command = typer.main.get_command(app).commands[words[1]]
            command.make_context(words[1], words[2:])
        elif words:
            assert words[0] == "baocao-nlp", f"{line}: this is not known how to be run"
            done = CliRunner().invoke(app, words[1:])
            assert done.exit_code == 0, f"{line}: {done.output}"


def run_sql(example: Example) -> None:
    with duckdb.connect(next(Path().glob("*.duckdb"))) as database:
        for query in duckdb.extract_statements(example.parsed):
            database.execute(query).fetchall()


PARSERS = (
    SkipParser(),
    CodeBlockParser("python", run_python),
    CodeBlockParser("output", compare_output),
    CodeBlockParser("sh", run_shell),
    CodeBlockParser("sql", run_sql),
)


def examples_of(page: Path) -> list[Example]:
    """The examples of a page, in their order."""
    return list(Document.parse(str(page), *PARSERS).examples())


def make_workplace(folder: Path) -> Path:
    """A folder with what the pages speak of: the checkout's folders, and reports as files."""
    for name in ("data", "models", "notebooks"):
        (folder / name).symlink_to(ROOT / name)
    (folder / "bao-cao").mkdir()
    for month in ("07", "08"):
        text = (ROOT / f"notebooks/data/lac-khe-2024-{month}.txt").read_text(encoding="utf-8").split("\n\n")
        for place in (folder, folder / "bao-cao"):
            (place / f"bao-cao-thang-{int(month)}.docx").write_bytes(word_file(text))
            (place / f"bao-cao-thang-{int(month)}.pdf").write_bytes(pdf_file(text))
    for kind in ("docx", "pdf"):
        (folder / f"bao-cao.{kind}").write_bytes((folder / f"bao-cao-thang-8.{kind}").read_bytes())
    return folder


def renewed(page: Path, workplace: Path) -> str:
    """The text of a page with what its blocks print today in its ``output`` blocks."""
    outputs = []
    before = Path.cwd()
    os.chdir(workplace)
    try:
        for example in examples_of(page):
            if example.region.evaluator is compare_output:
                outputs.append(example.namespace["printed"])
                continue
            try:
                example.evaluate()
            except SkipTest:
                continue
    finally:
        os.chdir(before)
    return _OUTPUT_RE.sub(lambda block: f"{block[1]}{outputs.pop(0)}{block[2]}", page.read_text(encoding="utf-8"))
