"""What a function reads of a pass, found out while it runs: it need not run again until one of these has changed.

    picture, readings = read(builder, scene, look)
    readings.hold(scene)          whether everything that was read then is the same now

Of a pass, a field's very object counts; of its settings, every value that was read. What is read beside the pass, a
file say, is asked through `beside`, which is asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from explorer.passes.base import Pass
from explorer.state.settings import Settings

Subject = Pass | Sequence[Pass]
Value = TypeVar("Value", bound=Hashable)

_under_way: ContextVar[Readings | None] = ContextVar("readings", default=None)


@dataclass(frozen=True, eq=False)
class Readings:
    """
    objects    (of which pass, "original" so many times over; field) -> the object
    settings   (of which pass, …; setting) -> its value
    beside     what was asked beside the passes, and the answers
    """

    count: int
    objects: dict[tuple[int, int, str], Any]
    settings: dict[tuple[int, int, str], Any]
    beside: list[tuple[Callable[[], Hashable], Hashable]]

    def hold(self, subject: Subject) -> bool:
        """Whether all of it would be read again."""
        passes = _passes(subject)
        if len(passes) != self.count:
            return False
        try:
            return (
                all(vars(_original(passes[i], deep))[name] is was for (i, deep, name), was in self.objects.items())
                and all(
                    getattr(_original(passes[i], deep).settings, name) == was
                    for (i, deep, name), was in self.settings.items()
                )
                and all(question() == was for question, was in self.beside)
            )
        except (AttributeError, KeyError, TypeError):  # there is no original now, or nothing under that name
            return False


def read(function: Callable[..., Any], subject: Subject, *more: Any) -> tuple[Any, Readings]:
    """function(subject, *more), and what it read of the subject."""
    passes = _passes(subject)
    readings = Readings(len(passes), {}, {}, [])
    seen = tuple(_watched(one, i, 0, readings) for i, one in enumerate(passes))
    token = _under_way.set(readings)
    try:
        return function(seen if isinstance(subject, Sequence) else seen[0], *more), readings
    finally:
        _under_way.reset(token)


def beside(question: Callable[[], Value]) -> Value:
    """The answer to a question about something other than a pass; whoever is watched has then read it."""
    answer = question()
    readings = _under_way.get()
    if readings is not None:
        readings.beside.append((question, answer))
    return answer


def _passes(subject: Subject) -> tuple[Any, ...]:
    return tuple(subject) if isinstance(subject, Sequence) else (subject,)


def _original(one: Any, deep: int) -> Any:
    for _ in range(deep):
        one = one.original
    return one


def _watched(one: Any, i: int, deep: int, readings: Readings) -> Any:
    """The same object, which notes what is read of it. It shares what it holds with the one that it stands for."""
    seen: Any = object.__new__(_watching(type(one), isinstance(one, Settings)))  # type: ignore[arg-type]
    seen.__dict__ = one.__dict__
    object.__setattr__(seen, "_at", (i, deep, readings))
    return seen


@cache
def _watching(kind: type, plain: bool) -> type:
    """A class that is as good as `kind`, and notes what is read; `plain` for one whose values are compared."""

    def noted(self: Any, name: str) -> Any:
        if name == "__class__":
            return kind  # for dataclasses' == and replace(), and for isinstance
        held = object.__getattribute__(self, "__dict__")
        if name not in held:
            return object.__getattribute__(self, name)  # a property, or a method: it reads through this very object
        value = held[name]
        i, deep, readings = at.__get__(self)
        if plain:
            readings.settings[i, deep, name] = value
        elif name == "settings":
            return _watched(value, i, deep, readings)
        elif name == "original" and value is not None:
            readings.objects[i, deep + 1, "trace"] = value.trace  # that there is one is read too
            return _watched(value, i, deep + 1, readings)
        else:
            readings.objects[i, deep, name] = value
        return value

    made = type(
        kind.__name__, (kind,), {"__slots__": ("_at",), "__getattribute__": noted, "__module__": kind.__module__}
    )
    at = vars(made)["_at"]
    return made
