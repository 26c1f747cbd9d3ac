"""Models are data: whatever stands in a model's folder, loading it runs nothing and tells what is wrong."""

import ast
import io
import json
import pickle
import re
import shutil
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import pytest

import baocao_nlp
from baocao_nlp import extract, load
from baocao_nlp.arrays import read_arrays
from baocao_nlp.pipeline.load import default_model_path, load_extractor
from baocao_nlp.pipeline.manifest import FORMAT, MANIFEST, check_manifest, write_manifest

PACKAGE = Path(baocao_nlp.__file__).parent
FILES = ["baocao_linker/confidence.npz", "baocao_tagger/network.json", "baocao_tagger/network.npz"]
CONFIG = "config.cfg"


@pytest.fixture
def model(tmp_path):
    """A copy of the default model, to be spoilt."""
    folder = tmp_path / "model"
    shutil.copytree(default_model_path(), folder)
    return folder


class Bomb:
    """Runs code where it is unpickled."""

    def __init__(self, trace):
        self.trace = trace

    def __reduce__(self):
        return Path.touch, (self.trace,)


def saved(**arrays):
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def packed(**members):
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return file.getvalue()


def header(shape, kind="<f4"):
    """The beginning of an array that claims a shape."""
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": kind, "fortran_order": False, "shape": shape})
    return file.getvalue()


def hostile(trace):
    """What may stand in the place of any file."""
    bomb = pickle.dumps(Bomb(trace))
    return {
        "nothing": b"",
        "pickle": bomb,
        "pickle as array": saved(names=np.array([Bomb(trace)], object)),
        "pickle in an archive": packed(transitions=bomb),
        "archive of nothing": packed(),
        "cut off": b"PK\x03\x04 cut off",
        "a huge array": packed(transitions=header((10**12, 10**6))),
        "a packed gigabyte": packed(transitions=header((2**28,)) + bytes(2**20)),
        "not finite": saved(transitions=np.full((11, 11), np.nan, np.float16)),
        "deep JSON": b"[" * 100_000,
        "other JSON": b'{"version": 1, "size": {"words": 1000000000000}, "forms": []}',
        "many layers": b'{"version": 1, "size": {"words": 1, "depth": 1000000000}, "forms": []}',
        "wide layers": b'{"version": 1, "size": {"words": 1, "width": 100000000}, "forms": []}',
        "odd size": b'{"version": 1, "size": {"words": 1, "width": "x"}, "forms": []}',
        "another version": b'{"version": 99, "size": {"words": 1}, "forms": []}',
    }


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("kind", hostile(Path("trace")))
def test_hostile_content_is_told_and_runs_nothing(model, tmp_path, file, kind):
    trace = tmp_path / "trace"
    (model / file).write_bytes(hostile(trace)[kind])
    with pytest.raises(ValueError, match="damaged or of another model"):
        load_extractor(model)
    # whoever can write the folder can write its manifest
    write_manifest(model)
    for loader in (load_extractor, load):
        with pytest.raises(ValueError, match=r"cannot be used \(.*\); train the model again"):
            loader(model)
    assert not trace.exists()


