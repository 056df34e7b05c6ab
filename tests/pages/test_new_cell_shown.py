"""A cell that is registered in its three places is on every page that offers a choice of cells."""

import orjson
import pytest
import toy_cell

from explorer.page import catalogue
from explorer.page.respond import respond
from explorer.page.state import State

WITH_CELLS = [name for name in catalogue.names() if "cell" in catalogue.page(name).reads]
QUERIES = (
    {},
    {"node": "a", "step": "2", "loss": "every", "initial": "learned", "routed": "hidden", "revealed": "1"},
    {"what_if": "gate", "gate_value": "0.5", "from_step": "2", "to_step": "4"},
    {"what_if": "unit", "layers": "2", "truncate": "1"},
    {"what_if": "radius"},
)


@pytest.fixture(autouse=True)
def registered():
    with toy_cell.registered():
        yield


def view(name, state, event=None):
    shown = orjson.loads(respond(catalogue.page(name), state, event))
    assert not shown["failed"], shown["message"]
    return shown


@pytest.mark.parametrize("name", WITH_CELLS)
@pytest.mark.parametrize("query", QUERIES, ids=str)
def test_every_page_with_a_choice_of_cells_takes_it(name, query):
    state = State()
    state.open(catalogue.page(name), {"cell": toy_cell.NAME, **query})
    shown = view(name, state)
    choices = [control for control in shown["controls"] if control["key"] == "cell" and name not in TRAINED]
    assert all(toy_cell.NAME in dict(control["options"]) for control in choices)
    assert all(control["value"] == toy_cell.NAME for control in choices)


TRAINED = ("training", "drift", "memory", "patterns")  # their films are of the cells that were trained


@pytest.mark.parametrize("name", ["gates", "gradients", "unrolling"])
def test_its_proof_is_made_on_the_page(name):
    state = State()
    state.open(catalogue.page(name), {"cell": toy_cell.NAME})
    event = {"number": 1, "changes": {"prove": True}, "settled": True, "held": {}}
    if view(name, state, event)["proof"] is None:
        return  # this page has none
    state.proof[1].result()
    assert view(name, state)["proof"]["agrees"] is True
