"""What is swept: the recipes of every comparison that the pages tell the outcome of.

rates    which learning rate each network learns each task of `memory` best with, at a middling distance
memory   three tasks at growing distance; six networks with one budget of parameters, one of updates, and each the rate
         that it learned best with in `rates` (of one seed)
depth    the same text at depth 1, 2, 3, with one budget of parameters

All start from the same seeds and have the same optimiser.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from core.training.recipe import Recipe

NETWORKS: dict[str, dict[str, Any]] = {
    "elman": {"cell": "rnn", "rate": 0.003},
    "irnn": {"cell": "rnn", "rate": 0.003, "nonlinearity": "relu", "scheme": "identity"},
    "orthogonal": {"cell": "rnn", "rate": 0.003, "scheme": "orthogonal"},
    "gru": {"cell": "gru", "rate": 0.01},
    "lstm": {"cell": "lstm", "rate": 0.01, "forget_bias": 1.0},
    "lstm, forget bias 4": {"cell": "lstm", "rate": 0.01, "forget_bias": 4.0},
}
"""Each at the rate of RATES that `rates` found best for most tasks, of one seed at the second distance."""
DISTANCES = {"adding": (12, 25, 50, 100), "temporal order": (10, 25, 50, 100), "copying": (5, 10, 20, 40)}
OPTIONS: dict[str, dict[str, Any]] = {
    "copying": {"count": 5}
}  # not the published 10, which none learns in these updates
PARAMETERS = {"adding": 1500, "temporal order": 1500, "copying": 6000}
UPDATES = 4000
RATES = (0.003, 0.01)
SEEDS = 3
DEPTHS = (1, 2, 3)
OF_DEPTH = 20_000  # parameters


def rates(seeds: int = 1) -> list[Recipe]:
    return [
        replace(_memory(task, DISTANCES[task][1], network, seed), rate=rate)
        for task in DISTANCES
        for network in NETWORKS
        for rate in RATES
        for seed in range(seeds)
    ]


def memory(seeds: int = SEEDS) -> list[Recipe]:
    """Short distances first: what is seen early says most."""
    return [
        _memory(task, DISTANCES[task][rank], network, seed)
        for rank in range(4)
        for task in DISTANCES
        for network in NETWORKS
        for seed in range(seeds)
    ]


def _memory(task: str, distance: int, network: str, seed: int) -> Recipe:
    options = {"distance": distance, **OPTIONS.get(task, {})}
    recipe = Recipe(task, tuple(options.items()), **NETWORKS[network], seed=seed, updates=UPDATES, batch=32)
    return recipe.within(PARAMETERS[task])


def network_of(recipe: Recipe) -> str:
    """Which of NETWORKS a recipe of the sweep trains."""
    plain = {"nonlinearity": "tanh", "scheme": "pytorch", "forget_bias": 0.0, "rate": recipe.rate}
    kind = {key: getattr(recipe, key) for key in ("cell", *plain)}
    return next(name for name, own in NETWORKS.items() if {**plain, **own, "rate": recipe.rate} == kind)


def distance_of(recipe: Recipe) -> int:
    return int(dict(recipe.options)["distance"])


def depth(seeds: int = 5) -> list[Recipe]:
    return [
        Recipe("text", cell="gru", layers=layers, seed=seed, updates=2000, batch=32, rate=5e-3).within(OF_DEPTH)
        for seed in range(seeds)
        for layers in DEPTHS
    ]


GRIDS = {"rates": rates, "memory": memory, "depth": depth}
