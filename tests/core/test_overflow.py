"""A pass that leaves the finite range is recorded like any other, without an exception or a warning."""

from __future__ import annotations

import numpy as np
import pytest
from battery import BATCH, STEPS, Case

from core import oracle
from core.analysis import jacobians, sensitivity
from core.networks.network import Network
from core.passes.losses import Loss
from core.passes.record import record
from core.passes.trace import Trace


@pytest.fixture(scope="module")
def trace() -> Trace:
    """h_t doubles its exponent's tens at every step: 1e40, 1e80, …: past 1e308 at step 7 (counted from 0)."""
    network = Network.initialise("rnn", 1, hidden_size=2, nonlinearity="identity", output_size=2)
    parameters = {name: np.zeros_like(array) for name, array in network.parameters.items()}
    parameters |= {
        "weight_ih_l0": np.ones((2, 1)),
        "weight_hh_l0": 1e40 * np.eye(2),
        "readout.weight": np.eye(2),
    }
    inputs = np.zeros((12, 1, 1))
    inputs[0] = 1e10
    targets = np.zeros((12, 1), int)
    return record(network.replace(parameters), inputs, loss=Loss("cross_entropy", targets))


def test_says_at_which_step(trace: Trace):
    assert not trace.finite
    assert trace.overflow_step == 8
    assert np.isfinite(trace[0, "forward"].hidden[:8]).all()


def test_everything_can_still_be_read(trace: Trace):
    oracle.recorded(trace)
    for name in trace.gradients:
        assert trace.contributions(name).shape[0] == 12
    assert jacobians.step(trace).shape == (12, 2, 2)
    assert jacobians.between(trace, 11, 0).shape == (2, 2)
    assert np.isinf(jacobians.bound(trace, 11)[0])
    assert jacobians.product_singular_values(trace, 11).shape == (12, 2)
    assert jacobians.slopes(trace).shape == (12, 1, 2)
    assert sensitivity.loss_by_state(trace).shape == (12, 12)
    assert sensitivity.gradient_norms(trace).shape == (12,)


def test_proof_of_what_is_no_number_is_no_number(trace: Trace):
    assert not oracle.compare(trace, sample=4).largest < 1


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_cell_copes_with_huge_weights(cell: str, dtype: str):
    case = Case(cell, 2, True, True, True, dtype=dtype)
    network = case.network()
    factor = np.finfo(dtype).max / 10
    huge = {name: (array * factor).astype(dtype) for name, array in network.parameters.items()}
    targets = np.zeros((STEPS, BATCH), int)
    trace = record(network.replace(huge), **case.arguments(), loss=Loss("cross_entropy", targets))
    for layer, direction in trace.chains:
        jacobians.singular_values(trace, layer, direction)
        sensitivity.loss_by_state(trace, layer, direction)
    oracle.recorded(trace)


def test_a_finite_pass_says_so():
    trace = Case("lstm").record()
    assert trace.finite
    assert trace.overflow_step is None
