"""The settings of what is to be remembered; and of a single run of the sweep on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from core import films
from core.sweeps import grids
from explorer.state import trained
from explorer.state.kinds import Choice, Range, setting, shown
from explorer.state.trained import Trained, film_name

NETWORKS = {
    "elman": "Elman",
    "irnn": "IRNN",
    "orthogonal": "orthogonal",
    "gru": "GRU",
    "lstm": "LSTM",
    "lstm, forget bias 4": "LSTM, bias 4",
}
FAR = ("5", "10", "12", "20", "25", "40", "50", "100")  # distances of the sweep; a task has four of them
REMEMBERED = {"adding": "adding", "order": "order", "copying": "copying"}


def network(settings: Memory) -> str:
    """The network of the sweep to train: the chosen one; else the plain one of the settings' cell."""
    plain = (name for name, options in grids.NETWORKS.items() if options["cell"] == settings.cell)
    return settings.network or next(plain, "lstm")


def task(settings: Memory) -> str:
    """The task, by its name in core."""
    return films.RECIPES[film_name(settings.remembered, "gru")].task


def far(settings: Memory) -> list[str]:
    """The distances of the settings' task in the sweep."""
    return [str(d) for d in grids.DISTANCES[task(settings)]]


def distance(settings: Memory) -> str:
    """The chosen distance; the shortest of the task where it has no such."""
    offered = far(settings)
    return settings.distance if settings.distance in offered else offered[0]


@dataclass(frozen=True)
class Memory(Trained):
    """The task, and the network, the distance and the seed of a run of one's own; no network: the one of the cell."""

    remembered: str = setting("adding", Choice("What is to be remembered", REMEMBERED))
    network: str | None = shown(None, Choice("Network", NETWORKS), stands=network)
    distance: str = shown("12", Choice("Distance", dict(zip(FAR, FAR, strict=True))), offered=far, stands=distance)
    run_seed: int = shown(7, Range("Seed of the run", 0, 99))


Some = TypeVar("Some", bound=Memory)


def adapt(settings: Some) -> tuple[Some, str]:
    """The settings of this view, and what to say of them: of the cells that were not trained, an LSTM."""
    return trained.adapt(settings.but(task=settings.remembered))
