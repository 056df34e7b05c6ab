"""The copying problem: say again, after a long pause, what was said in the beginning.

M. Arjovsky, A. Shah, Y. Bengio: Unitary Evolution Recurrent Neural Networks, ICML 2016; after experiment 2
of S. Hochreiter, J. Schmidhuber: Long Short-Term Memory, Neural Computation 9(8), 1997.

Generator, theirs: T + 20 steps. The first 10 inputs are drawn from 8 symbols; T − 1 blanks follow, one delimiter, and
10 more blanks. The target is blank for T + 10 steps, then the 10 symbols in their order. The loss enters at every step.
With `symbols` and `count` in the place of 8 and 10 it is T + 2·count steps.

Baseline: whoever remembers nothing says blanks for T + 10 steps, then every symbol with P = 1/8:
10 log 8/(T + 20) nats a step.

Measure: the share of the recalled symbols, those of the last `count` steps, that are right. Solved: at least 99 %.

Split: 1000 sequences of a random stream of their own (a tenth of all that there are, where these are few); training
draws one of them never. No data is read.
"""

from __future__ import annotations

from functools import cached_property
from math import log
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from core import checks
from core.errors import InvalidValue
from core.passes.batch import Batch
from core.passes.losses import cross_entropy
from core.passes.patterns import Model
from core.tasks.measuring import apart, logits, mean_loss, stream
from core.tasks.task import Measure, Task, sized
from core.tasks.vocabulary import one_hot

Array = NDArray[Any]
HELD_OUT = 1000
BLANK, DELIMITER = "–", "|"


class Copying(Task):
    """distance: T; symbols: of how many kinds; count: how many to keep.

    Raises InvalidValue where there are not at least ten sequences to tell apart, and for more than 26 symbols.
    """

    name = "copying"
    title = "Copying after a pause"
    pattern = "transducer"
    origin = "Drawn by the generator of Arjovsky, Shah & Bengio 2016."

    def __init__(self, distance: int = 50, symbols: int = 8, count: int = 10) -> None:
        self.distance = checks.count("distance", distance)
        self.symbols = checks.count("symbols", symbols, least=2)
        self.count = checks.count("count", count)
        if symbols > 26:
            raise InvalidValue("symbols", "at most 26, one a letter", str(symbols), "choose fewer")
        if symbols**count < 10:
            got = f"{symbols}^{count} = {symbols**count}"
            raise InvalidValue("symbols^count", "at least 10 sequences", got, "keep more symbols")
        self.output_words = (*"abcdefghijklmnopqrstuvwxyz"[:symbols], BLANK)
        self.input_words = (*self.output_words, DELIMITER)

    @cached_property
    def _kept(self) -> Array:
        """(B, count): the held-out sequences' symbols."""
        return self._drawn(stream(self.name), min(HELD_OUT, self.symbols**self.count // 10))

    @cached_property
    def _keys(self) -> frozenset[bytes]:
        return frozenset(row.tobytes() for row in self._kept)

    def _drawn(self, rng: Generator, size: int) -> Array:
        return rng.integers(self.symbols, size=(size, self.count))

    def draw(self, rng: Generator, size: int) -> Batch:
        return self._batch(apart(rng, checks.count("size", size), self._drawn, self._keys))

    def held_out(self, size: int | None = None) -> Batch:
        return self._batch(self._kept[: sized(size, len(self._kept))])

    def _batch(self, kept: Array) -> Batch:
        """The sequences that begin with these symbols, (B, count)."""
        blank, delimiter = self.symbols, self.symbols + 1
        steps = self.distance + 2 * self.count
        read = np.full((steps, len(kept)), blank)
        read[: self.count] = kept.T
        read[self.distance + self.count - 1] = delimiter
        said = np.full((steps, len(kept)), blank)
        said[-self.count :] = kept.T
        return Batch(one_hot(read, len(self.input_words)), cross_entropy(said, reduction="mean"))

    def measure(self, model: Model, size: int | None = None) -> Measure:
        batch = self.held_out(size)
        answers = logits(model, batch)
        recalled = answers[-self.count :].argmax(-1) == batch.loss.targets[-self.count :]
        share = float(recalled.mean())
        return Measure(
            share=share,
            of="recalled symbols",
            count=recalled.size,
            solved=share >= 0.99,
            error=mean_loss(batch, answers),
            unit="nats a step",
            baseline=self.baseline,
        )

    @property
    def baseline(self) -> float:
        """Nats a step, without a memory."""
        return self.count * log(self.symbols) / (self.distance + 2 * self.count)
