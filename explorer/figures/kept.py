"""Pictures, kept by what they were drawn from: one that nothing has changed of is not drawn again."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Lock

from explorer.figures.picture import Picture
from explorer.look.style import Look
from explorer.passes.watched import Readings, Subject, read

Builder = Callable[..., Picture]
ENTRIES = 12  # of one builder: those of some visitors, and where a hand has just been

_kept: dict[Builder, deque[tuple[Look, Readings, Picture]]] = {}
_lock = Lock()


def picture(builder: Builder, subject: Subject, look: Look) -> Picture:
    """builder(subject, look), or the picture that it drew of the very same readings."""
    with _lock:
        entries = list(_kept.setdefault(builder, deque(maxlen=ENTRIES)))
    for entry in entries:
        of, readings, drawn = entry
        if of == look and readings.hold(subject):
            _first(builder, entry)
            return drawn
    drawn, readings = read(builder, subject, look)
    _first(builder, (look, readings, drawn))
    return drawn


def _first(builder: Builder, entry: tuple[Look, Readings, Picture]) -> None:
    """The next to be asked for is likely this one."""
    with _lock:
        entries = _kept[builder]
        if entries and entries[0] is entry:
            return
        if entry in entries:
            entries.remove(entry)
        entries.appendleft(entry)
