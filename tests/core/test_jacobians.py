"""Step Jacobians against autograd, and what is computed from them."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
from battery import STEPS, Case

from core.analysis import jacobians
from core.networks.network import Network
from core.oracle.reference import unroll
from core.passes.record import record
from core.passes.trace import Trace

PLACES = [(layer, direction) for layer in (0, 1) for direction in ("forward", "reverse")]


@pytest.fixture(scope="module", params=["as it is", "pinned"])
def stacked(cell: str, request: pytest.FixtureRequest) -> Trace:
    """Two layers, both directions, lengths 3, 5 and 1; as it is, and with gates and states pinned."""
    case = Case(cell, layers=2, bidirectional=True, unequal=True, initial=True)
    return case.record(interventions=case.interventions() if request.param == "pinned" else ())


def one_step(trace: Trace, t: int) -> dict:
    """The reference's graph of position t alone: every chain starts from the state that it had before it."""
    chains = list(trace.chains.values())
    initial: dict[str, Any] = {"initial_hidden": np.stack([chain.previous_hidden[t] for chain in chains])}
    if trace.network.cell == "lstm":
        initial["initial_cell"] = np.stack([chain.previous_cell[t] for chain in chains])
    pinned = trace.arguments["interventions"]
    acting = tuple(replace(one, steps=0) for one in pinned if t in np.atleast_1d(one.steps))
    return dict(unroll(record(trace.network, trace.inputs[t : t + 1], **initial, interventions=acting)).nodes)


def by_autograd(nodes: dict, suffix: str, names: list[str]) -> np.ndarray:
    """∂state_t/∂state_{t−1} of every sequence: (B, S, S)."""
    return derivatives(nodes, suffix, names, [nodes[f"{suffix}.initial_{name}"] for name in names])


def derivatives(nodes: dict, suffix: str, names: list[str], by: list[torch.Tensor]) -> np.ndarray:
    """∂state_t/∂ these, each (B, n), of every sequence: (B, S, …)."""
    rows = []
    for name in names:
        for unit in nodes[f"{suffix}.{name}"][0].sum(0):
            parts = torch.autograd.grad(unit, by, retain_graph=True, materialize_grads=True)
            rows.append(torch.cat(parts, dim=1))
    return torch.stack(rows, dim=1).numpy()


def test_step_agrees_with_autograd(stacked: Trace):
    names = ["hidden", "cell"] if stacked.network.cell == "lstm" else ["hidden"]
    graphs = [one_step(stacked, t) for t in range(STEPS)]
    for layer, direction in PLACES:
        suffix = f"l{layer}{'_reverse' if direction == 'reverse' else ''}"
        expected = np.stack([by_autograd(nodes, suffix, names) for nodes in graphs])
        expected[~stacked.mask] = 0
        for sequence in range(3):
            step = jacobians.step(stacked, layer, direction, sequence)
            np.testing.assert_allclose(step, expected[:, sequence], rtol=1e-10, atol=1e-13)


def test_the_derivative_by_the_inputs_agrees_with_autograd(stacked: Trace):
    names = ["hidden", "cell"] if stacked.network.cell == "lstm" else ["hidden"]
    graphs = [one_step(stacked, t) for t in range(STEPS)]
    for layer, direction in PLACES:
        suffix = f"l{layer}{'_reverse' if direction == 'reverse' else ''}"
        read = [nodes[f"{suffix}.inputs"] for nodes in graphs]
        found = [derivatives(nodes, suffix, names, list(by)) for nodes, by in zip(graphs, read, strict=True)]
        expected = np.stack(found)
        expected[~stacked.mask] = 0
        for sequence in range(3):
            said = stacked[layer, direction].input_jacobians(sequence)
            assert said is not None
            np.testing.assert_allclose(said, expected[:, sequence], rtol=1e-10, atol=1e-13)


