"""Under load: threads, processes, and memory; and nothing that one caller does reaches another."""

import gc
import multiprocessing
import os
import subprocess
import sys
import threading
import tracemalloc
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from baocao_nlp import extract, load

REPORTS = Path(__file__).parents[1] / "data" / "annotated" / "dev"
TEXTS = [
    path.read_text(encoding="utf-8")[:3000]
    for path in sorted(REPORTS.glob("*.txt"), key=lambda path: path.stat().st_size)[:8]
]


@pytest.fixture(scope="module")
def expected():
    return [extract(text) for text in TEXTS]


def test_one_model_in_sixteen_threads_gives_what_it_gives_in_one(expected):
    start = threading.Barrier(16)

    def work(number):
        start.wait()
        # each thread in another order, so that different texts meet
        order = [(number + step) % len(TEXTS) for step in range(len(TEXTS))]
        return {i: extract(TEXTS[i]) for i in order}

    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(work, range(16)))
    assert all([facts[i] for i in range(len(TEXTS))] == expected for facts in found)


def test_one_pipeline_in_sixteen_threads_gives_what_it_gives_in_one(expected):
    nlp = load()
    with ThreadPoolExecutor(16) as pool:
        docs = list(pool.map(nlp, TEXTS * 4))
    assert [doc._.facts for doc in docs] == expected * 4


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_processes_started_either_way_give_the_same(method, expected):
    # the model is loaded here already, which a forked process inherits
    extract(TEXTS[0])
    context = multiprocessing.get_context(method)
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        assert list(pool.map(extract, TEXTS[:3], timeout=120)) == expected[:3]


def test_a_process_forked_while_others_extract_does_not_hang(expected):
    stop = threading.Event()

    def busy():
        while not stop.is_set():
            extract(TEXTS[1])

    threads = [threading.Thread(target=busy) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool:
            assert pool.submit(extract, TEXTS[2]).result(timeout=120) == expected[2]
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def test_what_a_caller_does_to_its_facts_reaches_no_other(expected):
    facts = extract(TEXTS[0])
    with pytest.raises(FrozenInstanceError):
        facts[0].number = 1.0
    facts[0].to_dict()["value"]["text"] = "x"
    facts.clear()
    assert extract(TEXTS[0]) == expected[0]


STATE = """
import locale, logging, os, random, signal, socket, sys, threading, warnings
import numpy

def state():
    return {
        "numpy": numpy.random.get_state()[1].tobytes(),
        "numpy's errors": numpy.geterr(),
        "random": random.getstate(),
        "signals": [signal.getsignal(number) for number in sorted(signal.valid_signals())],
        "folder": os.getcwd(),
        "environment": dict(os.environ),
        "logging": (logging.getLogger().level, list(logging.getLogger().handlers)),
        "locale": locale.setlocale(locale.LC_ALL),
        "recursion": sys.getrecursionlimit(),
        "timeout": socket.getdefaulttimeout(),
        "threads": threading.active_count(),
    }

import baocao_nlp
text = sys.stdin.read()
baocao_nlp.extract(text)
before = state()
baocao_nlp.extract(text)
for data in (text.encode(), b"<html><body><p>" + text.encode() + b"</p></body></html>"):
    baocao_nlp.extract_file(data)
list(baocao_nlp.extract_many([]))
after = state()
for name, value in before.items():
    assert after[name] == value, name
"""


def test_nothing_of_the_process_is_changed():
    done = subprocess.run([sys.executable, "-c", STATE], input=TEXTS[0], text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_memory_stays_flat():
    """`make bench-memory` does the same ten thousand times."""

    def work(times):
        for number in range(times):
            # numbers that were not seen yet, so that caches are part of it
            extract(f"Tiếp nhận {number} hồ sơ. {TEXTS[number % len(TEXTS)][:600]}")
        gc.collect()

    work(60)
    tracemalloc.start()
    try:
        work(60)
        first, _ = tracemalloc.get_traced_memory()
        work(120)
        second, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert second - first < 1 << 20


def test_words_as_long_as_a_report_are_not_remembered():
    def work(letters):
        for letter in letters:
            extract(f"{letter * 100_000} trồng 12 ha rừng.")
        gc.collect()

    work("a")
    tracemalloc.start()
    try:
        work("bcdghiklmnopqrstuvx")
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 1 << 20


def test_many_readers_leave_no_file_open():
    folder = Path("/proc/self/fd")
    if not folder.exists():
        pytest.skip("open files are counted where /proc is")
    extract(TEXTS[0])
    before = len(os.listdir(folder))
    for path in sorted(REPORTS.glob("*.txt"))[:5]:
        extract(path.read_text(encoding="utf-8")[:300])
    assert len(os.listdir(folder)) == before
