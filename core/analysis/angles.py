"""How far a changed gradient is from the true one: its direction, and its length.

Over all entries of all arrays together, ⟨g, h⟩ = Σ g h and ‖g‖ = √⟨g, g⟩,

    cosine(g, h) = ⟨g, h⟩ / (‖g‖ ‖h‖)        angle(g, h) = arccos of it, in degrees, from 0 to 180

Both are NaN where one of the two is zero, which has no direction, or not finite. They raise InvalidValue for gradients
under different names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.analysis.clipping import global_norm
from core.errors import InvalidValue

Array = NDArray[Any]


def cosine(g: Mapping[str, Array], h: Mapping[str, Array]) -> float:
    """The cosine of the angle between two gradients under the same names."""
    u, v = _units(g, h)
    inner = sum(float(np.vdot(u[name], v[name])) for name in u)
    return float(np.clip(inner, -1, 1))


def angle(g: Mapping[str, Array], h: Mapping[str, Array]) -> float:
    """The angle between two gradients under the same names, in degrees.

    As 2 atan2(‖u − v‖, ‖u + v‖) of the two brought to length 1, which is exact where the cosine rounds to 1.
    """
    u, v = _units(g, h)
    apart, along = (global_norm({n: np.asarray(u[n] + sign * v[n]) for n in u}) for sign in (-1, 1))
    return float(np.degrees(2 * np.arctan2(apart, along)))


def _units(g: Mapping[str, Array], h: Mapping[str, Array]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both brought to length 1."""
    if g.keys() != h.keys():
        expected, got = f"under the names {', '.join(g)}", ", ".join(h) or "none"
        raise InvalidValue("the second gradient", expected, got, "compare gradients of the same parameters")
    return _unit(g), _unit(h)


def _unit(g: Mapping[str, Array]) -> dict[str, Any]:
    """g / ‖g‖ in float64; the largest entry is divided out first, as squares may leave the range."""
    largest = max((float(np.max(np.abs(array), initial=0.0)) for array in g.values()), default=0.0)
    if largest == 0 or not np.isfinite(largest):
        return {name: np.full(array.shape, np.nan) for name, array in g.items()}
    scaled: dict[str, Any] = {name: np.float64(array) / largest for name, array in g.items()}
    norm = global_norm(scaled)
    return {name: array / norm for name, array in scaled.items()}
