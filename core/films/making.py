"""A recipe becomes a film."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from time import perf_counter

import numpy as np

from core.films import RECIPES, path
from core.films.film import Film, kept
from core.patterns import ConditionalGenerator, Model
from core.recipe import Recipe
from core.tasks.task import Measure
from core.training import SEEN, Snapshot, Step, schedule, train

SNAPSHOTS = 30
CURVE = 400  # points kept of a training's curve


def make(recipe: Recipe, snapshots: int = SNAPSHOTS, watch: Callable[[Step], None] = lambda step: None) -> Film:
    """Train a recipe, keeping snapshots; `watch` sees every step. The film is as it will be read from its file."""
    return shipped(trained(recipe, snapshots, watch))


def written(name: str) -> tuple[Measure, float]:
    """Train the film of that name and write its file: its measure, and the seconds that took."""
    began = perf_counter()
    film = make(RECIPES[name])
    path(name).parent.mkdir(exist_ok=True)
    film.save(path(name))
    return film.measure, perf_counter() - began


def trained(recipe: Recipe, snapshots: int = SNAPSHOTS, watch: Callable[[Step], None] = lambda step: None) -> Film:
    """The same with every parameter as it was trained, as no file keeps it."""
    steps = []
    for step in train(recipe, schedule(recipe.updates, snapshots)):
        steps.append(step)
        watch(step)
    taken = [step.snapshot for step in steps if step.snapshot]
    rows = [(step.update, step.loss, step.norm) for step in steps]
    return of_snapshots(recipe, taken, rows, steps[-1].diverged)


def of_snapshots(
    recipe: Recipe, taken: Sequence[Snapshot], rows: Sequence[tuple[int, float, float]], diverged: bool = False
) -> Film:
    """The film of a training, whole or cut short. rows: update, loss and ‖g‖ of every step."""
    names = taken[0].model.parameters
    return Film(
        recipe,
        np.array([one.update for one in taken]),
        tuple(one.measure for one in taken),
        curve(rows),
        {name: np.stack([one.model.parameters[name] for one in taken]) for name in names},
        output_of(taken[0].model),
        diverged,
    )


def output_of(model: Model) -> str:
    """What makes predictions of a model's logits."""
    return model.decoder.output if isinstance(model, ConditionalGenerator) else model.output


def curve(rows: Sequence[tuple[int, float, float]]) -> np.ndarray:
    """(m, 3): update, loss and ‖g‖, the means of at most CURVE stretches of equal length."""
    return np.array([stretch.mean(axis=0) for stretch in np.array_split(np.array(rows), min(CURVE, len(rows)))])


def shipped(film: Film) -> Film:
    """The film as its file keeps it, every snapshot measured anew; the last one on all that is held out."""
    film = replace(film, parameters=kept(film.parameters), _models={})
    task, last = film.recipe.learned(), len(film) - 1
    sizes = [None if at == last else SEEN for at in range(len(film))]
    return replace(film, measures=tuple(task.measure(film.model(at), size) for at, size in enumerate(sizes)))
