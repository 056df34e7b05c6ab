"""A slider acts while it is held: the picture and its sentence move with the hand, the keys and the finger."""

from __future__ import annotations

import pytest
from playwright.sync_api import ViewportSize, expect
from visiting import Newcomer, Visitor

TALL: ViewportSize = {"width": 1440, "height": 2600}
WAYPOINTS = (0.1, 0.3, 0.5, 0.7)

# Faster than any hand: a hundred moves of a slider, from end to end and back, four milliseconds apart.
FURY = """async (slider) => {
    slider.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
    for (let move = 1; move <= 100; move++) {
        slider.value = Number(slider.min) + (slider.max - slider.min) * (0.5 + 0.5 * Math.sin(move / 8));
        slider.dispatchEvent(new Event("input", { bubbles: true }));
        await new Promise((done) => setTimeout(done, 4));
    }
    slider.dispatchEvent(new PointerEvent("pointerup", { bubbles: true }));
    slider.dispatchEvent(new Event("change", { bubbles: true }));
}"""


@pytest.mark.parametrize(
    ("path", "slider", "panel"),
    [
        ("/", "Gain", "unrolled"),
        ("/unrolling", "Hidden units", "parameters"),
        ("/feedback", "Gain", "gradients"),
        ("/lengths", "Gain", "batch"),
        ("/influence", "Window width w", "matrices"),
        ("/programs", "Weight error ε", "program-lengths"),
        ("/backpropagation", "Length", "stacked"),
        ("/gradients", "Gain", "matrix"),
        ("/gradients", "Cliff: w", "cliff"),
        ("/gates", "Forget-gate bias", "routes"),
        ("/stacked", "Layers", "states"),
        ("/bidirectional", "Gain", "row"),
    ],
)
def test_a_drag_moves_the_picture_while_the_button_is_down(
    visitor: Visitor, path: str, slider: str, panel: str
) -> None:
    visitor.page.set_viewport_size(TALL)
    visitor.open(path)
    pictures, sentences, values = [visitor.picture(panel)], {visitor.title(panel)}, set()
    exact = visitor.panel(panel).locator(".plot:not(.sketched, .late)")  # the hand rests at every waypoint
    with visitor.holding(slider) as move:
        for part in WAYPOINTS:
            move(part)
            pictures.append(
                visitor.until(
                    lambda: visitor.picture(panel) if exact.count() else pictures[-1], lambda now: now != pictures[-1]
                )
            )
            assert visitor.slider(slider).evaluate("(input) => input.matches(':active')"), "the button is not down"
            sentences.add(visitor.title(panel))
            values.add(visitor.slider(slider).get_attribute("aria-valuetext"))
    assert len(set(pictures)) >= len(WAYPOINTS), "one of them may be where it began"
    assert len(values) == len(WAYPOINTS)
    assert len(sentences) >= 2 or panel == "batch", "the sentence is computed from what is drawn"


def test_a_drag_moves_the_headline(visitor: Visitor) -> None:
    visitor.open("/gradients")
    headlines = [visitor.headline.inner_text()]
    with visitor.holding("Gain") as move:
        for part in WAYPOINTS:
            move(part)
            headlines.append(visitor.until(visitor.headline.inner_text, lambda now: now != headlines[-1]))
    assert len(set(headlines)) == len(WAYPOINTS) + 1


def test_what_is_painted_moves_too(visitor: Visitor) -> None:
    visitor.open("/backpropagation")
    curve = visitor.panel("norms").locator("path.js-line").last
    drawn = [curve.get_attribute("d")]
    with visitor.holding("Gain") as move:
        for part in WAYPOINTS:
            move(part)
            drawn.append(visitor.until(lambda: curve.get_attribute("d"), lambda now: now != drawn[-1]))
    assert len(set(drawn)) == len(WAYPOINTS) + 1


@pytest.mark.parametrize("path", ["/unrolling", "/gradients", "/stacked"])
def test_messages_never_queue_and_the_last_value_wins(visitor: Visitor, newcomer: Newcomer, path: str) -> None:
    """However fast the hand, one message is on its way at a time; what is painted in the end is what the link says."""
    visitor.open(path)
    before = visitor.page.evaluate("() => { wire.most = 0; return wire.sent; }")
    visitor.slider("Length").evaluate(FURY)
    length = visitor.slider("Length").input_value()
    visitor.await_query(length=length)
    visitor.rest()
    wire = visitor.page.evaluate("wire")
    assert wire["most"] == 1
    assert wire["answered"] == wire["sent"]
    assert 2 <= wire["sent"] - before < 80, "messages should be fewer than moves, and more than the last one"
    assert visitor.slider("Length").input_value() == length
    painted = visitor.view()
    assert newcomer().goto(visitor.link).view()["pictures"] == painted["pictures"]


def test_a_jerk_of_the_mouse_ends_where_it_is_let_go(visitor: Visitor) -> None:
    visitor.open("/backpropagation")
    with visitor.holding("Gain") as move:
        for i in range(40):
            move(0.1 + 0.02 * i)
        move(0.25)
    gain = visitor.slider("Gain").input_value()
    assert 0.6 < float(gain) < 0.8
    visitor.await_query(gain=gain)
    painted = visitor.view()
    assert visitor.open("/backpropagation?gain=2").view()["pictures"] != painted["pictures"]
    assert visitor.open(f"/backpropagation?gain={gain}").view()["pictures"] == painted["pictures"]


