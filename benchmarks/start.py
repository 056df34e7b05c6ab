"""How long the app takes to start, against the mere import of Streamlit.

    python -m benchmarks.start

From the command to the line that gives the address, and answers there; the median of several starts, in turns.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from benchmarks.browser import ROOT, serving

ROUNDS = 7


def main() -> None:
    times: dict[str, list[float]] = {"app": [], "import": []}
    for _ in range(ROUNDS):
        start = time.perf_counter()
        with serving("-m", "explorer", "--port", "0"):
            times["app"].append(time.perf_counter() - start)
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import streamlit"], cwd=ROOT, check=True)
        times["import"].append(time.perf_counter() - start)
    app, bare = (statistics.median(values) for values in times.values())
    print(f"the app answers after {app:.2f} s, {app / bare:.1f} times the import of Streamlit ({bare:.2f} s)")


if __name__ == "__main__":
    main()
