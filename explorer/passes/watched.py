"""What a function reads of a pass, found out while it runs: it need not run again until one of these has changed.

    picture, readings = read(builder, scene, look)
    readings.hold(scene)          whether everything that was read then is the same now

Of a pass, a field's very object counts; of its settings, every value that was read. What is read beside the pass, a
file say, is asked through `beside`, which is asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field, fields
from functools import cache, cached_property
from typing import Any, TypeVar

from explorer.passes.base import Pass
from explorer.state.settings import Settings

Subject = Pass | Sequence[Pass]
Value = TypeVar("Value", bound=Hashable)
Place = tuple[int, int]
"""Of which pass of a subject, and "original" so many times over."""

_under_way: ContextVar[Readings | None] = ContextVar("readings", default=None)


@dataclass(eq=False)
class Readings:
    """
    count      of the passes of the subject
    objects    place -> field -> the object
    settings   place -> setting -> its value
    beside     what was asked beside the passes, and the answers
    """

    count: int
    objects: dict[Place, dict[str, Any]] = field(default_factory=dict)
    settings: dict[Place, dict[str, Any]] = field(default_factory=dict)
    beside: list[tuple[Callable[[], Hashable], Hashable]] = field(default_factory=list)

    def hold(self, subject: Subject) -> bool:
        """Whether all of it would be read again."""
        passes = _passes(subject)
        if len(passes) != self.count:
            return False
        try:
            for (i, deep), objects in self.objects.items():
                one = _original(passes[i], deep)
                for name, was in objects.items():
                    if getattr(one, name) is not was:
                        return False
            for (i, deep), values in self.settings.items():
                settings = _original(passes[i], deep).settings
                for name, value in values.items():
                    if getattr(settings, name) != value:
                        return False
            return all(question() == was for question, was in self.beside)
        except (AttributeError, TypeError):  # there is no original now, or nothing under that name
            return False

    def also(self, others: Readings, place: Place) -> None:
        """Notes what was read of the one pass at this place, and beside it."""
        i, deep = place
        for mine, theirs in ((self.objects, others.objects), (self.settings, others.settings)):
            for (_, deeper), read in theirs.items():
                mine.setdefault((i, deep + deeper), {}).update(read)
        self.beside += others.beside


def read(function: Callable[..., Any], subject: Subject, *more: Any) -> tuple[Any, Readings]:
    """function(subject, *more), and what it read of the subject."""
    passes = _passes(subject)
    readings = Readings(len(passes))
    seen = tuple(_watched(one, (i, 0), readings) for i, one in enumerate(passes))
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


def _watched(one: Any, place: Place, readings: Readings) -> Any:
    """What is as good as this pass, or these settings, and notes what is read of it."""
    seen: Any = object.__new__(_watching(type(one)))  # type: ignore[arg-type]
    seen.__dict__["_watched"] = one, place, readings
    return seen


@cache
def _watching(kind: type) -> type:
    """A class that is as good as `kind`. What was read once lies in the object itself, where Python finds it first."""
    plain = issubclass(kind, Settings)
    noting = {one.name: _Noting(kind, one.name, plain) for one in fields(kind)}
    found = {name: _Found(one) for base in kind.__mro__ for name, one in vars(base).items() if _is_found(one)}
    like = property(lambda _: kind)  # for dataclasses' == and replace(), and for isinstance
    return type(kind.__name__, (kind,), {"__class__": like, "__module__": kind.__module__, **noting, **found})


def _is_found(attribute: Any) -> bool:
    return isinstance(attribute, cached_property)


class _Noting:
    """A field: when it is first read, that is noted."""

    def __init__(self, kind: type, name: str, plain: bool):
        self.kind, self.name, self.plain = kind, name, plain

    def __get__(self, seen: Any, _: type) -> Any:
        if seen is None:
            return getattr(self.kind, self.name)
        one, place, readings = seen.__dict__["_watched"]
        value = getattr(one, self.name)
        if self.plain:
            readings.settings.setdefault(place, {})[self.name] = value
        elif self.name == "settings":
            value = _watched(value, place, readings)
        elif self.name == "original" and value is not None:
            below = place[0], place[1] + 1
            readings.objects.setdefault(below, {})["trace"] = value.trace  # that there is one is read too
            value = _watched(value, below, readings)
        else:
            readings.objects.setdefault(place, {})[self.name] = value
        seen.__dict__[self.name] = value
        return value


class _Found:
    """A cached property: it is found once for the pass itself, and whoever asks has read what was read to find it."""

    def __init__(self, found: cached_property[Any]):
        self.found = found

    def __get__(self, seen: Any, kind: type) -> Any:
        if seen is None:
            return self.found
        one, place, readings = seen.__dict__["_watched"]
        known = vars(one).setdefault("_found", {})
        if self.found not in known:
            known[self.found] = read(self.found.func, one)
        value, others = known[self.found]
        readings.also(others, place)
        seen.__dict__[self.found.attrname] = value
        return value
