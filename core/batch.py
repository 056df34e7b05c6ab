"""Some examples of a task, padded to one length: what a model reads, and what it should answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from core.losses import Loss

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Source:
    """What the encoder of a conditional generator reads.

    inputs (S, B, D), zero at padded positions; lengths (B,)
    """

    inputs: Array
    lengths: Array


@dataclass(frozen=True, eq=False)
class Batch:
    """Some examples of a task, padded to one length.

    inputs    (T, B, D) float32, zero at padded positions
    loss      where the loss enters, with its targets; reduction "mean"
    lengths   (B,), or None where all are T
    source    of a conditional generator alone: what its encoder reads; `inputs` are then its decoder's
    """

    inputs: Array
    loss: Loss
    lengths: Array | None = None
    source: Source | None = None

    @property
    def size(self) -> int:
        """B."""
        return self.inputs.shape[1]
