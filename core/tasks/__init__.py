"""Tasks to learn: one file each, with its data, its vocabulary, its split and its measure.

make(name, **options)   the task of that name, as in TASKS; its module is imported then
"""

from __future__ import annotations

from importlib import import_module
from inspect import signature
from typing import Any

from core import checks
from core.errors import InvalidValue
from core.tasks.task import Task

TASKS = {  # name -> module:class
    "adding": "core.tasks.adding:Adding",
    "copying": "core.tasks.copying:Copying",
    "temporal order": "core.tasks.temporal_order:TemporalOrder",
}


def make(name: str, **options: Any) -> Task:
    """A task by its name, with its options. Raises InvalidValue for a name or an option that there is not."""
    checks.choice("task", name, tuple(TASKS))
    module, kind = TASKS[name].split(":")
    task = getattr(import_module(module), kind)
    known = tuple(signature(task).parameters)
    for option in options:
        if option not in known:
            raise InvalidValue(f"option of {name}", f"one of {checks.quoted(known)}", repr(option), "leave it out")
    return task(**options)
