"""‖∂y_t/∂x_k‖ for every pair in one sweep, against autograd and finite differences entry by entry."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from battery import STEPS, Case

from core.analysis import influence
from core.oracle.reference import unroll
from core.passes.record import record
from core.passes.trace import Trace


def by_autograd(trace: Trace) -> np.ndarray:
    """‖∂y_t/∂x_k‖ of every sequence, (B, T, T); the outputs of one sequence depend on its own inputs alone."""
    graph = unroll(trace)
    rows = []
    for outputs in graph.nodes["outputs"]:
        entries = [
            torch.autograd.grad(y, graph.nodes["inputs"], retain_graph=True, materialize_grads=True)[0]
            for y in outputs.sum(0)
        ]
        rows.append(torch.linalg.norm(torch.stack(entries), dim=(0, 3)))
    return torch.stack(rows).permute(2, 0, 1).numpy()


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_agrees_with_autograd(cell: str, layers: int, bidirectional: bool):
    trace = Case(cell, layers, bidirectional, unequal=True, initial=True).record()
    for sequence, expected in enumerate(by_autograd(trace)):
        np.testing.assert_allclose(influence.output_by_input(trace, sequence), expected, rtol=1e-10, atol=1e-13)


def test_agrees_with_finite_differences(cell: str):
    case = Case(cell, bidirectional=True)
    trace, arguments, step = case.record(), case.arguments(), 1e-6
    squares = np.zeros((STEPS, STEPS))
    for k in range(STEPS):
        for d in range(trace.inputs.shape[2]):
            up, down = arguments["inputs"].copy(), arguments["inputs"].copy()
            up[k, 0, d] += step
            down[k, 0, d] -= step
            rise = (record(case.network(), up).outputs - record(case.network(), down).outputs)[:, 0] / (2 * step)
            squares[:, k] += (rise**2).sum(1)
    np.testing.assert_allclose(influence.output_by_input(trace), np.sqrt(squares), rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("bidirectional", [False, True])
def test_no_path_no_influence(bidirectional: bool):
    norms = influence.output_by_input(Case("lstm", bidirectional=bidirectional, unequal=True).record(), 0)
    valid = np.arange(STEPS) < 3
    both = np.outer(valid, valid)
    assert ((norms > 0) == (both if bidirectional else np.tril(both))).all()


def test_slices_of_the_batch_make_no_difference(monkeypatch: pytest.MonkeyPatch):
    trace = Case("gru", bidirectional=True).record()
    whole = influence.output_by_input(trace)
    monkeypatch.setattr(influence, "BATCH", 9)
    np.testing.assert_array_equal(influence.output_by_input(trace), whole)


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("of", ["outputs", "logits"])
def test_a_cell_that_does_not_say_its_derivative_by_the_inputs_is_swept_by_its_backward_pass(
    cell: str, layers: int, bidirectional: bool, of: str, monkeypatch: pytest.MonkeyPatch
):
    trace = Case(cell, layers, bidirectional, unequal=True).record()
    said = [influence.output_by_input(trace, sequence, of) for sequence in range(3)]
    monkeypatch.setattr(type(trace.network.equations), "input_jacobian", lambda *_: None)
    for sequence, norms in enumerate(said):
        found = influence.output_by_input(trace, sequence, of)
        np.testing.assert_allclose(found, norms, rtol=1e-12, atol=1e-15)
        np.testing.assert_array_equal(found == 0, norms == 0)


def test_needs_no_loss_and_keeps_the_precision():
    case = Case("lstm", dtype="float32")
    norms = influence.output_by_input(case.record(loss=None))
    assert norms.dtype == np.float32
    assert not norms.flags.writeable
    np.testing.assert_allclose(norms, influence.output_by_input(Case("lstm").record()), rtol=1e-4)


@pytest.mark.parametrize("of", ["outputs", "logits"])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_one_output_alone_is_its_row_of_the_matrix(cell: str, bidirectional: bool, of: str) -> None:
    trace = Case(cell, layers=2, bidirectional=bidirectional, unequal=True).record()
    norms = influence.output_by_input(trace, 1, of)
    for t in range(len(norms)):
        row = np.linalg.norm(influence.of_output(trace, t, 1, of), axis=(0, 2))
        np.testing.assert_allclose(row, norms[t], rtol=1e-10, atol=1e-14)


def test_logits_are_what_the_readout_makes_of_the_outputs() -> None:
    trace = Case("lstm", layers=2, bidirectional=True).record()
    V = trace.network.parameters["readout.weight"]
    for t in range(len(trace.inputs)):
        by_outputs = np.einsum("kw,wtd->ktd", V, influence.of_output(trace, t))
        np.testing.assert_allclose(influence.of_output(trace, t, of="logits"), by_outputs, rtol=1e-10, atol=1e-14)
