"""How well classes keep apart in a space: whether the nearest point is of the same class (T. Cover, P. Hart: Nearest
Neighbor Pattern Classification, IEEE Transactions on Information Theory 13(1), 1967; here each point is left out).

    agreement = 1/n Σ_i  share of i's nearest other points that have i's class

Points that are equally near share the vote: of points that stand on one spot, none says more than the others.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import InvalidValue

Array = NDArray[Any]
EQUAL = 1e-5  # of the cloud's width: distances that differ by less are rounding


def agreement(points: Array, classes: Array) -> float:
    """As above, of points (n, S) with classes (n,), n at least 2. Raises InvalidValue for fewer, or for unequal n."""
    x, labels = np.asarray(points, np.float64), np.asarray(classes)
    if x.ndim != 2 or len(x) < 2 or labels.shape != (len(x),):
        got = f"shapes {x.shape} and {labels.shape}"
        raise InvalidValue(
            "points and classes", "of shapes (n, S) and (n,), n at least 2", got, "pass one class a point"
        )
    squares = (x * x).sum(axis=1)
    distances = np.sqrt(np.maximum(squares[:, None] + squares[None] - 2 * x @ x.T, 0))
    np.fill_diagonal(distances, np.inf)
    width = float(np.ptp(x, axis=0).max())
    nearest = distances <= distances.min(axis=1, keepdims=True) + EQUAL * width
    same = labels[:, None] == labels[None]
    return float(((nearest & same).sum(axis=1) / nearest.sum(axis=1)).mean())
