"""Euclidean norms as far as numbers reach.

‖v‖ = m √(Σ (v/m)²) with m = max|v|: squares leave the range of numbers, at both ends, long before the entries do.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def euclidean(vectors: Array, axis: int | tuple[int, ...] = -1) -> Array:
    """√(Σ v²) along one axis, or of all entries along several (Frobenius); NaN or infinity where an entry is."""
    with np.errstate(all="ignore"):
        largest = np.abs(vectors).max(axis=axis, keepdims=True)
        usable = np.where((largest > 0) & np.isfinite(largest), largest, largest.dtype.type(1))
        norms: Array = np.squeeze(usable, axis) * np.sqrt(np.square(vectors / usable).sum(axis=axis))
        return norms
