"""The targets of the fuzzer: on what it begins with, and on what it once found."""

import random
import sys
from itertools import islice
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).with_name("fuzzing")))
from targets import TARGETS

CHEAP = 100


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_survives_its_seeds_and_what_chance_makes_of_them(name):
    target, rng = TARGETS[name], random.Random(0)
    for seed in islice(target.seeds(), 5):
        target.run(seed)
        data = bytearray(seed)
        for _ in range(min(target.runs // 20_000, CHEAP)):
            at = rng.randrange(len(data) + 1)
            data[at : at + rng.randrange(4)] = rng.choice([b"", b" ", b"1", b"\xff", b"\xe1\xba\xa1", b"0" * 9])
            target.run(bytes(data))


@pytest.mark.parametrize(
    ("name", "case"), [(name, case) for name, target in TARGETS.items() for case in target.cases()], ids=str
)
def test_what_was_found_once_is_mended(name, case):
    TARGETS[name].run(case.read_bytes())
