"""The closed loop: its derivatives against autograd through a free-running torch network, and finite differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from core import Network, record
from core.analysis import closed_loop
from core.errors import InvalidValue
from core.passes.generation import forecast
from core.passes.trace import Trace

CELLS: dict[str, dict[str, Any]] = {
    "elman": {"cell": "rnn"},
    "elman-relu": {"cell": "rnn", "nonlinearity": "relu"},
    "gru": {"cell": "gru"},
    "gru-reset-before": {"cell": "gru", "reset_after": False},
    "lstm": {"cell": "lstm"},
    "lstm-peepholes": {"cell": "lstm", "peepholes": True},
}
TORCH = {"elman": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}
T, D, H, STEPS = 7, 2, 4, 5


def network(cell: str, seed: int = 1) -> Network:
    made = Network.initialise(input_size=D, hidden_size=H, output_size=D, output="identity", seed=seed, **CELLS[cell])
    rng = np.random.default_rng(seed)
    return made.replace({name: rng.uniform(-0.6, 0.6, p.shape) for name, p in made.parameters.items()})


def known() -> np.ndarray:
    return np.random.default_rng(2).standard_normal((T, 3, D))


def free(model: Network, values: np.ndarray, steps: int = STEPS) -> Trace:
    """The pass of a network that reads `values` and then its own forecasts."""
    return record(model, np.concatenate([values, forecast(model, values, steps)[:-1]]))


@pytest.mark.parametrize("cell", CELLS)
def test_growth_agrees_with_finite_differences(cell: str):
    model, values = network(cell), known()
    found = closed_loop.close(free(model, values), sequence=1).growth(T - 1, STEPS)
    assert found.shape == (STEPS, D, D)
    for d in range(D):
        moved = np.zeros_like(values)
        moved[-1, 1, d] = 1e-6
        above, below = (forecast(model, values + s * moved, STEPS)[:, 1] for s in (1, -1))
        np.testing.assert_allclose(found[:, :, d], (above - below) / 2e-6, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("cell", CELLS)
def test_a_cell_that_does_not_say_its_derivative_by_the_inputs_is_asked_by_its_backward_step(
    cell: str, monkeypatch: pytest.MonkeyPatch
):
    trace = free(network(cell), known())
    said = closed_loop.close(trace, sequence=1)
    monkeypatch.setattr(type(trace.network.equations), "input_jacobian", lambda *_: None)
    found = closed_loop.close(trace, sequence=1)
    np.testing.assert_allclose(found.by_input, said.by_input, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(found.step, said.step, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("cell", TORCH)
def test_growth_agrees_with_autograd(cell: str):
    model, values = network(cell), known()
    chain = TORCH[cell](D, H).double()
    own = {name: torch.tensor(p) for name, p in model.parameters.items()}
    chain.load_state_dict({name: p for name, p in own.items() if not name.startswith("readout")})
    last = torch.tensor(values[-1:, :1], requires_grad=True)
    read = torch.cat([torch.tensor(values[:-1, :1]), last])
    outputs, state = chain(read)
    said = []
    for _ in range(STEPS):
        said.append(outputs[-1:] @ own["readout.weight"].T + own["readout.bias"])
        outputs, state = chain(said[-1], state)
    found = closed_loop.close(free(model, values)).growth(T - 1, STEPS)
    for n in range(STEPS):
        for i in range(D):
            (row,) = torch.autograd.grad(said[n][0, 0, i], last, retain_graph=True)
            np.testing.assert_allclose(found[n, i], row[0, 0].numpy(), rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("cell", CELLS)
def test_the_loop_s_jacobian_is_that_of_its_state(cell: str):
    """One step of the closed loop, the state moved by hand."""
    model = network(cell)
    trace = free(model, known()[:, :1])
    at, chain, p = T + 1, trace[0, "forward"], model.parameters
    states = {"initial_hidden": chain.previous_hidden[at]}
    if "cell" in model.equations.states:
        states["initial_cell"] = chain.previous_cell[at]
    start = np.concatenate([state[0] for state in states.values()])

    def after(state: np.ndarray) -> np.ndarray:
        read = p["readout.weight"] @ state[:H] + p["readout.bias"]
        parts = zip(states, np.split(state, len(states)), strict=True)
        step = record(model, read[None, None], **{name: part[None, None] for name, part in parts})
        ends = [step.final_hidden, step.final_cell] if len(states) == 2 else [step.final_hidden]
        return np.concatenate([end[0, 0] for end in ends])

    found = closed_loop.close(trace).step[at]
    for j, e in enumerate(1e-6 * np.eye(len(start))):
        np.testing.assert_allclose(found[:, j], (after(start + e) - after(start - e)) / 2e-6, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("cell", CELLS)
def test_errors_are_the_free_running_network_s_to_first_order(cell: str):
    """A true series that the network misses by little: what remains of the difference is of second order."""
    model, values = network(cell), known()[:, :1]
    own = forecast(model, values, STEPS)[:, 0]
    shape = np.random.default_rng(3).standard_normal((STEPS, D))
    left = []
    for size in (1e-2, 1e-3):
        truth = own + size * shape
        forced = record(model, np.concatenate([values, truth[:-1, None]]))
        made = forced.logits[T - 1 :, 0] - truth
        found = closed_loop.close(forced).errors(made, T - 1)
        np.testing.assert_array_equal(found[0], own[0] - truth[0])
        left.append(np.abs(found - (own - truth)).max() / size)
    assert left[0] < 0.05
    assert left[1] < 0.15 * left[0] + 1e-9


def test_the_first_error_alone_grows_by_the_product():
    model = network("gru")
    loop = closed_loop.close(free(model, known()))
    made = np.zeros((4, D))
    made[0] = 1, -2
    found = loop.errors(made, T - 1)
    np.testing.assert_array_equal(found[0], made[0])
    np.testing.assert_allclose(found[1:], loop.growth(T, 3) @ made[0])


def test_what_is_no_loop_is_said():
    model = network("gru")
    trace = free(model, known())
    with pytest.raises(InvalidValue, match="t and those after it must be steps of the trace, 0 to 10, but got 8 to 12"):
        closed_loop.close(trace).growth(8, 5)
    for other in (
        Network.initialise("gru", D, hidden_size=H, output_size=D, num_layers=2),
        Network.initialise("gru", D, hidden_size=H, output_size=D, bidirectional=True),
        Network.initialise("gru", D, hidden_size=H, output_size=3),
        Network.initialise("jordan", D, hidden_size=H, output_size=D),
        Network.initialise("gru", D, hidden_size=D),
    ):
        with pytest.raises(InvalidValue, match="one forward chain with a linear readout as wide as its inputs"):
            closed_loop.close(record(other, np.zeros((3, 1, D))))
