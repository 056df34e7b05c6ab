"""Euclidean norms as far as numbers reach.

‖v‖ = √(Σ v²)
‖v‖ = m √(Σ (v/m)²) with m = max|v|     where the squares leave the range of numbers, long before the entries do
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def euclidean(vectors: Array, axis: int | tuple[int, ...] = -1) -> Array:
    """√(Σ v²) along one axis, or of all entries along several (Frobenius); NaN or infinity where an entry is."""
    with np.errstate(all="ignore"):
        squares = np.vecdot(vectors, vectors) if axis == -1 else np.square(vectors).sum(axis=axis)
        # Where a square that is lost below the smallest number could still be seen in the sum, or one is beyond all.
        least, most = _reach(squares.dtype)
        out = ~((squares > least) & (squares < most))
        norms: Array = np.sqrt(squares)
        if not out.any():
            return norms
        axes = (axis,) if isinstance(axis, int) else axis
        last = np.moveaxis(vectors, axes, range(-len(axes), 0))[out]
        far = last.reshape(*last.shape[: last.ndim - len(axes)], -1)
        largest = np.abs(far).max(axis=-1, keepdims=True)
        usable = np.where((largest > 0) & np.isfinite(largest), largest, largest.dtype.type(1))
        scaled: Array = usable[..., 0] * np.sqrt(np.square(far / usable).sum(axis=-1))
        if not norms.ndim:
            single: Array = scaled.reshape(())[()]
            return single
        norms[out] = scaled
        return norms


@cache
def _reach(dtype: np.dtype[Any]) -> tuple[Any, Any]:
    """Sums of squares between these hold all that could be seen of them."""
    numbers = np.finfo(dtype)
    return numbers.tiny / numbers.eps**2, numbers.max
