"""The temporal order problem: which of two symbols came first, and which second, among others that mean nothing.

R. Pascanu, T. Mikolov, Y. Bengio: On the difficulty of training recurrent neural networks, ICML 2013; after experiment
6a of S. Hochreiter, J. Schmidhuber: Long Short-Term Memory, Neural Computation 9(8), 1997.

Generator, theirs: T symbols, drawn from {c, d, e, f}, but for two that are drawn from {A, B}: at a step t₁ of
[T/10, 2T/10] and at a step t₂ of [4T/10, 5T/10], whole numbers, both bounds included, the first step being 0. The
answer, at the last step alone, is one of AA, AB, BA, BB.

Baseline: a quarter right, log 4 nats, for whoever remembers neither. Solved: at most 1 % of the held-out sequences
wrong, which is the paper's criterion (it measures on 10,000; here on 2500).

Split: the 2500 are of a random stream of their own; training draws one of them never. No data is read.
"""

from __future__ import annotations

from functools import cached_property
from math import log
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from core import checks
from core.passes.batch import Batch
from core.passes.losses import cross_entropy
from core.passes.patterns import Model
from core.tasks.measuring import apart, logits, mean_loss, stream
from core.tasks.task import Measure, Task, sized
from core.tasks.vocabulary import one_hot

Array = NDArray[Any]
HELD_OUT = 2500
LEAST = 10


class TemporalOrder(Task):
    """distance: T, the length. Raises InvalidValue below 10."""

    name = "temporal order"
    title = "Which came first"
    pattern = "encoder"
    origin = "Drawn by the generator of Pascanu, Mikolov & Bengio 2013."
    input_words = ("A", "B", "c", "d", "e", "f")
    output_words = ("AA", "AB", "BA", "BB")

    def __init__(self, distance: int = 50) -> None:
        self.distance = checks.count("distance", distance, least=LEAST)

    @cached_property
    def _kept(self) -> Array:
        return self._drawn(stream(self.name), HELD_OUT)

    @cached_property
    def _keys(self) -> frozenset[bytes]:
        return frozenset(row.tobytes() for row in self._kept)

    def _drawn(self, rng: Generator, size: int) -> Array:
        """(size, T) places of input_words."""
        symbols = rng.integers(2, 6, (size, self.distance))
        for earliest, latest in ((1, 2), (4, 5)):
            # ⌈T·earliest/10⌉ to ⌊T·latest/10⌋
            steps = rng.integers(-(-self.distance * earliest // 10), self.distance * latest // 10, size, endpoint=True)
            symbols[np.arange(size), steps] = rng.integers(2, size=size)
        return symbols

    def draw(self, rng: Generator, size: int) -> Batch:
        return self._batch(apart(rng, checks.count("size", size), self._drawn, self._keys))

    def held_out(self, size: int | None = None) -> Batch:
        return self._batch(self._kept[: sized(size, HELD_OUT)])

    def _batch(self, symbols: Array) -> Batch:
        relevant = symbols[symbols < 2].reshape(-1, 2)  # row by row, in their order
        answer = 2 * relevant[:, 0] + relevant[:, 1]
        inputs = one_hot(symbols.T, len(self.input_words))
        return Batch(inputs, cross_entropy(answer, at="last", reduction="mean"))

    def measure(self, model: Model, size: int | None = None) -> Measure:
        batch = self.held_out(size)
        answers = logits(model, batch)
        right = answers[-1].argmax(-1) == batch.loss.targets
        share = float(right.mean())
        return Measure(
            share=share,
            of="sequences",
            count=right.size,
            solved=share >= 0.99,
            error=mean_loss(batch, answers),
            unit="nats a sequence",
            baseline=log(4),
        )