def test_between_is_the_derivative_by_the_initial_state(stacked: Trace):
    """Through the whole chain: finite differences of the last hidden state by the first."""
    network, arguments = stacked.network, dict(stacked.arguments)
    states = ["initial_hidden", "initial_cell"] if network.cell == "lstm" else ["initial_hidden"]
    for index, direction, last, initial in ((0, "forward", 4, -1), (1, "reverse", 0, STEPS)):
        columns = []
        for name in states:
            for unit in range(network.hidden_size):
                ends = []
                for epsilon in (1e-6, -1e-6):
                    moved = arguments[name].copy()
                    moved[index, 1, unit] += epsilon
                    chain = record(network, stacked.inputs, **arguments | {name: moved})[0, direction]
                    ends.append(chain.hidden[last, 1])
                columns.append((ends[0] - ends[1]) / 2e-6)
        product = jacobians.between(stacked, last, initial, 0, direction, 1)
        np.testing.assert_allclose(product[: network.hidden_size], np.stack(columns, 1), rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("direction", ["forward", "reverse"])
def test_products_are_what_between_gives(stacked: Trace, direction: str):
    products = jacobians.products(stacked, 2, 1, direction, 1)
    passed = range(3) if direction == "forward" else range(2, STEPS)
    for k in range(STEPS):
        if k in passed:
            expected = jacobians.between(stacked, 2, k, 1, direction, 1)
            np.testing.assert_allclose(products[k], expected, rtol=1e-12)
        else:
            assert not products[k].any()
    np.testing.assert_array_equal(products[2], np.eye(products.shape[1]))


def test_between_composes():
    trace = Case("gru").record()
    whole = jacobians.between(trace, 4, 0)
    np.testing.assert_allclose(jacobians.between(trace, 4, 2) @ jacobians.between(trace, 2, 0), whole, rtol=1e-12)
    np.testing.assert_array_equal(jacobians.between(trace, 3, 2), jacobians.step(trace)[3])


@pytest.mark.parametrize(
    ("t", "k", "direction", "sequence", "names"),
    [
        (2, 3, "forward", 1, ["from 2 to 0", "-1 for the initial state", "got 3"]),
        (2, 1, "reverse", 1, ["from 2 to 4", "5 for the initial state", "got 1", "reverse"]),
        (2, -2, "forward", 1, ["got -2"]),
        (5, 0, "forward", 1, ["from 0 to 4", "got 5"]),
        (-1, 0, "forward", 1, ["from 0 to 4", "got -1"]),
        (3, 0, "forward", 0, ["sequence 0", "from 0 to 2", "got 3"]),
        (0, 3, "reverse", 0, ["from 0 to 2", "got 3"]),
    ],
)
def test_between_says_which_states_it_takes(t: int, k: int, direction: str, sequence: int, names: list[str]):
    trace = Case("elman-tanh", bidirectional=True, unequal=True).record()
    with pytest.raises(ValueError, match=".*".join(map(re.escape, names))):
        jacobians.between(trace, t, k, 0, direction, sequence)


def test_singular_values(stacked: Trace):
    values = jacobians.singular_values(stacked, 1, "reverse", 1)
    steps = jacobians.step(stacked, 1, "reverse", 1)
    assert values.shape == steps.shape[:2]
    np.testing.assert_allclose(values[:, 0], [np.linalg.norm(J, 2) for J in steps], rtol=1e-12)
    np.testing.assert_allclose(values.prod(1), np.abs(np.linalg.det(steps)), rtol=1e-8, atol=1e-12)
    of_products = jacobians.product_singular_values(stacked, 2, 1, "reverse", 1)
    np.testing.assert_allclose(of_products[2], 1)
    np.testing.assert_array_equal(of_products[:2], 0)


@pytest.mark.parametrize("cell", ["elman-tanh", "elman-relu", "elman-sigmoid", "elman-identity"])
@pytest.mark.parametrize("direction", ["forward", "reverse"])
def test_the_bound_holds(cell: str, direction: str):
    trace = Case(cell, bidirectional=True, initial=True).record()
    t = 4 if direction == "forward" else 0
    bound = jacobians.bound(trace, t, direction=direction)
    largest = jacobians.product_singular_values(trace, t, direction=direction)[:, 0]
    assert (largest <= bound * (1 + 1e-12)).all()
    W = jacobians.recurrent_matrix(trace.network, 0, direction)
    rate = np.linalg.norm(W, 2) * (0.25 if cell == "elman-sigmoid" else 1)
    np.testing.assert_allclose(np.sort(bound), np.sort(rate ** np.arange(5)), rtol=1e-12)


def test_the_bound_is_reached_by_a_linear_orthogonal_network():
    network = Network.initialise("rnn", 2, hidden_size=6, nonlinearity="identity", scheme="orthogonal", gain=1.1)
    trace = record(network, np.ones((8, 1, 2)))
    np.testing.assert_allclose(jacobians.product_singular_values(trace, 7)[:, 0], jacobians.bound(trace, 7))
    np.testing.assert_allclose(jacobians.bound(trace, 7)[0], 1.1**7)


@pytest.mark.parametrize("cell", ["elman-tanh", "elman-relu", "elman-sigmoid", "elman-identity"])
def test_a_step_is_slope_times_weight(cell: str):
    trace = Case(cell, unequal=True).record()
    W = jacobians.recurrent_matrix(trace.network)
    slopes = jacobians.slopes(trace)
    assert not slopes[~trace.mask].any()
    np.testing.assert_allclose(slopes[:, 1, :, None] * W, jacobians.step(trace, sequence=1), rtol=1e-12)
    np.testing.assert_allclose(jacobians.mean_slopes(trace, sequence=1), slopes[:, 1].mean(1))
    assert jacobians.mean_slope(trace, sequence=0) == pytest.approx(slopes[:3, 0].mean())


@pytest.mark.parametrize("function", [jacobians.slopes, jacobians.mean_slope, lambda trace: jacobians.bound(trace, 0)])
def test_gated_cells_have_no_one_nonlinearity(function):
    with pytest.raises(ValueError, match=r'"rnn".*"lstm"'):
        function(Case("lstm").record())


@pytest.mark.parametrize("place", [(1, "forward"), (0, "reverse"), (0, "backward")])
def test_the_chain_must_be_one_of_the_networks(place: tuple[int, str]):
    trace = Case("elman-tanh").record()
    for act in (jacobians.step, partial(jacobians.between, t=2, k=1), partial(jacobians.bound, t=2)):
        with pytest.raises((KeyError, ValueError), match=r"\(0, 'forward'\).*got"):
            act(trace, layer=place[0], direction=place[1])


def test_numbers_of_a_matrix():
    W = np.array([[0.0, 2.0], [-0.5, 0.0]])
    assert jacobians.spectral_radius(W) == pytest.approx(1.0)
    assert jacobians.largest_singular_value(W) == pytest.approx(2.0)
    for value in (np.nan, np.inf):
        assert np.isnan(jacobians.spectral_radius(np.full((2, 2), value)))
        assert np.isnan(jacobians.largest_singular_value(np.full((2, 2), value)))


def test_precision_is_kept():
    trace = Case("lstm", dtype="float32").record()
    assert jacobians.step(trace).dtype == np.float32
    assert jacobians.products(trace, 4).dtype == np.float32
    assert jacobians.singular_values(trace).dtype == np.float32
