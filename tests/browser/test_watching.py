"""A training is gone through back and forth, and another one is trained while one looks on."""

from __future__ import annotations

import json
import re

from playwright.sync_api import Locator, expect
from visiting import Visitor

from explorer.look.style import BACKWARD

SHORT = "/training?task=adding&cell=rnn&train_units=2&train_batch=1"  # an update of a fraction of a millisecond


def button(visitor: Visitor, name: str) -> Locator:
    return visitor.form.get_by_role("group", name="Training").get_by_role("button", name=name, exact=True)


def words(visitor: Visitor) -> Locator:
    return visitor.form.get_by_role("group", name="Training").get_by_role("status")


def updates(visitor: Visitor) -> int:
    """How many updates the running training has had."""
    found = re.match(r"([\d,]+) of", words(visitor).inner_text())
    return int(found[1].replace(",", "")) if found else 0


def test_going_through_a_training_by_key(visitor: Visitor) -> None:
    visitor.open("/training?task=tagging&cell=lstm&snapshot=10")
    pictures = [visitor.view()["pictures"]]
    for key, snapshot in (("ArrowRight", 11), ("ArrowRight", 12), ("ArrowLeft", 11)):
        visitor.page.keyboard.press(key)
        expect(visitor.caption).to_contain_text(f"snapshot {snapshot} of 30")
        visitor.until(lambda: visitor.picture("states"), lambda now: now != pictures[-1]["states"])
        pictures.append(visitor.view()["pictures"])
    assert pictures[1] == pictures[3]
    visitor.await_query(task="tagging", cell="lstm", snapshot="11")


def test_a_training_is_watched_paused_and_stopped(visitor: Visitor) -> None:
    visitor.open(f"{SHORT}&train_updates=10000")
    shown = visitor.headline.inner_text()
    button(visitor, "Train it live").click()
    visitor.until(lambda: updates(visitor), lambda made: made > 0)
    visitor.until(visitor.headline.inner_text, lambda now: now != shown)
    curve = f"(panel) => panel.querySelector('.plot').data.find((d) => d.line?.color === '{BACKWARD}').x.at(-1)"
    reached = visitor.panel("learning").evaluate(curve)
    visitor.until(lambda: visitor.panel("learning").evaluate(curve), lambda now: now > reached)
    ghosts = [trace["line"] for trace in json.loads(visitor.picture("learning")) if "dash" in trace.get("line", {})]
    assert len(ghosts) == 2, "what was shown before stays, in grey"
    with visitor.holding("Held-out example") as move:  # what is live is no hindrance to a hand
        before = visitor.picture("states")
        move(0.8)
        visitor.until(lambda: visitor.picture("states"), lambda now: now != before)
    button(visitor, "Pause").click()
    expect(button(visitor, "Go on")).to_be_visible()
    button(visitor, "Stop").click()
    expect(words(visitor)).to_contain_text("Stopped")
    visitor.rest()
    button(visitor, "Shipped film").click()
    expect(words(visitor)).to_contain_text("Shown: the shipped film. Changed: with 2 units, in 10,000 updates")
    visitor.rest()


def test_leaving_the_page_stops_the_training(visitor: Visitor) -> None:
    visitor.open(f"{SHORT}&train_updates=10000")
    button(visitor, "Train it live").click()
    visitor.until(lambda: updates(visitor), lambda made: made > 0)
    visitor.go("Memory", "Gates")
    visitor.go("Training", "Watching it learn")
    expect(words(visitor)).to_have_text(
        re.compile(r"^Ended when you left this page, after [\d,]+ of 10,000 updates; its film so far is kept\.$")
    )
