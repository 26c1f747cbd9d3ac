"""A model packed by ``spacy package`` and installed as a wheel in an environment of its own: run by hand with
``make programs``. Takes minutes and the packages of ``pip install .`` from wherever pip gets them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = "Trồng 12 ha rừng."
READ = f"""
import baocao_nlp, spacy, vi_baocao
assert "site-packages" in baocao_nlp.__file__
facts = vi_baocao.load()("{TEXT}")._.facts
assert facts == spacy.load("vi_baocao")("{TEXT}")._.facts == baocao_nlp.extract("{TEXT}")
print(facts[0].number, facts[0].unit)
"""


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """The Python of a fresh environment with the package and a packed model, both as wheels."""
    folder = tmp_path_factory.mktemp("packaging")
    # the checkout must not be found before what was installed
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    def run(*command):
        subprocess.run(list(map(str, command)), check=True, cwd=folder, env=clean)

    run(sys.executable, "-m", "venv", folder / "venv")
    inside = folder / "venv" / "bin" / "python"
    constraints = ("-c", ROOT / "constraints.txt")
    run(inside, "-m", "pip", "install", "--quiet", *constraints, ROOT, "build", "setuptools", "wheel")
    (folder / "packed").mkdir()
    run(inside, "-m", "spacy", "package", ROOT / "models" / "vi_baocao", "packed", "--build", "wheel", "--force")
    (wheel,) = (folder / "packed").rglob("*.whl")
    run(inside, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", wheel)
    return inside


def test_a_packed_model_is_loaded_by_its_name(python, tmp_path):
    found = subprocess.run([python, "-c", READ], check=True, capture_output=True, text=True, cwd=tmp_path)
    assert found.stdout.split() == ["12.0", "ha"]
