"""Tasks to learn: one file each, with its data, its vocabulary, its split and its measure."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from core import checks
from core.errors import InvalidValue

if TYPE_CHECKING:
    from core.tasks.task import Task

TASKS: dict[str, str] = {}
"""name -> module:class, imported when it is made"""


def make(name: str, **options: Any) -> Task:
    """The task of that name. Raises InvalidValue for an unknown name or option."""
    checks.choice("task", name, tuple(TASKS))
    module, kind = TASKS[name].split(":")
    try:
        return getattr(import_module(f"core.tasks.{module}"), kind)(**options)
    except TypeError as error:
        raise InvalidValue("options", f"those of {name}", str(error), "see its docstring") from None
