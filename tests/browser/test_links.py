"""A link is a view: it brings back what was there, follows what is done, and makes nothing of nonsense."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import ViewportSize, expect
from serving import serve
from visiting import Newcomer, Visitor

TALL: ViewportSize = {"width": 1440, "height": 2600}  # every figure is in sight, and so is drawn


@pytest.mark.parametrize(
    ("path", "text"),
    [("/backpropagation", "Input"), ("/gates", "Input"), ("/gradients", "Input"), ("/stacked", "Input"),
     ("/lengths", "Sequences, one a line")],
)  # fmt: skip
def test_a_link_brings_back_the_exact_view(visitor: Visitor, newcomer: Newcomer, path: str, text: str) -> None:
    visitor.page.set_viewport_size(TALL)
    visitor.open(path)
    at_first = visitor.view()
    visitor.unfold_more()
    visitor.slider("Gain").press("PageUp")
    visitor.slider("Seed").press("ArrowRight")
    visitor.select("Cell", "GRU")
    visitor.form.get_by_label(text, exact=True).fill("a rose is a rose\n& más 🌹 + <b>")
    written = "lines" if path == "/lengths" else "text"
    visitor.until(lambda: visitor.query.keys(), lambda keys: keys >= {"gain", "seed", "cell", written})
    left = visitor.view()
    assert left["headline"] != at_first["headline"]
    assert left["pictures"].keys() == at_first["pictures"].keys() == set(visitor.panels())
    assert left["pictures"][visitor.panels()[0]] != at_first["pictures"][visitor.panels()[0]]

    other = newcomer(viewport=TALL)
    other.goto(visitor.link)
    found = other.view()
    assert found["headline"] == left["headline"]
    assert found["controls"] == left["controls"]
    assert found["pictures"] == left["pictures"]
    assert other.query == visitor.query


@pytest.mark.parametrize("path", ["/gradients", "/stacked"])
def test_a_link_of_nonsense_is_the_page_as_it_opens(visitor: Visitor, path: str) -> None:
    nonsense = "gain=loud&cell=nope&hidden=NaN&clip=inf&loss=sometimes&seed=&length=-&step=%00&who=%3Cb%3E"
    usual = visitor.open(path).view()
    visitor.open("/?gain=2&cell=gru")
    assert visitor.goto(f"{path}?{nonsense}").view() == usual
    visitor.await_query()


def test_a_link_out_of_bounds_stops_at_the_bound(visitor: Visitor) -> None:
    visitor.open("/unrolling?length=1000&hidden=-4&step=999")
    assert visitor.slider("Length").input_value() == "60"
    assert visitor.slider("Hidden units").input_value() == "1"
    expect(visitor.caption).to_contain_text("step 60 of 60")


def test_the_link_follows_a_slider_when_it_is_let_go(visitor: Visitor) -> None:
    visitor.open("/backpropagation")
    with visitor.holding("Gain") as move:
        before = visitor.headline.inner_text()
        move(0.6)
        visitor.until(visitor.headline.inner_text, lambda now: now != before)
        assert visitor.query == {}
    visitor.await_query(gain=visitor.slider("Gain").input_value())
    assert 1.6 < float(visitor.query["gain"]) < 2.0
    with visitor.holding("Length") as move:
        move(0.5)
    visitor.until(lambda: visitor.query.keys(), lambda keys: keys == {"gain", "length"})


def test_a_setting_at_its_default_leaves_the_link(visitor: Visitor) -> None:
    visitor.open("/unrolling")
    visitor.slider("Length").press("ArrowRight")
    visitor.await_query(length="13")
    visitor.slider("Length").press("ArrowLeft")
    visitor.await_query()


def changed_view(visitor: Visitor) -> dict[str, object]:
    """Opens a page, moves a slider and steps along, and gives the view that is left."""
    visitor.open("/backpropagation?cell=gru&length=9")
    visitor.slider("Gain").press("PageUp")
    visitor.until(lambda: visitor.query.keys(), lambda keys: "gain" in keys)
    visitor.page.get_by_role("button", name="One step to the left").click()
    visitor.until(lambda: visitor.query.keys(), lambda keys: keys == {"cell", "gain", "length", "step"})
    return visitor.view()


def assert_it_came_back(visitor: Visitor, left: dict[str, Any], link: str) -> None:
    """The view is the one that was left, under the same link."""
    visitor.settle()
    assert visitor.view() == left
    assert visitor.link == link


def assert_it_goes_on(visitor: Visitor, left: dict[str, Any], link: str) -> None:
    """It came back, and follows what is done."""
    assert_it_came_back(visitor, left, link)
    visitor.slider("Length").press("ArrowRight")
    visitor.until(lambda: visitor.query["length"], lambda length: length == "10")
    assert visitor.view()["headline"] != left["headline"]


def test_a_reload_comes_back_to_the_same_view(visitor: Visitor) -> None:
    left, link = changed_view(visitor), visitor.link
    visitor.page.reload()
    assert_it_came_back(visitor, left, link)


def forgive_what_a_broken_connection_says(visitor: Visitor) -> None:
    """While there was none, the browser said so."""
    expected = ("ERR_CONNECTION_REFUSED", "disconnected from server", "reaching server endpoint", "not responding")
    visitor.complaints[:] = [said for said in visitor.complaints if not any(word in said for word in expected)]


def test_a_connection_that_breaks_is_made_anew(visitor: Visitor) -> None:
    left, link = changed_view(visitor), visitor.link
    visitor.page.evaluate("() => { window.broken = window.connection; window.broken.close(); }")
    visitor.page.wait_for_function("window.connection !== window.broken && window.connection.readyState === 1")
    assert_it_goes_on(visitor, left, link)
    forgive_what_a_broken_connection_says(visitor)


def test_a_message_that_got_lost_is_sent_again(visitor: Visitor) -> None:
    visitor.open("/unrolling")  # where no proof is asked for, which would be the one lost
    before = visitor.view()
    visitor.page.evaluate(
        """() => {
            const send = connection.send.bind(connection);
            connection.send = (data) => {
                if (new TextDecoder("latin1").decode(data).includes('"event":"did"')) connection.send = send;
                else send(data);
            };
        }"""
    )
    visitor.page.get_by_role("switch", name="Fold").click()  # one message, and no other behind it
    visitor.await_query(folded="1")
    assert visitor.view()["pictures"] != before["pictures"]


def test_the_view_outlives_its_server(newcomer: Newcomer, tmp_path: Path) -> None:
    """The new server knows nothing but the link."""
    with serve(tmp_path / "first.txt") as first:
        visitor = newcomer(first.url)
        left, link = changed_view(visitor), visitor.link
    visitor.page.wait_for_function("window.connection.readyState === 3")
    with serve(tmp_path / "second.txt", port=int(first.url.rsplit(":")[-1])):
        visitor.page.wait_for_function("window.connection.readyState === 1", timeout=60_000)
        assert_it_goes_on(visitor, left, link)
        visitor.page.goto("about:blank")
    forgive_what_a_broken_connection_says(visitor)
    assert "Traceback" not in (tmp_path / "first.txt").read_text() + (tmp_path / "second.txt").read_text()
