"""The plane in which a cloud of points varies most: its first two principal components (K. Pearson 1901; H. Hotelling
1933).

With x̄ the mean of n points x_i in S dimensions, and the points less it as the rows of

    X − x̄ = U diag(σ) Vᵀ        (n, S), σ₁ ≥ σ₂ ≥ … : a singular value decomposition

the axes are the first two rows of Vᵀ, a point's coordinates (x − x̄) V, and σ_k² / Σ_j σ_j² is the share of the variance
along axis k. The sign of an axis is arbitrary: here its largest entry is positive.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import checks
from core.errors import InvalidValue

Array = NDArray[Any]
AXES = 2


@dataclass(frozen=True, eq=False)
class Plane:
    """mean (S,); axes (2, S), orthonormal; shares (2,): of the variance along each."""

    mean: Array
    axes: Array
    shares: Array

    def place(self, points: Array) -> Array:
        """(n, 2): where points (n, S) stand in the plane."""
        return (points - self.mean) @ self.axes.T


def plane(points: Array) -> Plane:
    """The plane of points (n, S), n and S at least 2. Raises InvalidValue for fewer, and where one is not finite.

    Of points that are all the same, no share of the variance is told: both are 0.
    """
    x = np.asarray(points, np.float64)
    if x.ndim != 2 or min(x.shape) < AXES:
        raise InvalidValue("points", "of shape (n, S), both at least 2", f"shape {x.shape}", "pass more points")
    if not np.isfinite(x).all():
        raise InvalidValue("points", "finite", "one that is not", "leave it out")
    mean = x.mean(axis=0)
    _, sigma, axes = np.linalg.svd(x - mean, full_matrices=False)
    axes = axes[:AXES]
    largest = np.take_along_axis(axes, np.abs(axes).argmax(axis=1)[:, None], axis=1)
    axes = axes * np.where(largest < 0, -1.0, 1.0)
    total = float((sigma**2).sum())
    shares = sigma[:AXES] ** 2 / total if total else np.zeros(AXES)
    return Plane(checks.readonly(mean), checks.readonly(axes), checks.readonly(shares))
