"""Pictures painted a second while a slider is dragged with the button held, on every page, at 1280×720.

    python -m benchmarks.pictures_per_second

A picture counts when every figure in sight shows the data of one and the same pass. Nothing is sampled: the count is
the stage's own, of pictures that it has finished.
"""

from __future__ import annotations

from benchmarks.browser import chromium, drag, ready, serving

PAGES = {
    "/": "Gain",
    "/unrolling": "Length",
    "/lengths": "Gain",
    "/backpropagation": "Gain",
    "/gradients": "Gain",
    "/stacked": "Gain",
    "/bidirectional": "Gain",
    "/trees": "Length",
}
SECONDS = 5


def main() -> None:
    print(f"{'page':18}{'slider':10}{'pictures a second':>18}")
    with serving("-m", "explorer", "--port", "0") as url, chromium() as page:
        for path, slider in PAGES.items():
            ready(page, url + path)
            print(f"{path:18}{slider:10}{drag(page, slider, SECONDS):18.1f}", flush=True)


if __name__ == "__main__":
    main()
