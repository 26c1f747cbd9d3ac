"""Memory over ten thousand extractions by one process: python tests/benchmarks/memory.py [TIMES]"""

import gc
import sys
from pathlib import Path

import psutil

from baocao_nlp import extract

REPORTS = sorted((Path(__file__).parents[2] / "data" / "annotated" / "dev").glob("*.txt"))


def main(times: int) -> None:
    texts = [path.read_text(encoding="utf-8")[:600] for path in REPORTS]
    process = psutil.Process()
    for number in range(times + 1):
        if number % max(times // 10, 1) == 0:
            gc.collect()
            print(f"{number:6} extractions {process.memory_info().rss / 2**20:7.1f} MB", flush=True)
        # each text is new, so that caches fill as they do in a service
        extract(f"Tiếp nhận {number} hồ sơ. {texts[number % len(texts)]}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
