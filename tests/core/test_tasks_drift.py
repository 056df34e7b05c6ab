"""Series to forecast: the processes against their definitions, and errors that grow when the model is worse."""

from __future__ import annotations

import numpy as np
import pytest

from core import Network, record
from core.errors import InvalidValue
from core.tasks import make, series
from core.tasks.drift import Drift

NUMBERS = ", ".join(f"{np.sin(n / 3) + n / 50:.5f}" for n in range(300))
OPTIONS = ({"series": "sines"}, {"series": "lorenz"}, {"values": NUMBERS})


@pytest.fixture(scope="module", params=OPTIONS, ids=("sines", "lorenz", "own"))
def task(request: pytest.FixtureRequest) -> Drift:
    return Drift(**request.param, window=30)


def network(task: Drift, seed: int = 0) -> Network:
    return Network.initialise(
        "gru", task.input_size, hidden_size=4, output_size=task.output_size, output="identity", seed=seed
    )


def raw(task: Drift, part: str) -> np.ndarray:
    return getattr(task.series, part) * task.series.deviation + task.series.mean


def test_sines_are_three_of_incommensurate_periods():
    """The linear recurrence of three sines holds: Π (1 − 2 cos(2π/p) B + B²) x = 0, B the step back."""
    polynomial = np.array([1.0])
    for period in (12, 12 * 2**0.5, 6 * (1 + 5**0.5)):
        polynomial = np.convolve(polynomial, [1, -2 * np.cos(2 * np.pi / period), 1])
    for part in ("learned", "kept"):
        runs = raw(Drift(), part)[..., 0]
        residues = [np.abs(np.convolve(run, polynomial, "valid")).max() for run in runs.T]
        assert max(residues) < 1e-5
    assert np.std(runs[0]) > 0.5  # every run begins in another phase


def test_lorenz_moves_as_its_equations_say():
    """Against plain Euler steps, a thousand to one kept value: by definition they meet as the step shrinks."""
    runs = raw(Drift("lorenz"), "kept")[:5]
    state = runs[0].copy()
    for value in runs[1:]:
        for _ in range(2000):
            x, y, z = state.T
            state = state + 0.05 / 2000 * np.stack([10 * (y - x), x * (28 - z) - y, x * y - 8 / 3 * z], axis=-1)
        assert np.abs(state - value).max() < 0.15
    every = raw(Drift("lorenz"), "learned")
    assert np.abs(every[..., 0]).max() < 22
    assert 0 < every[..., 2].min() < every[..., 2].max() < 52
    assert (every[..., 0] > 0).mean() == pytest.approx(0.5, abs=0.1)  # both wings


def test_runge_kutta_is_of_order_four():
    start = np.array([1.0, 2.0, 25.0])

    def after(steps: int) -> np.ndarray:
        state = start
        for _ in range(steps):
            state = series.runge_kutta(state, 0.2 / steps)
        return state

    exact = after(4000)
    assert np.abs(after(10) - exact).max() / np.abs(after(20) - exact).max() == pytest.approx(16, rel=0.25)


def test_series_are_standardised_by_what_there_is_to_learn_from(task: Drift):
    np.testing.assert_allclose(task.series.learned.mean(axis=(0, 1)), 0, atol=1e-5)
    np.testing.assert_allclose(task.series.learned.std(axis=(0, 1)), 1, atol=1e-4)


def test_the_users_last_fifth_is_held_out():
    task = Drift(values="\n".join(str(n**1.5) for n in range(103)))
    np.testing.assert_allclose(raw(task, "learned").ravel(), [n**1.5 for n in range(83)], rtol=1e-5, atol=1e-4)
    np.testing.assert_allclose(raw(task, "kept").ravel(), [n**1.5 for n in range(83, 103)], rtol=1e-5)
    assert task.held_out().inputs.shape == (10, 10, 1)
    assert Drift(values=";".join(map(str, range(40)))).held_out().inputs.shape == (4, 4, 1)


def rows(windows: np.ndarray) -> set[bytes]:
    return {np.ascontiguousarray(windows[:, b]).tobytes() for b in range(windows.shape[1])}


def test_examples_are_shifted_by_one_and_held_out_ones_never_drawn(task: Drift):
    drawn, kept = task.draw(np.random.default_rng(0), 2000), task.held_out()
    for batch in (drawn, kept):
        np.testing.assert_array_equal(batch.inputs[1:], batch.loss.targets[:-1])
        assert batch.inputs.dtype == np.float32
        assert len(batch.inputs) == 30
    assert not rows(drawn.inputs[:5]) & rows(kept.inputs[:5])
    assert len(rows(kept.inputs)) == kept.size == (30 if task.series.kept.shape[1] == 1 else 256)
    assert rows(task.held_out(3).inputs) < rows(kept.inputs)
    learned = {value.tobytes() for value in task.series.learned.reshape(-1, task.input_size)}
    assert {value.tobytes() for value in drawn.loss.targets.reshape(-1, task.input_size)} <= learned


