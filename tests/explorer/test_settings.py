"""Settings, their bounds, and the link that is a view of them."""

from dataclasses import fields, replace

import numpy as np
import pytest

from explorer.page import controls
from explorer.passes import scenario
from explorer.state.kinds import Choice, Pixels, Range
from explorer.state.settings import Settings, from_link, kinds, view_only


def other_value(key):
    """A valid value that is not the default."""
    kind, default = kinds()[key], getattr(Settings(), key)
    match kind:
        case Range():
            return kind.read(kind.low if default != kind.low else kind.high)
        case Choice():
            return next(o for o in kind.options if o != default)
        case Pixels():
            return "0123456789abcdef" * 4
    return not default if isinstance(default, bool) else "other, 3 & 4 = ä∎"


@pytest.mark.parametrize("key", [f.name for f in fields(Settings)])
def test_every_setting_survives_the_link(key):
    settings = Settings().changed({key: other_value(key)})
    assert settings != Settings()
    assert from_link(settings.link()) == settings


def test_defaults_leave_the_link_empty():
    assert Settings().link() == {}


@pytest.mark.parametrize(
    "query",
    [
        {"gain": "nan"},
        {"gain": "inf"},
        {"cell": "transformer"},
        {"length": "ten"},
        {"unknown": "1"},
        {"hidden": ""},
        {"drawn": "f" * 63},
        {"drawn": "g" * 64},
    ],
)
def test_a_link_without_sense_gives_the_default(query):
    assert from_link(query) == Settings()


def test_a_link_out_of_bounds_is_clamped():
    settings = from_link({"gain": "1e308", "hidden": "-4", "length": "99999"})
    assert (settings.gain, settings.hidden, settings.length) == (3.0, 1, 60)


def test_controls_show_what_has_a_meaning():
    def labels(**changes):
        return {
            c["label"]
            for c in controls.specs(Settings(**changes), ("gain", "radius"), ("cell", "nonlinearity", "scheme"))
        }

    assert "Nonlinearity" in labels()
    assert "Nonlinearity" not in labels(cell="lstm")
    assert "Gain" in labels()
    assert "Spectral radius of W" in labels(scheme="spectral")


def test_typing_sets_the_length_to_the_whole_input():
    after = controls.apply(Settings(length=30), {"text": "abc"})
    assert after.length == 3
    assert controls.apply(after, {"gain": 2}).length == 3


def test_reset_gives_the_defaults():
    assert controls.apply(Settings(gain=2.0, text="x"), {"reset": True}) == Settings()


@pytest.mark.parametrize("key", view_only())
def test_no_pass_depends_on_what_is_only_shown(key):
    for settings in (Settings(), Settings(cell="lstm", layers=2, what_if="unit")):
        changed = replace(settings, **{key: other_value(key)})
        for make in (scenario.run, scenario.bidirectional):
            now, was = make(changed).trace, make(settings).trace
            assert np.array_equal(now.outputs, was.outputs)
            assert all(np.array_equal(now.gradients[name], was.gradients[name]) for name in was.gradients)
