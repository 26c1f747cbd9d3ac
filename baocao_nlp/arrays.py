"""Arrays in a file of numpy's, read without trust: no code runs, and no more memory is taken than the file is long."""

from __future__ import annotations

import io
from math import prod
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, BadZipFile, ZipFile

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

Arrays = dict[str, NDArray[Any]]


def read_arrays(path: Path) -> Arrays:
    """The arrays that `numpy.savez` wrote into a file, by name; they cannot be written to.

    Raises
    ------
    FileNotFoundError
        Where there is no such file.
    ValueError
        Where it is something else, cut off, or holds anything but finite numbers and text.
    """
    try:
        with ZipFile(path) as archive:
            items = archive.infolist()
            if any(item.compress_type != ZIP_STORED for item in items):
                raise ValueError("its arrays are compressed")
            return {item.filename.removesuffix(".npy"): _array(archive.read(item)) for item in items}
    except (BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise ValueError(f"no whole file of arrays: {error}") from None


def _array(data: bytes) -> NDArray[Any]:
    file = io.BytesIO(data)
    if npy.read_magic(file) != (1, 0):
        raise ValueError("an array of an unknown format")
    shape, is_fortran, kind = npy.read_array_header_1_0(file)
    if kind.kind not in "fiuU":
        raise ValueError(f"an array of {kind}, where numbers or text are expected")
    if prod(shape) * kind.itemsize != len(data) - file.tell():
        raise ValueError(f"an array said to be {shape} is of another size")
    array = np.frombuffer(data, kind, offset=file.tell()).reshape(shape, order="F" if is_fortran else "C")
    if kind.kind == "f" and not np.isfinite(array).all():
        raise ValueError("an array with numbers that are not finite")
    return array
