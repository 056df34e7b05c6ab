"""Sequences of different lengths in one batch: which positions are real, and in which order a chain passes them.

Every chain passes the valid positions of a sequence first and its padding last. A forward chain so meets the positions
as they stand; a reverse chain meets the valid ones backwards, from the last valid position to the first, as PyTorch's
packed sequences do. This order is its own inverse: what puts positions into processing order puts them back.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import checks
from core.checks import readonly
from core.errors import InvalidValue

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Lengths:
    """The lengths of B sequences, (B,), in an array of `steps` positions."""

    values: Array
    steps: int

    @cached_property
    def padded(self) -> bool:
        """Whether there is any padding."""
        return bool((self.values < self.steps).any())

    @cached_property
    def mask(self) -> Array:
        """(T, B), true at valid positions: the same in the order of positions and in processing order."""
        return readonly(np.arange(self.steps)[:, None] < self.values)

    @cached_property
    def _backwards(self) -> Array:
        """(T, B): the position that a reverse chain passes at each step."""
        steps = np.arange(self.steps)[:, None]
        return np.where(self.mask, self.values - 1 - steps, steps)

    def order(self, x: Array, direction: str) -> Array:
        """(T, ·, …) from the order of positions to the chain's processing order, or back."""
        if direction == "forward":
            return x
        return np.take_along_axis(x, _beside(self._backwards, x), axis=0) if self.padded else x[::-1]

    def silence(self, x: Array) -> Array:
        """(T, ·, …) with zero at padded positions, in either order."""
        return np.where(_beside(self.mask, x), x, x.dtype.type(0)) if self.padded else x

    def first(self, direction: str) -> Array:
        """(B,): the position that a chain passes first."""
        return np.zeros_like(self.values) if direction == "forward" else self.values - 1

    def last(self, states: Array) -> tuple[Array, Array]:
        """The index of every sequence's final state in an array (T+1, B, ·) of states in processing order."""
        return np.broadcast_to(self.values, states.shape[1]), np.arange(states.shape[1])

    def checked(self, b: int) -> int:
        """b, if the batch has such a sequence. Raises InvalidValue or InvalidType if not."""
        return checks.index("sequence", b, len(self.values), "choose one of the batch")

    def length(self, b: int) -> int:
        """The length of sequence b. Raises as `checked`."""
        return int(self.values[self.checked(b)])

    def step(self, t: int, b: int) -> int:
        """t, if it is a step of sequence b. Raises InvalidValue or InvalidType if it is not, and as `checked`."""
        length = self.length(b)
        if not 0 <= checks.whole("t", t) < length:
            expected = f"a step of sequence {b}, from 0 to {length - 1}"
            raise InvalidValue("t", expected, str(t), "steps are counted from 0")
        return int(t)

    def sequence(self, b: int) -> Lengths:
        """The length of sequence b alone. Raises as `checked`."""
        b = self.checked(b)
        return Lengths(self.values[b : b + 1], self.steps)


def _beside(by_step: Array, x: Array) -> Array:
    """(T, B) with as many axes as x (T, ·, …)."""
    return by_step.reshape(by_step.shape + (1,) * (x.ndim - 2))
