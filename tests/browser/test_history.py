"""Back and forward in the browser bring back what was there, and so does whoever is in a hurry."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from conftest import Newcomer
from playwright.sync_api import expect
from visiting import Visitor

# Moves a slider fast, and leaves the page in the midst of it.
HURRY = """async ([slider, leave]) => {
    const input = [...document.querySelectorAll("input[type=range]")].find((e) => e.labels[0].textContent === slider);
    for (let move = 1; move <= 30; move++) {
        input.value = Number(input.min) + (input.max - input.min) * (0.5 + 0.4 * Math.sin(move / 3));
        input.dispatchEvent(new Event("input", { bubbles: true }));
        await new Promise((done) => setTimeout(done, 4));
    }
    input.dispatchEvent(new Event("change", { bubbles: true }));
    if (leave === "back") history.back();
    else if (leave === "forward") history.forward();
    else [...document.querySelectorAll("a")].find((link) => new URL(link.href).pathname === leave).click();
}"""


def test_back_and_forward_within_a_page(visitor: Visitor) -> None:
    visitor.open("/backpropagation")
    views = [visitor.view()]
    for name, query in (("Gain", {"gain": "0.81"}), ("Hidden units", {"gain": "0.81", "hidden": "9"})):
        visitor.slider(name).press("ArrowRight")
        visitor.await_query(**query)
        views.append(visitor.view())
    for earlier in (views[1], views[0]):
        visitor.page.go_back()
        visitor.until(visitor.view, lambda view, earlier=earlier: view == earlier)
    assert visitor.query == {}
    visitor.page.go_forward()
    visitor.until(visitor.view, lambda view: view == views[1])
    assert visitor.query == {"gain": "0.81"}


def test_back_and_forward_across_pages(visitor: Visitor) -> None:
    visitor.open("/unrolling")
    visitor.slider("Length").press("ArrowRight")
    visitor.await_query(length="13")
    first = visitor.view()
    visitor.go("Training", "Vanishing and exploding gradients")
    visitor.await_query(length="13")
    visitor.slider("Length").press("End")
    visitor.await_query(length="60")
    second = visitor.view()
    for _ in range(6):  # what lies between are views of the page that is left
        visitor.page.go_back()
        if "/unrolling" in visitor.page.url:
            break
    visitor.until(visitor.eyebrows, lambda now: now == ["Foundations · Unrolling"])
    visitor.settle()
    visitor.until(visitor.view, lambda view: view == first)
    for _ in range(6):
        visitor.page.go_forward()
        if "length=60" in visitor.page.url:
            break
    visitor.until(visitor.eyebrows, lambda now: now == ["Training · Vanishing and exploding gradients"])
    visitor.settle()
    visitor.until(visitor.view, lambda view: view == second)


@contextmanager
def whole_in_the_end(visitor: Visitor, newcomer: Newcomer) -> Iterator[None]:
    """After all that hurry there is one page, it shows what its link says, and it still obeys."""
    yield
    visitor.settle()
    visitor.rest()
    assert visitor.page.locator("[data-painted]").count() == 1
    expect(visitor.message).to_be_hidden()
    view = visitor.view()
    fresh = newcomer().goto(visitor.link).view()
    assert view["headline"] == fresh["headline"]
    assert view["controls"] == fresh["controls"]
    assert view["pictures"] == fresh["pictures"]
    visitor.slider("Length").press("ArrowLeft" if visitor.slider("Length").input_value() == "60" else "ArrowRight")
    visitor.until(visitor.view, lambda now: now["pictures"] != view["pictures"])


def test_a_drag_that_leaves_the_page(visitor: Visitor, newcomer: Newcomer) -> None:
    with whole_in_the_end(visitor, newcomer):
        visitor.open("/")
        for way in ("/gradients", "/", "/backpropagation", "/", "/gradients", "/", "/unrolling"):
            left = visitor.eyebrows()
            visitor.page.evaluate(HURRY, ["Length", way])
            visitor.arrive(left)


@pytest.mark.parametrize("within", [True, False], ids=["within-a-page", "across-pages"])
def test_a_drag_that_goes_back_in_history(visitor: Visitor, newcomer: Newcomer, within: bool) -> None:
    with whole_in_the_end(visitor, newcomer):
        visitor.open("/backpropagation")
        for length in ("13", "14", "15"):
            visitor.slider("Length").press("ArrowRight")
            visitor.await_query(length=length)
            if not within:
                left = visitor.eyebrows()
                visitor.go(*(("", "Overview") if length != "14" else ("Training", "Backpropagation through time")))
                assert visitor.eyebrows() != left
        for leave in ("back", "back", "forward", "back", "back"):
            visitor.page.evaluate(HURRY, ["Gain", leave])
            visitor.page.wait_for_timeout(100)  # a hand's pace
            visitor.settle()


def test_a_page_that_is_left_and_come_back_to_at_once(visitor: Visitor, newcomer: Newcomer) -> None:
    """What the first stage held the second one does not."""
    with whole_in_the_end(visitor, newcomer):
        visitor.open("/")
        for _ in range(4):
            visitor.page.evaluate(HURRY, ["Gain", "/gradients"])
            visitor.page.evaluate("() => history.back()")
            visitor.settle()


def test_a_text_still_being_typed_when_its_page_is_left(visitor: Visitor) -> None:
    visitor.open("/unrolling")
    visitor.input.fill("left behind")
    visitor.go("Training", "Backpropagation through time")
    expect(visitor.input).to_have_value("left behind")
    # The field that is gone would have said its last word by now, to nobody.
    visitor.page.evaluate("() => new Promise((done) => setTimeout(done, 1000))")
    visitor.await_query(text="left behind", length="11")
