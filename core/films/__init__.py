"""The shipped films: trainings that the pages open on.

recipes.py says what each is; `python -m core.films` makes them.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from core.errors import InvalidValue
from core.films.film import Film, load
from core.films.recipes import RECIPES

__all__ = ["RECIPES", "SHIPPED", "Film", "film", "path"]

SHIPPED = Path(__file__).parent / "shipped"


@cache
def film(name: str) -> Film:
    """The film of that name. Raises InvalidValue if none is shipped."""
    if name not in RECIPES:
        raise InvalidValue("film", f"one of {', '.join(RECIPES)}", repr(name), "choose one of these")
    return load(path(name))


def path(name: str) -> Path:
    return SHIPPED / f"{name}.npz"
