"""Truncated BPTT against PyTorch with detach() at the same places, for every cell; and its limits."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import torch
from battery import STEPS, Case

from core import oracle
from core.analysis import angles, truncation
from core.analysis.sensitivity import loss_by_state
from core.oracle.reference import unroll
from core.passes.losses import Loss
from core.passes.trace import Trace

CASES = [{}, {"layers": 2}, {"unequal": True}, {"initial": True}, {"learned": True, "layers": 2}]
PAIRS = [(k1, k2) for k1 in (1, 2, 3, STEPS) for k2 in (1, 2, 3, STEPS, STEPS + 4)]


Gradients = dict[str, np.ndarray]


class InTorch:
    """The same by autograd, written out from the definition: one graph a window, its state detached before the last k2
    steps. A graph that is cut at the same step serves every window."""

    def __init__(self, trace: Trace):
        self.trace, self.steps = trace, len(trace.inputs)
        self.names = [*trace.network.parameters, *(f"l{layer}.hidden" for layer in range(trace.network.num_layers))]
        self.cut_at = cache(lambda reach: unroll(trace, detached={reach} if reach else set()))
        self.of_window = cache(self._of_window)

    def truncated(self, k1: int, k2: int) -> Gradients:
        ends = [(start, min(start + k1, self.steps)) for start in range(0, self.steps, k1)]
        windows = [self.of_window(start, end, max(0, end - k2)) for start, end in ends]
        return {name: sum(window[name] for window in windows) for name in self.names}

    def _of_window(self, start: int, end: int, reach: int) -> Gradients:
        graph = self.cut_at(reach)
        nodes = [graph.nodes[name] for name in self.names]
        flat = [one for node in nodes for one in (node if isinstance(node, list) else [node])]
        loss = sum(graph.step_losses[max(start, reach) : end])
        found = iter(torch.autograd.grad(loss, flat, retain_graph=True, allow_unused=True, materialize_grads=True))
        return {
            name: torch.stack([next(found) for _ in node]).numpy() if isinstance(node, list) else next(found).numpy()
            for name, node in zip(self.names, nodes, strict=True)
        }


@pytest.mark.parametrize("given", CASES, ids=str)
def test_agrees_with_autograd_where_the_state_is_detached(cell: str, given: dict):
    trace = Case(cell, **given).record()
    torchs = InTorch(trace)
    for k1, k2 in ((1, 1), (1, 3), (2, 2), (2, 4), (3, 1), (3, 2), (STEPS, 2), (2, STEPS + 4)):
        ours, expected = truncation.truncated(trace, k1, k2), torchs.truncated(k1, k2)
        for name, gradient in ours.gradients.items():
            np.testing.assert_allclose(gradient, expected[name], rtol=1e-10, atol=1e-12, err_msg=f"{name} {k1} {k2}")
        for (layer, _), gradient in ((place, chain.grad_hidden) for place, chain in ours.trace.chains.items()):
            valid = trace.mask[..., None]
            np.testing.assert_allclose(gradient, expected[f"l{layer}.hidden"] * valid, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(("k1", "k2"), [(1, STEPS), (STEPS, STEPS), (2, STEPS + 3)])
def test_back_to_the_first_step_is_the_full_gradient(cell: str, k1: int, k2: int):
    trace = Case(cell, layers=2, unequal=True, learned=True).record()
    left = truncation.truncated(trace, k1, k2)
    for name, gradient in trace.gradients.items():
        np.testing.assert_allclose(left.gradients[name], gradient, rtol=1e-10, atol=1e-13)
        assert left.bias(name) < 1e-10
        assert left.angle(name) < 1e-5
    np.testing.assert_allclose(left.state_norms(1, 1), np.linalg.norm(trace[1, "forward"].grad_hidden[:, 1], axis=1))


def test_the_proof_covers_the_truncated_gradients(cell: str):
    outside = np.random.default_rng(0).normal(size=(STEPS, 3, 4))
    for trace in (Case(cell, unequal=True).record(), Case(cell, layers=2).record(output_gradient=outside)):
        left = truncation.truncated(trace, 2, 3)
        proof = oracle.compare(trace, sample=4, truncation=left)
        assert {f"truncated.{name}" for name in trace.gradients} <= proof.autograd.keys()
        assert proof.largest_from_autograd <= 1e-10
        other = truncation.truncated(trace, 2, 2)
        wrong = oracle.difference(other.gradients["weight_ih_l0"], oracle.detached(trace, left)["weight_ih_l0"])
        assert wrong > 1e-4, "a different cut is told apart"


def test_what_is_lost_is_the_rest():
    trace = Case("gru").record()
    left = truncation.truncated(trace, 2, 2)
    for name, gradient in trace.gradients.items():
        np.testing.assert_allclose(left.lost[name] + left.gradients[name], gradient, atol=1e-15)
        before, after = left.norms(name)
        assert left.bias(name) == pytest.approx(np.linalg.norm(left.lost[name]) / np.linalg.norm(gradient))
        inner = (gradient * left.gradients[name]).sum()
        assert left.cosine(name) == pytest.approx(inner / before / after)
        assert left.angle(name) == pytest.approx(np.degrees(np.arccos(left.cosine(name))), abs=1e-4)
    assert left.bias("weight_hh_l0") > 0.01
    assert left.bias("readout.weight") < 1e-12, "no edge of the readout is cut"


@pytest.mark.parametrize(("k1", "k2"), PAIRS)
def test_each_loss_reaches_the_states_that_it_says(k1: int, k2: int):
    """Of each loss alone, the gradient that is left at a state is there exactly where `reaches` says."""
    for t in range(STEPS):
        trace = Case("lstm").record(loss=Loss("cross_entropy", np.zeros((STEPS, 3), int), at=[t]))
        left = truncation.truncated(trace, k1, k2)
        np.testing.assert_array_equal(left.state_norms() > 0, left.reaches[t])
        np.testing.assert_allclose(left.state_norms(), loss_by_state(trace)[t] * left.reaches[t], rtol=1e-10)


def test_the_windows():
    assert truncation.windows(7, 3, 4) == (
        truncation.Window(0, 3, 0),
        truncation.Window(3, 6, 2),
        truncation.Window(6, 7, 3),
    )
    assert [window.cut for window in truncation.windows(7, 3, 4)] == [None, 2, 3]
    (first, last) = truncation.windows(6, 3, 1)
    assert (list(first.losses), list(last.losses)) == ([2], [5])


def test_a_gradient_given_from_outside():
    given = np.random.default_rng(0).normal(size=(STEPS, 3, 4))
    trace = Case("lstm").record(output_gradient=given)
    left = truncation.truncated(trace, STEPS, 2)
    assert not left.trace[0, "forward"].grad_hidden[:-2].any()
    np.testing.assert_allclose(
        left.trace[0, "forward"].grad_hidden[-2:], trace[0, "forward"].grad_hidden[-2:], rtol=1e-12
    )


def test_precision_is_kept():
    left = truncation.truncated(Case("lstm", dtype="float32").record(), 2, 2)
    assert {array.dtype for array in (*left.gradients.values(), *left.lost.values())} == {np.dtype("float32")}


@pytest.mark.parametrize(("k1", "k2"), [(0, 1), (1, 0), (-1, 3)])
def test_k_counts_steps(k1: int, k2: int):
    with pytest.raises(ValueError, match="at least 1"):
        truncation.truncated(Case().record(), k1, k2)


def test_what_has_no_windows_is_refused():
    with pytest.raises(ValueError, match="forward only"):
        truncation.truncated(Case(bidirectional=True).record(), 2, 2)
    with pytest.raises(ValueError, match="final states"):
        truncation.truncated(Case().record(final_hidden_gradient=np.ones((1, 3, 4))), 2, 2)
    with pytest.raises(ValueError, match="loss"):
        truncation.truncated(Case().record(loss=None), 2, 2)


def test_angles():
    along, across = np.array([[3.0, 0.0]]), np.array([[0.0, 1e-200]])
    assert angles.angle({"a": along}, {"a": across}) == pytest.approx(90)
    assert angles.angle({"a": along, "b": along}, {"a": along, "b": -along}) == pytest.approx(90)
    assert angles.angle({"a": along}, {"a": -along}) == pytest.approx(180)
    assert angles.cosine({"a": along}, {"a": 1e200 * along}) == pytest.approx(1)
    assert np.isnan(angles.angle({"a": along}, {"a": 0 * along}))
