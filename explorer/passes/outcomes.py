"""The outcomes of a sweep, as far as they are there: read anew whenever its file has changed.

A sweep that is under way adds a line to its file for every training that is over (core.sweeps). What is no outcome of
the sweep as it is planned now is left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from time import time
from typing import Any

from core import sweeps
from core.sweeps.grids import GRIDS
from core.sweeps.sweep import Outcome, grouped, read
from core.training.recipe import Recipe
from explorer.passes import watched

RECENT = 120.0  # s; a training of a sweep takes about as long


@dataclass(frozen=True, eq=False)
class Outcomes:
    """The very object that is read of a file stands for it until that has changed.

    name      of the sweep
    known     the outcomes there are
    of        how many are planned
    problem   why the file cannot be read, and what to do; or ""
    """

    name: str
    known: tuple[Outcome, ...]
    of: int
    problem: str = ""

    @property
    def command(self) -> str:
        """What makes them, or goes on with it."""
        return f"python -m core.sweeps {self.name}"

    @property
    def told(self) -> str:
        """How far the sweep is, or why nothing is shown; "" where all is there."""
        if self.problem:
            return self.problem
        if not self.known:
            return f"No outcomes are there yet: run {self.command}."
        if len(self.known) < self.of:
            return f"{len(self.known)} of {self.of} outcomes so far; {self.command} goes on."
        return ""

    def by(self, key: Callable[[Recipe], Any]) -> dict[Any, list[Outcome]]:
        return grouped(self.known, key)


def measured(name: str) -> Outcomes:
    """The outcomes of a sweep of core.sweeps.grids.GRIDS."""
    written = watched.beside(partial(_written, name))
    if written is None:
        return Outcomes(name, (), len(planned(name)))
    return _read(name, *written)


def _written(name: str) -> tuple[Path, int, int] | None:
    """The file of a sweep, when it was last written to, and its size."""
    file = sweeps.path(name)
    try:
        state = file.stat()
    except OSError:
        return None
    return file, state.st_mtime_ns, state.st_size


def growing(name: str) -> bool:
    """Whether the sweep seems to be under way: not all is there, and its file was written to a short while ago."""
    outcomes = measured(name)
    if not 0 < len(outcomes.known) < outcomes.of:
        return False
    return time() - sweeps.path(name).stat().st_mtime < RECENT


@lru_cache(maxsize=8)
def _read(name: str, file: Path, changed: int, size: int) -> Outcomes:
    recipes = planned(name)
    try:
        found = read(file)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        problem = f"The outcomes in {file.name} cannot be read: delete the file and run python -m core.sweeps {name}."
        return Outcomes(name, (), len(recipes), problem)
    seeded = {replace(recipe, seed=0) for recipe in recipes}
    known = {one.recipe: one for one in found if replace(one.recipe, seed=0) in seeded}
    return Outcomes(name, tuple(known.values()), max(len(recipes), len(known)))


@lru_cache(maxsize=8)
def planned(name: str) -> tuple[Recipe, ...]:
    """The recipes of a sweep."""
    return tuple(GRIDS[name]())
