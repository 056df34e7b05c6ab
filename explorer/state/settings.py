"""Every setting of a view: all groups together, under one namespace.

A `Settings` is frozen: it is the whole of what a page shows, and, written out, the link. A group is one file beside
this one, with the bounds of its settings, what has a meaning beside what, and what it is adapted to. To add a setting,
or to change a slider's bounds, change its line there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from explorer.state.baselines import Baselines
from explorer.state.forecast import Forecast
from explorer.state.gradients import Gradients
from explorer.state.kinds import Kind, Rules
from explorer.state.loss import Loss
from explorer.state.memory import Memory
from explorer.state.own_training import OwnTraining
from explorer.state.passage import Passage
from explorer.state.program import Program
from explorer.state.translation import Translation
from explorer.state.trees import Trees
from explorer.state.usage import Usage
from explorer.state.view import View
from explorer.state.what_if import WhatIf


@dataclass(frozen=True)
class Settings(
    View,
    Loss,
    WhatIf,
    Gradients,
    Baselines,
    Memory,
    Forecast,
    Usage,
    Translation,
    OwnTraining,
    Passage,
    Program,
    Trees,
):
    """What a view shows. Field name = key in the link; its kind carries label and bounds."""

    def changed(self, changes: Mapping[str, Any]) -> Settings:
        """These settings with `changes` read in; a value out of its bounds is clamped, one without sense is left."""
        read: dict[str, Any] = {}
        for key, raw in changes.items():
            if key in kinds():
                try:
                    read[key] = kinds()[key].read(raw)
                except (TypeError, ValueError, OverflowError):
                    continue
        return self.but(**read)

    def link(self, keys: Collection[str] | None = None) -> dict[str, str]:
        """The settings that differ from the defaults, as query parameters; where `keys` are given, of these alone."""
        query = {}
        for name, default in defaults().items():
            if keys is None or name in keys:
                value = getattr(self, name)
                if value != default or (name == "length" and self.text != Settings.text):
                    query[name] = str(int(value)) if isinstance(value, bool) else str(value)
        return query


@cache
def defaults() -> dict[str, Any]:
    """Key of a setting -> its default."""
    return {f.name: f.default for f in fields(Settings)}


@cache
def kinds() -> dict[str, Kind]:
    """Key of a setting -> its kind."""
    return {f.name: f.metadata["kind"] for f in fields(Settings)}


@cache
def rules() -> dict[str, Rules]:
    """Key of a setting -> its rules."""
    return {f.name: f.metadata["rules"] for f in fields(Settings)}


def from_link(query: Mapping[str, str]) -> Settings:
    """The settings that a link describes; what it leaves out, or says wrongly, is the default."""
    return Settings().changed(query)


def depended_on(settings: Settings, without: Collection[str] = ()) -> tuple[Any, ...]:
    """The values of all settings that a recorded pass may depend on, `without` some: what tells passes apart."""
    return tuple(getattr(settings, name) for name in _passed() if name not in without)


@cache
def _passed() -> tuple[str, ...]:
    return tuple(f.name for f in fields(Settings) if not f.metadata["view_only"])


@cache
def view_only() -> tuple[str, ...]:
    """The settings that no recorded pass depends on."""
    return tuple(f.name for f in fields(Settings) if f.metadata["view_only"])
