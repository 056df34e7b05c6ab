"""∂o_t/∂x_k for every pair in one sweep, against autograd pair by pair."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from battery import OUTPUTS, STEPS, Case

from core import influence
from core.reference import unroll


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("readout", [False, True])
def test_agrees_with_autograd(cell: str, bidirectional: bool, readout: bool):
    case = Case(cell, layers=2, bidirectional=bidirectional, unequal=True, initial=True, readout=readout)
    trace = case.record(output_gradient=np.zeros((STEPS, 3, 4 * (1 + bidirectional))))
    graph = unroll(trace)
    K = trace.logits.shape[-1]
    for sequence, length in enumerate(trace.lengths):
        norms = influence.output_by_input(trace, sequence)
        assert not norms[length:].any()
        for t in range(length):
            rows = [
                torch.autograd.grad(graph.nodes["logits"][t][sequence, j], graph.nodes["inputs"], retain_graph=True)
                for j in range(K)
            ]
            expected = torch.stack([row[0][:, sequence] for row in rows]).numpy()
            np.testing.assert_allclose(influence.of_output(trace, t, sequence), expected, rtol=1e-10, atol=1e-13)
            by_input = np.sqrt((expected**2).sum((0, 2)))
            np.testing.assert_allclose(norms[t], by_input, rtol=1e-10, atol=1e-13)


def test_a_forward_network_sees_nothing_of_what_follows(cell: str):
    norms = influence.output_by_input(Case(cell, layers=3).record())
    assert not np.triu(norms, 1).any()
    assert np.diag(norms).any()


@pytest.mark.parametrize("cell", ["elman-tanh", "jordan", "general", "gru", "lstm"])
def test_both_directions_see_everything(cell: str):
    assert (influence.output_by_input(Case(cell, bidirectional=True).record()) > 0).all()


def test_needs_no_loss_and_keeps_the_precision():
    norms = influence.output_by_input(Case("lstm", dtype="float32").record(loss=None))
    assert norms.dtype == np.float32
    assert norms.shape == (STEPS, STEPS)


@pytest.mark.parametrize("room", [1, 2000])
def test_in_parts_as_in_one_sweep(room: int, monkeypatch: pytest.MonkeyPatch):
    trace = Case("gru", layers=2, bidirectional=True).record()
    whole = influence.output_by_input(trace, 1)
    monkeypatch.setattr(influence, "ROOM", room)
    np.testing.assert_allclose(influence.output_by_input(trace, 1), whole, rtol=1e-12)
    assert influence.of_output(trace, 2, 1).shape == (OUTPUTS, STEPS, 2)
