"""Slider to painted picture: the gradients page against a floor app, in one run.

    python -m benchmarks.slider_vs_floor

The floor is the same server, the same widgets and the same bytes: what the page composed for thirty positions of the
slider, recorded beforehand and sent back without computing anything. What is left above it is what the computation and
the figures cost. The two are timed in turns; the figure is the ratio of the medians.
"""

from __future__ import annotations

import statistics

from benchmarks.browser import LATENCY, chromium, ready, serving

ROUNDS, MOVES = 4, 25


def main() -> None:
    times: dict[str, list[float]] = {"page": [], "floor": []}
    with (
        serving("-m", "explorer", "--port", "0") as page_url,
        serving("-m", "benchmarks.floor", "--port", "0") as floor_url,
        chromium() as page,
    ):
        for _ in range(ROUNDS):
            for name, url in (("page", f"{page_url}/gradients"), ("floor", floor_url)):
                ready(page, url)
                times[name] += page.evaluate(LATENCY, ["Gain", MOVES])[5:]
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, median in medians.items():
        print(f"{name:8}{median:8.1f} ms from the slider's event to the painted picture (median of {len(times[name])})")
    print(f"{'ratio':8}{medians['page'] / medians['floor']:8.2f}")


if __name__ == "__main__":
    main()
