"""Drift: forecast a series one step ahead; then read the own forecasts, and see how far they carry.

Data: core.tasks.series: a mixture of sines, Lorenz's equations, or the user's own numbers, standardised.

Split: windows of `window` + 1 successive values; those held out are of other runs (other beginnings), or of the last
fifth of the user's numbers. No window has more steps than half of what is held out, so that there are several.

A model reads x_t and says x_{t+1}, at every step; squared error.

Measure: the mean squared error of one step, in units of the series' variance, over the second halves of 256 held-out
windows (or of all that there are); in the first the model has yet to find where in the series it is. Baseline: that of
saying the last value again. The share is that of the steps at which the model comes closer than this. Solved: an error
of at most a hundredth of the baseline's.

free_error compares free running, each forecast read as the next value, with teacher forcing, the right value read at
every step (R. Williams, D. Zipser, Neural Computation 1(2), 1989), horizon by horizon.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from core import checks
from core.errors import InvalidType, InvalidValue
from core.networks.network import Network
from core.passes.batch import Batch
from core.passes.generation import forecast
from core.passes.losses import squared_error
from core.passes.patterns import Model
from core.tasks import series as processes
from core.tasks.measuring import logits
from core.tasks.task import Measure, Task, sized

Array = NDArray[Any]
HELD_OUT = 256
COMPONENTS = {1: ("x",), 3: ("x", "y", "z")}


@dataclass(frozen=True, eq=False)
class FreeError:
    """How far off forecasts are, horizon by horizon: the first is one step after the last known value.

    free, forced   (horizon,): √ of the mean squared error over windows and components; free running, teacher forcing
    free_spread, forced_spread   (2, horizon): the first and the ninth tenth of the single windows' errors, each √ of
                   its mean over the components
    mean           (horizon,): the error of always saying the series' mean
    count          windows
    """

    free: Array
    forced: Array
    free_spread: Array
    forced_spread: Array
    mean: Array
    count: int


class Drift(Task):
    """series: "sines" or "lorenz"; values: the user's own numbers in their place; window: steps of an example.

    Raises InvalidValue for another series, for values that are no series (core.tasks.series.own), and for a window
    below 2 or above 300.
    """

    name = "drift"
    title = "Forecasting a series"
    pattern = "transducer"
    output = "identity"
    origin = "Sines and Lorenz 1963, computed here, or the user's own numbers."

    def __init__(self, series: str = "sines", values: str = "", window: int = 60) -> None:
        checks.choice("series", series, processes.KINDS)
        if not 2 <= checks.whole("window", window) <= 300:
            raise InvalidValue("window", "from 2 to 300 steps", str(window), "choose another length")
        self.series = processes.own(values) if values.strip() else processes.drawn(series)
        self.window = min(window, len(self.series.kept) // 2)
        self.input_words = self.output_words = COMPONENTS[self.series.kept.shape[-1]]

    def draw(self, rng: Generator, size: int) -> Batch:
        learned = self.series.learned
        starts = rng.integers(len(learned) - self.window, size=checks.count("size", size))
        return _batch(_cut(learned, starts, rng.integers(learned.shape[1], size=size), self.window + 1))

    def held_out(self, size: int | None = None) -> Batch:
        return _batch(self.windows(self.window + 1, size))

    def windows(self, length: int, size: int | None = None) -> Array:
        """(length, B, D): held-out windows, the same at every call. Raises InvalidValue where none is so long."""
        steps, runs, _ = self.series.kept.shape
        if not 2 <= checks.whole("length", length) <= steps:
            raise InvalidValue("length", f"from 2 to {steps}, the values held out", str(length), "choose another")
        starts = steps - length + 1
        places = np.random.default_rng(0).permutation(starts * runs)[:HELD_OUT]
        places = places[: sized(size, len(places))]
        return _cut(self.series.kept, places % starts, places // starts, length)

    def measure(self, model: Model, size: int | None = None) -> Measure:
        batch = self.held_out(size)
        second, right = slice(self.window // 2, None), batch.loss.targets
        wrong = ((logits(model, batch) - right) ** 2).mean(-1)[second]
        again = ((batch.inputs - right) ** 2).mean(-1)[second]
        error, baseline = float(wrong.mean()), float(again.mean())
        return Measure(
            share=float((wrong < again).mean()),
            of="steps",
            count=wrong.size,
            solved=error <= baseline / 100,
            error=error,
            unit="mean squared error",
            baseline=baseline,
        )

    def free_error(self, model: Model, known: int, horizon: int) -> FreeError:
        """The errors of a model that reads `known` right values, and then none, for `horizon` forecasts.

        Raises InvalidValue where the held-out values are fewer than both together.
        """
        if not isinstance(model, Network):
            raise InvalidType("model", "a Network", type(model).__name__, "train one on this task")
        checks.count("known", known)
        checks.count("horizon", horizon)
        windows = self.windows(known + horizon)
        right = windows[known:]
        free = _errors(forecast(model, windows[:known], horizon), right)
        forced = _errors(logits(model, _batch(windows))[known - 1 :], right)
        mean = _errors(np.zeros_like(right), right)
        count = windows.shape[1]
        return FreeError(_root(free), _root(forced), _spread(free), _spread(forced), _root(mean), count)


def _cut(runs: Array, starts: Array, which: Array, length: int) -> Array:
    """(length, B, D): `length` values of run which[b] from starts[b] on."""
    return runs[starts + np.arange(length)[:, None], which]


def _batch(windows: Array) -> Batch:
    return Batch(windows[:-1], squared_error(windows[1:], reduction="mean"))


def _errors(said: Array, right: Array) -> Array:
    """(horizon, B): the squared error, its mean over the components. A forecast that overflows is infinitely off."""
    with np.errstate(all="ignore"):
        squared = ((said.astype(np.float64) - right) ** 2).mean(-1)
    return np.where(np.isnan(squared), np.inf, squared)


def _root(squared: Array) -> Array:
    errors: Array = np.sqrt(squared.mean(axis=1))
    return errors


def _spread(squared: Array) -> Array:
    bounds: Array = np.sqrt(np.quantile(squared, (0.1, 0.9), axis=1, method="lower"))
    return bounds
