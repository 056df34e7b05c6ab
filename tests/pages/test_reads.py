"""What a page does not read does not act on it, and what it can set it reads."""

import orjson
import pytest

from explorer.page import catalogue
from explorer.page.respond import respond
from explorer.page.state import State
from explorer.state.kinds import Choice, Pixels, Range, Switch
from explorer.state.settings import Settings, kinds

PAGES = catalogue.names()
ODD = {"text": "one two\nthree", "numbers": "1\n2\n3", "what_if": "unit"}  # of the free ones and of what has effects


def other(key):
    """A value of a setting that is not its default."""
    default = getattr(Settings(), key)
    match kind := kinds()[key]:
        case Choice():
            return ODD.get(key) or next(name for name in reversed([*kind.options]) if name != default)
        case Switch():
            return not default
        case Range():
            return kind.low if default != kind.low else kind.high
        case Pixels():
            return "0f" * 32
    return ODD.get(key, "something else")


def payload(page, settings):
    state = State(settings=settings)
    state.rest(page)
    return respond(page, state)


@pytest.mark.parametrize("name", PAGES)
def test_what_a_page_does_not_read_leaves_it_as_it_is_to_the_byte(name):
    page = catalogue.page(name)
    outside = sorted(kinds().keys() - page.reads)
    assert outside
    plain = payload(page, Settings())
    for key in outside:
        changed = Settings().changed({key: other(key)})
        assert getattr(changed, key) != getattr(Settings(), key), key
        assert payload(page, changed) == plain, key
    assert payload(page, Settings().changed({key: other(key) for key in outside})) == plain


QUERIES = (
    {},
    {"cell": "lstm", "loss": "every", "tree": "own", "series": "own"},
    {"truncate": 1, "pattern": "generator", "nonlinearity": "relu"},
)


def settable(view):
    """Every setting that a person can set on a page as it stands."""
    shown = [*view["controls"], *(control for panel in view["panels"] for control in panel["controls"])]
    keys = {control["key"] for control in shown}
    keys |= {view["player"]["key"]} if view["player"] else set()
    keys |= {block["key"] for block in (view["card"] or {"blocks": []})["blocks"] if block["kind"] == "tabs"}
    keys |= {"revealed"} if view["question"] else set()
    for panel in view["panels"]:
        for trace in panel["figure"]["data"]:
            click = (trace.get("meta") or {}).get("click", {})
            keys |= {click[axis] for axis in "xy" if click.get(axis)} | set(click.get("custom", ()))
    return keys & kinds().keys() - {"example"}  # also the name of an action: an example sentence is chosen


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("query", QUERIES, ids=str)
def test_what_can_be_set_on_a_page_acts_on_it(name, query):
    page, state = catalogue.page(name), State()
    state.open(page, {key: str(value) for key, value in query.items()})
    assert settable(orjson.loads(respond(page, state))) <= page.reads


def test_what_was_chosen_on_one_page_waits_for_those_that_read_it():
    state = State()
    state.open(catalogue.page("unrolling"), {"system": "autonomous", "text": "ab", "length": "2"})
    gradients = catalogue.page("gradients")
    for text in ("hello world", "another sentence"):
        event = {"number": 1, "changes": {"text": text}, "settled": True, "held": {}}
        view = orjson.loads(respond(gradients, state, event))
        assert (
            view["title"]
            == orjson.loads(payload(gradients, Settings().changed({"text": text, "length": len(text)})))["title"]
        )
        assert "system" not in view["address"]
    assert state.settings.system == "autonomous"


def test_a_reset_is_of_what_the_page_reads():
    state = State(settings=Settings(gain=2.0, weight_error=0.1))
    respond(catalogue.page("gates"), state, {"number": 1, "changes": {"reset": True}, "settled": True, "held": {}})
    assert state.settings == Settings(weight_error=0.1)


def test_a_step_in_the_browsers_history_is_opened_before_what_was_done_after_it():
    page, state = catalogue.page("gates"), State()
    state.open(page, {"gain": "1.5", "hidden": "9"})
    event = {"number": 3, "changes": {"seed": 7}, "settled": True, "held": {}, "at": "gain=2&gain=1.1", "moved": True}
    view = orjson.loads(respond(page, state, event))
    assert (state.settings.gain, state.settings.hidden, state.settings.seed) == (1.1, Settings.hidden, 7)
    assert view["at"] == "gain=2&gain=1.1"
    assert sorted(view["address"].split("&")) == ["gain=1.1", "seed=7"]
    later = {
        "number": 4,
        "changes": {"gain": 1.2},
        "settled": False,
        "held": {},
        "at": "gain=1.1&seed=7",
        "moved": False,
    }
    view = orjson.loads(respond(page, state, later))
    assert (view["at"], view["address"]) == ("gain=1.1&seed=7", None), "the hand has not come to rest"
