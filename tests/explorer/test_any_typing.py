"""Whatever stands in a field, the page behind it is computed, or says in one sentence what it expects instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from refusals import made

from explorer.passes import at_snapshot, forecast, programs, scenario, translation, trees, units, usage
from explorer.state import forecast as series
from explorer.state import trained
from explorer.state.kinds import Text
from explorer.state.settings import Settings, kinds

SMALL = {"length": 4, "hidden": 3, "layers": 1, "longest": 5}
# Field -> how it is read, what else is chosen there, and of what it is made where it is right.
FIELDS: dict[str, tuple[Callable[[Settings], Any], dict[str, Any], str]] = {
    "text": (scenario.run, {}, "ab \n"),
    "brackets": (trees.run, {"tree": "own"}, "() ab"),
    "bits": (programs.run, {"program": "parity"}, "01 "),
    "sum_of": (programs.run, {"program": "addition"}, "0123456789+ b"),
    "word": (programs.run, {"program": "balanced"}, "abAB "),
    "review": (usage.run, {"pattern": "encoder"}, "the film was not good ,.!"),
    "tagged": (usage.run, {"pattern": "transducer"}, "the old man sleeps ,.!"),
    "continued": (usage.run, {"pattern": "generator", "writes": "source", "written": 4}, "def f(x):\n"),
    "own_text": (units.run, {}, "def f(x):\n\t'"),
    "number": (translation.run, {"context": "4"}, "0123456789,.- "),
    "numbers": (forecast.run, {"series": "own"}, "0123456789.,;\n "),
    "loss_steps": (scenario.run, {"loss": "chosen"}, "0123456789, "),
    "pinned_units": (scenario.run, {"what_if": "gate", "cell": "lstm"}, "0123456789, al"),
    "zeroed_units": (scenario.run, {"what_if": "unit"}, "0123456789, al"),
    "token": (scenario.run, {"what_if": "token"}, "helo wrd"),
}
ADAPTED = {"own_text": units.adapt, "numbers": series.adapt}


def computed(key: str, typed: str) -> Any:
    run, chosen, _ = FIELDS[key]
    view = Settings().changed(SMALL | chosen | {key: typed})
    adapt = ADAPTED.get(key, lambda view: (view, ""))
    return made(lambda: run(adapt(view)[0]))


@pytest.mark.parametrize("key", FIELDS)
@settings(max_examples=max(10, settings.default.max_examples // 3))
@given(data=st.data())
def test_it_is_computed_or_refused(key: str, data: st.DataObject) -> None:
    right = FIELDS[key][2]
    computed(key, data.draw(st.one_of(st.text(right, max_size=20), st.text(max_size=20)), label=key))


@pytest.mark.parametrize("key", FIELDS)
@pytest.mark.parametrize(
    "typed", ["", " ", "\n", "0", "(", ")", '"', ";", "²", "٣", "−1", "9" * 2000, "a" * 2000, "👩‍👩‍👧", "\u2028"]
)
def test_what_is_odd_is_computed_or_refused(key: str, typed: str) -> None:
    computed(key, typed)


def test_every_field_is_here() -> None:
    texts = {key for key, kind in kinds().items() if isinstance(kind, Text)}
    assert texts - {"lines"} == FIELDS.keys(), "lines: tests/explorer/test_any_text.py"


def test_at_a_snapshot_too() -> None:
    for task, key in (("sentiment", "review"), ("tagging", "tagged"), ("source", "continued")):
        for typed in ("", "(", "a", "\u2028", "the\x00film"):
            view = trained.adapt(Settings().changed({"task": task, key: typed}))[0]
            made(lambda view=view: at_snapshot.run(view))
