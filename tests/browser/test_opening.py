"""Every page opens where it lives, whole, in one screen, with nothing from anywhere else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from visiting import PAGES, Visitor

TALL = 2600  # px; every figure is in sight, and so is drawn
SLIDE, HALL = {"width": 1280, "height": 720}, {"width": 1920, "height": 1080}

# What sticks out to the side, and what one would have to scroll sideways for.
TOO_WIDE = """() => {
    const scrolled = [document.documentElement, document.querySelector("[data-testid=stMain]")]
        .filter((e) => e.scrollWidth > e.clientWidth);
    const out = [...document.querySelectorAll("[data-testid=stMain] *")].filter((e) => {
        const { left, right, width } = e.getBoundingClientRect();
        return width > 0 && (right > innerWidth + 1 || left < -1);
    });
    return [...scrolled, ...out].map((e) => `${e.tagName}.${e.getAttribute("class")} ${e.textContent.slice(0, 40)}`);
}"""

# Words of a figure that its edge cuts off.
CUT = """() => [...document.querySelectorAll(".plot")].flatMap((plot) => {
    const edge = plot.getBoundingClientRect();
    return [...plot.querySelectorAll("svg text")].filter((word) => {
        const { left, right, top, bottom, width } = word.getBoundingClientRect();
        const slack = 0.25 * (bottom - top); // a line's box is taller than its letters
        const aside = left < edge.left - 1 || right > edge.right + 1;
        return width > 0 && (aside || top < edge.top - slack || bottom > edge.bottom + slack);
    }).map((word) => `${plot.closest("[data-panel]").dataset.panel}: ${word.textContent}`);
})"""

# Pairs of words in a drawing that lie on each other.
OVERLAPPING = """(panel) => {
    const words = [...panel.querySelectorAll("svg text")].map((e) => [e.textContent, e.getBoundingClientRect()])
        .filter(([, box]) => box.width > 0);
    return words.flatMap(([one, a], i) => words.slice(i + 1).filter(([, b]) => {
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        return across > 1 && down > 0.3 * Math.min(a.height, b.height);
    }).map(([other]) => `${one} on ${other}`));
}"""

# Words around the figures -> their size in px.
SIZES = """() => Object.fromEntries([...document.querySelectorAll(".stage :is(h1, h2, label, .value, .ask, th, td, p)")]
    .filter((e) => e.textContent && e.getBoundingClientRect().width > 0)
    .map((e) => [e.textContent.slice(0, 40), parseFloat(getComputedStyle(e).fontSize)]))"""

# How light the page, its figures and its cards are, 0 to 255.
PAPERS = """() => [".stApp", ".plot .main-svg:first-child", ".card", ".question"]
    .flatMap((s) => [...document.querySelectorAll(s)])
    .map((e) => getComputedStyle(e).backgroundColor.match(/\\d+/g).slice(0, 3).reduce((a, b) => a + b / 3, 0))"""


def below(visitor: Visitor, selector: str) -> float:
    """Where the lowest of what the selector finds ends."""
    return visitor.page.evaluate(
        "(s) => Math.max(...[...document.querySelectorAll(s)].map((e) => e.getBoundingClientRect().bottom))", selector
    )


def look(visitor: Visitor, path: str, size: dict[str, int], mode: str) -> None:
    """Keeps a picture of the page at this size, on which nothing sticks out."""
    visitor.page.set_viewport_size(size)
    visitor.rest()
    visitor.screenshot(f"{path.strip('/') or 'overview'}-{size['width']}x{size['height']}-{mode}")
    assert visitor.page.evaluate(TOO_WIDE) == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_opens_in_one_screen_with_nothing_from_elsewhere(visitor: Visitor, path: str) -> None:
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    visitor.page.set_viewport_size(SLIDE)
    visitor.goto(path)
    assert visitor.headline.inner_text().endswith(".")
    look(visitor, path, SLIDE, "light")
    for part in (".hero", ".controls > .control-list"):
        assert below(visitor, part) <= SLIDE["height"], f"{part} has to be scrolled to"
    assert 2 <= visitor.page.locator(".controls > .control-list > .control").count() <= 5
    look(visitor, path, HALL, "light")
    assert len(asked) > 5
    assert [url for url in asked if not url.startswith((visitor.url, "data:", "blob:"))] == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_on_the_projector(visitor: Visitor, path: str) -> None:
    visitor.page.set_viewport_size(SLIDE)
    visitor.open(path + "?projector=1")
    look(visitor, path, SLIDE, "projector")
    look(visitor, path, HALL, "projector")
    for part in (".hero", ".controls > .control-list"):
        assert below(visitor, part) <= HALL["height"], f"{part} has to be scrolled to"
    sizes = visitor.page.evaluate(SIZES)
    assert len(sizes) > 5
    assert {words: size for words, size in sizes.items() if size < 14} == {}


def test_the_pages_in_the_dark(newcomer: Callable[..., Visitor]) -> None:
    visitor = newcomer(viewport=SLIDE, color_scheme="dark")
    for path in PAGES:
        visitor.open(path)
        look(visitor, path, SLIDE, "dark")
        look(visitor, path, HALL, "dark")
        papers = visitor.page.evaluate(PAPERS)
        assert len(papers) > 2
        assert max(papers) < 60


def test_a_page_follows_when_the_room_goes_dark(newcomer: Callable[..., Visitor]) -> None:
    visitor = newcomer().goto("/unrolling")
    for theme, wanted in (("Dark", lambda paper: max(paper) < 60), ("Light", lambda paper: min(paper) > 230)):
        visitor.page.get_by_role("button", name="Main menu").click()
        visitor.page.get_by_role("menuitemradio", name=theme).click()
        visitor.page.keyboard.press("Escape")
        visitor.until(lambda: visitor.page.evaluate(PAPERS), wanted)


@pytest.mark.parametrize("path", PAGES)
def test_no_figure_cuts_off_a_word(visitor: Visitor, path: str) -> None:
    visitor.page.set_viewport_size({"width": SLIDE["width"], "height": TALL})
    visitor.open(path)
    assert visitor.page.locator(".plot svg text").count() > 30
    assert visitor.page.evaluate(CUT) == []
    visitor.page.set_viewport_size({"width": HALL["width"], "height": TALL})
    visitor.open(path + "?projector=1&length=30")
    visitor.rest()
    assert visitor.page.evaluate(CUT) == []


@pytest.mark.parametrize("path", ["/unrolling?step=30", "/backpropagation?step=1"])
def test_nothing_overlaps_in_a_drawing_of_thirty_steps(visitor: Visitor, path: str) -> None:
    visitor.page.set_viewport_size(SLIDE)
    visitor.open(path + "&length=30&text=one two three, four five; six seven")
    words = visitor.panel("unrolled").locator("svg text")
    assert words.count() > 90
    assert visitor.panel("unrolled").evaluate(OVERLAPPING) == []
