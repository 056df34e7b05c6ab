"""Pictures that are kept: the same as drawn anew, whatever a hand has moved in between."""

import random

import pytest

from core import sweeps
from explorer.figures import kept
from explorer.figures.picture import Picture
from explorer.look.style import Look
from explorer.page import catalogue
from explorer.page.payload import drawn
from explorer.page.respond import respond
from explorer.page.state import State
from explorer.passes import scenario, watched
from explorer.state.kinds import Choice, Range, Switch
from explorer.state.settings import Settings, kinds


def moved(rng, page, settings):
    """The settings after a hand has moved one that the page reads."""
    keys = sorted(key for key in page.reads if isinstance(kinds()[key], (Range, Choice, Switch)))
    key = rng.choice(keys)
    match kind := kinds()[key]:
        case Range():
            value = round(rng.uniform(kind.low, min(kind.high, 40)), kind.decimals)
        case Choice():
            value = rng.choice(list(kind.options))
        case Switch():
            value = rng.random() < 0.5
    return settings.changed({key: value})


@pytest.mark.parametrize("name", catalogue.names())
def test_what_is_kept_is_what_would_be_drawn(name):
    page, rng, settings = catalogue.page(name), random.Random(name), Settings()
    for _ in range(12):
        settings = moved(rng, page, settings)
        for one in (settings, Settings()):  # and back: the other's pictures are kept meanwhile
            remembered = respond(page, State(settings=one))
            before = dict(kept._kept)
            kept._kept.clear()
            assert respond(page, State(settings=one)) == remembered, one.link()
            kept._kept.update(before)


def builder(scene, look, seen=None):
    if seen is not None:
        seen.append(scene)
    return Picture(f"{scene.step_number} {scene.settings.unit}", [{"y": scene.trace.outputs[:, 0, 0]}], {}, look)


LOOK = Look()


def test_only_what_was_read_counts():
    scene = scenario.run(Settings())
    _, readings = watched.read(builder, scene, LOOK)
    assert readings.hold(scene)
    assert readings.hold(scene.seen(Settings(node="a", projector=True)))
    assert not readings.hold(scene.seen(Settings(unit=2)))
    assert not readings.hold(scene.seen(Settings(step=5)))
    assert not readings.hold(scenario.run(Settings())), "another pass, though of the same numbers"
    assert not readings.hold((scene, scene))


def test_what_stands_in_for_a_pass_is_as_good():
    def asks(scene, look):
        assert isinstance(scene, scenario.Scenario)
        assert scene.__class__ is scenario.Scenario
        assert scene.settings == Settings(what_if="unit")
        assert hash(scene.settings) == hash(Settings(what_if="unit"))
        assert scene.original.settings.what_if == "none"
        return scene.seen(Settings(step=2)).step

    changed = scenario.run(Settings(what_if="unit"))
    step, readings = watched.read(asks, changed, LOOK)
    assert step == 1
    assert readings.hold(changed)
    assert not readings.hold(scenario.run(Settings())), "that one has no original"


def test_a_file_beside_the_passes_is_read_too(monkeypatch, tmp_path):
    page = catalogue.page("stacked")
    with_outcomes = respond(page, State())
    monkeypatch.setattr(sweeps, "MEASURED", tmp_path)
    assert respond(page, State()) != with_outcomes
    monkeypatch.undo()
    assert respond(page, State()) == with_outcomes


def test_a_kept_picture_is_encoded_once():
    scene = scenario.run(Settings())
    first = kept.picture(builder, scene, LOOK)
    assert kept.picture(builder, scene.seen(Settings(node="a")), LOOK) is first
    assert kept.picture(builder, scene, Look(dark=True)) is not first
    assert drawn(first) is drawn(kept.picture(builder, scene, LOOK))