@pytest.mark.parametrize("file", [*FILES, CONFIG, "meta.json"])
def test_a_changed_file_is_told_before_it_is_read(model, file):
    data = bytearray((model / file).read_bytes())
    data[len(data) // 2] ^= 1
    (model / file).write_bytes(data)
    for loader in (load_extractor, load):
        with pytest.raises(ValueError, match=re.escape(f"{model / file} is damaged")):
            loader(model)


def test_missing_and_foreign_files_are_told(model):
    (model / "baocao_linker" / "more.py").write_text("raise SystemExit", encoding="utf-8")
    with pytest.raises(ValueError, match=r"does not know: baocao_linker/more.py; remove it"):
        extract("12 ha", model=model)
    (model / "baocao_linker" / "more.py").unlink()
    (model / "meta.json").unlink()
    with pytest.raises(ValueError, match=r"not whole: no meta.json; copy or train it again"):
        extract("12 ha", model=model)


def trees(model):
    return dict(np.load(model / FILES[0]))


@pytest.mark.parametrize(
    ("name", "changed", "message"),
    [
        ("fact.constants", lambda array: np.array([array[0], 1e12]), "deep"),
        ("unit.children", lambda array: array + 10**6, "nodes that are none of theirs"),
        ("unit.children", lambda array: array - 10**6, "nodes that are none of theirs"),
        ("unit.feature", lambda array: array + 1000, "nodes that are none of theirs"),
        ("unit.value", lambda array: array[:-1], "nodes that are none of theirs"),
        ("fact.threshold", lambda array: array.reshape(1, -1), "nodes that are none of theirs"),
        ("fact.points", lambda array: array * 2, "line of probabilities"),
        ("fact.points", lambda array: array[:, :0], "line of probabilities"),
    ],
)
def test_trees_that_lead_nowhere_are_told(model, name, changed, message):
    arrays = trees(model)
    (model / FILES[0]).write_bytes(saved(**arrays | {name: changed(arrays[name])}))
    write_manifest(model)
    with pytest.raises(ValueError, match=message):
        load_extractor(model)


def test_a_missing_parameter_is_told(model):
    arrays = dict(np.load(model / FILES[2]))
    (model / FILES[2]).write_bytes(saved(**{name: array for name, array in arrays.items() if name != "transitions"}))
    write_manifest(model)
    with pytest.raises(ValueError, match="no parameter 'transitions'"):
        load_extractor(model)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("", "no manifest"),
        ("[]", "no manifest"),
        ("[" * 100_000, "no manifest"),
        (" " * (2 << 20), "longer than"),
        ({"format": FORMAT + 1}, "install a newer one"),
        ({"format": FORMAT - 1}, "train it again"),
        ({"format": "x"}, "train it again"),
        ({"files": {}}, "does not know"),
        ({"files": {"../../etc/passwd": {"size": 1, "sha256": ""}}}, "outside the model"),
        ({"files": {"/etc/passwd": {"size": 1, "sha256": ""}}}, "outside the model"),
        ({"files": {"config.cfg": {"size": "1", "sha256": ""}}}, "without size and hash"),
    ],
)
def test_a_manifest_that_is_none_is_told(model, written, message):
    path = model / MANIFEST
    path.write_text(
        written if isinstance(written, str) else json.dumps(json.loads(path.read_text()) | written), encoding="utf-8"
    )
    with pytest.raises(ValueError, match=message):
        check_manifest(model)


def test_a_model_without_a_manifest_is_told(model):
    (model / MANIFEST).unlink()
    with pytest.raises(ValueError, match="an older one; copy or train it again"):
        extract("12 ha", model=model)


def test_a_model_too_large_is_told_without_reading_it(model):
    with (model / "huge.npz").open("wb") as file:
        file.truncate(2 << 30)
    manifest = json.loads((model / MANIFEST).read_text())
    manifest["files"]["huge.npz"] = {"size": 2 << 30, "sha256": ""}
    (model / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(ValueError, match="larger than 1024 MB"):
        check_manifest(model)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('factory = "baocao_linker"', 'factory = "sentencizer"'),
        ("before_creation = null", 'before_creation = {"@callbacks": "spacy.copy_from_base_model.v1"}'),
        ('@tokenizers = "baocao_nlp.Tokenizer.v1"', '@tokenizers = "spacy.Tokenizer.v1"'),
        ('factory = "baocao_tagger"', 'source = "../../elsewhere"'),
        ('lang = "vi"', 'lang = "../../elsewhere"'),
        ("[nlp]", "[nlp"),
    ],
)
def test_a_config_that_names_other_code_is_refused(model, before, after):
    path = model / CONFIG
    written = path.read_text(encoding="utf-8")
    assert before in written
    path.write_text(written.replace(before, after), encoding="utf-8")
    write_manifest(model)
    with pytest.raises(ValueError, match=r"not what this package writes|no config of spaCy's"):
        load(model)


def test_arrays_are_as_numpy_wrote_them(tmp_path):
    arrays = {
        "a": np.arange(12.0).reshape(3, 4),
        "f": np.asfortranarray(np.eye(3, dtype=np.float16)),
        "n": np.array("ạ"),
    }
    np.savez(tmp_path / "arrays.npz", **arrays)
    read = read_arrays(tmp_path / "arrays.npz")
    assert read.keys() == arrays.keys()
    for name, array in arrays.items():
        np.testing.assert_array_equal(read[name], array)


def calls(tree):
    """Every function that is called in a module by name, with the names of its keywords that are true."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), {word.arg for word in node.keywords if ast.unparse(word.value) != "False"}


RUNS_CODE = re.compile(
    r"(?:pickle|cloudpickle|dill|marshal|shelve|yaml|joblib|torch)\.(?:load|loads|open|full_load|unsafe_load)"
    r"|eval|exec|compile|__import__|os\.system|os\.popen|subprocess\.getoutput|subprocess\.getstatusoutput"
)


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nothing_in_the_package_runs_what_it_reads(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    assert not imported & {"pickle", "cloudpickle", "dill", "marshal", "shelve", "yaml", "pty"}
    for function, keywords in calls(tree):
        assert not RUNS_CODE.fullmatch(function)
        assert not {"shell", "allow_pickle"} & keywords
