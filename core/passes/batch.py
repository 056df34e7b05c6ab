"""Some examples of a task, padded to one length: what a model reads, and what it should answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from numpy.typing import NDArray

from core import checks
from core.passes.losses import Loss

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
        size: int = self.inputs.shape[1]
        return size

    def one(self, b: int) -> Batch:
        """Sequence b alone, without its padding. Raises InvalidValue or InvalidType if there is none such."""
        b = checks.index("sequence", b, self.size, "choose one of the batch")
        steps = len(self.inputs) if self.lengths is None else int(self.lengths[b])
        targets = self.loss.targets
        stepwise = targets.shape[:2] == self.inputs.shape[:2]
        targets = targets[:steps, b : b + 1] if stepwise else targets[b : b + 1]
        source = self.source
        if source is not None:
            length = int(source.lengths[b])
            source = Source(source.inputs[:length, b : b + 1], source.lengths[b : b + 1])
        return Batch(self.inputs[:steps, b : b + 1], replace(self.loss, targets=targets), None, source)
