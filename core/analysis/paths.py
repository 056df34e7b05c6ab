"""How many nonlinear steps lie between an input and an output: (T, T), row t the output, column k the input.

0 where no path leads from x_k to y_t.

    recurrent      t − k + 1 states from x_k on to y_t; with a reverse chain |t − k| + 1
    window         as many as there are layers, where x_k is in reach; else none
    attention      1, however far apart (A. Vaswani et al., NeurIPS 2017, table 1)

A stack of convolutions that read s inputs to a side needs ⌈n / s⌉ layers to see an input n steps away on it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def distance(steps: int) -> Array:
    """t − k for every pair."""
    at = np.arange(steps)
    return at[:, None] - at


def recurrent(steps: int, bidirectional: bool = False) -> Array:
    apart = distance(steps)
    return np.where(apart >= 0, apart + 1, 1 - apart if bidirectional else 0)


def window(steps: int, before: int, after: int, layers: int = 1) -> Array:
    """Every layer reads from `before` steps back to `after` steps ahead."""
    apart = distance(steps)
    return np.where((apart <= layers * before) & (-apart <= layers * after), layers, 0)


def attention(steps: int) -> Array:
    return np.ones((steps, steps), int)


def layers_needed(apart: int, side: int) -> int | None:
    """⌈apart / side⌉ layers, each of which reads `side` steps further that way; None if no number will do."""
    if apart == 0:
        return 1
    return -(-apart // side) if side else None
