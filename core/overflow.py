"""Where a pass left the finite range."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.architecture import Place
from core.lengths import Lengths

Array = NDArray[Any]


def first_overflow(carried: Mapping[Place, list[Array]], lengths: Lengths, backwards: bool = False) -> int | None:
    """The position where NaN or infinity first stands in arrays (T+1, B, n) that chains carry from step to step.

    First is the fewest steps after a chain's start or, backwards, after its backward pass started at the last step.
    None if all is finite.
    """
    steps = np.arange(lengths.steps)[:, None]
    from_end = lengths.values - 1 - steps
    never = lengths.steps
    first, position = never, None
    for (_, direction), arrays in carried.items():
        wrong = sum(~np.isfinite(array[1:]).all(axis=2) for array in arrays) * lengths.mask
        after = np.where(wrong, from_end if backwards else steps, never)
        if after.min() < first:
            step, b = np.unravel_index(after.argmin(), after.shape)
            first = after.min()
            position = int(step if direction == "forward" else from_end[step, b])
    return position
