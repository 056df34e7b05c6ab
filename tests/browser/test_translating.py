"""Encoder and decoder, and one word in many sentences, by hand: what is typed, chosen and clicked is what is shown."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect
from visiting import Visitor

# The words in the drawing: of the source, read by the decoder, said.
WORDS = """(panel) => panel.querySelector(".plot").data.find((d) => d.meta?.click?.custom?.[0] === "target"
    && d.mode === "text")"""


def words(visitor: Visitor) -> list[str]:
    return visitor.panel("translation").evaluate(f"(panel) => ({WORDS})(panel).text")


def test_a_number_is_translated_while_it_is_typed(visitor: Visitor) -> None:
    visitor.open("/encoder-decoder")
    number = visitor.page.get_by_role("textbox", name="Number to translate")
    number.press("Control+a")
    visitor.page.keyboard.type("300")
    visitor.until(lambda: words(visitor), lambda now: now[:2] == ["three", "hundred"])
    visitor.until(lambda: words(visitor)[2:], lambda now: now == ["∅", "drei", "hundert", "drei", "hundert", "∎"])
    expect(visitor.headline).to_contain_text("300 → dreihundert, right; ")
    number.press_sequentially("00")
    expect(visitor.message).to_contain_text("The number must be from 0 to 9999, but got 30000: write a smaller one.")
    number.fill("forty-two")
    expect(visitor.message).to_be_hidden()
    visitor.until(lambda: words(visitor), lambda now: now[:2] == ["forty", "two"])
    visitor.await_query(number="forty-two")


def test_reading_the_right_words_takes_the_loop_away_and_strikes_the_wrong_one(visitor: Visitor) -> None:
    dotted = """(panel) => panel.querySelector(".plot").data.filter((d) => d.line?.dash === "2px,2px").length"""
    visitor.open("/encoder-decoder?context=rnn&target=1")
    expect(visitor.headline).to_contain_text(", wrong (")
    visitor.until(lambda: visitor.panel("translation").evaluate(dotted), lambda count: count == 1)
    visitor.choose("The decoder reads", "the right words")
    visitor.until(lambda: visitor.panel("translation").evaluate(dotted), lambda count: count == 0)
    expect(visitor.headline).to_contain_text("7384 → 1 wrong word of 8, ")
    expect(visitor.panel("hypotheses").locator(".plot")).to_be_attached()
    visitor.await_query(context="rnn", target="1", forcing="forced")


def test_keys_and_clicks_go_from_word_to_word(visitor: Visitor) -> None:
    visitor.open("/encoder-decoder?target=4")
    visitor.headline.click()
    visitor.page.keyboard.press("ArrowRight")
    expect(visitor.caption).to_contain_text("word 5 of 8")
    expect(visitor.headline).to_contain_text("right; “vier” needs “four”")
    place: dict[str, Any] = visitor.panel("translation").evaluate(WORDS)
    at = len(place["x"]) - 8  # the first word said
    visitor.click("translation", place["x"][at], place["y"][at])
    expect(visitor.card.locator("h2")).to_have_text("Word 1, “sieben”")
    visitor.await_query(target="1")
    visitor.click("needs", 6, 7)
    expect(visitor.card.locator("h2")).to_have_text("Word 7, “achtzig”")


def test_one_word_in_many_sentences(visitor: Visitor) -> None:
    visitor.open("/bidirectional")
    panel = visitor.panel("embeddings")
    panel.scroll_into_view_if_needed()
    visitor.settle()
    expect(panel.locator("h2, h3").first).to_contain_text("“old”: the nearest state has the same tag for 100 %")
    panel.get_by_label("Word", exact=True).select_option("that")
    expect(panel.locator("h2, h3").first).to_contain_text("“that”: the nearest")
    stars = """(panel) => panel.querySelector(".plot").data.filter((d) => d.marker?.symbol === "star").length"""
    visitor.until(lambda: panel.evaluate(stars), lambda count: count == 0)
    panel.get_by_label("Sentence to tag").fill("we know that that man sleeps")
    visitor.until(lambda: panel.evaluate(stars), lambda count: count == 2)
    visitor.await_query(embedded="that", tagged="we know that that man sleeps")
