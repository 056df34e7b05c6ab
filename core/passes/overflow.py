"""Where a pass left the finite range."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.lengths import Lengths
from core.networks.architecture import Place

Array = NDArray[Any]


def first_overflow(carried: Mapping[Place, list[Array]], lengths: Lengths, backwards: bool = False) -> int | None:
    """The position where NaN or infinity first stands in arrays (T + 1, B, …) that chains carry from step to step.

    First is what caused the others: the lowest layer, and in it the fewest steps after a chain's start. Backwards it is
    the highest layer, and the fewest steps after the backward pass started. None if all is finite.
    """
    from_start = np.broadcast_to(np.arange(lengths.steps)[:, None], lengths.mask.shape)
    from_end = lengths.values - 1 - from_start
    found = []
    for (layer, direction), arrays in carried.items():
        finite = np.logical_and.reduce(
            [np.isfinite(array[1:]).all(axis=tuple(range(2, array.ndim))) for array in arrays]
        )
        wrong = np.nonzero(lengths.mask & ~finite)
        if len(wrong[0]):
            n = (from_end if backwards else from_start)[wrong]
            position = (from_start if direction == "forward" else from_end)[wrong]
            found.append((-layer if backwards else layer, n.min(), position[n.argmin()]))
    return int(min(found)[2]) if found else None
