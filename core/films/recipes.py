"""What every shipped film is made of: the one table that `python -m core.films` trains from.

Recipes of one kind differ in nothing but what their names say, and share one budget of parameters where "budget" is
named.
"""

from __future__ import annotations

from typing import Any

from core.recipe import Recipe

CELLS = ("rnn", "gru", "lstm")


def _each(name: str, cells: tuple[str, ...] = CELLS, **recipe: Any) -> dict[str, Recipe]:
    """The same recipe for several cells, of as many parameters as come closest to the first one's."""
    first = Recipe(cell=cells[0], **recipe)
    return {f"{name}-{cell}": Recipe(**{**recipe, "cell": cell}).within(first.size) for cell in cells}


RECIPES: dict[str, Recipe] = {}
