"""Passes are remembered by what they depend on, and seen under the settings asked for."""

from dataclasses import replace

import numpy as np
import pytest

from core.films import making
from core.training.loop import schedule, train
from core.training.recipe import Recipe
from explorer.passes import over_training, store
from explorer.state.settings import Settings

KINDS = [
    store.run, store.stacked, store.bidirectional, store.batch, store.tree, store.program, store.architectures,
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_what_only_selects_computes_nothing_again(kind):
    settings = Settings(step=2, unit=1)
    first, later = kind(settings), kind(replace(settings, step=5, unit=40, parameter="U"))
    assert later.trace is first.trace
    assert (later.settings.parameter, first.settings.parameter) == ("U", "W")
    assert (first.step, first.step_number, later.step) == (1, 2, min(5, later.steps) - 1)
    assert later.unit == later.trace.network.hidden_size - 1
    changed = kind(replace(settings, seed=4, bits="11"))
    assert changed.trace is not first.trace


@pytest.mark.parametrize("kind", [store.run, store.stacked, store.batch, store.tree, store.architectures])
def test_the_pass_before_a_change_is_seen_alike(kind):
    settings = Settings(what_if="unit", step=2)
    scene = kind(replace(settings, step=3))
    assert scene.trace is kind(settings).trace is not scene.original.trace
    assert (scene.original.settings.step, scene.original.settings.what_if) == (3, "none")


@pytest.mark.parametrize("system", ["rnn", "autonomous"])
@pytest.mark.parametrize("kind", [one for one in KINDS if one is not store.program], ids=lambda kind: kind.__name__)
def test_where_a_network_comes_from_is_where_it_came_from(kind, system):
    scene = kind(Settings(system=system, layers=2))
    again, made = scene.origin.network(scene.sequence), scene.trace.network
    assert again.parameters.keys() == made.parameters.keys()
    assert all(np.array_equal(again.parameters[name], array) for name, array in made.parameters.items())


def test_kinds_of_one_name_are_told_apart():
    assert len({id(kind(Settings()).trace) for kind in KINDS}) == len(KINDS)


def test_the_settings_of_a_sight_count_where_it_is_seen():
    narrow, wide = (store.architectures(Settings(window=w)) for w in (2, 6))
    assert narrow.nets is not wide.nets
    assert store.run(Settings(window=2)).trace is store.run(Settings(window=6)).trace


def growing(snapshots):
    """The films of a training, as they are after each of its snapshots."""
    recipe = Recipe("adding", (("distance", 12),), cell="rnn", hidden=3, updates=8, batch=4, seed=5)
    rows, taken = [], []
    for step in train(recipe, schedule(recipe.updates, snapshots)):
        rows.append((step.update, step.loss, step.norm))
        if step.snapshot:
            taken.append(step.snapshot)
            yield making.of_snapshots(recipe, list(taken), list(rows))


@pytest.mark.parametrize("name", ["own test", "test"])
def test_a_growing_film_is_passed_once_a_snapshot_and_not_remembered(name):
    settings = Settings(task="adding", cell="rnn", example=3)
    first, *_, last = growing(4)
    assert last.model(0) is first.model(0), "a film of one snapshot more copies nothing"
    (before,) = store.snapshots(name, first, settings)
    seen = store.snapshots(name, last, replace(settings, step=7, layer=2, review="another"))
    assert seen[0].trace is before.trace, "the task does not read these settings"
    assert seen[0].settings.step == 7
    assert all(one.film is last for one in seen)
    assert [(one.at, one.updates) for one in seen] == list(enumerate(last.updates))
    remembered = (store._live if name.startswith(store.OWN) else store._shipped)(name, 3)
    assert [one.film for one in remembered.values()] == [None] * 4
    for one, alone in zip(seen, over_training.passes(last, settings), strict=True):
        np.testing.assert_array_equal(one.trace.predictions, alone.trace.predictions)
    assert store.snapshots(name, last, replace(settings, example=4))[0].trace is not before.trace
