"""What gets through a context: shipped films of translation on held-out phrases of every length, measured once."""

from __future__ import annotations

from functools import cache

from core import films
from core.tasks.task import Measure
from explorer.passes.translation import CONTEXTS, translation

UNITS = tuple(key for key in CONTEXTS if key.isdecimal())  # contexts of the same cell


@cache
def by_length(name: str) -> dict[int, Measure]:
    """How many English words a number has -> how the trained networks of a film do on held-out ones of so many."""
    film = films.film(name)
    return translation(film).by_length(film.model(-1))


def by_context() -> dict[int, dict[int, Measure]]:
    """Units of the context -> `by_length` of the GRU with so many; all translate into German."""
    return {int(units): by_length(CONTEXTS[units]) for units in UNITS}
