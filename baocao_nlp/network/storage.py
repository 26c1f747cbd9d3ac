"""A network on disk: its parameters as arrays, its size and vocabulary as JSON. Loading runs no code from it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np

from baocao_nlp.arrays import read_arrays
from baocao_nlp.network.model import Network, Size

ARRAYS, DESCRIPTION = "network.npz", "network.json"
VERSION = 3


def save_network(network: Network, folder: Path) -> None:
    """Write a network into a folder; the same parameters give the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {name: array.astype(np.float16) for name, array in network.arrays().items()}
    # not compressed and without time stamps
    np.savez(folder / ARRAYS, allow_pickle=False, **arrays)
    forms = sorted(network.vocabulary, key=network.vocabulary.__getitem__)
    description = {"version": VERSION, "size": asdict(network.size), "forms": forms}
    (folder / DESCRIPTION).write_text(json.dumps(description, ensure_ascii=False) + "\n", encoding="utf-8")


def load_network(folder: Path) -> Network:
    """Read the network that `save_network` wrote.

    Raises
    ------
    FileNotFoundError
        Where there is none.
    ValueError
        Where it was written by another version, or is damaged.
    """
    for name in (ARRAYS, DESCRIPTION):
        if not (folder / name).is_file():
            raise FileNotFoundError(f"no {name} in {folder}: not the folder of a trained network")
    try:
        description = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
        version, size, forms = (description[key] for key in ("version", "size", "forms"))
        if version != VERSION:
            raise ValueError(f"written by version {version} of the format, this is {VERSION}")
        vocabulary = {str(form): number for number, form in enumerate(forms, 1)}
        if size["words"] != len(vocabulary) + 1:
            raise ValueError(f"{len(vocabulary)} word forms for a network of {size['words']}")
        network = Network(Size(**size), vocabulary)
        network.set_arrays(read_arrays(folder / ARRAYS))
    except (KeyError, TypeError, ValueError, RecursionError, OSError) as error:
        raise ValueError(f"the network in {folder} cannot be used ({error}); train the model again") from error
    return network
