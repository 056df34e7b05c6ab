"""Generating: the output of every step becomes the input of the next.

    generate   a batch of sequences, each word the most probable one (greedy) or drawn from P(y_t) at a temperature:
               P_τ(k) = softmax(o_t / τ)_k; τ → 0 is greedy
    beam       one sequence: the `width` most probable beginnings are kept at every step (beam search, as in Sutskever
               et al. 2014); probabilities are summed as log P, and no correction is made for length
    forecast   numbers: each prediction is what is read next (free running)

Teacher forcing is no generation: there the right word is read at every step, whatever came out (R. Williams, D. Zipser:
A Learning Algorithm for Continually Running Fully Recurrent Neural Networks, Neural Computation 1(2), 1989); it is
record() on the right inputs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import checks
from core.errors import InvalidValue
from core.networks.network import Network
from core.passes.losses import predict
from core.passes.record import record
from core.passes.stepping import advanced

Array = NDArray[Any]
Embed = Callable[[Array], Array]
"""Words (B,) -> the vectors that are read of them, (B, D)."""


@dataclass(frozen=True, eq=False)
class Generated:
    """What came out.

    words     (T, B) places in the vocabulary; after a sequence's end its last word goes on
    inputs    (T, B, D): what was read at every step; record() on these is the pass that made the words
    lengths   (B,): steps up to and with the end
    """

    words: Array
    inputs: Array
    lengths: Array


@dataclass(frozen=True)
class Hypothesis:
    """One of a beam: its words, without the end; log P of them, end included; and whether it came to an end."""

    words: tuple[int, ...]
    log_probability: float
    ended: bool


def step(network: Network, inputs: Array, state: Mapping[str, Array]) -> tuple[Array, Mapping[str, Array]]:
    """One step: the logits (B, K) of inputs (B, D), and the states after it, as `initial` of record() takes them."""
    if network.bidirectional:
        got = "a bidirectional network"
        raise InvalidValue("network", "one that reads forwards", got, "what comes next is not there to be read")
    return advanced(network, inputs, state)


def distribution(logits: Array, temperature: float = 1.0) -> Array:
    """P_τ (…, K) = softmax(o / τ). Raises InvalidValue unless τ is positive."""
    if not checks.number("temperature", temperature) > 0:
        raise InvalidValue("temperature", "positive", str(temperature), "for the most probable word leave it out")
    return predict(logits.astype(np.float64) / temperature, "softmax")


def generate(
    network: Network,
    first: Array,
    embed: Embed,
    steps: int,
    *,
    state: Mapping[str, Array] | None = None,
    end: int | None = None,
    temperature: float | None = None,
    rng: np.random.Generator | None = None,
) -> Generated:
    """Read `first` (B, D), then each word that came out, for `steps` steps or until every sequence has said `end`.

    state         where to start, as `initial` of record(): another pass's final_states; None: the network's own
    temperature   None: greedy. Else every word is drawn by `rng`.
    """
    checks.count("steps", steps)
    if temperature is not None and rng is None:
        raise InvalidValue("rng", "a random generator to draw with", "none", "pass numpy.random.default_rng(seed)")
    x, state = np.asarray(first), state or {}
    words: list[Array] = []
    read: list[Array] = []
    ended = np.zeros(len(x), bool)
    lengths = np.full(len(x), steps)
    for t in range(steps):
        logits, state = step(network, x, state)
        said = logits.argmax(-1) if temperature is None else _drawn(distribution(logits, temperature), rng)
        said = np.where(ended, words[-1] if words else said, said)
        words.append(said)
        read.append(x)
        if end is not None:
            lengths[~ended & (said == end)] = t + 1
            ended |= said == end
            if ended.all():
                break
        x = embed(said)
    return Generated(np.stack(words), np.stack(read), np.minimum(lengths, len(words)))


def _drawn(probabilities: Array, rng: np.random.Generator | None) -> Array:
    """One place a row, by the inverse of the distribution function."""
    assert rng is not None
    below = probabilities.cumsum(-1)
    places: Array = (below < rng.random((len(below), 1)) * below[:, -1:]).sum(-1)
    return places


def beam(
    network: Network,
    first: Array,
    embed: Embed,
    steps: int,
    *,
    width: int,
    end: int,
    state: Mapping[str, Array] | None = None,
) -> list[Hypothesis]:
    """The most probable sequences found, the best first: at most `width`. `first` is (1, D), of one sequence."""
    checks.count("steps", steps)
    checks.count("width", width)
    x, state = np.asarray(first), state or {}
    beginnings: list[tuple[int, ...]] = [()]
    scores = np.zeros(1)
    complete: list[Hypothesis] = []
    for _ in range(steps):
        logits, state = step(network, x, state)
        with np.errstate(divide="ignore"):
            totals = scores[:, None] + np.log(distribution(logits))
        best = np.argsort(-totals, axis=None, kind="stable")[:width]
        rows, words = np.unravel_index(best, totals.shape)
        found = totals.ravel()[best]
        over = words == end
        complete += [Hypothesis(beginnings[r], float(s), True) for r, s in zip(rows[over], found[over], strict=True)]
        complete = sorted(complete, key=lambda one: -one.log_probability)[:width]
        rows, words, scores = rows[~over], words[~over], found[~over]
        beginnings = [(*beginnings[r], int(w)) for r, w in zip(rows, words, strict=True)]
        # log P only falls: once as many are complete as are kept, none that goes on below them can come back.
        if not len(words) or (len(complete) == width and complete[-1].log_probability >= scores.max()):
            return complete
        state = {name: array[:, rows] for name, array in state.items()}
        x = embed(words)
    unfinished = [Hypothesis(w, float(s), False) for w, s in zip(beginnings, scores, strict=True)]
    return sorted(complete + unfinished, key=lambda one: -one.log_probability)[:width]


def forecast(network: Network, known: Array, steps: int) -> Array:
    """Read known values (T, B, D), then each prediction of the next: the `steps` predictions (steps, B, D), the first
    of them made of known values alone. The network's logits are as wide as its inputs."""
    checks.count("steps", steps)
    if network.logits_size != network.input_size:
        expected = f"as wide as the inputs, {network.input_size}"
        raise InvalidValue("logits", expected, str(network.logits_size), "a forecast is read as the next input")
    trace = record(network, known)
    value, state = trace.logits[-1], trace.final_states
    values = [value]
    for _ in range(steps - 1):
        value, state = step(network, value, state)
        values.append(value)
    return np.stack(values)
