"""The error surface with a cliff: one unit, fifty steps (Pascanu, Mikolov, Bengio 2013, Fig. 6).

The model is the smallest recurrent network there is, one unit without inputs:

    x_0 = 0.5
    x_t = w σ(x_{t−1}) + b            t = 1 … 50
    E   = (σ(x_50) − 0.7)²

A fixed point of the map x ↦ w σ(x) + b is unstable where the slope w σ′(x) exceeds 1: for w > 4 there can be one,
as σ′ is at most 1/4. Along the line b = 0.5 − w σ(0.5) the start x_0 is a fixed point itself, unstable for
w > 1/σ′(0.5) ≈ 4.26. There x_50 ends in the upper attractor on one side of that line, in the lower one on the
other, and the larger w, the more E jumps. The gradient there is as steep as the jump: a plain step of gradient
descent is thrown far away, a clipped one is not.

All functions broadcast over w and b.

R. Pascanu, T. Mikolov, Y. Bengio: On the difficulty of training recurrent neural networks. ICML 2013,
arXiv:1211.5063.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core import checks
from core.analysis.clipping import clip_by_norm

START = 0.5
TARGET = 0.7
STEPS = 50

Array = NDArray[np.float64]


def states(w: ArrayLike, b: ArrayLike) -> Array:
    """x_0 … x_50, of shape (51, *broadcast of w and b)."""
    w, b = np.broadcast_arrays(np.asarray(w, float), np.asarray(b, float))
    x = np.empty((STEPS + 1, *w.shape))
    x[0] = START
    for t in range(1, STEPS + 1):
        x[t] = w * _sigmoid(x[t - 1]) + b
    return x


def error(w: ArrayLike, b: ArrayLike) -> Array:
    """E = (σ(x_50) − 0.7)² at each pair of w and b."""
    return (_sigmoid(states(w, b)[-1]) - TARGET) ** 2


def surface(w_values: ArrayLike, b_values: ArrayLike) -> Array:
    """E over a grid: (len(b_values), len(w_values)), rows b and columns w, as a surface plot takes it."""
    return error(np.asarray(w_values)[None, :], np.asarray(b_values)[:, None])


def gradient(w: ArrayLike, b: ArrayLike) -> tuple[Array, Array]:
    """(∂E/∂w, ∂E/∂b) by backpropagation through time. With s_t = σ(x_t), s′_t = s_t (1 − s_t):

    ∂E/∂x_50    = 2 (s_50 − 0.7) s′_50
    ∂E/∂x_{t−1} = ∂E/∂x_t · w s′_{t−1}
    ∂E/∂w       = Σ_t ∂E/∂x_t · s_{t−1}
    ∂E/∂b       = Σ_t ∂E/∂x_t
    """
    w = np.asarray(w, float)
    s = _sigmoid(states(w, b))
    slope = s * (1 - s)
    grad_x = 2 * (s[-1] - TARGET) * slope[-1]
    grad_w, grad_b = np.zeros_like(grad_x), np.zeros_like(grad_x)
    for t in range(STEPS, 0, -1):
        grad_w = grad_w + grad_x * s[t - 1]
        grad_b = grad_b + grad_x
        grad_x = grad_x * w * slope[t - 1]
    return grad_w, grad_b


def descend(w: float, b: float, learning_rate: float, steps: int, clip: float | None = None) -> Array:
    """The path of gradient descent from (w, b): (steps + 1, 2), columns w and b.

    With `clip`, a gradient longer than that is first shortened to it (Pascanu et al. 2013, Algorithm 1).

    Raises InvalidValue for fewer than 0 steps and a clip that is not positive.
    """
    checks.count("steps", steps, least=0)
    path = np.empty((steps + 1, 2))
    path[0] = w, b
    for step in range(steps):
        grad_w, grad_b = gradient(*path[step])
        grad = {"w": grad_w, "b": grad_b}
        if clip is not None:
            grad = clip_by_norm(grad, clip)[0]
        path[step + 1] = path[step] - learning_rate * np.array([grad["w"], grad["b"]])
    return path


def _sigmoid(x: Array) -> Array:
    """σ(x) = ½ (1 + tanh(x/2)): never overflows."""
    return 0.5 * (1 + np.tanh(0.5 * x))
