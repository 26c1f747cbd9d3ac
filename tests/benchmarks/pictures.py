"""The pictures of README and docs, drawn from what the library really says."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from html import escape
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

from baocao_nlp import Fact, extract
from baocao_nlp.wording import wording

ROOT = Path(__file__).parents[2]
TITLE = "BÁO CÁO\nTình hình kinh tế - xã hội tháng 5 năm 2024\n\n"
SENTENCES = (
    "- Diện tích gieo trồng ngô 365 ha, đạt 98% kế hoạch, tăng 4,2% so với cùng kỳ.\n"
    "- Trong tháng, tiếp nhận 614 hồ sơ đăng ký biến động đất đai."
)
COMMAND = ["extract", "notebooks/data/lac-khe-2024-05.txt"]
SHOWN_LINES, WIDTH = 27, 112
COLOURS = {"METRIC": "m", "VALUE": "v", "UNIT": "u", "COMPARISON": "c", "PERIOD": "p"}
HEADINGS = {
    "vi": ("Một đoạn báo cáo", "Số liệu rút ra", ("Chỉ tiêu", "Giá trị", "So sánh", "Thời kỳ", "Tin cậy")),
    "en": ("Lines of a report", "Its facts", ("Metric", "Value", "Comparison", "Period", "Sure")),
}
STYLE = """
  text { font: 13px "Noto Sans", "Segoe UI", "Helvetica Neue", "DejaVu Sans", Arial, sans-serif; fill: #263238 }
  .l { font-size: 15px } .h { font-size: 15px; font-weight: 700; fill: #00796b } .n { text-anchor: end }
  .box { fill: #fff; stroke: #cfd8dc } .line { stroke: #cfd8dc } .arrow { fill: #00897b }
  .m { fill: #1565c0 } .v { fill: #c62828; font-weight: 700 }
  .u { fill: #6a1b9a } .c { fill: #2e7d32 } .p { fill: #b26a00 }
  @media (prefers-color-scheme: dark) {
    text { fill: #eceff1 } .h { fill: #4db6ac }
    .box { fill: #1e272c; stroke: #455a64 } .line { stroke: #455a64 }
    .m { fill: #82b1ff } .v { fill: #ff8a80 } .u { fill: #ce93d8 } .c { fill: #a5d6a7 } .p { fill: #ffcc80 }
  }
"""


def draw(folder: Path) -> None:
    """Draw all pictures into a folder."""
    (folder / "terminal.svg").write_text(terminal(), encoding="utf-8")
    (folder / "overview.vi.svg").write_text(overview("vi"), encoding="utf-8")
    (folder / "overview.svg").write_text(overview("en"), encoding="utf-8")


def terminal() -> str:
    """The first lines that the command prints in a terminal."""
    code = "from baocao_nlp.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, *COMMAND, "--format", "table"],
        cwd=ROOT, capture_output=True, check=True, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "FORCE_COLOR": "1", "COLUMNS": str(WIDTH), "TERM": "xterm"},
    )  # fmt: skip
    lines = [f"\x1b[1;32m$\x1b[0m baocao-nlp {' '.join(COMMAND)}", *done.stdout.splitlines()[:SHOWN_LINES], "  …"]
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi("\n".join(lines)))
    # fonts of the machine: nothing is fetched
    own_fonts = re.sub(r"@font-face {{.*?}}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    return console.export_svg(title="baocao-nlp", code_format=own_fonts, unique_id="terminal")


def overview(lang: str) -> str:
    """What goes in and what comes out."""
    above, below, columns = HEADINGS[lang]
    facts = extract(TITLE + SENTENCES)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 {258 + 32 * len(facts)}" role="img">',
        f"<title>{above} → {below}</title><style>{STYLE}</style>",
        '<rect class="box" x="1" y="1" width="718" height="106" rx="8"/>',
        f'<text class="h" x="20" y="30">{above}</text>',
        *(f'<text class="l" x="20" y="{62 + 24 * i}">{line}</text>' for i, line in enumerate(coloured_lines(facts))),
        '<path class="arrow" d="M351 117h18v18h14l-23 24-23-24h14z"/>',
        f'<rect class="box" x="1" y="169" width="718" height="{86 + 32 * len(facts)}" rx="8"/>',
        f'<text class="h" x="20" y="198">{below}</text>',
        *cells(227, columns, coloured=False),
    ]
    for i, fact in enumerate(facts):
        top = 238 + 32 * i
        parts.append(f'<path class="line" d="M20 {top}H700"/>')
        parts += cells(top + 22, row(fact, lang))
    return "\n".join([*parts, "</svg>\n"])


def row(fact: Fact, lang: str) -> list[str]:
    words = wording(lang)
    comparison = fact.comparison
    dates = f"{fact.period_start:%d/%m} – {fact.period_end:%d/%m/%Y}" if fact.period_start and fact.period_end else ""
    return [
        fact.label if len(fact.label) < 34 else fact.label[:32].rstrip() + "…",
        f"{fact.value} {fact.unit or ''}",
        f"{words[comparison.type]} {words[comparison.basis]}" if comparison else "",
        dates,
        f"{fact.confidence:.2f}",
    ]


def cells(y: int, texts: Sequence[str], coloured: bool = True) -> list[str]:
    places = ((20, "m", ""), (345, "v", "n"), (362, "c", ""), (530, "p", ""), (700, "", "n"))
    return [
        f'<text class="{style}" x="{x}" y="{y}">{escape(text)}</text>'
        for (x, label, end), text in zip(places, texts)
        for style in [f"{label if coloured else ''} {end}"]
        if text
    ]


def coloured_lines(facts: list[Fact]) -> list[str]:
    """The sentences in lines, the words of every fact in the colour of their label."""
    labels = {
        offset: COLOURS[label]
        for fact in facts
        for label, span in fact.spans()
        for offset in range(span.start - len(TITLE), span.end - len(TITLE))
    }
    lines = []
    for found in re.finditer(r".{1,80}(?:\s|$)", SENTENCES):
        line, last = "", None
        for offset in range(found.start(), found.start() + len(found[0].rstrip())):
            kind = labels.get(offset)
            if kind != last:
                line += ("</tspan>" if last else "") + (f'<tspan class="{kind}">' if kind else "")
            line, last = line + escape(SENTENCES[offset]), kind
        lines.append(line + ("</tspan>" if last else ""))
    return lines
