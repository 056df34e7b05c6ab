"""A series forecast by a trained network in two ways: teacher forced, it reads the right value at every step; free
running, from a chosen step on, its own forecasts.

The network is a snapshot of a shipped film (core.films). The series is one that was held out, or the end of the user's
own numbers, standardised as the task says (core.tasks.drift) and read by the network that was trained on sines.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from core import record
from core.analysis import closed_loop
from core.analysis.closed_loop import Loop
from core.errors import InvalidValue
from core.films.film import Film
from core.passes import losses
from core.passes.generation import forecast
from core.passes.trace import Trace
from core.tasks.drift import Drift, FreeError
from core.tasks.series import LEAST
from explorer.look.cells import COMPARED
from explorer.look.notation import ROUNDING
from explorer.passes import at_snapshot
from explorer.passes.base import Selection
from explorer.passes.source import Snapshot
from explorer.state import series
from explorer.state.errors import InputError, refused
from explorer.state.forecast import EXAMPLE, LONGEST_SERIES, kind, numbers
from explorer.state.inputs import Sequence
from explorer.state.kinds import LONGEST_TEXT
from explorer.state.settings import Settings

KNOWN, HORIZON = 30, 90  # of the errors by horizon: right values read, and forecasts after them
PASSED = 0.5  # of the series' spread: an error worth the name of drift


@dataclass(frozen=True, eq=False)
class Drifting:
    """What the free-running pass left, from the first forecast that it would read on: N steps, D components.

    free, forced   (N, D): the forecasts x̂ of these steps, free running and teacher forced
    right          (N, D): what came
    growth         (N, D, D): ∂x̂_{k+n}/∂x_k of the last known value x_k, with the loop closed
    loop           the Jacobians of the free-running pass with the loop closed, the first of them at x_k
    first, summed  (N, D): what the first single step's error grows to, and what those of all steps add up to, to first
                   order
    """

    free: np.ndarray
    forced: np.ndarray
    right: np.ndarray
    growth: np.ndarray
    loop: Loop
    first: np.ndarray
    summed: np.ndarray

    @property
    def off(self) -> np.ndarray:
        """(N,): how far off free running is, √ of the mean square over the components."""
        return size(self.free - self.right)

    @property
    def off_forced(self) -> np.ndarray:
        """(N,): likewise teacher forced."""
        return size(self.forced - self.right)

    @property
    def passed(self) -> int | None:
        """How many steps after the last known value the error first passes PASSED; None where it does not."""
        beyond = np.flatnonzero(self.off > PASSED)
        return int(beyond[0]) + 1 if len(beyond) else None


@dataclass(frozen=True)
class Forecast(Selection):
    """One series of T steps.

    sequence   the values x_1 … x_T as read, standardised; targets the next ones
    trace      the teacher-forced pass
    running    the free-running pass from the last known value on: it reads that, then its own forecasts
    film, at   the training, and which of its snapshots, 0-based
    """

    settings: Settings
    sequence: Sequence
    trace: Trace
    running: Trace
    drifting: Drifting
    film: Film
    at: int
    made_by: str = "run"
    original: None = None

    @property
    def origin(self) -> Snapshot:
        return Snapshot(self.film, self.at)

    @property
    def known(self) -> int:
        """k: how many right values are read before the first forecast is."""
        return self.steps - len(self.drifting.free)

    @property
    def moment(self) -> int:
        """The selected step, from 1."""
        return min(self.settings.moment, self.steps)

    @property
    def ahead(self) -> int:
        """n: how many steps the selected one comes after the last known value; 0 for those that are known."""
        return max(0, self.moment - self.known)

    @property
    def components(self) -> tuple[str, ...]:
        return self.film.recipe.learned().input_words


def run(settings: Settings) -> Forecast:
    """Both passes over the settings' series. Raises InputError where the user's own numbers are no series."""
    film = at_snapshot.film(kind(settings), settings.cell)
    at = at_snapshot.selected(film, settings)
    values, scale, notice = _values(settings)
    forced, true = _forced(film, at, values.tobytes(), values.shape)
    known = min(settings.known, len(values) - 2)
    x, t, chain = forced.inputs, known - 1, forced[0, "forward"]
    said = forecast(forced.network, x[:known], len(x) - known)
    before = {state: array[t][None] for state, array in chain.previous_states.items()}
    running = record(forced.network, np.concatenate([x[t:known], said]), initial=before)
    tokens = tuple(f"{value:.3g}" for value in scale[0] * x[:, 0, 0] + scale[1])
    sequence = Sequence(tokens, x, values[1:], (), notice, scale)
    return Forecast(settings, sequence, forced, running, _drifting(forced, true, running, t), film, at)


@lru_cache(maxsize=32)
def _forced(film: Film, at: int, values: bytes, shape: tuple[int, ...]) -> tuple[Trace, Loop]:
    """The teacher-forced pass over values (T + 1, 1, D), and its loop closed: the same wherever free running starts."""
    series = np.frombuffer(values).reshape(shape)
    trace = record(Snapshot(film, at).network, series[:-1], loss=losses.squared_error(series[1:]))
    return trace, closed_loop.close(trace)


def _values(settings: Settings) -> tuple[np.ndarray, tuple[float, float], str]:
    """(T + 1, 1, D) values on the task's scale, that scale's deviation and mean of the first component, and what to
    say of them."""
    task, notice = _task(settings)
    if settings.series != "own":
        return task.windows(LONGEST_SERIES + 1, settings.example)[:, -1:].astype(float), _scale(task), notice
    whole = np.concatenate([task.series.learned, task.series.kept])[-LONGEST_SERIES - 1 :]
    return whole.astype(float), _scale(task), notice


def _scale(task: Drift) -> tuple[float, float]:
    return float(task.series.deviation[0]), float(task.series.mean[0])


def _task(settings: Settings) -> tuple[Drift, str]:
    """The task that makes the series, and what to say of how it is read. Raises InputError."""
    if settings.series != "own":
        return _drift(settings.series, ""), ""
    whole = series.read(numbers(settings))
    if (count := len(whole.values)) < LEAST:
        limit = f"{LEAST} numbers, in {LONGEST_TEXT:,} characters at most"
        raise InputError(f"Expected at least {limit}, got {count}: give more, if need be with fewer digits.")
    try:
        task = _drift("sines", ", ".join(map(repr, whole.values)))
    except InvalidValue as error:
        raise refused(error) from None
    deviation, mean = _scale(task)
    shown, middle = min(count, LONGEST_SERIES + 1), 0.0 if abs(mean) < ROUNDING * deviation else mean
    own = settings.numbers or series.looks_numeric(settings.text)
    notice = "" if own else f"You have given no numbers yet: the example “{EXAMPLE}” is shown. "
    if settings.given > count:
        notice += (
            f"Of {settings.given:,} numbers the first {count} are kept: a link holds no more, an upload is cut alike. "
        )
    notice += whole.notice + (
        f"This network was trained on sines, not on {'your' if own else 'these'} {count} numbers; the last {shown} "
        f"are read, less {middle:.3g}, over {deviation:.3g}: mean and deviation of the first four fifths."
    )
    return task, notice


@lru_cache(maxsize=16)
def _drift(name: str, values: str) -> Drift:
    return Drift(name, values)


def _drifting(forced: Trace, true: Loop, running: Trace, t: int) -> Drifting:
    """`t`: the step, 0-based, of the last known value, with which the free-running pass begins."""
    right = forced.inputs[t + 1 :, 0]
    said, own = forced.logits[t:-1, 0], running.logits[:-1, 0]
    made, along = said - right, closed_loop.close(running)
    alone = np.concatenate([made[:1], np.zeros_like(made[1:])])
    return Drifting(
        free=own,
        forced=said,
        right=right,
        growth=along.growth(0, len(right)),
        loop=along,
        first=true.errors(alone, t),
        summed=true.errors(made, t),
    )


def size(errors: np.ndarray) -> np.ndarray:
    """(…, D) -> (…,): √ of the mean square over the components, as the task measures errors."""
    return np.sqrt(np.square(errors).mean(axis=-1))


def by_cell(scene: Forecast) -> dict[str, FreeError]:
    """Cell -> its errors by horizon over the held-out windows of the series, at the same snapshot."""
    s = scene.settings
    own = numbers(s) if s.series == "own" else ""
    return {cell: _errors(kind(s), cell, s.snapshot, own) for cell in COMPARED}


@lru_cache(maxsize=64)
def _errors(name: str, cell: str, snapshot: int, own: str) -> FreeError:
    """Of the user's own numbers a third of those held out are known, a third forecast."""
    film = at_snapshot.film(name, cell)
    task, _ = _task(Settings(series="own", numbers=own)) if own else (_drift(name, ""), "")
    third = max(1, len(task.series.kept) // 3)
    known, horizon = (third, third) if own else (KNOWN, HORIZON)
    return task.free_error(film.model(min(snapshot, len(film)) - 1), known, horizon)
