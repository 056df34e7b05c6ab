"""Where else a network was in a state like that of a span of its text.

After H. Strobelt, S. Gehrmann, H. Pfister, A. Rush: LSTMVis, IEEE Transactions on Visualization and Computer Graphics
24 (2018), which matches spans by the units that are on; here by all numbers of the states, character against character:

    similarity(s) = Σ_k (q_k − m) · (h_{s+k} − m) / (‖q − m‖ ‖h_s … h_{s+w−1} − m‖)        k = 0 … w − 1

the cosine of the w states q of the span and those of a window of the text that begins at s, as vectors of w·H numbers.
m is the mean state over the text: it is in every span, and makes none like another. LSTMVis's own selection is here
too: the units that are on, at a threshold or above it, all along the span, and where else all of these are on together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import InvalidValue

Array = NDArray[Any]


@dataclass(frozen=True)
class Found:
    """A window: it begins at a step of a stretch."""

    stretch: int
    step: int
    similarity: float


@dataclass(frozen=True, eq=False)
class Text:
    """The states of a text, as they are searched for span after span.

    mean      (H,): m
    centred   (T, B, H): h − m
    squares   (T + 1, B): ‖h − m‖², summed up to every step
    """

    mean: Array
    centred: Array
    squares: Array


def text(states: Array) -> Text:
    """Of the states (T, B, H), in float64."""
    states = np.asarray(states, float)
    mean = states.mean(axis=(0, 1))
    centred = states - mean
    squares = np.concatenate([np.zeros((1, states.shape[1])), (centred**2).sum(axis=2)])
    return Text(mean, centred, np.cumsum(squares, axis=0))


def similarities(span: Array, states: Array | Text) -> Array:
    """(T − w + 1, B) of a span (w, H) with every window of the states (T, B, H). Raises InvalidValue for a span that is
    longer than a stretch."""
    searched = states if isinstance(states, Text) else text(states)
    w, (T, B, H) = len(span), searched.centred.shape
    if not 0 < w <= T:
        raise InvalidValue("the span", f"of 1 to {T} steps", str(w), "take a shorter one")
    query = span - searched.mean
    each = (searched.centred.reshape(T * B, H) @ query.T).reshape(T, B, w)  # of every state with every one of the span
    products = np.zeros((T - w + 1, B))
    for k in range(w):
        products += each[k : T - w + 1 + k, :, k]
    sizes = np.sqrt((searched.squares[w:] - searched.squares[:-w]) * (query**2).sum())
    cosines: Array = np.divide(products, sizes, out=np.zeros_like(products), where=sizes > 0)
    return cosines


def most_similar(similarity: Array, width: int, count: int) -> list[Found]:
    """The windows of the largest similarity (n, B), in that order, at most `count`, none of which overlaps another one;
    what is NaN is left out."""
    left = np.where(np.isnan(similarity), -np.inf, similarity)
    found: list[Found] = []
    while len(found) < count:
        step, stretch = (int(i) for i in np.unravel_index(left.argmax(), left.shape))
        if left[step, stretch] == -np.inf:
            break
        found.append(Found(stretch, step, float(left[step, stretch])))
        left[max(0, step - width + 1) : step + width, stretch] = -np.inf
    return found


def units_on(span: Array, threshold: float) -> Array:
    """(H,) whether a unit is at the threshold or above it at every step of a span (w, H)."""
    on: Array = np.all(span >= threshold, axis=0)
    return on


def on_together(units: Array, states: Array, threshold: float) -> float:
    """The share of the steps of the states (T, B, H) at which all of the units (H,) are at the threshold or above."""
    return float((states[..., units] >= threshold).all(axis=-1).mean())
