"""Pictures painted a second while a slider is dragged with the button held, on every page, at 1280×720.

    python -m benchmarks.pictures_per_second

Of the first figure, and of the slowest of the others in sight, which take turns. Nothing is sampled: the counts are the
stage's own, of answers whose picture it has finished.
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
    print(f"{'page':18}{'slider':24}{'first figure':>14}{'slowest other':>15}")
    with serving("-m", "explorer", "--port", "0") as url, chromium() as page:
        for lesson in (lesson for lessons in course.SECTIONS.values() for lesson in lessons):
            path, slider = f"/{lesson.page}", SLIDERS.get(lesson.page, "Gain")
            ready(page, url + path + VIEWS.get(lesson.page, ""))
            hero, others = drag(page, slider, SECONDS)
            slowest = f"{min(others.values()):15.1f}" if others else f"{'–':>15}"
            print(f"{path:18}{slider:24}{hero:14.1f}{slowest}", flush=True)


if __name__ == "__main__":
    main()
