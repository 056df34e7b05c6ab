"""A page of text, coloured by the units of a trained network."""

from __future__ import annotations

from playwright.sync_api import expect
from visiting import Visitor

LETTERS = """(panel) => panel.querySelector(".plot").data.find((d) => d.mode === "text").text.join("")"""
FIRST = """(panel) => {
    const { z, x, y } = panel.querySelector(".plot").data[0];
    const row = z.length - 1;
    return [x[7], (y[row] + y[row + 1]) / 2];
}"""


def test_the_arrow_keys_go_through_the_units_and_a_click_chooses_a_character(visitor: Visitor) -> None:
    visitor.open("/units?watched=28&character=5")
    text = visitor.panel("passage").evaluate(LETTERS)
    headlines = [visitor.headline.inner_text()]
    visitor.headline.click()
    for unit in (29, 30):
        before = visitor.picture("passage")
        visitor.page.keyboard.press("ArrowRight")
        expect(visitor.caption).to_contain_text(f"unit {unit} of 64")
        visitor.until(lambda: visitor.picture("passage"), lambda now, before=before: now != before)
        headlines.append(visitor.headline.inner_text())
    assert [one.split("’")[0] for one in headlines] == ["Unit 28", "Unit 29", "Unit 30"]
    assert visitor.panel("passage").evaluate(LETTERS) == text, "it is the same text"
    visitor.click("passage", *visitor.panel("passage").evaluate(FIRST))
    expect(visitor.card.locator("h2")).to_contain_text("Character 8, “")
    visitor.await_query(watched="30", character="8")


def test_a_click_in_the_matrix_selects_the_unit_and_the_feature(visitor: Visitor) -> None:
    visitor.open("/units")
    visitor.click("matrix", 21, 6)
    visitor.until(visitor.headline.inner_text, lambda now: now.startswith("Unit 21’s cell") and " words" in now)
    visitor.await_query(watched="21", feature="word")
    expect(visitor.card).to_contain_text("words here")
    assert "words" in visitor.title("ranked")


def test_ones_own_text_is_read_and_a_span_of_it_is_found_elsewhere(visitor: Visitor) -> None:
    visitor.open("/units?span_from=1&span_to=20")
    visitor.unfold_more()
    own = visitor.page.get_by_role("textbox", name="Or your own text")
    own.fill("def __init__(self, name):\n    self.name = name\n")
    visitor.until(
        lambda: visitor.panel("passage").evaluate(LETTERS), lambda now: now.startswith("def__init__(self,name):")
    )
    assert visitor.page.get_by_role("slider", name="Passage").count() == 0
    before = visitor.title("alike")
    visitor.slider("Span to").press("ArrowLeft")
    told = visitor.until(lambda: visitor.title("alike"), lambda now: now != before)
    assert "__init__" in told.split("” at “")[1], "the library has them, too"
