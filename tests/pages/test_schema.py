"""What a page sends is what the schema says: the stage's own tests read the same file."""

import json

import orjson
import pytest
from jsonschema import Draft202012Validator

from explorer.page import catalogue
from explorer.page.respond import respond
from explorer.page.state import State
from explorer.stage import SCHEMA

WRITTEN = json.loads(SCHEMA.read_text(encoding="utf-8"))
PAYLOAD = Draft202012Validator(WRITTEN)
QUERIES = (
    {},
    {
        "cell": "lstm",
        "node": "a",
        "step": "1",
        "loss": "every",
        "revealed": "1",
        "projector": "1",
        "initial": "learned",
    },
    {"what_if": "unit", "truncate": "1", "read_as": "numbers", "text": "1 2 3 4", "length": "3", "lines": "1 2 3\n4 5"},
    {"text": " ", "lines": " ", "number": "x", "bits": "x", "review": " "},
    {"pattern": "one-to-one", "task": "copying", "series": "own", "tree": "own", "node": "h0", "step": "1"},
)


@pytest.mark.parametrize("name", catalogue.names())
@pytest.mark.parametrize("query", QUERIES, ids=str)
def test_every_payload_is_as_the_schema_says(name, query):
    page, state = catalogue.page(name), State()
    state.open(page, query)
    PAYLOAD.validate(orjson.loads(respond(page, state)))


def test_an_event_and_its_answer_are_too():
    page, state = catalogue.page("gates"), State()
    held = {panel["id"]: panel["stamp"] for panel in orjson.loads(respond(page, state))["panels"]}
    event = {"number": 7, "changes": {"gain": 1.2, "prove": True}, "settled": True, "held": held}
    Draft202012Validator({**WRITTEN, "$ref": "#/$defs/event"}).validate(event)
    view = orjson.loads(respond(page, state, event))
    PAYLOAD.validate(view)
    assert view["answers"] == 7
    assert view["proof"]["state"] == "running"
    state.proof[1].result()
    proven = orjson.loads(respond(page, state))
    PAYLOAD.validate(proven)
    assert proven["proof"]["agrees"] is True


def test_the_schema_refuses_what_it_does_not_know():
    page, state = catalogue.page("gates"), State()
    view = orjson.loads(respond(page, state))
    for wrong in ({"answers": "7"}, {"surprise": 1}, {"controls": [{"key": "a", "kind": "dial", "label": "A"}]}):
        assert not PAYLOAD.is_valid({**view, **wrong})
    view["card"]["blocks"].append({"kind": "picture", "text": "x"})
    assert not PAYLOAD.is_valid(view)
