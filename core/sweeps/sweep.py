"""A sweep: many trainings, each told by its outcome, in a file that it can go on from.

    run(recipes, file, executor)     trains what the file does not hold yet, and adds a line for each as it is done

The file is JSON, one outcome a line. A line is written when its training is over, so that a sweep that is cut short,
by whatever, has lost no more than what was being trained.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from core.tasks.task import Measure
from core.training.recipe import Recipe

CHECKS = 40  # how often in a training its success is looked for


@dataclass(frozen=True)
class Outcome:
    """What came of a recipe.

    measure   of the model, as it was when the training ended, on everything held out
    updates   how many it had: fewer than the recipe's where, at one of CHECKS looks at what is held out, it had solved
              the task: it is then as good as the criterion asks, and might have become better
    diverged  whether the training left the finite range
    size      parameters
    """

    recipe: Recipe
    measure: Measure
    updates: int
    diverged: bool
    size: int

    def line(self) -> str:
        data = {**asdict(self), "recipe": self.recipe.as_dict()}
        return json.dumps(data, ensure_ascii=False)

    @classmethod
    def of_line(cls, line: str) -> Self:
        data: dict[str, Any] = json.loads(line)
        return cls(**{**data, "recipe": Recipe.from_dict(data["recipe"]), "measure": Measure(**data["measure"])})


def outcome(recipe: Recipe) -> Outcome:
    """Train a recipe until it is first seen to have solved its task, or has had all its updates."""
    from core.training.loop import train

    every = max(1, recipe.updates // CHECKS)
    task, model, diverged, updates = recipe.learned(), recipe.model(), False, 0
    for step in train(recipe, [*range(every, recipe.updates, every), recipe.updates]):
        diverged = step.diverged
        if step.snapshot is not None:
            updates, model = step.update, step.snapshot.model
            if step.snapshot.measure.solved and task.measure(model).solved:
                break
    return Outcome(recipe, task.measure(model), updates, diverged, recipe.size)


def read(file: Path) -> list[Outcome]:
    """The outcomes in a file; none where there is no file. A last line that was cut short does not count."""
    if not file.exists():
        return []
    lines = file.read_text(encoding="utf-8").split("\n")
    return [Outcome.of_line(line) for line in lines[:-1] if line]


def run(
    recipes: Sequence[Recipe],
    file: Path,
    executor: Executor,
    progress: Callable[[int, int, Outcome], None] = lambda done, of, outcome: None,
) -> list[Outcome]:
    """The outcomes of all recipes, in their order; those that the file holds are not trained again.

    progress   called with how many are done, of how many, and the last one

    Raises what a training raised, or its executor, when all that can be done is done and written.
    """
    known = {one.recipe: one for one in read(file)}
    missing = [recipe for recipe in dict.fromkeys(recipes) if recipe not in known]
    done = len(set(recipes)) - len(missing)
    _mend(file)
    futures = [executor.submit(outcome, recipe) for recipe in missing]
    failure: BaseException | None = None
    with file.open("a", encoding="utf-8") as lines:
        for future in as_completed(futures):
            if failed := future.exception():
                failure = failure or failed
                continue
            result = future.result()
            known[result.recipe] = result
            lines.write(result.line() + "\n")
            lines.flush()
            os.fsync(lines.fileno())
            done += 1
            progress(done, len(set(recipes)), result)
    if failure is not None:
        raise failure
    return [known[recipe] for recipe in recipes]


def _mend(file: Path) -> None:
    """Leave off a last line that was cut short."""
    if file.exists():
        text = file.read_text(encoding="utf-8")
        whole = text[: text.rfind("\n") + 1]
        if whole != text:
            file.write_text(whole, encoding="utf-8")


def grouped(outcomes: Iterable[Outcome], key: Callable[[Recipe], Any]) -> dict[Any, list[Outcome]]:
    """Outcomes by a key of their recipes, in the order in which the keys first come."""
    groups: dict[Any, list[Outcome]] = {}
    for one in outcomes:
        groups.setdefault(key(one.recipe), []).append(one)
    return groups
