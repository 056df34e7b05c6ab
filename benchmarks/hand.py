"""What a hand does on a page, as the stage says it: the page is opened, then one slider is moved, a message a move.

slider    the page's first in sight, or else its first under More: over values that it has not had before
player    the one under the drawing, where the page has one: it moves a selection along what is there

As on the stage, the first move asks for every figure, and each that follows for the first one and for one of the
others, the card among them, in turn. Here they all are in sight; a window shows less.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MOVES = 24
WAYS = ("slider", "player")


def moved(view: Mapping[str, Any], way: str) -> tuple[str, list[float]] | None:
    """The setting that is moved on this page, as it opens, and the values that it gets: as many as there are, but no
    more than MOVES, from the lowest up. None where the page has no such thing to move."""
    if way == "player":
        player = view["player"]
        if player is None:
            return None
        key, low, high, decimals = player["key"], player["low"], player["high"], 0
    else:
        sliders = [control for control in view["controls"] if control["kind"] == "slider"]
        first = next((one for one in sliders if not one.get("more")), sliders[0])
        key, low, high, decimals = first["key"], first["low"], first["high"], first["decimals"]
    now = next((control["value"] for control in view["controls"] if control["key"] == key), None)
    between = (low + (high - low) * i / MOVES for i in range(MOVES + 1))
    values = dict.fromkeys(round(value, decimals) for value in between)
    return key, [value for value in values if value != now][:MOVES]


class Hand:
    """What the stage remembers of the figures while a hand moves."""

    def __init__(self) -> None:
        self.held: dict[str, int] = {}

    def message(self, number: int, key: str, value: float, view: Mapping[str, Any]) -> dict[str, Any]:
        """What the stage sends while a hand moves, after this view: its `number` counts from 1."""
        self.held |= {panel["id"]: panel["stamp"] for panel in view["panels"] if not panel.get("late")}
        hero, *others = (panel["id"] for panel in view["panels"])
        if view["card"]:
            others.append("card")
        said = {"number": number, "held": self.held, "changes": {key: value}, "settled": False}
        if number == 1:
            return said
        return said | {"wanted": [hero, *others[number % len(others) :][:1]] if others else [hero]}
