"""What every group of settings can do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Self


class Group:
    """For a frozen dataclass of settings to derive from."""

    def but(self, **values: Any) -> Self:
        """These settings, but for those values. `replace` would go through the other hundred one by one, and every move
        of a hand asks for a dozen of these."""
        if self.__class__ is not type(self):  # one that is watched: `replace` reads of it what it copies
            one: Any = self
            return replace(one, **values)
        made = object.__new__(type(self))
        vars(made).update(vars(self), **values)
        return made
