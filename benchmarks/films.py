"""How long a shipped film takes from its file to its last model, against the mere reading of the file's arrays.

    python -m benchmarks.films

Every film, the median of several readings in turns; told are the slowest one, and the size of all together.
"""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import numpy as np

from core.films import RECIPES, path
from core.films.film import load

ROUNDS = 7


def main() -> None:
    times = {name: measured(path(name)) for name in RECIPES}
    slowest = max(times, key=lambda name: times[name][0])
    film, bare = times[slowest]
    size = sum(path(name).stat().st_size for name in RECIPES) / 2**20
    print(f"{len(times)} films, {size:.1f} MB together")
    print(
        f"the slowest, {slowest}, is there after {film * 1e3:.0f} ms, {film / bare:.1f} times the reading of its arrays"
    )


def measured(file: Path) -> tuple[float, float]:
    """Seconds for the film, and for its arrays alone."""
    films, arrays = [], []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        load(file).model(-1)
        films.append(time.perf_counter() - start)
        start = time.perf_counter()
        with np.load(file) as held:
            for name in held.files:
                held[name]
        arrays.append(time.perf_counter() - start)
    return statistics.median(films), statistics.median(arrays)


if __name__ == "__main__":
    main()
