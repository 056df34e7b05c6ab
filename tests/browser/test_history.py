"""Back and forward in the browser bring back what was there, and so does whoever is in a hurry."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect
from visiting import Newcomer, Visitor


def jerk(visitor: Visitor, slider: str) -> None:
    """Drags a slider fast, to and fro; nothing is waited for."""
    with visitor.holding(slider) as move:
        for part in (0.2, 0.4, 0.6, 0.8, 0.7, 0.5, 0.3, 0.2, 0.35, 0.45):
            move(part)


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
    first_there = visitor.page.evaluate("history.length")
    for step, link, view in ((-1, "/gradients?length=13", None), (-1, "/unrolling?length=13", first)):
        visitor.page.evaluate("(step) => history.go(step)", step)
        visitor.until(lambda: visitor.link, lambda now, link=link: now == link)
        visitor.settle()
        if view:
            visitor.until(visitor.view, lambda now, view=view: now == view)
        visitor.until(lambda: visitor.slider("Length").input_value(), lambda length: length == "13")
    visitor.page.evaluate("history.go(2)")
    visitor.until(visitor.eyebrows, lambda now: now == ["Training · Vanishing and exploding gradients"])
    visitor.settle()
    visitor.until(visitor.view, lambda view: view == second)
    assert visitor.link == "/gradients?length=60"
    assert visitor.page.evaluate("history.length") == first_there


@contextmanager
def whole_in_the_end(visitor: Visitor, newcomer: Newcomer) -> Iterator[None]:
    """After all that hurry there is one page, it shows what its link says, and it still obeys."""
    yield
    visitor.settle()
    visitor.rest()
    fresh = newcomer().goto("/")
    view, _ = visitor.until(lambda: (visitor.view(), fresh.open(visitor.link).view()), lambda both: both[0] == both[1])
    assert visitor.page.locator("[data-painted]").count() == 1
    expect(visitor.message).to_be_hidden()
    visitor.slider("Length").press("ArrowLeft" if visitor.slider("Length").input_value() == "60" else "ArrowRight")
    visitor.until(visitor.view, lambda now: now["pictures"] != view["pictures"])


def test_a_drag_that_leaves_the_page(visitor: Visitor, newcomer: Newcomer) -> None:
    with whole_in_the_end(visitor, newcomer):
        visitor.open("/")
        for section, page in (
            ("Training", "Vanishing and exploding gradients"), ("", "Overview"), ("Foundations", "Unrolling"),
            ("Architectures", "Stacked layers"), ("", "Overview"),
        ):  # fmt: skip
            jerk(visitor, "Length")
            visitor.go(section, page)


@pytest.mark.parametrize("within", [True, False], ids=["within-a-page", "across-pages"])
def test_a_drag_that_goes_back_in_history(visitor: Visitor, newcomer: Newcomer, within: bool) -> None:
    with whole_in_the_end(visitor, newcomer):
        visitor.open("/backpropagation")
        for length in ("13", "14", "15"):
            visitor.slider("Length").press("ArrowRight")
            visitor.await_query(length=length)
            if not within:
                visitor.go(*(("", "Overview") if length != "14" else ("Training", "Backpropagation through time")))
        for way in (-1, -1, 1, -1):
            jerk(visitor, "Gain")
            visitor.page.evaluate("(way) => history.go(way)", way)
            visitor.settle()


def test_a_text_still_being_typed_when_its_page_is_left(visitor: Visitor) -> None:
    visitor.open("/unrolling")
    visitor.input.fill("left behind")
    visitor.go("Training", "Backpropagation through time")
    expect(visitor.input).to_have_value("left behind")
    # The field that is gone would have said its last word by now, to nobody.
    visitor.page.evaluate("() => new Promise((done) => setTimeout(done, 1000))")
    visitor.await_query(text="left behind", length="11")
