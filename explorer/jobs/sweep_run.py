"""A single run of the memory sweep, trained beside the page: its buttons, its progress, and what there is of it so far.

It goes on while the page is looked at and the same run is chosen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from explorer.jobs import own_training
from explorer.jobs.desk import Desk, Held
from explorer.jobs.processes import UNDER_WAY
from explorer.passes import memory, outcomes, store
from explorer.passes.memory import Memory
from explorer.state.memory import NETWORKS, distance, network
from explorer.state.settings import Settings

PAGE = "memory"


def run(settings: Settings, desk: Desk) -> Memory:
    """The example, with the run as far as it is. One of another choice, which nobody sees, is stopped."""
    scene, held = store.memory(settings), _held(settings, desk)
    if held is None:
        desk.clear()
    live = held.training.film if held else None
    return replace(scene, live=live, made_by="own") if live else scene


def _held(settings: Settings, desk: Desk) -> Held | None:
    """The visitor's training, if it is the chosen run."""
    held = desk.held
    return held if held and held.page == PAGE and held.training.recipe == memory.recipe(settings) else None


def bounds(settings: Settings, desk: Desk) -> dict[str, float]:
    """None: the films of this page are shipped."""
    return {}


def did(settings: Settings, changes: Mapping[str, Any], desk: Desk) -> dict[str, Any]:
    """Does what one of the buttons says."""
    held = _held(settings, desk)
    match changes.get("training"):
        case "start" if held is None or held.training.state not in UNDER_WAY:
            own_training.begin(memory.recipe(settings), PAGE, desk)
        case wish if held:
            own_training.obey(str(wish), desk)
    return {}


def pace(settings: Settings, desk: Desk) -> int | None:
    """After how many ms there will be something new to see."""
    held = _held(settings, desk)
    if held and (ms := own_training.pace_of(held.training)):
        return ms
    return own_training.SELDOM if outcomes.growing("memory") else None


def control(settings: Settings, desk: Desk) -> dict[str, Any]:
    """The buttons and the progress, as the stage draws them."""
    chosen = f"{NETWORKS[network(settings)]}, distance {distance(settings)}"
    idle = f"Seed {settings.run_seed}. Other networks, distances and seeds to train: below."
    return own_training.drawn(_held(settings, desk), f"Train {chosen}", idle, ("shipped", "Leave it"))