def test_the_measure_is_the_error_of_one_step(task: Drift, monkeypatch: pytest.MonkeyPatch):
    def measured(answer):
        monkeypatch.setattr("core.tasks.drift.logits", lambda model, batch: answer(batch))
        return task.measure(network(task))

    right = measured(lambda batch: batch.loss.targets)
    assert (right.error, right.share, right.solved) == (0, 1, True)
    again = measured(lambda batch: batch.inputs)
    assert again.error == pytest.approx(again.baseline)
    assert (again.share, again.solved) == (0, False)
    step = right.baseline**0.5
    second = task.held_out()
    last_value = ((second.inputs - second.loss.targets)[15:] ** 2).mean()
    assert right.baseline == pytest.approx(last_value)
    assert right.count == 15 * second.size
    assert measured(lambda batch: batch.loss.targets + 0.09 * step).solved
    assert not measured(lambda batch: batch.loss.targets + 0.11 * step).solved


def test_an_untrained_network_forecasts_badly(task: Drift):
    measured = task.measure(network(task), 50)
    assert measured.error > measured.baseline
    assert not measured.solved


def test_free_running_starts_with_the_forced_forecast_and_then_reads_itself(task: Drift):
    model, known, horizon = network(task), 12, 8
    found = task.free_error(model, known, horizon)
    windows = task.windows(known + horizon).astype(np.float64)
    free, forced = [], []
    for b in range(windows.shape[1]):
        read = list(windows[:known, b])
        for t in range(horizon):
            said = record(model, np.array(read)[:, None]).logits[-1, 0]
            free.append(((said - windows[known + t, b]) ** 2).mean())
            if b < 3:
                right = record(model, windows[: known + t, b][:, None]).logits[-1, 0]
                forced.append(((right - windows[known + t, b]) ** 2).mean())
            read.append(said)
        if b == 2:
            break
    few = np.sqrt(np.reshape(free, (3, horizon)))
    assert found.free[0] == pytest.approx(found.forced[0])
    assert found.count == task.windows(known + horizon).shape[1]
    single = FewWindows(task, 3).free_error(model, known, horizon)
    np.testing.assert_allclose(single.free, np.sqrt((few**2).mean(axis=0)), rtol=1e-5)
    np.testing.assert_allclose(single.forced, np.sqrt(np.reshape(forced, (3, horizon)).mean(axis=0)), rtol=1e-5)
    assert (single.free_spread[0] <= single.free + 1e-12).all()
    np.testing.assert_allclose(single.free_spread[0], few.min(axis=0), rtol=1e-5)
    np.testing.assert_allclose(single.mean, np.sqrt((windows[known:, :3] ** 2).mean(axis=(1, 2))), rtol=1e-5)


class FewWindows(Drift):
    """The same task with the first few of its held-out windows."""

    def __init__(self, task: Drift, count: int) -> None:
        self.__dict__.update(task.__dict__)
        self.count = count

    def windows(self, length: int, size: int | None = None) -> np.ndarray:
        return super().windows(length, self.count)


def test_a_network_that_overflows_is_infinitely_off():
    task = Drift()
    model = network(task)
    model = model.replace({"readout.weight": np.full((1, 4), 1e300)})
    found = task.free_error(model, 5, 4)
    assert np.isinf(found.free).any()
    assert not np.isnan([found.free, found.forced]).any()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"series": "random"}, 'series must be one of "sines", "lorenz"'),
        ({"window": 1}, "window must be from 2 to 300 steps"),
        ({"values": "1, 2, 3"}, "the numbers must be from 40 to 100,000 of them, but got 3"),
        ({"values": "1 " * 50}, "the numbers must be not all the same, but got always 1"),
        ({"values": "1e-200 2e-200 " * 50}, "not all the same"),
        ({"values": "1 2 " * 50 + "1e9"}, "within 1,000 deviations to the end"),
        ({"values": "1, 2, three"}, "the numbers must be finite, with commas between them, but got “three”"),
        ({"values": "1, inf"}, "but got “inf”"),
        ({"values": "1, nan"}, "but got “nan”"),
    ],
)
def test_what_cannot_be_forecast_is_said(options: dict, sentence: str):
    with pytest.raises(InvalidValue, match=sentence):
        make("drift", **options)


def test_more_than_is_held_out_cannot_be_forecast():
    task = Drift(values=NUMBERS)
    with pytest.raises(InvalidValue, match="length must be from 2 to 60, the values held out, but got 61"):
        task.free_error(network(task), 30, 31)
