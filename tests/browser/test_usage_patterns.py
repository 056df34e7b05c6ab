"""Usage patterns by hand: a digit is drawn, a sentence written, a temperature dragged."""

from __future__ import annotations

import json
import re

from playwright.sync_api import Locator, expect
from visiting import Visitor


def pixels(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("group", name="Digit, yours to draw")


def hero(visitor: Visitor) -> list[dict]:
    return json.loads(visitor.picture("usage"))


def ink(visitor: Visitor) -> list[list[float]]:
    """The image below the first column."""
    return next(trace["z"] for trace in hero(visitor) if len(trace.get("z", ())) == 8)


def test_a_digit_is_drawn_with_the_mouse_and_is_in_the_link(visitor: Visitor) -> None:
    visitor.open("/patterns?pattern=one-to-one")
    box = pixels(visitor).bounding_box()
    visitor.page.get_by_role("button", name="Clear the drawing").click()
    expect(visitor.headline).to_contain_text("No ink: its biases alone say")
    expect(visitor.message).to_be_hidden()
    assert pixels(visitor).bounding_box() == box
    assert box
    mouse, (x, y), side = visitor.page.mouse, (box["x"], box["y"]), box["width"]
    mouse.move(x + 0.55 * side, y + 0.1 * side)
    mouse.down()
    expect(visitor.headline).to_contain_text("64 pixels: the network says")
    assert pixels(visitor).bounding_box() == box, "it stays under the pen"
    mouse.move(x + 0.55 * side, y + 0.9 * side, steps=6)
    mouse.up()
    expect(visitor.message).to_be_hidden()
    expect(visitor.headline).to_contain_text("the network says 1 with probability")
    assert pixels(visitor).bounding_box() == box
    visitor.until(
        lambda: visitor.query.get("drawn", ""), lambda drawn: re.fullmatch("[0-9a-f]{64}", drawn) and "f" in drawn
    )
    drawn = [[int(digit, 16) for digit in visitor.query["drawn"][row * 8 : row * 8 + 8]] for row in range(8)]
    assert [row[4] for row in drawn] == [15] * 8
    assert [row[0] for row in drawn] == [0] * 8
    visitor.until(lambda: [[round(v * 15) for v in row] for row in ink(visitor)[::-1]], lambda now: now == drawn)
    view, link = visitor.view(), visitor.link
    assert visitor.open("/patterns").open(link).view() == view
    visitor.page.get_by_role("button", name="The next one").click()
    visitor.await_query(pattern="one-to-one", digit="2")


def test_a_digit_is_drawn_with_the_keys(visitor: Visitor) -> None:
    visitor.open("/patterns?pattern=generator&drawn=" + "0" * 63 + "f")
    pixels(visitor).get_by_role("button").first.focus()
    visitor.page.keyboard.press("ArrowDown")
    visitor.page.keyboard.press("ArrowRight")
    inked = pixels(visitor).get_by_role("button", name="row 2, column 2: ink 0 of 15")
    expect(inked).to_be_focused()
    visitor.page.keyboard.press("Space")
    expect(pixels(visitor).get_by_role("button", name="row 2, column 2: ink 15 of 15")).to_be_focused()
    drawn = "0" * 9 + "f" + "0" * 53 + "f"
    visitor.until(lambda: visitor.query.get("drawn"), lambda now: now == drawn)
    assert "step" not in visitor.query, "these keys are not the player's"


def test_a_sentence_is_judged_while_it_is_written(visitor: Visitor) -> None:
    visitor.open("/patterns?step=60")
    sentence = visitor.page.get_by_role("textbox", name="Sentence to judge")
    sentence.fill("nobody liked the film")
    expect(visitor.headline).to_contain_text("The sentence is negative")
    sentence.fill("nobody hated the film")
    expect(visitor.headline).to_contain_text("The sentence is positive")
    sentence.fill("nobody hated the movie")
    expect(visitor.message).to_contain_text("but got “movie”: write another")
    expect(visitor.headline).to_contain_text("The sentence is positive")
    visitor.form.get_by_label("Example").focus()
    visitor.select("Example", "the story is not without charm")
    expect(visitor.message).to_be_hidden()
    expect(sentence).to_have_value("the story is not without charm")
    visitor.select("Usage pattern", "many → many")
    expect(visitor.headline).to_contain_text("the network tags “old” and “man” wrongly")
    visitor.page.get_by_role("switch", name="Read both ways").click()
    expect(visitor.headline).to_contain_text("all 4 tags are right")


def test_the_temperature_is_dragged(visitor: Visitor) -> None:
    visitor.open("/patterns?pattern=generator&writes=source&cell=lstm")
    headline = visitor.headline.inner_text()

    def bars() -> list[float]:
        return json.loads(visitor.picture("usage-answer"))[0]["y"]

    before = bars()
    with visitor.holding("Temperature τ") as move:
        move(0.9)
        hot = visitor.until(bars, lambda now: max(now) < max(before) - 0.1)
        move(0.02)
        visitor.until(bars, lambda now: max(now) > max(hot))
    assert visitor.headline.inner_text() == headline, "the most probable letter stays so"
