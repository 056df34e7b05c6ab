"""The settings of a training of one's own; None: as in the shipped film."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from core import films
from core.training.recipe import Recipe
from explorer.state.kinds import LONGEST_LENGTH, Choice, Range, Switch, shown
from explorer.state.trained import Trained, film_name

STARTS = {"pytorch": "uniform", "orthogonal": "orthogonal", "identity": "identity"}
FILMED = {  # settings that are the shipped film's where nothing is said -> what of its recipe
    "train_bias": "forget_bias",
    "train_norm": "clip",
    "train_rate": "rate",
    "train_units": "hidden",
    "train_layers": "layers",
    "train_updates": "updates",
    "train_batch": "batch",
    "train_seed": "seed",
}


def recipe(settings: OwnTraining) -> Recipe:
    """What is trained live: the shipped film's recipe, with what the settings change in it."""
    base = films.RECIPES[film_name(settings.task, settings.cell)]
    said = {field: getattr(settings, key) for key, field in FILMED.items() if getattr(settings, key) is not None}
    changed = replace(
        base,
        **said,
        nonlinearity=settings.nonlinearity if "nonlinearity" in base.equations.options() else base.nonlinearity,
        scheme=settings.train_start,
        optimiser=settings.train_by,
        truncate=settings.train_k if settings.train_cut else None,
    )
    if base.equations.forget_gate is None:
        changed = replace(changed, forget_bias=base.forget_bias)
    return changed if settings.train_clip else replace(changed, clip=None)


def filmed(key: str) -> Any:
    """The rule that a setting is the shipped film's where nothing is said."""
    return lambda settings: getattr(recipe(settings.but(train_clip=True)), FILMED[key])


@dataclass(frozen=True)
class OwnTraining(Trained):
    """What is changed in the shipped film's recipe."""

    train_bias: float | None = shown(
        None,
        Range("Forget bias at the start", -3.0, 5.0, decimals=1, step=0.1),
        relevant=lambda s: s.of_cell.equations.forget_gate is not None,
        stands=filmed("train_bias"),
    )
    train_clip: bool = shown(True, Switch("Clip gradients"))
    train_norm: float | None = shown(
        None,
        Range("Clip at ‖g‖", 0.01, 100.0, decimals=3, step=0.05, log=True),
        relevant=lambda s: s.train_clip,
        stands=filmed("train_norm"),
    )
    train_cut: bool = shown(False, Switch("✂ Truncated BPTT"))
    train_k: int = shown(5, Range("k: back through", 1, LONGEST_LENGTH), relevant=lambda s: s.train_cut)
    train_start: str = shown("pytorch", Choice("Start from", STARTS))
    train_by: str = shown("adam", Choice("Optimiser", {"adam": "Adam", "sgd": "SGD"}))
    train_rate: float | None = shown(
        None,
        Range("Learning rate η", 0.0001, 100.0, decimals=4, step=0.05, log=True),
        stands=filmed("train_rate"),
    )
    train_units: int | None = shown(None, Range("Units to train", 1, 160), stands=filmed("train_units"))
    train_layers: int | None = shown(None, Range("Layers to train", 1, 4), stands=filmed("train_layers"))
    train_updates: int | None = shown(
        None, Range("Updates", 20, 10000, step=0.05, log=True), stands=filmed("train_updates")
    )
    train_batch: int | None = shown(None, Range("Examples an update", 1, 128), stands=filmed("train_batch"))
    train_seed: int | None = shown(None, Range("Seed of the training", 0, 99), stands=filmed("train_seed"))


TRAINING = tuple(key for key in OwnTraining.__dataclass_fields__ if key.startswith("train_"))
"""The keys of all of these, in the order of their controls."""
