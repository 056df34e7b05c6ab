"""The nonlinearities φ of the Elman and Jordan cells.

    tanh       φ(a) = tanh a             φ′ = 1 − h²
    sigmoid    φ(a) = 1 / (1 + e^(−a))   φ′ = h (1 − h)
    relu       φ(a) = max(a, 0)          φ′ = 1 where h > 0, else 0
    identity   φ(a) = a                  φ′ = 1

with h = φ(a): every slope is a function of the state itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True)
class Nonlinearity:
    """φ with its slope.

    apply(a, out)   writes φ(a) into out, which may be a itself
    slope(h)        φ′(a) where h = φ(a), as a new array
    steepest        γ = sup|φ′|
    bounded         whether |φ| ≤ 1
    """

    apply: Callable[[Array, Array], object]
    slope: Callable[[Array], Array]
    steepest: float
    bounded: bool = False


ONE = np.ones((), np.float32)  # as an array, and of the lower precision: a Python number takes NumPy twice as long


def sigmoid(a: Array, out: Array) -> None:
    """σ(a) = 1 / (1 + e^(−a)): accurate to the last bits at both ends, and right where e^(−a) overflows."""
    np.negative(a, out)
    np.exp(out, out)
    np.add(out, ONE, out)
    np.reciprocal(out, out)


NONLINEARITIES = {
    "tanh": Nonlinearity(np.tanh, lambda h: 1 - h * h, steepest=1.0, bounded=True),
    "relu": Nonlinearity(lambda a, out: np.maximum(a, 0, out=out), lambda h: (h > 0).astype(h.dtype), steepest=1.0),
    "sigmoid": Nonlinearity(sigmoid, lambda h: h * (1 - h), steepest=0.25, bounded=True),
    "identity": Nonlinearity(lambda a, out: np.copyto(out, a), np.ones_like, steepest=1.0),
}
