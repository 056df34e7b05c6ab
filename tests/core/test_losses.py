"""Each kind of loss at each of its places, on every cell's readout; gradients given from outside."""

from __future__ import annotations

import numpy as np
import pytest
from battery import BATCH, CELLS, EQUATIONS, HIDDEN, OUTPUTS, STEPS, Case

from core import oracle
from core.passes import losses
from core.passes.losses import Loss
from core.passes.trace import Trace

RNG = np.random.default_rng(4)
CLASSES = RNG.integers(0, OUTPUTS, (STEPS, BATCH))
TARGETS = {
    "cross_entropy": CLASSES,
    "sigmoid": RNG.integers(0, 2, (STEPS, BATCH, OUTPUTS)).astype(float),
    "squared_error": RNG.normal(size=(STEPS, BATCH, OUTPUTS)),
}
NETWORKS = [Case("lstm", 2, True, True), Case("jordan", 2, True, True), Case("elman-relu", 1)]


def assert_proved(trace: Trace):
    proof = oracle.compare(trace, sample=20)
    assert proof.largest_from_autograd <= 1e-10, proof.autograd
    assert proof.largest_from_finite_differences <= 1e-6, proof.finite_differences


@pytest.mark.product(case=NETWORKS, reduction=["sum", "mean"], at=["every", "last", (0, 2), (3,)], kind=TARGETS)
def test_gradients(case: Case, kind: str, at: str | tuple[int, ...], reduction: str):
    trace = case.record(loss=Loss(kind, TARGETS[kind], at=at, reduction=reduction))
    assert_proved(trace)
    counted = np.flatnonzero(trace.losses.any(1))
    if at != "every":
        places = set(trace.mask.sum(0) - 1) if at == "last" else {t for t in at if trace.mask[t].any()}
        assert set(counted) == places
    assert trace.loss == pytest.approx(trace.losses.sum())


@pytest.mark.parametrize("kind", TARGETS)
def test_one_target_a_sequence_for_the_last_step(kind: str):
    case = Case("gru", unequal=True)
    last = case.arguments()["lengths"] - 1
    one = TARGETS[kind][last, np.arange(BATCH)]
    per_step, per_sequence = (case.record(loss=Loss(kind, targets, at="last")) for targets in (TARGETS[kind], one))
    assert per_step.loss == per_sequence.loss
    assert_proved(per_sequence)


def test_distributions_as_targets():
    soft = RNG.dirichlet(np.ones(OUTPUTS), (STEPS, BATCH))
    assert_proved(Case("lstm").record(loss=Loss("cross_entropy", soft)))
    hot = np.eye(OUTPUTS)[CLASSES]
    traces = [Case("lstm").record(loss=Loss("cross_entropy", y)) for y in (CLASSES, hot, hot.astype(int))]
    np.testing.assert_allclose([trace.loss for trace in traces], traces[0].loss)
    assert_proved(traces[2])


@pytest.mark.parametrize("kind", ["sigmoid", "squared_error"])
def test_one_logit_needs_no_axis_of_its_own(kind: str):
    case = Case("gru", unequal=True, outputs=1)
    targets = TARGETS[kind][..., 0]
    flat, full = (case.record(loss=Loss(kind, y)) for y in (targets, targets[..., None]))
    assert flat.loss == full.loss
    assert_proved(flat)


def test_constructors_are_the_kinds():
    ours = Case("lstm").record(loss=losses.cross_entropy(CLASSES, at="last"))
    assert ours.loss == Case("lstm").record(loss=Loss("cross_entropy", CLASSES, at="last")).loss
    assert losses.sigmoid(TARGETS["sigmoid"]).kind == "sigmoid"
    assert losses.squared_error(TARGETS["squared_error"]).kind == "squared_error"


def test_values():
    """Against the formulas, written out for one step of one sequence."""
    o = Case("lstm").record().logits[2, 1]
    p = np.exp(o) / np.exp(o).sum()
    s = 1 / (1 + np.exp(-o))
    y, target = TARGETS["sigmoid"][2, 1], TARGETS["squared_error"][2, 1]
    expected = {
        "cross_entropy": (-np.log(p[CLASSES[2, 1]]), p),
        "sigmoid": (-(y * np.log(s) + (1 - y) * np.log(1 - s)).sum(), s),
        "squared_error": (0.5 * ((o - target) ** 2).sum(), o),
    }
    for kind, (loss, prediction) in expected.items():
        trace = Case("lstm").record(loss=Loss(kind, TARGETS[kind]))
        assert trace.losses[2, 1] == pytest.approx(loss, rel=1e-12)
        np.testing.assert_allclose(trace.predictions[2, 1], prediction, rtol=1e-12)


@pytest.mark.parametrize("kind", TARGETS)
def test_large_logits_lose_nothing(kind: str):
    case = Case("elman-identity", initial=True)
    network = case.network()
    parameters = {**network.parameters, "readout.bias": np.array([1e4, -1e4, 0.0])}
    from core.passes.record import record

    targets = TARGETS[kind].copy()
    trace = record(network.replace(parameters), **case.arguments(), loss=Loss(kind, targets))
    assert np.isfinite(trace.loss)
    assert all(np.isfinite(gradient).all() for gradient in oracle.recorded(trace).values())


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("readout", [True, False])
def test_gradients_given_from_outside(cell: str, readout: bool):
    case = Case(cell, 2, True, True, True, readout=readout)
    given = {"output_gradient": RNG.normal(size=(STEPS, BATCH, 2 * HIDDEN))}
    for state in EQUATIONS[cell].states:
        given[f"final_{state}_gradient"] = RNG.normal(size=(4, BATCH, HIDDEN))
    assert_proved(case.record(**given))
    for name, gradient in given.items():
        assert_proved(case.record(**{name: gradient}))
    loss = Loss("squared_error", RNG.normal(size=(STEPS, BATCH, OUTPUTS if readout else 2 * HIDDEN)))
    if readout or EQUATIONS[cell].readout is None:
        assert_proved(case.record(loss=loss, final_hidden_gradient=given["final_hidden_gradient"]))


@pytest.mark.parametrize("cell", CELLS)
def test_networks_without_biases(cell: str):
    trace = Case(cell, 2, True, True, bias=False).record()
    assert not any("bias" in name for name in trace.gradients)
    assert_proved(trace)


@pytest.mark.parametrize("cell", CELLS)
def test_float32(cell: str):
    trace = Case(cell, 2, True, True, True, dtype="float32").record()
    assert all(gradient.dtype == np.float32 for gradient in oracle.recorded(trace).values())
    assert all(trace.contributions(name).dtype == np.float32 for name in trace.gradients)
    assert {trace.outputs.dtype, trace.logits.dtype, trace.losses.dtype} == {np.dtype(np.float32)}
    assert oracle.compare(trace, sample=10).largest < 1e-4
