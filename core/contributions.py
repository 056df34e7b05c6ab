"""The gradient of a shared weight: a sum with one part a step.

A weight used at every step receives ∂L/∂W = Σ_t Σ_b left_{t,b} ⊗ right_{t,b}: what arrives at the weight's output times
what stood at its input. A Share names left and right once; the sum and its parts both come from it.

    Share(left, right)    ∂L/∂W = Σ_t Σ_b left rightᵀ     a matrix (n, m) from left (T, B, n) and right (T, B, m)
    Share(left)           ∂L/∂b = Σ_t Σ_b left            a vector (n,)

With starts=True the arrays have a row 0 more, for the use of the weight in the state that the chain starts from. Among
the parts, it counts with the first position that the chain passes.

A weight whose row blocks read different things has one Share a block.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.lengths import Lengths

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Share:
    """What one block of a weight receives, in the processing order of its chain."""

    left: Array
    right: Array | None = None
    starts: bool = False

    def total(self) -> Array:
        """The sum over steps and sequences: (n, m) or (n,), as one product."""
        left = self.left.reshape(-1, self.left.shape[-1])
        if self.right is None:
            return np.ones(len(left), left.dtype) @ left
        return left.T @ self.right.reshape(len(left), -1)

    def parts(self, lengths: Lengths, direction: str) -> Array:
        """The part of every position: (T, n, m) or (T, n)."""
        outer = self.left if self.right is None else self.left[..., :, None] * self.right[..., None, :]
        if not self.starts:
            return _sum_sequences(outer, lengths, direction)
        parts = np.zeros((lengths.steps, *outer.shape[2:]), outer.dtype)
        if len(outer) > 1:
            parts += _sum_sequences(outer[1:], lengths, direction)
        first = np.zeros_like(lengths.values) if direction == "forward" else lengths.values - 1
        np.add.at(parts, first, outer[0])
        return parts


def _sum_sequences(outer: Array, lengths: Lengths, direction: str) -> Array:
    """(T, B, …) in processing order -> (T, …) in the order of positions."""
    flat = outer.reshape(*outer.shape[:2], -1)
    return lengths.order(flat, direction).sum(1).reshape(len(outer), *outer.shape[2:])


Shares = tuple[Share, ...]


def total(shares: Shares) -> Array:
    """∂L/∂W."""
    return shares[0].total() if len(shares) == 1 else np.concatenate([share.total() for share in shares])


def parts(shares: Shares, direction: str, lengths: Lengths) -> Array:
    """(T, *shape of W): the part of ∂L/∂W that every position adds."""
    return np.concatenate([share.parts(lengths, direction) for share in shares], axis=1)
