"""Long-range memory in the browser: another task, and the same example earlier in the training."""

from __future__ import annotations

from visiting import Visitor


def test_another_task_is_told_anew(visitor: Visitor) -> None:
    visitor.open("/memory")
    assert visitor.headline.inner_text().startswith("Adding two numbers: ")
    before = visitor.pictures()
    visitor.choose("What is to be remembered", "order")
    visitor.await_query(remembered="order")
    visitor.until(visitor.headline.inner_text, lambda title: title.startswith("Telling the order: "))
    visitor.rest()
    after = visitor.pictures()
    assert all(after[panel] != before[panel] for panel in ("share", "gradient"))


def test_the_training_is_gone_through(visitor: Visitor) -> None:
    visitor.open("/memory?remembered=order&cell=lstm")
    late, share = visitor.title("gradient"), visitor.picture("share")
    visitor.slider("Snapshot").press("Home")
    visitor.await_query(remembered="order", cell="lstm", snapshot="1")
    visitor.until(lambda: visitor.title("gradient"), lambda title: title != late)
    assert "snapshot 1 of 30, 0 updates" in visitor.caption.inner_text()
    assert visitor.picture("share") == share, "the sweep's outcomes are what they are"
    visitor.page.get_by_role("button", name="One step to the right").click()
    visitor.await_query(remembered="order", cell="lstm", snapshot="2")


def test_one_run_is_trained_beside_the_recorded_ones(visitor: Visitor) -> None:
    visitor.open("/memory?remembered=order&network=gru&distance=10")
    visitor.page.set_viewport_size({"width": 1440, "height": 1500})
    points = """(panel) => panel.querySelector(".plot").data
        .find((trace) => trace.hovertemplate?.startsWith("live"))?.x.length ?? 0"""
    assert visitor.panel("single").evaluate(points) == 0
    visitor.page.get_by_role("button", name="Train GRU, distance 10").click()
    drawn = visitor.until(lambda: visitor.panel("single").evaluate(points), lambda now: now > 0)
    visitor.until(lambda: visitor.panel("single").evaluate(points), lambda now: now > drawn)
    assert "GRU at distance 10, live: " in visitor.title("single")
    assert "star" in visitor.picture("share")
    visitor.page.get_by_role("button", name="Stop", exact=True).click()
    visitor.page.get_by_role("button", name="Leave it").click()
    visitor.until(lambda: visitor.panel("single").evaluate(points), lambda now: now == 0)
    visitor.rest()
