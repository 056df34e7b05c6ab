"""Passes are remembered by what they depend on, and seen under the settings asked for."""

from dataclasses import replace

import pytest

from explorer import store
from explorer.settings import Settings

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


def test_kinds_of_one_name_are_told_apart():
    assert len({id(kind(Settings()).trace) for kind in KINDS}) == len(KINDS)


def test_the_settings_of_a_sight_count_where_it_is_seen():
    narrow, wide = (store.architectures(Settings(window=w)) for w in (2, 6))
    assert narrow.nets is not wide.nets
    assert store.run(Settings(window=2)).trace is store.run(Settings(window=6)).trace
