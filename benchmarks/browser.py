"""What the two browser benchmarks share: a server, and a page in headless Chromium that is dragged."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
]

# Moves a slider by script as a hand would, one input event a move, and times each from the event to the frame
# after the stage has painted what it changed.
LATENCY = """async ([name, moves]) => {
  const slider = [...document.querySelectorAll("input[type=range]")].find((s) => s.labels[0].textContent === name);
  const stage = document.querySelector("[data-painted]");
  const frame = () => new Promise(requestAnimationFrame);
  const painted = (after) => new Promise((done) => {
    const watch = new MutationObserver(() => {
      if (Number(stage.dataset.painted) > after) { watch.disconnect(); done(); }
    });
    watch.observe(stage, { attributes: true, attributeFilter: ["data-painted"] });
  });
  const times = [];
  for (let move = 0; move < moves; move++) {
    const part = 0.2 + 0.6 * ((move * 7) % moves) / moves;
    slider.value = Number(slider.min) + part * (slider.max - slider.min);
    const shown = painted(Number(stage.dataset.painted));
    const start = performance.now();
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await shown;
    await frame();
    times.push(performance.now() - start);
    await new Promise((done) => setTimeout(done, 30));
  }
  return times;
}"""


@contextmanager
def serving(*command: str) -> Iterator[str]:
    """Runs a server that says its address, and gives that."""
    process = subprocess.Popen([sys.executable, *command], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if "http://" in line:
                yield "http://" + line.split("http://")[1].split()[0]
                break
        else:
            raise RuntimeError(f"{' '.join(command)} did not start")
    finally:
        process.terminate()
        process.wait(timeout=10)


@contextmanager
def chromium() -> Iterator[Page]:
    found = which("chromium") or which("chromium-browser") or which("google-chrome")
    if found is None:
        sys.exit("This benchmark needs Chromium: install it, for example as Debian's package chromium.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser.new_page(viewport={"width": 1280, "height": 720})
        browser.close()


def ready(page: Page, url: str) -> None:
    """Opens a page and waits until it has painted and come to rest."""
    page.goto(url)
    page.wait_for_function("() => Number(document.querySelector('[data-painted]')?.dataset.painted) > 0")
    page.wait_for_selector(".plot .main-svg")
    page.wait_for_timeout(3000)  # the proof is made in the background; its turn must be over


def drag(page: Page, name: str, seconds: float) -> tuple[float, dict[str, float]]:
    """Drags a slider to and fro with the button held, by one of its values a move at least; returns the pictures a
    second, of the first figure and of every other one in sight."""
    slider = page.get_by_role("slider", name=name, exact=True)
    box = slider.bounding_box()
    assert box is not None
    values: float = slider.evaluate("(slider) => (slider.max - slider.min) / slider.step")
    pace = max(0.03, 1 / values)
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.3, y)
    page.mouse.down()
    before, start, move = painted(page), time.perf_counter(), 0
    while time.perf_counter() - start < seconds:
        move += 1
        way = abs((move * pace) % 1.0 - 0.5) * 2
        page.mouse.move(box["x"] + box["width"] * (0.2 + 0.5 * way), y)
    after, took = painted(page), time.perf_counter() - start
    page.mouse.up()
    hero, *others = before
    return (after[hero] - before[hero]) / took, {
        other: (after[other] - before[other]) / took for other in others if other in after
    }


def painted(page: Page) -> dict[str, int]:
    """Panel -> the answers painted so far, of the panels in sight; the hero comes first."""
    found: dict[str, int] = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll("[data-panel]")]
            .filter((panel, i) => {
                const { top, bottom } = panel.querySelector(".plot").getBoundingClientRect();
                return i === 0 || Math.min(bottom, innerHeight) - top > 0.2 * (bottom - top);
            })
            .map((panel) => [panel.dataset.panel, Number(panel.dataset.answers ?? 0)]))"""
    )
    return found
