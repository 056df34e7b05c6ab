"""Networks that see a window of the input: a 1-D convolution and a fixed-window feed-forward net.

Both read x (T, D), which counts as zero before its first step and after its last.

Convolution, layers l = 1 … L of the same width w, centred: with x = y⁰ and p = ⌊w/2⌋ inputs before step t (the one
more, if w is even) and q = w − 1 − p after it,

    a_t^l = b^l + Σ_{j=0}^{w−1} W_j^l y_{t+j−p}^{l−1}          y_t^l = φ(a_t^l)

    ∂y_t^l/∂x_k = diag(φ′(a_t^l)) Σ_j W_j^l ∂y_{t+j−p}^{l−1}/∂x_k

so that y_t^L sees x_k from k = t − L·p to t + L·q and nothing else (Y. LeCun et al., Neural Computation 1(4), 1989).

Fixed window: a feed-forward net with one hidden layer over the last w inputs, for every t,

    a_t = b + Σ_{j=0}^{w−1} W_j x_{t+j−w+1}                     y_t = V φ(a_t) + c

    ∂y_t/∂x_k = V diag(φ′(a_t)) W_{k−t+w−1}                     where 0 ≤ t − k < w, else 0

(Y. Bengio et al., JMLR 3, 2003). Weights are N(0, 1/n) with n inputs of a unit, biases zero; every parameter has a
random stream of its own, from the seed and its name.

Shapes: convolution weights[l] (w, H, D) or (w, H, H), biases[l] (H,). Window W (w, H, D), b (H,), V (H, H), c (H,).
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from core import checks
from core.analysis.norms import euclidean
from core.cells.nonlinearities import NONLINEARITIES
from core.errors import InvalidValue

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Convolution:
    """See the module."""

    weights: tuple[Array, ...]
    biases: tuple[Array, ...]
    nonlinearity: str = "tanh"

    @classmethod
    def initialise(
        cls,
        input_size: int,
        hidden_size: int,
        *,
        width: int,
        layers: int = 1,
        nonlinearity: str = "tanh",
        seed: int = 0,
    ) -> Self:
        checks.choice("nonlinearity", nonlinearity, tuple(NONLINEARITIES))
        checks.count("layers", layers)
        sizes = [input_size, *[hidden_size] * (layers - 1)]
        weights = tuple(taps(f"convolution.{l}", seed, width, hidden_size, n) for l, n in enumerate(sizes))
        return cls(weights, tuple(checks.readonly(np.zeros(hidden_size)) for _ in sizes), nonlinearity)

    @property
    def width(self) -> int:
        return len(self.weights[0])

    @property
    def before(self) -> int:
        """p: how many inputs before step t a layer reads."""
        return self.width // 2

    @property
    def after(self) -> int:
        """q: how many after it."""
        return self.width - 1 - self.before

    def states(self, x: Array) -> list[Array]:
        """y⁰ = x, y¹, …, y^L: (T, ·) each."""
        states = [sequence(x, self.weights[0])]
        for W, b in zip(self.weights, self.biases, strict=True):
            states.append(activated(convolved(states[-1], W, self.before) + b, self.nonlinearity))
        return states

    def outputs(self, x: Array) -> Array:
        """y^L: (T, H)."""
        return self.states(x)[-1]

    def influence(self, x: Array) -> Array:
        """‖∂y_t/∂x_k‖ (Frobenius): (T, T), row t the output, column k the input."""
        return placed(euclidean(self._in_reach(x), axis=(2, 3)), len(self.weights) * self.before)

    def jacobian(self, x: Array) -> Array:
        """∂y_t/∂x_k: (T, T, H, D)."""
        return placed(self._in_reach(x), len(self.weights) * self.before)

    def _in_reach(self, x: Array) -> Array:
        """By offset: entry (t, r) is ∂y_t^l/∂x_{t+r−l·p}, of the l(w − 1) + 1 inputs in reach."""
        states = self.states(x)
        slopes = [NONLINEARITIES[self.nonlinearity].slope(y)[:, None, :, None] for y in states[1:]]
        T, D = states[0].shape
        seen = np.broadcast_to(np.eye(D), (T, 1, D, D))
        for W, slope in zip(self.weights, slopes, strict=True):
            reach = seen.shape[1]
            wider = np.zeros((T, reach + self.width - 1, W.shape[1], D))
            for j in range(self.width):
                here, there = overlap(T, j - self.before)
                wider[here, j : j + reach] += W[j] @ seen[there]
            seen = slope * wider
        return seen


@dataclass(frozen=True, eq=False)
class FixedWindow:
    """See the module."""

    W: Array
    b: Array
    V: Array
    c: Array
    nonlinearity: str = "tanh"

    @classmethod
    def initialise(
        cls, input_size: int, hidden_size: int, *, width: int, nonlinearity: str = "tanh", seed: int = 0
    ) -> Self:
        checks.choice("nonlinearity", nonlinearity, tuple(NONLINEARITIES))
        zero = checks.readonly(np.zeros(hidden_size))
        W = taps("window.W", seed, width, hidden_size, input_size)
        return cls(W, zero, taps("window.V", seed, 1, hidden_size, hidden_size)[0], zero, nonlinearity)

    def hidden(self, x: Array) -> Array:
        """φ(a_t): (T, H)."""
        return activated(convolved(sequence(x, self.W), self.W, len(self.W) - 1) + self.b, self.nonlinearity)

    def outputs(self, x: Array) -> Array:
        """y: (T, H)."""
        return self.hidden(x) @ self.V.T + self.c

    def influence(self, x: Array) -> Array:
        """‖∂y_t/∂x_k‖ (Frobenius): (T, T), row t the output, column k the input."""
        return placed(euclidean(self._in_reach(x), axis=(2, 3)), len(self.W) - 1)

    def jacobian(self, x: Array) -> Array:
        """∂y_t/∂x_k: (T, T, H, D)."""
        return placed(self._in_reach(x), len(self.W) - 1)

    def _in_reach(self, x: Array) -> Array:
        """By offset: entry (t, r) is ∂y_t/∂x_{t+r−w+1}."""
        slope = NONLINEARITIES[self.nonlinearity].slope(self.hidden(x))[:, None, None, :]
        return (self.V * slope) @ self.W


def taps(name: str, seed: int, width: int, rows: int, columns: int) -> Array:
    """(width, rows, columns) from N(0, 1/(width·columns)), by the seed and the name."""
    for what, size in (("width", width), ("hidden_size", rows), ("input_size", columns)):
        checks.count(what, size)
    rng = np.random.default_rng([checks.count("seed", seed, least=0), zlib.crc32(name.encode())])
    return checks.readonly(rng.normal(size=(width, rows, columns)) / np.sqrt(width * columns))


def sequence(x: Any, weight: Array) -> Array:
    """One sequence of inputs (T, D), as this weight (…, D) reads it."""
    value, D = checks.floats("inputs", x), weight.shape[-1]
    if value.ndim != 2 or value.shape[1] != D or not len(value):
        raise InvalidValue("inputs", f"of shape (T, {D})", f"shape {value.shape}", "pass one sequence, without a batch")
    return checks.finite("inputs", value, "float64")


def convolved(x: Array, W: Array, before: int) -> Array:
    """Σ_j W_j x_{t+j−before}: (T, rows)."""
    result = np.zeros((len(x), W.shape[1]))
    for j, tap in enumerate(W):
        here, there = overlap(len(x), j - before)
        result[here] += x[there] @ tap.T
    return result


def activated(a: Array, nonlinearity: str) -> Array:
    """φ(a), in a's own place."""
    NONLINEARITIES[nonlinearity].apply(a, a)
    return a


def overlap(T: int, shift: int) -> tuple[slice, slice]:
    """The steps t with 0 ≤ t + shift < T, and the steps t + shift."""
    span = max(0, T - abs(shift))
    here, there = max(0, -shift), max(0, shift)
    return slice(here, here + span), slice(there, there + span)


def placed(seen: Array, before: int) -> Array:
    """(T, reach, …) by offset, seen[t, r] that of x_{t+r−before}, to (T, T, …) by the input's own step."""
    T, reach = seen.shape[:2]
    dense = np.zeros((T, T, *seen.shape[2:]))
    for r in range(reach):
        here, there = (np.arange(T)[part] for part in overlap(T, r - before))
        dense[here, there] = seen[here, r]
    return dense
