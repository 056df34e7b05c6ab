"""A recipe becomes a film."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.films import path
from core.films.film import Extremes, Film, kept
from core.films.recipes import RECIPES
from core.passes.patterns import ConditionalGenerator, Model
from core.tasks.task import Measure
from core.training.loop import SEEN, Snapshot, Step, schedule, train
from core.training.recipe import Recipe

SNAPSHOTS = 30
CURVE = 400  # points kept of a training's curve
Array = NDArray[Any]


class Stacked(Mapping[str, Array]):
    """The parameters of n models by their names, (n, …): stacked when they are asked for, and not kept."""

    def __init__(self, models: Sequence[Model]):
        self._models = models

    def __getitem__(self, name: str) -> Array:
        return np.stack([model.parameters[name] for model in self._models])

    def __iter__(self) -> Iterator[str]:
        return iter(self._models[0].parameters)

    def __len__(self) -> int:
        return len(self._models[0].parameters)


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
    """The film of a training, whole or cut short. rows: update, loss and ‖g‖ of every step.

    Its models are the snapshots' own: a film of one snapshot more takes no more than that.
    """
    models = [one.model for one in taken]
    return Film(
        recipe,
        np.array([one.update for one in taken]),
        tuple(one.measure for one in taken),
        curve(rows),
        Stacked(models),
        output_of(models[0]),
        diverged,
        extremes(rows),
        _models={(at, ""): model for at, model in enumerate(models)},
    )


def output_of(model: Model) -> str:
    """What makes predictions of a model's logits."""
    return model.decoder.output if isinstance(model, ConditionalGenerator) else model.output


def curve(rows: Sequence[tuple[int, float, float]]) -> np.ndarray:
    """(m, 3): update, loss and ‖g‖, the means of at most CURVE stretches of equal length."""
    return np.array([stretch.mean(axis=0) for stretch in np.array_split(np.array(rows), min(CURVE, len(rows)))])


def extremes(rows: Sequence[tuple[int, float, float]]) -> Extremes:
    """Of the rows of every step."""
    norms = np.array([norm for _, _, norm in rows])
    norms = norms[np.isfinite(norms)]
    last, largest = (float(norms[-1]), float(norms.max())) if norms.size else (np.nan, np.nan)
    return Extremes(rows[-1][0], last, largest)


def shipped(film: Film) -> Film:
    """The film as its file keeps it, every snapshot measured anew; the last one on all that is held out."""
    film = replace(film, parameters=kept(film.parameters), extremes=None, _models={})
    task, last = film.recipe.learned(), len(film) - 1
    sizes = [None if at == last else SEEN for at in range(len(film))]
    return replace(film, measures=tuple(task.measure(film.model(at), size) for at, size in enumerate(sizes)))
