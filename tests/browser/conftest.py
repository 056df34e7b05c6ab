"""A visitor to the running app: a page in Chromium, and what a hand and an eye do there."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, sync_playwright
from serving import Server

HERE = Path(__file__).resolve().parent
ARTEFACTS = Path(os.environ.get("UNROLLED_ARTEFACTS") or Path(tempfile.gettempdir()) / "unrolled-artefacts")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# "notRunning" is also what an app says before its first run, when there is no element on the page yet.
# The stage stands, if the page has one, and every figure in sight is drawn; the others wait their turn.
SETTLED = """() => {
    const any = (selector) => document.querySelector(selector) !== null;
    const drawn = (plot) => {
        const { top, bottom } = plot.getBoundingClientRect();
        return bottom <= 0 || top >= innerHeight || plot.querySelector(".main-svg") !== null;
    };
    return any("[data-testid=stApp][data-test-script-state=notRunning] [data-testid=stElementContainer]")
        && !any("[data-testid=stSkeleton]")
        && (!any("[data-testid=stBidiComponentRegular]") || any("[data-painted]"))
        && [...document.querySelectorAll(".plot")].every(drawn);
}"""


@dataclass
class Visitor:
    """One tab. What its console complains of is kept in `complaints`; the test fails if there is any."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))
        self.page.on("console", self._listen)

    def _listen(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.complaints.append(f"{said.text} ({said.location['url']})")

    def goto(self, path: str) -> None:
        self.page.goto(self.url + path)
        self.settle()

    def settle(self) -> None:
        """Waits until the script has run and what it shows is drawn."""
        self.page.wait_for_function(SETTLED)

    @property
    def stage(self) -> Locator:
        return self.page.locator("[data-painted]")

    def painted(self) -> int:
        """How many pictures the stage has painted so far."""
        return int(self.stage.get_attribute("data-painted") or 0)

    def await_picture(self, after: int) -> None:
        """Waits until more than `after` pictures have been painted."""
        self.page.wait_for_function(
            "(after) => Number(document.querySelector('[data-painted]').dataset.painted) > after", arg=after
        )

    def slider(self, name: str) -> Locator:
        return self.page.get_by_role("slider", name=name, exact=True)

    def drag(self, name: str, to: float, moves: int = 20, each: Callable[[], object] = lambda: None) -> None:
        """Drags a slider to a fraction of its way, slowly; calls `each` after every move, the button held."""
        slider = self.slider(name)
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        assert box is not None, f"the slider {name} is not in sight"
        start = slider.evaluate("(input) => (input.value - input.min) / (input.max - input.min)")
        mouse = self.page.mouse
        for move in range(moves + 1):
            part = start + (to - start) * move / moves
            mouse.move(box["x"] + box["width"] * part, box["y"] + box["height"] / 2)
            if move == 0:
                mouse.down()
                continue
            self.page.wait_for_timeout(40)  # a hand's pace, not a wait for anything
            each()
        mouse.up()

    def screenshot(self, name: str) -> None:
        ARTEFACTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=ARTEFACTS / f"{name}.png")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser a module: a loop left open longer would be in the way of tests that run their own."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for path in map(shutil.which, names) if path), None)
    if found is None:
        reason = f"found no Chromium on this machine (none of {', '.join(names)} on the path)"
        if os.environ.get("UNROLLED_REQUIRE_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visitor(chromium: Browser, server: Server, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    already_said = len(server.log.read_text())
    with chromium.new_context(viewport={"width": 1440, "height": 900}) as context:
        visitor = Visitor(context.new_page(), server.url)
        yield visitor
        visitor.screenshot(re.sub(r"\W+", "-", request.node.name))
    assert visitor.complaints == []
    assert "Traceback" not in server.log.read_text()[already_said:]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
