"""A visitor to the running app: a page in Chromium, and what a hand and an eye do there."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import ConsoleMessage, Error, Locator, Page, expect
from serving import ROOT

T = TypeVar("T")

PAGES = ("/", *sorted(f"/{file.stem}" for file in (ROOT / "pages").glob("*.py") if file.stem != "overview"))
KEEP = os.environ.get("UNROLLED_ARTEFACTS")
ARTEFACTS = Path(KEEP or Path(tempfile.gettempdir()) / "unrolled-artefacts")
PATIENCE = 30.0  # s; a busy machine may take long, what is asked for must come
expect.set_options(timeout=PATIENCE * 1000)

# "notRunning" is also what an app says before its first run, when there is no element on the page yet.
# The stage stands, and every figure in sight is drawn; the others wait their turn.
SETTLED = """() => {
    const any = (selector) => document.querySelector(selector) !== null;
    const drawn = (plot) => {
        const { top, bottom } = plot.getBoundingClientRect();
        return bottom <= 0 || top >= innerHeight || plot.querySelector(".main-svg") !== null;
    };
    return any("[data-testid=stApp][data-test-script-state=notRunning] [data-testid=stElementContainer]")
        && !any("[data-testid=stSkeleton]")
        && any("[data-painted]")
        && [...document.querySelectorAll(".plot")].every(drawn);
}"""

# A link followed as the browser's history does it: nothing is loaded anew. The app leaves out of the address what it
# does not know, and so shows that it has read it.
FOLLOW = """(link) => {
    document.activeElement?.blur();
    document.querySelector("[data-testid=stMain]").scrollTo(0, 0);
    history.pushState(null, "", link);
    dispatchEvent(new PopStateEvent("popstate"));
}"""
FOLLOWED = """() => !location.search.includes("followed=")
    && document.querySelector("[data-testid=stApp]").dataset.testScriptState === "notRunning"
