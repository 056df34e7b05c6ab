"""Series of numbers to forecast: runs of a process from many beginnings, all on one scale.

    sines     x(t) = Σ_i a_i sin(2πt/p_i + φ_i), periods p = 12, 12√2, 12·golden ratio, so that the sum never repeats;
              a = 1, 0.7, 0.5; every run with phases φ of its own, U(0, 2π)
    lorenz    ẋ = σ(y − x), ẏ = x(ρ − z) − y, ż = xy − βz with σ = 10, ρ = 28, β = 8/3 (E. Lorenz: Deterministic
              Nonperiodic Flow, Journal of the Atmospheric Sciences 20(2), 1963), by the classical Runge-Kutta method
              of order four in steps of 0.01, one value in five kept (0.05 apart), the first 200 kept ones left out;
              every run from another beginning near the attractor
    own       numbers of the user's: the first four fifths to learn from, the last held out

All are standardised: less the mean, over the standard deviation, of each component in what there is to learn from.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from core import checks
from core.errors import InvalidValue
from core.tasks.measuring import stream

Array = NDArray[Any]
KINDS = ("sines", "lorenz")
RUNS, STEPS = 128, 400  # of either part, and how long each is
PERIODS = 12 * np.array([1, np.sqrt(2), (1 + np.sqrt(5)) / 2])
AMPLITUDES = np.array([1, 0.7, 0.5])
SIGMA, RHO, BETA = 10.0, 28.0, 8 / 3
STEP, KEPT_EVERY, TRANSIENT = 0.01, 5, 200
LEAST, MOST = 40, 100_000
FARTHEST = 1000


@dataclass(frozen=True, eq=False)
class Series:
    """learned, kept: (steps, runs, D), standardised by the mean (D,) and the deviation (D,) of those to learn from."""

    learned: Array
    kept: Array
    mean: Array
    deviation: Array


@cache
def drawn(kind: str) -> Series:
    """ "sines" or "lorenz". Raises InvalidValue for others."""
    checks.choice("series", kind, KINDS)
    runs = _sines if kind == "sines" else _lorenz
    return _standardised(runs(np.random.default_rng(0)), runs(stream(kind)))


def own(text: str) -> Series:
    """Numbers with commas, semicolons or white space between them: one run of one component.

    Raises InvalidValue for what is no finite number, for fewer than 40 and more than 100,000, where those to learn from
    are all the same, and where one held out is a thousand of their deviations away.
    """
    values = np.array([_number(word) for word in text.replace(",", " ").replace(";", " ").split()])
    if not LEAST <= len(values) <= MOST:
        expected, remedy = f"from {LEAST} to {MOST:,} of them", "give another series"
        raise InvalidValue("the numbers", expected, f"{len(values)}", remedy)
    columns, fifth = values[:, None, None], len(values) // 5
    learned, kept = columns[:-fifth], columns[-fifth:]
    if np.ptp(learned) == 0 or learned.std() == 0:
        raise InvalidValue("the numbers", "not all the same", f"always {values[0]:g}", "give a series that changes")
    if (far := np.abs(kept - learned.mean()).max() / learned.std()) > FARTHEST:
        expected, got = f"within {FARTHEST:,} deviations to the end", f"one that is {far:.0f} away from the mean"
        raise InvalidValue("the numbers", expected, got, "take out what is no part of the series")
    return _standardised(learned, kept)


def _number(word: str) -> float:
    try:
        value = float(word)
    except ValueError:
        value = np.nan
    if not abs(value) < 1e30:  # so that squares stay finite
        raise InvalidValue("the numbers", "finite, with commas between them", f"“{word[:20]}”", 'write "1.5, 2, …"')
    return value


def _standardised(learned: Array, kept: Array) -> Series:
    mean, deviation = learned.mean(axis=(0, 1)), learned.std(axis=(0, 1))
    first, second = (checks.readonly(((part - mean) / deviation).astype(np.float32)) for part in (learned, kept))
    return Series(first, second, mean, deviation)


def _sines(rng: Generator) -> Array:
    """(STEPS, RUNS, 1)"""
    phases = rng.uniform(0, 2 * np.pi, (RUNS, len(PERIODS)))
    angles = 2 * np.pi * np.arange(STEPS)[:, None, None] / PERIODS + phases
    mixture: Array = (AMPLITUDES * np.sin(angles)).sum(-1, keepdims=True)
    return mixture


def _lorenz(rng: Generator) -> Array:
    """(STEPS, RUNS, 3)"""
    state = rng.normal(size=(RUNS, 3)) * 5 + [0, 0, 25]
    values = []
    for _ in range(TRANSIENT + STEPS):
        values.append(state)
        for _ in range(KEPT_EVERY):
            state = runge_kutta(state, STEP)
    return np.stack(values[TRANSIENT:])


def velocity(state: Array) -> Array:
    """(…, 3) -> (…, 3): Lorenz's equations."""
    x, y, z = np.moveaxis(state, -1, 0)
    return np.stack([SIGMA * (y - x), x * (RHO - z) - y, x * y - BETA * z], axis=-1)


def runge_kutta(state: Array, step: float) -> Array:
    """One step of the classical method of order four."""
    first = velocity(state)
    second = velocity(state + step / 2 * first)
    third = velocity(state + step / 2 * second)
    fourth = velocity(state + step * third)
    moved: Array = state + step / 6 * (first + 2 * second + 2 * third + fourth)
    return moved
