"""The player walks through time: step, play and pause, by button and by key."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect
from visiting import Visitor


def button(visitor: Visitor, name: str) -> Locator:
    return visitor.page.get_by_role("group", name="Player").get_by_role("button", name=name, exact=True)


def expect_step(visitor: Visitor, step: int) -> None:
    """The caption and the card are at this step."""
    expect(visitor.caption).to_contain_text(f"step {step} of 12")
    expect(visitor.card.locator("h2")).to_contain_text(f"Step {step},")


@pytest.mark.parametrize("path", ["/unrolling", "/backpropagation"])
def test_stepping_by_button(visitor: Visitor, path: str) -> None:
    visitor.open(path)
    pictures = [visitor.view()["pictures"]["unrolled"]]
    for name, step in (("One step to the right", 7), ("One step to the right", 8), ("One step to the left", 7)):
        button(visitor, name).click()
        expect_step(visitor, step)
        pictures.append(visitor.until(lambda: visitor.picture("unrolled"), lambda now: now != pictures[-1]))
    assert pictures[1] == pictures[3]
    visitor.await_query(step="7")


@pytest.mark.parametrize("path", ["/unrolling", "/feedback", "/influence", "/backpropagation", "/gates", "/stacked"])
def test_stepping_by_key(visitor: Visitor, path: str) -> None:
    visitor.open(path)
    first = visitor.panels()[0]
    for key, step in (("ArrowRight", 7), ("ArrowLeft", 6), ("ArrowLeft", 5)):
        before = visitor.picture(first)
        visitor.page.keyboard.press(key)
        expect(visitor.caption).to_contain_text(f" {step} of 12")
        visitor.until(lambda: visitor.picture(first), lambda now, before=before: now != before)
    visitor.await_query(step="5")


def test_no_key_is_lost_however_fast(visitor: Visitor) -> None:
    visitor.open("/backpropagation?step=1")
    visitor.page.evaluate(
        """() => { for (let i = 0; i < 9; i++) {
            setTimeout(() => document.body.dispatchEvent(
                new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true })), 25 * i);
        } }"""
    )
    expect_step(visitor, 10)
    visitor.await_query(step="10")


def test_the_ends_hold(visitor: Visitor) -> None:
    visitor.open("/unrolling?step=12")
    visitor.page.keyboard.press("ArrowRight")
    visitor.page.keyboard.press("ArrowLeft")
    expect_step(visitor, 11)
    visitor.open("/unrolling?step=1")
    visitor.page.keyboard.press("ArrowLeft")
    visitor.page.keyboard.press("ArrowRight")
    expect_step(visitor, 2)


def test_a_key_in_a_text_or_on_a_control_is_no_step(visitor: Visitor) -> None:
    visitor.open("/unrolling")
    visitor.input.press("ArrowLeft")
    visitor.input.press(" ")
    visitor.slider("Hidden units").press("ArrowRight")
    visitor.until(lambda: visitor.query, lambda query: "hidden" in query and "text" in query)
    assert visitor.step() == 6
    expect(button(visitor, "Play")).to_be_visible()


@pytest.mark.parametrize(("path", "way", "by"), [("/unrolling", 1, "key"), ("/backpropagation", -1, "button")])
def test_play_and_pause(visitor: Visitor, path: str, way: int, by: str) -> None:
    """The forward pass plays to the right, the backward sweep to the left."""
    visitor.open(path)

    def toggle(name: str) -> None:
        if by == "key":
            visitor.page.keyboard.press(" ")
        else:
            button(visitor, name).click()

    toggle("Play")
    expect(button(visitor, "Pause")).to_be_visible()
    for step in (6 + way, 6 + 2 * way):
        expect_step(visitor, step)
    toggle("Pause")
    expect(button(visitor, "Play")).to_be_visible()
    visitor.until(lambda: visitor.query, lambda query: "step" in query)
    visitor.rest()
    assert visitor.query == {"step": str(visitor.step())}
    moved = visitor.page.evaluate(
        """() => new Promise((done) => {
            const watch = new MutationObserver(() => done(true));
            watch.observe(document.querySelector(".player .caption"), { childList: true, characterData: true });
            setTimeout(() => done(false), 1500); // two steps' time
        })"""
    )
    assert not moved, "a pause is a pause"


@pytest.mark.parametrize(("path", "near", "last", "first"), [("/unrolling", 11, 12, 1), ("/backpropagation", 2, 1, 12)])
def test_play_runs_to_the_end_and_begins_anew(visitor: Visitor, path: str, near: int, last: int, first: int) -> None:
    visitor.open(f"{path}?step={near}")
    button(visitor, "Play").click()
    expect_step(visitor, last)
    expect(button(visitor, "Play")).to_be_visible()
    visitor.rest()
    button(visitor, "Play").click()
    visitor.until(visitor.step, lambda step: abs(step - first) <= 3)
    button(visitor, "Pause").click()


def test_a_slider_can_be_dragged_while_it_plays(visitor: Visitor) -> None:
    visitor.open("/unrolling?step=1")
    visitor.page.evaluate("() => { wire.most = 0; }")
    button(visitor, "Play").click()
    with visitor.holding("Hidden units") as move:
        for part in (0.3, 0.5, 0.7):
            move(part)
            units = visitor.slider("Hidden units").get_attribute("aria-valuetext")
            visitor.until(
                lambda: visitor.panel("unrolled").evaluate(
                    "(p) => p.querySelector('.plot').data.find((d) => d.type === 'heatmap').z.length"
                ),
                lambda rows, units=units: rows == int(units or 0),
            )
    stood = visitor.step()
    visitor.until(visitor.step, lambda step: step > min(stood, 11))
    button(visitor, "Pause").click()
    visitor.rest()
    assert visitor.page.evaluate("wire.most") == 1
