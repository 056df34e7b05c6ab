"""A link is a view: it brings back what was there, follows what is done, and makes nothing of nonsense."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from visiting import PAGES, Visitor

TALL = {"width": 1440, "height": 1900}  # every figure is in sight, and so is drawn


@pytest.mark.parametrize("path", PAGES)
def test_a_link_brings_back_the_exact_view(visitor: Visitor, newcomer: Callable[..., Visitor], path: str) -> None:
    visitor.page.set_viewport_size(TALL)
    visitor.open(path)
    at_first = visitor.view()
    visitor.unfold_more()
    visitor.slider("Gain").press("PageUp")
    visitor.slider("Seed").press("ArrowRight")
    visitor.form.get_by_label("Cell", exact=True).select_option("LSTM")
    visitor.input.fill("a rose is a rose & más 🌹")
    visitor.until(lambda: visitor.query.keys(), lambda keys: keys >= {"gain", "seed", "cell", "text"})
    left = visitor.view()
    assert left["headline"] != at_first["headline"]
    assert left["pictures"].keys() == at_first["pictures"].keys() == set(visitor.panels())
    assert left["pictures"][visitor.panels()[0]] != at_first["pictures"][visitor.panels()[0]]

    other = newcomer(viewport=TALL)
    other.goto(visitor.page.url.removeprefix(visitor.url))
    found = other.view()
    assert found["headline"] == left["headline"]
    assert found["controls"] == left["controls"]
    assert found["pictures"] == left["pictures"]
    assert other.query == visitor.query


@pytest.mark.parametrize("path", PAGES)
def test_a_link_of_nonsense_is_the_page_as_it_opens(
    visitor: Visitor, newcomer: Callable[..., Visitor], path: str
) -> None:
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


def test_back_in_the_browser_goes_back(visitor: Visitor) -> None:
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
