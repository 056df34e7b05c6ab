"""How far a hand-made program is right: random words of every length, read by its network, every answer compared."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from random import Random

import numpy as np

from core.networks import programs
from core.networks.network import Network
from core.networks.programs import Array
from core.passes.record import record


@dataclass(frozen=True, eq=False)
class Tried:
    """right (N, each): of the words of 1, 2, … N steps, `each` of a length, which were answered rightly after every
    one of their steps.
    largest (N,): the largest state that any word of this many steps, or fewer, has led to.
    """

    right: Array
    largest: Array

    @property
    def words(self) -> int:
        return self.right.size

    @property
    def first_failure(self) -> int | None:
        """The length of the shortest word with a wrong answer; None where there is none."""
        failed = np.flatnonzero(~self.right.all(axis=1))
        return int(failed[0]) + 1 if failed.size else None


def tried(program: str, network: Network, longest: int, each: int, seed: int) -> Tried:
    """The network on `each` random words of every length up to `longest`, as one padded batch."""
    inputs, right, lengths = _words(program, longest, each, seed)
    trace = record(network, inputs, lengths=lengths)
    inside = np.arange(longest)[:, None] < lengths
    rightly = (~inside | (programs.answers(trace.logits) == right)).all(axis=0)
    states = trace.outputs.max(axis=(0, 2))
    by_length = (longest, each)
    return Tried(rightly.reshape(by_length), np.maximum.accumulate(states.reshape(by_length).max(axis=1)))


@lru_cache(maxsize=8)
def _words(program: str, longest: int, each: int, seed: int) -> tuple[Array, Array, Array]:
    """The words as one batch: inputs (T, B, D), right answers (T, B), lengths (B,)."""
    made, random = programs.PROGRAMS[program](), Random(seed)
    lengths = np.repeat(np.arange(1, longest + 1), each)
    inputs = np.zeros((longest, len(lengths), len(made.inputs)))
    right = np.zeros(inputs.shape[:2], bool)
    for b, length in enumerate(lengths.tolist()):
        word = made.draw(random, length)
        inputs[:length, b], right[:length, b] = made.read(word), made.right(word)
    return inputs, right, lengths
