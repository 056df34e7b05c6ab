"""Passes, remembered by the settings that they depend on."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from explorer import architectures as five
from explorer import batches, programs, scenario, trees
from explorer.architectures import Architectures
from explorer.batches import Batch
from explorer.programs import Execution
from explorer.scenario import Scenario
from explorer.settings import Settings
from explorer.trees import Trees


def run(settings: Settings, made_by: str = "run") -> Scenario:
    """`scenario.run`, or the function of that name, remembered: what only moves along a finished pass computes nothing
    again."""
    return _run(scenario.computation(settings), made_by).seen(settings)


def each_cell(settings: Settings) -> tuple[Scenario, ...]:
    """`scenario.each_cell`, remembered."""
    return tuple(run(one) for one in scenario.variants(settings))


def each_feedback(settings: Settings) -> tuple[Scenario, ...]:
    """`scenario.each_feedback`, remembered."""
    return tuple(run(one) for one in scenario.feedbacks(settings))


def each_direction(settings: Settings) -> tuple[Scenario, ...]:
    """`scenario.each_direction`, remembered."""
    return run(settings, "bidirectional"), run(scenario.one_way(settings), "stacked")


def batch(settings: Settings) -> Batch:
    """`batches.run`, remembered."""
    return replace(_batch(scenario.computation(settings)), settings=settings)


def tree(settings: Settings) -> Trees:
    """`trees.run`, remembered."""
    return _tree(scenario.computation(settings)).seen(settings)


@st.cache_resource(max_entries=16, show_spinner=False)
def _tree(settings: Settings) -> Trees:
    return trees.run(settings)


def architectures(settings: Settings) -> Architectures:
    """`architectures.run`, remembered."""
    return _architectures(five.computation(settings)).seen(settings)


@st.cache_resource(max_entries=16, show_spinner=False)
def _architectures(settings: Settings) -> Architectures:
    return five.run(settings)


def program(settings: Settings) -> Execution:
    """`programs.run`, remembered."""
    return _program(scenario.computation(settings)).seen(settings)


@st.cache_resource(max_entries=16, show_spinner=False)
def _program(settings: Settings) -> Execution:
    return programs.run(settings)


@st.cache_resource(max_entries=16, show_spinner=False)
def _batch(settings: Settings) -> Batch:
    return batches.run(settings)


@st.cache_resource(max_entries=64, show_spinner=False)
def _run(settings: Settings, made_by: str) -> Scenario:
    return getattr(scenario, made_by)(settings)


def every_loss(settings: Settings) -> Scenario:
    """The same pass with a loss at every step: what the matrix of loss times reads."""
    return run(replace(settings, loss="every"))
