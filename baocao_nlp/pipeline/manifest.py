"""The manifest of a model's folder: which files it is made of, their sizes and hashes, and the format they are in.

It tells a model that was damaged, mixed with another, or made for another version before anything of it is read.
It is no signature: whoever can write the folder can write the manifest. That is why what it lists is data too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Any

MANIFEST = "manifest.json"
FORMAT = 1
# in bytes, of the manifest and of a whole model
_LONGEST, _LARGEST = 1 << 20, 1 << 30


def write_manifest(folder: Path) -> None:
    """Write the manifest of all files in a folder."""
    files = {
        name: {"sha256": _digest(folder / name), "size": (folder / name).stat().st_size}
        for name in _names(folder)
        if name != MANIFEST
    }
    manifest = {"format": FORMAT, "package": f"baocao-nlp {version('baocao-nlp')}", "files": files}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def check_manifest(folder: Path) -> None:
    """Check that a folder holds the very files of its manifest, in this version's format.

    Raises
    ------
    ValueError
        Where it does not; the message says what is wrong and what to do.
    """
    files = _listed(folder)
    there = set(_names(folder)) - {MANIFEST}
    if missing := sorted(set(files) - there):
        raise ValueError(f"the model in {folder} is not whole: no {missing[0]}; copy or train it again")
    if unknown := sorted(there - set(files)):
        raise ValueError(f"the model in {folder} has a file that its manifest does not know: {unknown[0]}; remove it")
    if sum(entry["size"] for entry in files.values()) > _LARGEST:
        raise ValueError(f"the model in {folder} is larger than {_LARGEST >> 20} MB: no model of this package is")
    for name, entry in files.items():
        path = folder / name
        if path.stat().st_size != entry["size"] or _digest(path) != entry["sha256"]:
            raise ValueError(f"{path} is damaged or of another model (its hash differs); copy or train the model again")


def _listed(folder: Path) -> Mapping[str, Mapping[str, Any]]:
    """The files of a manifest, with ``size`` and ``sha256`` of each."""
    path = folder / MANIFEST
    if not path.is_file():
        raise ValueError(f"no {MANIFEST} in {folder}: not a whole model, or an older one; copy or train it again")
    if path.stat().st_size > _LONGEST:
        raise ValueError(f"{path} is no manifest: longer than {_LONGEST >> 20} MB")
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        written, package, files = manifest["format"], str(manifest["package"]), dict(manifest["files"])
        known = all(
            _is_inside(name) and type(entry["size"]) is int and entry["size"] >= 0 and type(entry["sha256"]) is str
            for name, entry in files.items()
        )
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"{path} is no manifest ({type(error).__name__}: {error}); train the model again") from None
    if written != FORMAT:
        way = "install a newer one" if type(written) is int and written > FORMAT else "train it again"
        raise ValueError(
            f"the model in {folder} was made by {package[:80]} in format {written!r}; this version reads format "
            f"{FORMAT}: {way}"
        )
    if not known:
        raise ValueError(f"{path} lists files outside the model, or without size and hash; train the model again")
    return files


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name and str(path) == name


def _names(folder: Path) -> list[str]:
    """The names of all files in a folder, those below it included."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
