"""While a hand moves, a page brings the panels that are wanted, and keeps the others; at rest it brings all."""

import json

import orjson
import pytest
from jsonschema import Draft202012Validator

from explorer.page import catalogue
from explorer.page.respond import respond
from explorer.page.state import State
from explorer.stage import SCHEMA

PAYLOAD = Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


class Visitor:
    """What the stage does with the payloads of one page."""

    def __init__(self, name):
        self.page, self.state, self.number, self.figures = catalogue.page(name), State(), 0, {}
        self.take(respond(self.page, self.state))

    def take(self, payload):
        self.view = orjson.loads(payload)
        PAYLOAD.validate(self.view)
        if self.view["card"] != {"late": True}:
            self.card = self.view["card"]
        for panel in self.view["panels"]:
            if not panel.get("late"):
                kept = self.figures.get(panel["id"])
                self.figures[panel["id"]] = {**panel, "figure": panel["figure"] or kept["figure"]}

    def did(self, changes, settled=False, **more):
        self.number += 1
        held = {panel: kept["stamp"] for panel, kept in self.figures.items()}
        event = {"number": self.number, "changes": changes, "settled": settled, "held": held, **more}
        self.take(respond(self.page, self.state, event))
        return [panel["id"] for panel in self.view["panels"] if panel.get("late")]


@pytest.mark.parametrize("name", catalogue.names())
def test_what_is_not_wanted_comes_late_and_at_rest_all_are_of_the_same_pass(name):
    moved, still = Visitor(name), Visitor(name)
    ids = [panel["id"] for panel in still.view["panels"]]
    slider = next(one for one in still.view["controls"] if one["kind"] == "slider")
    span, decimals = slider["high"] - slider["low"], slider["decimals"]
    low, high = (round(slider["low"] + part * span, decimals) for part in (0.3, 0.6))
    assert moved.did({slider["key"]: low}, wanted=ids[:2]) == ids[2:]
    assert moved.did({slider["key"]: high}, wanted=["card"]) == ids[1:]  # the first comes always
    still.did({slider["key"]: high})
    assert moved.view["title"] == still.view["title"]
    assert moved.card == still.card == moved.view["card"]
    moved.did({slider["key"]: low}, wanted=ids)
    assert moved.view["card"] == {"late": True}
    assert moved.card == still.card
    assert moved.did({slider["key"]: high}, settled=True) == []
    still.did({}, settled=True)
    assert (moved.figures, moved.card) == (still.figures, still.card)


def test_a_panel_that_the_browser_does_not_have_comes_though_it_is_not_wanted():
    visitor = Visitor("gates")
    hero, other, *rest = visitor.figures
    del visitor.figures[other]
    assert visitor.did({"gain": 1.3}, wanted=[hero]) == rest


def test_the_controls_above_a_panel_that_comes_late_say_what_is_set():
    visitor = Visitor("gradients")
    panel = next(one for one in visitor.view["panels"][1:] if any(c["kind"] == "slider" for c in one["controls"]))
    control = next(one for one in panel["controls"] if one["kind"] == "slider")
    value = control["low"] if control["value"] != control["low"] else control["high"]
    assert panel["id"] in visitor.did({control["key"]: value}, wanted=[])
    late = next(one for one in visitor.view["panels"] if one["id"] == panel["id"])
    assert next(one for one in late["controls"] if one["key"] == control["key"])["value"] == value
