"""Every page opens where it lives, whole, in one screen, with nothing from anywhere else.

"Whole in one screen" means: in a window of 1280×720 (a laptop on a projector), without scrolling, stand the headline,
the hero (its drawings, the player and the question) and the main controls. What explains (the lead, the notice), what
is folded (More), the card and the figures below may go on beyond the edge.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import ViewportSize
from visiting import PAGES, Newcomer, Visitor

SLIDE: ViewportSize = {"width": 1280, "height": 720}
HALL: ViewportSize = {"width": 1920, "height": 1080}
TALL = 2600  # px; every figure is in sight, and so is drawn

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
PAPERS = """() => [".stApp", ".plot .main-svg:first-child", ".card", ".question:not([hidden])"]
    .flatMap((s) => [...document.querySelectorAll(s)])
    .map((e) => getComputedStyle(e).backgroundColor.match(/\\d+/g).slice(0, 3).reduce((a, b) => a + b / 3, 0))"""

IN_ONE_SCREEN = (".headline", ".hero", ".controls > .control-list")


def below(visitor: Visitor, size: ViewportSize) -> dict[str, float]:
    """What of the page's first screen ends below the window's edge, and where."""
    ends = visitor.page.evaluate(
        "(parts) => parts.map((part) => document.querySelector(part).getBoundingClientRect().bottom)",
        list(IN_ONE_SCREEN),
    )
    return {part: end for part, end in zip(IN_ONE_SCREEN, ends, strict=True) if end > size["height"]}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_opens_in_one_screen(visitor: Visitor, path: str) -> None:
    """That the console is silent, and that nobody but the app is asked for anything, is seen in every test."""
    visitor.page.set_viewport_size(SLIDE)
    visitor.goto(path)
    headline = visitor.headline.inner_text()
    assert headline.endswith(".")
    assert len(headline.split()) >= 4
    visitor.rest()
    assert below(visitor, SLIDE) == {}
    assert 2 <= visitor.page.locator(".controls > .control-list > .control").count() <= 5
    assert visitor.page.evaluate(TOO_WIDE) == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_on_the_projector(visitor: Visitor, path: str) -> None:
    visitor.page.set_viewport_size(HALL)
    visitor.open(path + "?projector=1")
    assert below(visitor, HALL) == {}
    assert visitor.page.evaluate(TOO_WIDE) == []
    sizes = visitor.page.evaluate(SIZES)
    assert len(sizes) > 5
    assert {words: size for words, size in sizes.items() if size < 14} == {}


def test_projector_mode_is_switched_on_and_survives_a_reset(visitor: Visitor) -> None:
    visitor.open("/unrolling")
    desk = visitor.headline.evaluate("(e) => parseFloat(getComputedStyle(e).fontSize)")
    visitor.unfold_more()
    visitor.page.get_by_role("switch", name="Projector mode").click()
    visitor.await_query(projector="1")
    visitor.rest()
    assert visitor.headline.evaluate("(e) => parseFloat(getComputedStyle(e).fontSize)") >= 1.4 * desk
    words = visitor.panel("unrolled").locator("svg text").first
    assert words.evaluate("(e) => parseFloat(getComputedStyle(e).fontSize)") >= 16, "the figures grow too"
    visitor.page.get_by_role("button", name="Reset", exact=True).click()
    visitor.rest()
    assert visitor.query == {"projector": "1"}, "a reset is for what is shown, not for where"


@pytest.mark.parametrize("path", PAGES)
def test_no_figure_cuts_off_a_word(visitor: Visitor, path: str) -> None:
    visitor.page.set_viewport_size({"width": SLIDE["width"], "height": TALL})
    visitor.open(path)
    assert visitor.page.locator(".plot svg text").count() > 30
    assert visitor.page.evaluate(CUT) == []
    visitor.page.set_viewport_size({"width": HALL["width"], "height": TALL})
    visitor.open(path + "?projector=1&length=30")
    assert visitor.page.evaluate(CUT) == []


@pytest.mark.parametrize("path", ["/unrolling?step=30", "/backpropagation?step=1"])
def test_nothing_overlaps_in_a_drawing_of_thirty_steps(visitor: Visitor, path: str) -> None:
    visitor.page.set_viewport_size(SLIDE)
    visitor.open(path + "&length=30&text=one two three, four five; six seven")
    words = visitor.panel("unrolled").locator("svg text")
    assert words.count() > 90
    assert visitor.panel("unrolled").evaluate(OVERLAPPING) == []


def test_the_pages_in_the_dark(newcomer: Newcomer) -> None:
    visitor = newcomer(viewport=SLIDE, color_scheme="dark")
    for path in PAGES:
        visitor.open(path)
        visitor.rest()
        papers = visitor.page.evaluate(PAPERS)
        assert len(papers) > 2
        assert max(papers) < 60, path


def test_a_page_follows_when_the_room_goes_dark(newcomer: Newcomer) -> None:
    visitor = newcomer().goto("/unrolling")
    for theme, wanted in (("Dark", lambda paper: max(paper) < 60), ("Light", lambda paper: min(paper) > 230)):
        visitor.page.get_by_role("button", name="Main menu").click()
        visitor.page.get_by_role("menuitemradio", name=theme).click()
        visitor.page.keyboard.press("Escape")
        visitor.until(lambda: visitor.page.evaluate(PAPERS), wanted)
