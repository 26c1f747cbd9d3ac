"""What an installed wheel must do, run by the Python it is installed for: python -P tests/release/smoke.py"""

import subprocess
import sys
import tempfile
from importlib.metadata import entry_points, version
from pathlib import Path

import baocao_nlp
from baocao_nlp import extract, load, read_facts

TEXT = "Trong tháng 5 năm 2024, đã tiếp nhận 45 hồ sơ, tăng 4 hồ sơ so với tháng trước."

assert Path(baocao_nlp.__file__).is_relative_to(sys.prefix), "a checkout was imported, not the wheel"
facts = extract(TEXT)
assert [fact.number for fact in facts] == [45.0, 4.0], facts
assert load()(TEXT)._.facts == facts
assert {"baocao_tagger", "baocao_linker"} <= {entry.name for entry in entry_points(group="spacy_factories")}
with tempfile.TemporaryDirectory() as folder:
    report, command = Path(folder, "báo cáo.txt"), Path(sys.executable).with_name("baocao-nlp")
    report.write_text(TEXT, encoding="utf-8")
    for ending in ("csv", "jsonl", "json", "parquet", "xlsx", "duckdb"):
        output = Path(folder, f"facts.{ending}")
        subprocess.run([command, "extract", report, "-o", output, "--fields", "all", "-q"], check=True)
        assert [fact.number for fact in read_facts(output)] == [45.0, 4.0], ending
print(f"baocao-nlp {version('baocao-nlp')} works on Python {sys.version.split()[0]}")
