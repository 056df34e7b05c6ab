"""The input is the visitor's own text, read while it is typed."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from visiting import Visitor

NOTHING_TO_READ = "Expected some characters to read, got none: type at least one letter."


def test_text_is_read_while_it_is_typed(visitor: Visitor) -> None:
    visitor.open("/unrolling")
    visitor.input.press("Control+a")
    for typed in ("t", "to", "to ", "to b", "to be"):
        visitor.page.keyboard.type(typed[-1])
        wanted = list(typed.replace(" ", "␣"))
        visitor.until(visitor.tokens, lambda tokens, wanted=wanted: tokens == wanted)
        expect(visitor.input).to_be_focused()
    expect(visitor.slider("Length")).to_have_value("5")
    visitor.await_query(text="to be", length="5")


def test_fast_typing_loses_no_letter(visitor: Visitor) -> None:
    visitor.open("/backpropagation")
    visitor.page.evaluate("() => { wire.most = 0; }")
    visitor.input.press("Control+a")
    typed = "the quick brown fox jumps over the lazy dog"
    visitor.input.press_sequentially(typed, delay=15)
    visitor.until(visitor.tokens, lambda tokens: "".join(tokens) == typed.replace(" ", "␣"))
    expect(visitor.input).to_have_value(typed)
    visitor.await_query(text=typed, length=str(len(typed)))
    expect(visitor.input).to_have_value(typed)
    assert visitor.page.evaluate("wire.most") == 1


@pytest.mark.parametrize("path", ["/", "/gradients", "/influence"])
def test_no_text_is_one_plain_sentence_and_the_last_picture_stays(visitor: Visitor, path: str) -> None:
    visitor.open(path)
    expect(visitor.message).to_be_hidden()
    good = visitor.view()
    visitor.input.fill("")
    expect(visitor.message).to_have_text(NOTHING_TO_READ)
    assert visitor.message.get_attribute("role") == "status"
    faded = visitor.page.locator(".hero").evaluate("(hero) => Number(getComputedStyle(hero).opacity)")
    assert 0.2 < faded < 0.7
    now = visitor.view()
    assert (now["headline"], now["pictures"]) == (good["headline"], good["pictures"])
    expect(visitor.input).to_have_value("")
    visitor.input.press_sequentially("hello world, how are you today?")
    expect(visitor.message).to_be_hidden()
    visitor.slider("Length").fill("12")
    visitor.until(visitor.view, lambda view: view == good)
    expect(visitor.page.locator(".hero")).to_have_css("opacity", "1")


def test_a_space_is_no_text_either(visitor: Visitor) -> None:
    visitor.open("/unrolling")
    visitor.input.fill("   ")
    expect(visitor.message).to_have_text(NOTHING_TO_READ)


def test_an_empty_link_says_so_and_can_be_mended(visitor: Visitor) -> None:
    visitor.goto("/unrolling?length=3&text=%20")
    expect(visitor.message).to_have_text(NOTHING_TO_READ)
    visitor.input.fill("abc")
    expect(visitor.message).to_be_hidden()
    visitor.until(visitor.tokens, lambda tokens: tokens == ["a", "b", "c"])
    assert visitor.headline.inner_text().endswith(".")


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("a👩🏽‍🚀b🏳️‍🌈c🇩🇪", ["a", "👩🏽‍🚀", "b", "🏳️‍🌈", "c", "🇩🇪"]),
        ("नमस्ते", ["न", "म", "स्ते"]),
        ("<b>&amp;</b>", ["&lt;", "b", "&gt;", "&amp;", "a", "m", "p", ";", "&lt;", "/", "b", "&gt;"]),
        ("x", ["x"]),
    ],
    ids=["emoji", "devanagari", "markup", "one"],
)
def test_what_a_person_calls_a_character_is_one_step(visitor: Visitor, text: str, tokens: list[str]) -> None:
    visitor.open("/unrolling")
    visitor.input.fill(text)
    visitor.until(visitor.tokens, lambda now: now == tokens)
    expect(visitor.slider("Length")).to_have_value(str(len(tokens)))
    visitor.await_query(text=text, length=str(len(tokens)))
    shown = visitor.panel("unrolled").locator("svg text").all_text_contents()
    assert set(text) <= set("".join(shown)), "what was typed is what is shown, whatever it means elsewhere"


def test_text_from_right_to_left(visitor: Visitor) -> None:
    """It is typed as it is written, from the right; time runs to the right as always, first letter first."""
    visitor.open("/backpropagation")
    visitor.input.fill("שלום עולם")
    visitor.until(visitor.tokens, lambda tokens: tokens == list("שלום␣עולם"))
    assert visitor.input.evaluate("(input) => input.matches(':dir(rtl)')")
    assert visitor.headline.inner_text().endswith(".")
    visitor.await_query(text="שלום עולם", length="9")


def test_a_very_long_text_is_cut_to_what_can_be_drawn(visitor: Visitor) -> None:
    visitor.open("/gradients")
    visitor.input.fill("to be or not to be " * 200)
    expect(visitor.slider("Length")).to_have_value("60")
    expect(visitor.notice).to_contain_text("the first 60 are kept")
    visitor.rest()
    expect(visitor.message).to_be_hidden()
    assert len(visitor.page.url) < 4000


def test_a_batch_is_written_one_sequence_a_line(visitor: Visitor) -> None:
    visitor.open("/lengths")
    lines = visitor.page.get_by_role("textbox", name="Sequences, one a line")
    before = visitor.picture("batch")
    lines.fill("aber\nja\nnein 🙂")
    visitor.until(lambda: visitor.picture("batch"), lambda now: now != before)
    visitor.await_query(lines="aber\nja\nnein 🙂")
    good = visitor.picture("batch")
    lines.fill("")
    expect(visitor.message).to_contain_text("Expected")
    assert visitor.picture("batch") == good
    lines.fill("ja\nnein")
    expect(visitor.message).to_be_hidden()
    visitor.until(lambda: visitor.picture("batch"), lambda now: now != good)


def test_reading_as_words(visitor: Visitor) -> None:
    visitor.page.set_viewport_size({"width": 1440, "height": 2600})
    visitor.open("/unrolling")
    visitor.unfold_more()
    visitor.choose("Read as", "Words")
    wanted = ["hello", "world", ",", "how", "are", "you", "today", "?"]
    visitor.until(visitor.tokens, lambda tokens: tokens == wanted)
    expect(visitor.slider("Length")).to_have_value("8")
    visitor.await_query(read_as="words", length="8")


def test_reading_as_numbers(visitor: Visitor) -> None:
    visitor.page.set_viewport_size({"width": 1440, "height": 2600})
    visitor.open("/backpropagation")
    visitor.unfold_more()
    before = visitor.view()["pictures"]
    visitor.choose("Read as", "Numbers")
    expect(visitor.message).to_contain_text("Expected numbers, got “")
    expect(visitor.message).to_contain_text(": give one number a line, or a CSV with a column of numbers.")
    assert visitor.view()["pictures"] == before
    visitor.input.fill("1\n2\n4\n8\n16.5")
    visitor.until(visitor.tokens, lambda tokens: tokens == ["1", "2", "4", "8"])
    expect(visitor.notice).to_contain_text("scaled to mean 0 and spread 1")
    expect(visitor.message).to_be_hidden()
    expect(visitor.slider("Length")).to_have_attribute("max", "4")
    expect(visitor.page.locator(".hero")).to_have_css("opacity", "1")


@pytest.mark.parametrize(
    ("example", "first", "length"), [("A negation", "the film was", 14), ("Sine wave", "0.000\n0.500", 48)]
)
def test_an_example_is_chosen(visitor: Visitor, example: str, first: str, length: int) -> None:
    visitor.page.set_viewport_size({"width": 1440, "height": 2600})
    visitor.open("/unrolling")
    visitor.unfold_more()
    visitor.select("Example", example)
    visitor.until(visitor.tokens, lambda tokens: len(tokens) == length)
    assert visitor.input.input_value().startswith(first)
    visitor.until(lambda: visitor.query, lambda query: query.get("text", "").startswith(first))
    expect(visitor.message).to_be_hidden()
    assert visitor.headline.inner_text().endswith(".")


@pytest.mark.parametrize("path", ["/unrolling", "/gradients", "/gates"])
def test_reset_is_the_page_as_it_opens(visitor: Visitor, path: str) -> None:
    visitor.page.set_viewport_size({"width": 1440, "height": 2600})  # what is out of sight is not painted
    visitor.open(path)
    opened = visitor.view()
    visitor.unfold_more()
    visitor.input.fill("something else")
    visitor.slider("Gain").press("End")
    visitor.select("Cell", "GRU")
    visitor.choose("Encoding", "Embedding")
    visitor.until(lambda: visitor.query.keys(), lambda keys: keys >= {"text", "gain", "cell", "encoding"})
    assert visitor.view() != opened
    visitor.page.get_by_role("button", name="Reset", exact=True).click()
    visitor.await_query()
    assert visitor.view() == opened


def test_reset_mends_what_cannot_be_read(visitor: Visitor) -> None:
    visitor.open("/unrolling")
    visitor.input.fill("")
    expect(visitor.message).to_be_visible()
    visitor.page.get_by_role("button", name="Reset", exact=True).click()
    expect(visitor.message).to_be_hidden()
    expect(visitor.input).to_have_value("hello world, how are you today?")
    visitor.await_query()
