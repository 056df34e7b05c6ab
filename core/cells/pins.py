"""What is held fixed in one chain: the masks that core.passes.interventions becomes, in the chain's processing order.

Forward, a held entry takes its value as soon as the step has computed it, so that all later quantities see the value.
Backward, a held entry does not depend on what led to it: the derivative by which a gradient would pass there is zero.
Cells put this zero into the derivatives within their steps, from which both their backward pass and their Jacobians
are made. The gradient by the held entry itself stays what it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Held:
    """Entries of one array (T, B, n): where `mask` is true they are held at `values`."""

    mask: Array
    values: Array

    def hold(self, array: Array, t: int) -> None:
        """Put the values into what step t computed, (B, n)."""
        np.copyto(array, self.values[t], where=self.mask[t])

    def stop(self, array: Array) -> None:
        """Put zero into the derivatives of all steps, (T, B, n), by what led to the held entries."""
        array[self.mask] = 0

    def sequence(self, b: int) -> Held:
        return Held(self.mask[:, b : b + 1], self.values[:, b : b + 1])


@dataclass(frozen=True, eq=False)
class Pins:
    """gates (T, B, blocks·H), hidden (T, B, H)."""

    gates: Held
    hidden: Held

    def sequence(self, b: int) -> Pins:
        """Those of sequence b alone: B = 1."""
        return Pins(self.gates.sequence(b), self.hidden.sequence(b))
