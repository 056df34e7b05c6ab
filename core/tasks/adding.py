"""The adding problem: add two marked numbers that stand far apart in a sequence of others.

S. Hochreiter, J. Schmidhuber: Long Short-Term Memory, Neural Computation 9(8), 1997, experiment 4.

Generator, theirs: a sequence is of pairs (value, marker) and of a length drawn from T, …, T + T/10. Values are uniform
on [−1, 1]. One of the first ten pairs is marked, its value is X₁; then one of the first T/2 − 1 pairs not yet marked,
X₂. Markers: 1 of these two, −1 of the first and of the last pair, 0 of the rest. Where the first pair of all is among
the two its marker stays −1, and its value is set to 0. The target is 0.5 + (X₁ + X₂)/4, at the last step alone.

Right is a sequence whose answer is off by less than 0.04, as in the paper. They stopped when the average error was
below 0.01 and the last 2000 sequences were right, and report 0 to 3 wrong of 2560 others. Solved, here: of 2560 held
out, at least 99 % are right and the mean absolute error is below 0.01.

Baseline: the mean squared error of the best constant, the target's variance, Var(X) = 1/3 for every X that is not set
to 0: (2 − p)/48 with p = 1/10 + 9/10 · 1/(T/2 − 1), the share of sequences whose first pair is among the two.

Split: the 2560 are of a random stream of their own; no two draws of real numbers agree. No data is read.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from core import checks
from core.passes.batch import Batch
from core.passes.losses import squared_error
from core.passes.patterns import Model
from core.tasks.measuring import logits, stream
from core.tasks.task import Measure, Task, sized

Array = NDArray[Any]
HELD_OUT = 2560
TOLERANCE = 0.04
EARLY = 10  # the first mark is among so many
LEAST = 12  # from here on the last pair is never one of the marked


class Adding(Task):
    """distance: T, the least length. Raises InvalidValue below 12."""

    name = "adding"
    title = "Adding two numbers"
    pattern = "encoder"
    origin = "Drawn by the generator of Hochreiter & Schmidhuber 1997, experiment 4."
    output = "identity"
    input_words = ("value", "marker")
    output_words = ("sum",)

    def __init__(self, distance: int = 50) -> None:
        self.distance = checks.count("distance", distance, least=LEAST)

    def draw(self, rng: Generator, size: int) -> Batch:
        T, B, every = self.distance, checks.count("size", size), np.arange(size)
        lengths = rng.integers(T, T + T // 10, B, endpoint=True)
        longest = int(lengths.max())
        values = rng.uniform(-1, 1, (longest, B))
        first = rng.integers(EARLY, size=B)
        second = rng.integers(T // 2 - 1, size=B)
        second += second >= first  # the first T/2 − 1 of those not yet marked
        values[0, (first == 0) | (second == 0)] = 0
        target = 0.5 + (values[first, every] + values[second, every]) / 4
        markers = np.zeros((longest, B))
        markers[first, every] = markers[second, every] = 1
        markers[0] = markers[lengths - 1, every] = -1
        inputs = np.stack([values, markers], axis=-1).astype(np.float32)
        inputs[np.arange(longest)[:, None] >= lengths] = 0
        return Batch(inputs, squared_error(target, at="last", reduction="mean"), lengths)

    @cached_property
    def _held_out(self) -> Batch:
        return self.draw(stream(self.name), HELD_OUT)

    def held_out(self, size: int | None = None) -> Batch:
        whole, few = self._held_out, sized(size, HELD_OUT)
        loss = squared_error(whole.loss.targets[:few], at="last", reduction="mean")
        assert whole.lengths is not None
        return Batch(whole.inputs[:, :few], loss, whole.lengths[:few])

    def measure(self, model: Model, size: int | None = None) -> Measure:
        batch = self.held_out(size)
        assert batch.lengths is not None
        said = logits(model, batch)[batch.lengths - 1, np.arange(batch.size), 0]
        wrong = np.abs(said - batch.loss.targets)
        share = float((wrong < TOLERANCE).mean())
        return Measure(
            share=share,
            of="sequences",
            count=batch.size,
            solved=share >= 0.99 and float(wrong.mean()) < 0.01,
            error=float((wrong**2).mean()),
            unit="mean squared error",
            baseline=self.baseline,
        )

    @property
    def baseline(self) -> float:
        """The mean squared error of always saying 0.5."""
        among = 1 / EARLY + (1 - 1 / EARLY) / (self.distance // 2 - 1)
        return (2 - among) / 48
