"""Pictures painted a second while a slider is dragged with the button held, on every page, at 1280×720.

    python -m benchmarks.pictures_per_second

A picture counts when every figure in sight shows the data of one and the same pass. Nothing is sampled: the count is
the stage's own, of pictures that it has finished.
"""

from __future__ import annotations

from benchmarks.browser import chromium, drag, ready, serving
from explorer.page import course

SLIDERS = {  # elsewhere Gain
    "unrolling": "Length",
    "trees": "Length",
    "programs": "Weight error ε",
    "encoder-decoder": "Beam width",
    "units": "Unit",
    "patterns": "Temperature τ",
    "training": "Snapshot",
    "drift": "Free running after step",
    "memory": "Snapshot",
}
VIEWS = {"patterns": "?pattern=generator"}  # elsewhere the page as it opens
SECONDS = 5


def main() -> None:
    print(f"{'page':18}{'slider':24}{'pictures a second':>18}")
    with serving("-m", "explorer", "--port", "0") as url, chromium() as page:
        for lesson in (lesson for lessons in course.SECTIONS.values() for lesson in lessons):
            path, slider = f"/{lesson.page}", SLIDERS.get(lesson.page, "Gain")
            ready(page, url + path + VIEWS.get(lesson.page, ""))
            print(f"{path:18}{slider:24}{drag(page, slider, SECONDS):18.1f}", flush=True)


if __name__ == "__main__":
    main()
