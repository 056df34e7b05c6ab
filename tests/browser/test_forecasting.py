"""Prediction drift in the browser: where free running starts is dragged, numbers are one's own."""

from __future__ import annotations

from playwright.sync_api import expect
from visiting import Visitor

SHOWN = """(panel) => panel.querySelector(".plot").data
    .find((trace) => trace.hovertemplate?.startsWith("free running")).x.length"""


def test_where_it_is_let_go_is_dragged(visitor: Visitor) -> None:
    visitor.open("/drift")
    series = visitor.panel("series")
    assert series.evaluate(SHOWN) == 80
    headline, states = visitor.headline.inner_text(), visitor.picture("both-states")
    visitor.slider("Free running after step").press("Home")
    visitor.await_query(known="4")
    visitor.until(lambda: series.evaluate(SHOWN), lambda drawn: drawn == 116)
    assert visitor.headline.inner_text() != headline
    assert visitor.picture("both-states") != states
    visitor.page.get_by_role("group", name="Player").get_by_role("button", name="One step to the left").click()
    visitor.await_query(known="4", moment="119")
    visitor.until(lambda: series.evaluate(SHOWN), lambda drawn: drawn == 115)


def test_numbers_of_ones_own_are_forecast(visitor: Visitor) -> None:
    visitor.open("/drift")
    visitor.choose("Series", "my own")
    expect(visitor.notice).to_contain_text("This network was trained on sines, not on these 61 numbers")
    good = visitor.picture("series")
    numbers = visitor.page.get_by_role("textbox", name="My numbers, at least 40")
    numbers.fill("1 2 3")
    expect(visitor.message).to_contain_text("Expected at least 40 numbers, in 2,000 characters at most, got 3")
    assert visitor.picture("series") == good
    numbers.fill("\n".join(str(n % 9) for n in range(90)))
    expect(visitor.message).to_be_hidden()
    expect(visitor.notice).to_contain_text("not on your 90 numbers")
    visitor.until(lambda: visitor.picture("series"), lambda now: now != good)
