"""Tasks to learn: one file each, with its data, its vocabulary, its split and its measure.

    task = tasks.make("tagging")
    task.measure(model)

A task is named by its name and its options, numbers and words alone. Its module is imported where it is made.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from core import checks

if TYPE_CHECKING:
    from core.tasks.task import Task

# name -> module and class
TASKS: dict[str, tuple[str, str]] = {
    "sentiment": ("core.tasks.sentiment", "Sentiment"),
    "tagging": ("core.tasks.tagging", "Tagging"),
    "text": ("core.tasks.text", "Text"),
}


def make(name: str, **options: str | int | float | bool) -> Task:
    """A task by its name. Raises InvalidValue for an unknown one, and what the task raises for its options."""
    checks.choice("task", name, tuple(TASKS))
    module, kind = TASKS[name]
    task: Task = getattr(import_module(module), kind)(**options)
    return task
