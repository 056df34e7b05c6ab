"""Gradient clipping.

The norm of all gradients together is ‖g‖ = √(Σ g²) over every entry of every array.

R. Pascanu, T. Mikolov, Y. Bengio: On the difficulty of training recurrent neural networks. ICML 2013, Algorithm 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import InvalidValue

Array = NDArray[Any]


def global_norm(gradients: Mapping[str, Array]) -> float:
    """‖g‖; not lost to overflow or underflow of the squares. NaN or infinity where a gradient is not finite."""
    largest = max((float(np.max(np.abs(g), initial=0.0)) for g in gradients.values()), default=0.0)
    if largest == 0 or not np.isfinite(largest):
        return largest
    return largest * float(np.sqrt(sum(np.sum(np.square(np.float64(g) / largest)) for g in gradients.values())))


def clip_by_norm(gradients: Mapping[str, Array], max_norm: float) -> tuple[dict[str, Array], float, float]:
    """All gradients times the same scale, max_norm / ‖g‖ where ‖g‖ is larger, else 1; ‖g‖ before; the scale."""
    _positive("max_norm", max_norm)
    norm = global_norm(gradients)
    scale = max_norm / norm if norm > max_norm else 1.0
    return {name: g * g.dtype.type(scale) for name, g in gradients.items()}, norm, scale


def clip_by_value(gradients: Mapping[str, Array], limit: float) -> dict[str, Array]:
    """Every entry by itself brought into [−limit, limit]."""
    _positive("limit", limit)
    return {name: np.clip(g, -limit, limit) for name, g in gradients.items()}


def _positive(what: str, value: float) -> None:
    if not value > 0:
        raise InvalidValue(what, "positive", str(value), "pass a number above zero")
