"""The gradient of a shared weight: a sum with one part a step.

A weight used at every step receives ∂L/∂W = Σ_t Σ_b left_{t,b} ⊗ right_{t,b}: what arrives at the weight's
output times what stood at its input. A Share names left and right once; the sum and its parts come from it.

    Share(left, right)    ∂L/∂W = Σ_t Σ_b left rightᵀ     (n, m) from left (T, B, n) and right (T, B, m)
    Share(left)           ∂L/∂b = Σ_t Σ_b left            (n,)

With starts=True the arrays have one more row, row 0, for the use of the weight in the state that the chain starts
from. Among the parts, it counts with the first position that the chain passes.

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
        """The sum over steps and sequences, as one product: (n, m) or (n,)."""
        left = self.left.reshape(-1, self.left.shape[-1])
        if self.right is None:
            return np.ones(len(left), left.dtype) @ left
        return left.T @ self.right.reshape(-1, self.right.shape[-1])

    def parts(self, lengths: Lengths, direction: str) -> Array:
        """The part of every position: (T, n, m) or (T, n)."""
        left = self.left
        right = np.ones((*left.shape[:2], 1), left.dtype) if self.right is None else self.right
        parts = np.zeros((lengths.steps, left.shape[-1], right.shape[-1]), left.dtype)
        steps = slice(1, None) if self.starts else slice(None)
        if len(left[steps]):
            per_sequence = lengths.order(left[steps], direction).swapaxes(1, 2)
            np.matmul(per_sequence, lengths.order(right[steps], direction), parts)
        if self.starts:
            np.add.at(parts, lengths.first(direction), left[0][..., None] * right[0][:, None])
        return parts[:, :, 0] if self.right is None else parts


Shares = tuple[Share, ...]


def total(shares: Shares) -> Array:
    """∂L/∂W."""
    return shares[0].total() if len(shares) == 1 else np.concatenate([share.total() for share in shares])


def parts(shares: Shares, direction: str, lengths: Lengths) -> Array:
    """(T, *shape of W): the part of ∂L/∂W that every position adds."""
    return np.concatenate([share.parts(lengths, direction) for share in shares], axis=1)
