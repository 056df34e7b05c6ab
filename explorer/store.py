"""Passes, remembered by the settings that they depend on: what only moves along a finished pass computes nothing again.

Another kind of pass is one line more: its function, given to `_remembered`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import TypeVar

import streamlit as st

from explorer import architectures as five
from explorer import batches, patterns, programs, scenario, trained, trees
from explorer.passes import Pass
from explorer.scenario import Scenario
from explorer.settings import Settings

Made = TypeVar("Made", bound=Pass)


def _remembered(
    make: Callable[[Settings], Made],
    entries: int = 16,
    key: Callable[[Settings], Settings] = scenario.computation,
) -> Callable[[Settings], Made]:
    """`make`, with its last `entries` passes remembered by what `key` leaves of the settings, each seen under the
    settings asked for. `make` is a named function: by its name Streamlit tells one memory from another."""
    made = st.cache_resource(max_entries=entries, show_spinner=False)(make)

    @wraps(make)
    def seen(settings: Settings) -> Made:
        return made(key(settings)).seen(settings)

    return seen


run = _remembered(scenario.run, 64)
stacked = _remembered(scenario.stacked, 32)
bidirectional = _remembered(scenario.bidirectional, 32)
batch = _remembered(batches.run)
tree = _remembered(trees.run)
program = _remembered(programs.run)
architectures = _remembered(five.run, key=five.computation)
filmed = _remembered(trained.run, 64)
usage = _remembered(patterns.run, 64, key=patterns.computation)


def each_cell(settings: Settings) -> tuple[Scenario, ...]:
    """`scenario.each_cell`, remembered."""
    return tuple(run(one) for one in scenario.variants(settings))


def each_feedback(settings: Settings) -> tuple[Scenario, ...]:
    """`scenario.each_feedback`, remembered."""
    return tuple(run(one) for one in scenario.feedbacks(settings))


def each_direction(settings: Settings) -> tuple[Scenario, ...]:
    """`scenario.each_direction`, remembered."""
    return bidirectional(settings), stacked(scenario.one_way(settings))


def every_loss(settings: Settings) -> Scenario:
    """The same pass with a loss at every step: what the matrix of loss times reads."""
    return run(replace(settings, loss="every"))
