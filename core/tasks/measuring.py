"""What measures share: a model's answers to many sequences, and the held-out examples kept apart from all others."""

from __future__ import annotations

from collections.abc import Callable, Set
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from core.lengths import Lengths
from core.passes.batch import Batch
from core.passes.patterns import Model, run

Array = NDArray[Any]
STEPS = 2**16  # T·B recorded at once, so that a measure of long sequences stays within the memory


def stream(name: str) -> Generator:
    """The random stream of a task's held-out examples: seeded by words, as no training's is."""
    return np.random.default_rng([*b"held out: ", *name.encode()])


def apart(rng: Generator, size: int, draw: Callable[[Generator, int], Array], kept: Set[bytes]) -> Array:
    """`size` rows that draw(rng, size) makes, (size, n); one whose bytes are among those kept back is drawn again."""
    rows = draw(rng, size)
    while again := [row for row in range(size) if rows[row].tobytes() in kept]:
        rows[again] = draw(rng, len(again))
    return rows


def logits(model: Model, batch: Batch) -> Array:
    """(T, B, K), of as many sequences at a time as go into the memory."""
    T, B, _ = batch.inputs.shape
    part = max(1, STEPS // T)
    found = []
    for start in range(0, B, part):
        rows = slice(start, start + part)
        lengths = None if batch.lengths is None else batch.lengths[rows]
        found.append(run(model, Batch(batch.inputs[:, rows], batch.loss, lengths), loss=False).logits)
    return np.concatenate(found, axis=1)


def mean_loss(batch: Batch, answers: Array) -> float:
    """The batch's own loss of logits (T, B, K), over the steps that count."""
    T, B, _ = answers.shape
    lengths = np.full(B, T) if batch.lengths is None else batch.lengths
    losses, _ = batch.loss.evaluate(answers.astype(np.float64), Lengths(lengths, T))
    return float(losses.sum())


def whole(words: Array, lengths: Array, batch: Batch) -> Array:
    """(B,): whether what was said, words (T, B) of these lengths, is the batch's targets from beginning to end."""
    targets = batch.loss.targets
    steps = min(len(words), len(targets))
    ends = np.full(targets.shape[1], len(targets)) if batch.lengths is None else batch.lengths
    counted = np.arange(steps)[:, None] < ends
    right: Array = ((words[:steps] == targets[:steps]) | ~counted).all(axis=0) & (lengths == ends)
    return right


def by_frequency(learned: Array, kept: Array) -> float:
    """Nats a word of the places `kept`, said as often as each is among those `learned`, which are all at least once."""
    counts = np.bincount(learned)
    return float(-np.log(counts / counts.sum())[kept].mean())