@pytest.mark.parametrize("path", ["/gradients", "/gates"])
def test_a_hand_that_holds_still_sees_one_pass_in_every_figure(visitor: Visitor, path: str) -> None:
    """While it moved, the figures came in turn; it need not let go for the others to come."""
    visitor.page.set_viewport_size(TALL)
    visitor.open(path)
    with visitor.holding("Gain") as move:
        for i in range(40):
            move(0.1 + 0.02 * i)
        visitor.rest()
        held, gain = visitor.pictures(), visitor.slider("Gain").input_value()
    visitor.await_query(gain=gain)
    assert visitor.view()["pictures"] == held
    assert visitor.open(f"{path}?gain={gain}").view()["pictures"] == held


@pytest.mark.parametrize("path", ["/backpropagation", "/lengths"])
def test_there_and_back_shows_what_was_there(visitor: Visitor, path: str) -> None:
    """A picture that the browser held when it asked, and had replaced by the time of the answer."""
    visitor.open(path)
    before = visitor.view()
    visitor.slider("Gain").evaluate(
        """(slider) => {
            for (const value of [slider.max, slider.value]) {
                slider.value = value;
                slider.dispatchEvent(new Event("input", { bubbles: true }));
            }
            slider.dispatchEvent(new Event("change", { bubbles: true }));
        }"""
    )
    assert visitor.view() == before


def test_a_slider_let_go_where_it_stood_has_settled(visitor: Visitor) -> None:
    """To a browser that is no change: it does not say that the hand is gone."""
    visitor.open("/backpropagation?gain=2")
    before = visitor.view()
    visitor.page.evaluate(
        """() => {
            const send = connection.send.bind(connection);
            connection.send = (data) => {
                window.said = new TextDecoder("latin1").decode(data);
                send(data);
            };
        }"""
    )
    with visitor.holding("Gain") as move:
        move(0.2)
        visitor.until(visitor.headline.inner_text, lambda now: now != before["headline"])
        slider, part = visitor.slider("Gain"), 0.6
        while slider.input_value() != "2":
            move(part := part + 0.002)
        visitor.until(visitor.headline.inner_text, lambda now: now == before["headline"])
        visitor.rest()
        assert '"settled":true' not in visitor.page.evaluate("said")
    visitor.until(lambda: visitor.page.evaluate("said"), lambda said: '"changes":{"gain":2},"settled":true' in said)


def test_the_keys_move_a_slider_and_the_picture(visitor: Visitor) -> None:
    visitor.open("/unrolling")
    slider, stood = visitor.slider("Length"), visitor.step()
    slider.focus()
    for key, length in (
        ("ArrowRight", 13), ("ArrowUp", 14), ("ArrowLeft", 13), ("ArrowDown", 12), ("PageUp", 18), ("PageDown", 12),
        ("Home", 1), ("End", 60),
    ):  # fmt: skip
        visitor.page.keyboard.press(key)
        visitor.until(visitor.tokens, lambda tokens, length=length: len(tokens) == length)
        expect(slider).to_have_value(str(length))
        expect(slider).to_be_focused()
    visitor.await_query(length="60")
    assert visitor.step() == stood, "an arrow on a slider is no step of the player"


def test_a_held_key_moves_the_picture_on_the_way(visitor: Visitor) -> None:
    visitor.open("/backpropagation")
    visitor.slider("Gain").focus()
    headlines = {visitor.headline.inner_text()}
    for _ in range(4):
        before = visitor.headline.inner_text()
        visitor.page.keyboard.down("PageUp")  # pressed again and again, never let go: a key that repeats
        headlines.add(visitor.until(visitor.headline.inner_text, lambda now, before=before: now != before))
    visitor.page.keyboard.up("PageUp")
    assert len(headlines) == 5


def test_a_finger_moves_a_slider_and_the_picture(newcomer: Newcomer) -> None:
    visitor = newcomer(has_touch=True).goto("/backpropagation")
    visitor.rest()
    box = visitor.slider("Gain").bounding_box()
    assert box is not None
    finger = visitor.page.context.new_cdp_session(visitor.page)

    def touch(kind: str, part: float) -> None:
        place = {"x": box["x"] + box["width"] * part, "y": box["y"] + box["height"] / 2}
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [] if kind == "touchEnd" else [place]})

    pictures = [visitor.picture("unrolled")]
    touch("touchStart", 0.27)
    for part in WAYPOINTS:
        touch("touchMove", part)
        pictures.append(visitor.until(lambda: visitor.picture("unrolled"), lambda now: now != pictures[-1]))
        assert visitor.query == {}, "the finger is still down"
    touch("touchEnd", WAYPOINTS[-1])
    assert len(set(pictures)) == len(WAYPOINTS) + 1
    visitor.await_query(gain=visitor.slider("Gain").input_value())
    assert visitor.page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == 0
