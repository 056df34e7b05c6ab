"""Gates and states held at a value: the changed pass against the reference, autograd and finite differences."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
import torch
from battery import GATES, HIDDEN, Case

from core import oracle
from core.analysis import jacobians, sensitivity
from core.networks.network import Network
from core.oracle.reference import unroll
from core.passes.interventions import PinGate, PinState
from core.passes.record import record
from core.passes.trace import Trace


def test_the_gates_by_name():
    assert {GATES["lstm"], GATES["lstm-peepholes"]} == {("input", "forget", "candidate", "output")}
    assert {GATES["gru"], GATES["gru-reset-before"]} == {("reset", "update", "candidate")}
    assert len(GATES) == 4


@pytest.fixture(scope="module")
def pinned(case: Case) -> Trace:
    return case.record(interventions=case.interventions())


def test_agrees_with_autograd(pinned: Trace):
    ours, exact = oracle.recorded(pinned), oracle.autograd(pinned)
    differences = {name: oracle.difference(ours[name], exact[name]) for name in ours}
    assert max(differences.values()) <= 1e-10, differences


def test_agrees_with_finite_differences(pinned: Trace):
    ours, approximate = oracle.recorded(pinned), oracle.finite_differences(pinned, sample=10)
    scale = max(np.abs(ours[name]).max() for name in approximate)
    differences = {name: oracle.difference(ours[name], values, scale) for name, values in approximate.items()}
    assert max(differences.values()) <= 1e-6, differences


def test_the_pass_is_the_references(pinned: Trace):
    graph = unroll(pinned)
    assert pinned.loss == pytest.approx(graph.total.item(), rel=1e-10)
    outputs = torch.stack(graph.nodes["outputs"]).detach().numpy()
    np.testing.assert_allclose(pinned.outputs, outputs, rtol=1e-10, atol=1e-13)


def test_padding_stays_silent(pinned: Trace):
    padding = ~pinned.mask
    assert not pinned.outputs[padding].any()
    for chain in pinned.chains.values():
        assert not chain.hidden[padding].any()
        assert not chain.grad_hidden[padding].any()


@pytest.mark.parametrize(("cell", "direction"), [*product(GATES, ("forward", "reverse"))])
def test_a_pinned_gate_has_the_value_and_passes_no_gradient(cell: str, direction: str):
    case = Case(cell, layers=2, bidirectional=True, initial=True)
    for gate in GATES[cell]:
        trace = case.record(
            interventions=(PinGate(gate, 0.75, units=(1, 2), steps=(1, 3), layer=1, direction=direction),)
        )
        chain = trace[1, direction]
        where = np.ix_((1, 3), range(3), (1, 2))
        assert (chain.gates[gate][where] == 0.75).all()
        assert (chain.grad_preactivations[gate][where] == 0).all()
        assert (chain.grad_gates[gate][where] != 0).any()
        free = np.ones(chain.gates[gate].shape, bool)
        free[where] = False
        assert (chain.gates[gate][free] != 0.75).all()
        assert (chain.grad_preactivations[gate][free] != 0).all()


def test_a_zeroed_unit_is_zero_and_passes_no_gradient(cell: str):
    trace = Case(cell).record(interventions=(PinState(units=2, steps=(0, 1)),))
    chain = trace[0, "forward"]
    assert (chain.hidden[:2, :, 2] == 0).all()
    assert chain.hidden[2:, :, 2].any()
    assert (chain.grad_hidden[:2, :, 2] != 0).any(), "the gradient by the value itself stays"
    into = {name: gradient[:2, :, 2] for name, gradient in chain.grad_preactivations.items()}
    carried = ("input", "forget", "candidate") if "lstm" in cell else ()  # an LSTM's cell goes on to the next step
    assert all((gradient == 0).all() for name, gradient in into.items() if name not in carried)
    assert all((into[name] != 0).any() for name in carried)


def test_an_lstms_cell_goes_on_beneath_a_zeroed_unit():
    plain, trace = Case("lstm").record(), Case("lstm").record(interventions=(PinState(units=2, steps=0),))
    np.testing.assert_array_equal(trace[0, "forward"].cell[0], plain[0, "forward"].cell[0])
    assert trace[0, "forward"].hidden[1, :, 2].all()


def test_a_unit_zeroed_throughout_is_as_good_as_removed(cell: str):
    """Its readout and its recurrent columns no longer matter, and no gradient reaches its rows."""
    trace = Case(cell).record(interventions=(PinState(units=1),))
    parameters = {name: array.copy() for name, array in trace.network.parameters.items()}
    for name, array in parameters.items():
        if name in ("weight_hh_l0", "weight_ho_l0", "readout.weight"):
            array[:, 1] += 7.0
    again = record(trace.network.replace(parameters), trace.inputs, **trace.arguments)
    np.testing.assert_allclose(again.logits, trace.logits, rtol=1e-12)
    rows = trace.gradients["weight_ih_l0"].reshape(-1, HIDDEN, trace.inputs.shape[2])[:, 1]
    assert (rows == 0).all()


def test_the_first_steps_do_not_know(cell: str):
    plain, trace = Case(cell).record(), Case(cell).record(interventions=(PinState(0.5, units=0, steps=3),))
    assert np.array_equal(plain.outputs[:3], trace.outputs[:3])
    assert not np.array_equal(plain.outputs[3:], trace.outputs[3:])


def test_without_interventions_nothing_changes(cell: str):
    case = Case(cell, layers=2, bidirectional=True, unequal=True)
    plain = case.record()
    assert plain.arguments["interventions"] == ()
    never = [PinState(units=(), layer=layer, direction=direction) for layer, direction in plain.chains]
    ours, others = oracle.recorded(plain), oracle.recorded(case.record(interventions=never))
    assert all(np.array_equal(ours[name], others[name]) for name in ours)


def test_the_later_of_two_counts():
    trace = Case("lstm").record(
        interventions=(
            PinState(0.1),
            PinState(0.2, units=0),
            PinGate("forget", 1),
            PinGate("forget", 0.5),
        )
    )
    assert (trace[0, "forward"].hidden[..., 0] == 0.2).all()
    assert (trace[0, "forward"].hidden[..., 1] == 0.1).all()
    assert (trace[0, "forward"].gates["forget"] == 0.5).all()


def test_sensitivity_sums_to_the_gradient(pinned: Trace):
    for layer, direction in pinned.chains:
        vectors = sensitivity.loss_by_state_vectors(pinned, layer, direction, 0)
        expected = pinned[layer, direction].grad_hidden[:, 0]
        np.testing.assert_allclose(vectors.sum(0), expected, rtol=1e-10, atol=1e-13)


def test_the_slope_of_a_pinned_unit_is_zero():
    zero = PinState(units=1, steps=2, direction="reverse")
    trace = Case("elman-tanh", bidirectional=True, unequal=True).record(interventions=(zero,))
    slopes = jacobians.slopes(trace, 0, "reverse")
    assert (slopes[2, :, 1] == 0).all()
    assert (slopes[2, :2, 0] > 0).all()


def test_single_precision_is_kept():
    trace = Case("gru", dtype="float32").record(
        interventions=(
            PinGate("update", 0.3),
            PinState(units=0),
        )
    )
    assert trace[0, "forward"].hidden.dtype == np.float32
    assert trace[0, "forward"].gates["update"][0, 0, 0] == np.float32(0.3)
    assert oracle.compare(trace, sample=10).largest_from_autograd < 1e-4


@pytest.mark.parametrize("radius", [0.0, 0.5, 1.7])
def test_rescaled_has_the_spectral_radius(cell: str, radius: float):
    network = Case(cell, layers=2, bidirectional=True).network()
    again = network.rescaled(radius)
    for place in network.chains:
        before, after = network.weights(place), again.weights(place)
        for name in before:
            if name not in ("weight_hh", "weight_oh"):
                assert np.array_equal(before[name], after[name])
                continue
            loops = after[name].reshape(-1, HIDDEN, after[name].shape[1])
            for loop in loops @ after["weight_ho"] if name == "weight_oh" else loops:
                assert jacobians.spectral_radius(loop) == pytest.approx(radius, abs=1e-10)


def test_a_matrix_without_a_radius_stays():
    network = Network.initialise("rnn", 1, hidden_size=3)
    flat = network.replace({"weight_hh_l0": np.triu(np.ones((3, 3)), 1)})
    assert np.array_equal(flat.rescaled(2.0).parameters["weight_hh_l0"], flat.parameters["weight_hh_l0"])
