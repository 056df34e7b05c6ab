"""∂L_t/∂h_k for every pair in one sweep, against the total gradient and against autograd pair by pair."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from battery import STEPS, Case

from core.analysis import jacobians, sensitivity
from core.oracle.reference import unroll
from core.passes.losses import Loss
from core.passes.trace import Trace


def test_sums_over_the_loss_times_to_the_gradient(trace: Trace):
    for (layer, direction), chain in trace.chains.items():
        for sequence in range(trace.inputs.shape[1]):
            vectors = sensitivity.loss_by_state_vectors(trace, layer, direction, sequence)
            expected = chain.grad_hidden[:, sequence]
            np.testing.assert_allclose(vectors.sum(0), expected, rtol=1e-10, atol=1e-13)


def test_agrees_with_autograd_pair_by_pair(cell: str):
    trace = Case(cell, layers=2, bidirectional=True, unequal=True).record()
    graph = unroll(trace)
    for layer, direction in trace.chains:
        hidden = graph.nodes[f"l{layer}{'_reverse' if direction == 'reverse' else ''}.hidden"]
        for t, loss in enumerate(graph.step_losses):
            expected = np.stack(
                torch.autograd.grad(loss, hidden, retain_graph=True, allow_unused=True, materialize_grads=True)
            )
            for sequence in range(trace.inputs.shape[1]):
                vectors = sensitivity.loss_by_state_vectors(trace, layer, direction, sequence)[t]
                np.testing.assert_allclose(vectors, expected[:, sequence], rtol=1e-10, atol=1e-13)
                norms = sensitivity.loss_by_state(trace, layer, direction, sequence)[t]
                np.testing.assert_allclose(norms, np.linalg.norm(vectors, axis=1), rtol=1e-12)


def test_no_path_no_sensitivity():
    trace = Case("lstm", bidirectional=True, unequal=True).record()
    forward = sensitivity.loss_by_state(trace, 0, "forward", 0)
    reverse = sensitivity.loss_by_state(trace, 0, "reverse", 0)
    valid = np.arange(STEPS) < 3
    assert ((forward > 0) == np.tril(np.outer(valid, valid))).all()
    assert ((reverse > 0) == np.triu(np.outer(valid, valid))).all()


@pytest.mark.parametrize("at", ["last", (1, 3)])
def test_rows_are_zero_where_no_loss_enters(at: str | tuple[int, ...]):
    targets = np.zeros((STEPS, 3), int)
    trace = Case("gru").record(loss=Loss("cross_entropy", targets, at=at))
    rows = sensitivity.loss_by_state(trace).any(1)
    assert set(np.flatnonzero(rows)) == ({STEPS - 1} if at == "last" else {1, 3})


def test_it_is_the_gradient_at_t_times_the_product_of_jacobians():
    trace = Case("elman-tanh").record()
    vectors = sensitivity.loss_by_state_vectors(trace, sequence=2)
    for t in range(STEPS):
        direct = trace.grad_outputs[t, 2]
        np.testing.assert_allclose(vectors[t], direct @ jacobians.products(trace, t, sequence=2), rtol=1e-10)


@pytest.mark.parametrize("readout", [True, False])
def test_a_gradient_given_from_outside(cell: str, readout: bool):
    gradient = np.random.default_rng(0).normal(size=(STEPS, 3, 4))
    trace = Case(cell, readout=readout).record(output_gradient=gradient)
    vectors = sensitivity.loss_by_state_vectors(trace, sequence=1)
    np.testing.assert_allclose(vectors.sum(0), trace[0, "forward"].grad_hidden[:, 1], rtol=1e-10)


def test_norms_of_the_total_gradient(trace: Trace):
    norms = sensitivity.gradient_norms(trace)
    np.testing.assert_allclose(norms, np.linalg.norm(trace[0, "forward"].grad_hidden[:, 0], axis=1), rtol=1e-12)


@pytest.mark.parametrize("factor", [1e-30, 1e30])
def test_norms_reach_as_far_as_numbers_do(factor: float):
    """The squares of these leave the range of float32."""
    case = Case("lstm", readout=False, dtype="float32")
    gradient = np.random.default_rng(0).normal(size=(STEPS, 3, 4)).astype(np.float32)
    one, scaled = (case.record(output_gradient=gradient * np.float32(f)) for f in (1, factor))
    for norms in (sensitivity.loss_by_state, sensitivity.gradient_norms):
        np.testing.assert_allclose(norms(scaled) / factor, norms(one), rtol=1e-4)


def test_precision_is_kept():
    assert sensitivity.loss_by_state(Case("lstm", dtype="float32").record()).dtype == np.float32


def test_needs_a_gradient():
    trace = Case("lstm").record(loss=None)
    with pytest.raises(ValueError, match="loss"):
        sensitivity.loss_by_state(trace)
