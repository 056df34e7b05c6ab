"""Tasks to learn: one file each, with its data, its vocabulary, its split and its measure.

    task = tasks.make("tagging")
    task.measure(model)

A task is named by its name and its options, numbers and words alone. Its module is imported where it is made.
"""

from __future__ import annotations

from importlib import import_module
from inspect import signature
from typing import TYPE_CHECKING

from core import checks
from core.errors import InvalidValue

if TYPE_CHECKING:
    from core.tasks.task import Task

# name -> module and class
TASKS: dict[str, tuple[str, str]] = {
    "adding": ("core.tasks.adding", "Adding"),
    "captioning": ("core.tasks.captioning", "Captioning"),
    "copying": ("core.tasks.copying", "Copying"),
    "digits": ("core.tasks.digits", "Digits"),
    "drift": ("core.tasks.drift", "Drift"),
    "sentiment": ("core.tasks.sentiment", "Sentiment"),
    "tagging": ("core.tasks.tagging", "Tagging"),
    "temporal order": ("core.tasks.temporal_order", "TemporalOrder"),
    "text": ("core.tasks.text", "Text"),
    "translation": ("core.tasks.translation", "Translation"),
}


def make(name: str, **options: str | int | float | bool) -> Task:
    """A task by its name. Raises InvalidValue for an unknown one and for an unknown option, and what the task raises
    for its options."""
    checks.choice("task", name, tuple(TASKS))
    module, kind = TASKS[name]
    task = getattr(import_module(module), kind)
    known = tuple(signature(task).parameters)
    if unknown := [option for option in options if option not in known]:
        expected = f"one of {checks.quoted(known)}" if known else "left out"
        raise InvalidValue(f"option of {name}", expected, repr(unknown[0]), "leave it out")
    made: Task = task(**options)
    return made