"""

# What a page that has been left still sent is answered by nobody.
ANSWERED = """() => wire.sent <= wire.answered || wire.by !== (location.pathname.slice(1) || "overview")"""

# Every message is answered, the last answer painted, every figure in sight drawn by Plotly, and for a moment nothing
# was painted or written.
AT_REST = """() => {
    const answered = ANSWERED;
    const behind = [...document.querySelectorAll(".stage")].some(({ dataset }) => !(dataset.answered >= wire.last));
    const now = [
        ...[...document.querySelectorAll("[data-painted]")].map((stage) => stage.dataset.painted),
        ...[...document.querySelectorAll(".plot")].map((plot) => plot.data),
        ...[...document.querySelectorAll(".stage")].map((stage) => stage.textContent),
        location.href,
    ];
    const sketched = [...document.querySelectorAll(".plot.sketched, .late")].some((part) => {
        const { top, bottom } = part.getBoundingClientRect();
        return bottom > 0 && top < innerHeight;
    });
    const still = window.still?.now.length === now.length && window.still.now.every((part, i) => part === now[i]);
    if (!still || sketched || behind || !answered()) window.still = { now, since: performance.now() };
    return performance.now() - window.still.since > 120;
}""".replace("ANSWERED", ANSWERED)

# Counts the stage's messages where they leave the page and the answers where they come in; keeps the connection at
# hand for a test that breaks it.
WIRE = """(() => {
    const wire = (window.wire = { sent: 0, by: "", answered: 0, last: 0, inFlight: 0, most: 0 });
    const latin = new TextDecoder("latin1");
    const found = (data, pattern) => latin.decode(data).match(pattern)?.[1];
    window.WebSocket = class extends WebSocket {
        constructor(...address) {
            super(...address);
            window.connection = this;
            this.addEventListener("message", ({ data }) => {
                const answers = Number(found(data, /"answers":(\\d+)/) ?? -1);
                if (answers >= 0) wire.last = answers;
                if (answers <= wire.answered) return;
                wire.inFlight = 0;
                wire.answered = answers;
            });
        }
        send(data) {
            const sent = Number(found(data, /"event":"did","value":\\{"number":(\\d+)/) ?? 0);
            const by = found(data, /stage-([a-z-]+)/);
            if (sent > 0 && by !== (location.pathname.slice(1) || "overview")) {
                // The last word of a page that has been left: nobody answers it.
            } else if (sent > 0) {
                Object.assign(wire, { sent, by });
                wire.inFlight += 1;
                wire.most = Math.max(wire.most, wire.inFlight);
            } else {
                wire.sent = wire.answered; // a page is left: nothing that it asked is waited for
                wire.inFlight = 0;
            }
            super.send(data);
        }
    };
})()"""

CONTROLS = """() => Object.fromEntries(
    [...document.querySelectorAll(".stage :is(input, select, textarea)")].map((control) => {
        const group = control.closest("fieldset")?.querySelector("legend").textContent ?? "";
        const switched = control.type === "radio" || control.type === "checkbox";
        return [`${group} ${control.labels[0].textContent}`.trim(), switched ? control.checked : control.value];
    }),
)"""


@dataclass
class Visitor:
    """One tab. What its console complains of, and what it asks of anyone but the app, is kept in `complaints`; the
    test fails if there is any."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.add_init_script(WIRE)
        self.page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))
        self.page.on("console", self._listen)
        self.page.on("request", lambda request: self._asked(request.url))
        self.page.on("websocket", lambda socket: self._asked(socket.url.replace("ws", "http", 1)))

    def _listen(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.complaints.append(f"{said.text} ({said.location['url']})")

    def _asked(self, url: str) -> None:
        if not url.startswith((self.url + "/", "data:", "blob:", "file:")):
            self.complaints.append(f"asked elsewhere: {url}")

    # going about

    def goto(self, path: str) -> Visitor:
        """Opens a page as a new visitor does: everything is loaded."""
        self.page.goto(self.url + path)
        self.settle()
        return self

    def open(self, path: str) -> Visitor:
        """Follows a link to a view. A tab that has the app already loads nothing anew; what was set is forgotten."""
        if not self.page.url.startswith(self.url):
            return self.goto(path)
        self.page.wait_for_function(ANSWERED)
        self.page.evaluate(FOLLOW, path + ("&" if "?" in path else "?") + "followed=1")
        self.page.wait_for_function(FOLLOWED)
        self.settle()
        self.rest()
        return self

    def settle(self) -> None:
        """Waits until the script has run and what it shows is drawn."""
        self.page.wait_for_function(SETTLED)

    def rest(self) -> None:
        """Waits until every message is answered and the pictures have stopped moving."""
        self.page.wait_for_function(AT_REST)

    def until(self, read: Callable[[], T], wanted: Callable[[T], object]) -> T:
        """Reads again and again, until what is read is as wanted."""
        end = time.monotonic() + PATIENCE
        while not wanted(value := read()):
            assert time.monotonic() < end, f"still {str(value)[:300]}"
            self.page.wait_for_timeout(30)
        return value

    @contextmanager
    def beside(self) -> Iterator[Visitor]:
        """A second tab of the same browser; its complaints are this visitor's."""
        page = self.page.context.new_page()
        yield Visitor(page, self.url, self.complaints)
        page.close()

    @property
    def link(self) -> str:
        """Where the visitor is: what they would copy, without the server's name."""
        return self.page.url.removeprefix(self.url)

    @property
    def query(self) -> dict[str, str]:
        """The settings that the link in the address bar carries."""
        return dict(parse_qsl(urlsplit(self.page.url).query, keep_blank_values=True))

    def await_query(self, **wanted: str) -> None:
        self.until(lambda: self.query, lambda query: query == wanted)

    # looking

    @property
    def headline(self) -> Locator:
        return self.page.get_by_role("heading", level=1)

    @property
    def message(self) -> Locator:
        return self.page.locator(".message")

    @property
    def notice(self) -> Locator:
        """How the input was read, beside it."""
        return self.form.locator("p[role=status]")

    @property
    def form(self) -> Locator:
        return self.page.get_by_role("form", name="Controls")

    @property
    def input(self) -> Locator:
        return self.page.get_by_role("textbox", name="Input", exact=True)

    @property
    def card(self) -> Locator:
        return self.page.locator(".card")

    @property
    def caption(self) -> Locator:
        return self.page.get_by_role("group", name="Player").locator(".caption")

    def eyebrows(self) -> list[str]:
        """The line above the headline; two for the moment in which one page takes the place of another."""
        return self.page.evaluate("[...document.querySelectorAll('.eyebrow')].map((e) => e.textContent)")

    def panel(self, name: str) -> Locator:
        return self.page.locator(f"[data-panel={name}]")

    def panels(self) -> list[str]:
        return self.page.evaluate("[...document.querySelectorAll('[data-panel]')].map((p) => p.dataset.panel)")

    def title(self, panel: str) -> str:
        return self.panel(panel).locator(".plot").get_attribute("aria-label") or ""

    def pictures(self) -> dict[str, str]:
        """The data of every figure drawn, as Plotly holds it."""
        return self.page.evaluate(
            """() => Object.fromEntries([...document.querySelectorAll("[data-panel]")]
                .filter((panel) => panel.querySelector(".plot").data)
                .map((panel) => [panel.dataset.panel, JSON.stringify(panel.querySelector(".plot").data)]))"""
        )

    def picture(self, panel: str) -> str:
        return self.panel(panel).evaluate("(panel) => JSON.stringify(panel.querySelector('.plot').data)")

    def tokens(self) -> list[str]:
        """What the drawing shows below its columns: the items that the network reads."""
        return self.panel("unrolled").evaluate(
            "(panel) => panel.querySelector('.plot').data?.find((d) => d.customdata?.[0]?.[1] === 'x')?.text ?? []"
        )

    def controls(self) -> dict[str, str | bool]:
        """Every control by its name, those behind the fold too, with what it holds."""
        return self.page.evaluate(CONTROLS)

    def view(self) -> dict[str, Any]:
        """All that a link has to bring back."""
        self.rest()
        return {"headline": self.headline.inner_text(), "controls": self.controls(), "pictures": self.pictures()}

    def step(self) -> int:
        """The step that the player stands at."""
        words = self.caption.inner_text().split()
        return int(words[words.index("step") + 1])

    def screenshot(self, name: str) -> None:
        ARTEFACTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=ARTEFACTS / f"{name}.png")

    # doing

    def unfold_more(self) -> None:
        """Shows the controls behind the fold."""
        more = self.form.locator("details")
        if more.get_attribute("open") is None:
            more.locator("summary").click()

    def choose(self, group: str, word: str) -> None:
        """Presses one of a few buttons in a row."""
        self.form.get_by_role("group", name=group, exact=True).get_by_text(word, exact=True).click()

    def select(self, control: str, word: str) -> None:
        self.form.get_by_label(control, exact=True).select_option(word)

    def go(self, section: str, page: str) -> None:
        """To another page, through the navigation on top."""
        left = self.eyebrows()
        top = self.page.get_by_role("navigation", name="App pages")
        if section:
            top.get_by_role("button", name=section).click()
            self.page.get_by_role("menuitem", name=page, exact=True).click()
        else:
            top.get_by_role("link", name=page, exact=True).click()
        self.arrive(left)

    def arrive(self, left: list[str]) -> None:
        """Waits until another page than the one left is there, alone."""
        self.until(self.eyebrows, lambda now: len(now) == 1 and now[0] and now != left)
        self.settle()

    def slider(self, name: str) -> Locator:
        return self.page.get_by_role("slider", name=name, exact=True)

    @contextmanager
    def holding(self, name: str) -> Iterator[Callable[[float], None]]:
        """Holds a slider by its thumb; what it gives moves it to a fraction of its way. Lets go at the end."""
        slider = self.slider(name)
        box, start = self.until(lambda: self._grip(slider), bool)

        def move(part: float) -> None:
            self.page.mouse.move(box["x"] + box["width"] * part, box["y"] + box["height"] / 2)

        move(start)
        self.page.mouse.down()
        try:
            yield move
        finally:
            self.page.mouse.up()

    def _grip(self, slider: Locator) -> Any:
        """Where a slider is and how far it stands; nothing while its page is still being put up."""
        try:
            slider.scroll_into_view_if_needed()
            box = slider.bounding_box()
            part = slider.evaluate("(input) => (input.value - input.min) / (input.max - input.min)")
        except Error:  # taken down between two looks
            return None
        return box and (box, part)

    def click(self, panel: str, x: float, y: float) -> None:
        """Clicks a figure where its axes say (x, y)."""
        plot = self.panel(panel).locator(".plot")
        plot.scroll_into_view_if_needed()
        place = """(plot, [x, y]) => {
            const { left, top } = plot.getBoundingClientRect();
            const { xaxis, yaxis } = plot._fullLayout;
            return [left + xaxis._offset + xaxis.d2p(x), top + yaxis._offset + yaxis.d2p(y)];
        }"""
        self.page.mouse.move(*plot.evaluate(place, [x, y]))
        self.page.wait_for_function("(plot) => plot._hoverdata?.length > 0", arg=plot.element_handle())
        self.page.mouse.down()
        self.page.mouse.up()


Newcomer = Callable[..., Visitor]  # makes one, in a browser context of these options
