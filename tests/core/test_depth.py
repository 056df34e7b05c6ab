"""A state's gradient through time and through depth, against autograd on a graph with the other way cut."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from battery import STEPS, Case

from core.analysis import depth
from core.analysis.arrivals import outside
from core.networks.architecture import suffix
from core.oracle.reference_cells import REFERENCES
from core.passes import losses
from core.passes.losses import Loss
from core.passes.record import record
from core.passes.trace import Trace


def cut(trace: Trace, place: tuple[int, str], way: str, at: int) -> np.ndarray:
    """∂L/∂h_at of the chain at `place` by autograd, where the edge out of h_at along `way` is cut by detaching."""
    network, x = trace.network, list(torch.tensor(trace.inputs))
    p = {name: torch.tensor(array) for name, array in network.parameters.items()}
    watched: Any = None
    logits: list[Any] = [0.0] * len(x)
    for layer in range(network.num_layers):
        columns = []
        for direction in network.directions:
            ending = suffix((layer, direction))
            own = {name.removesuffix(ending): value for name, value in p.items() if name.endswith(ending)}
            cell, zero = REFERENCES[network.cell], torch.zeros(x[0].shape[0], network.hidden_size)
            step = cell.step(network, own)
            state = {"hidden": zero.double().requires_grad_(), "cell": zero.double()}
            state |= cell.started(network, own, state)
            column = [zero] * len(x)
            for t in range(len(x)) if direction == "forward" else reversed(range(len(x))):
                new = step(x[t], state, lambda _, node: node)  # nothing is pinned
                up, on = dict(new), dict(new)
                if (layer, direction, t) == (*place, at):
                    watched = new["hidden"]
                    (up if way == "depth" else on).update(
                        {name: value.detach() for name, value in new.items() if name != "cell"}
                    )
                state = {name: on[name] for name in state if name in on}
                column[t] = up["hidden"]
                if network.fed_back and layer + 1 == network.num_layers:
                    logits[t] = logits[t] + up["logits"]
            columns.append(column)
        x = [torch.cat(states, dim=-1) for states in zip(*columns, strict=True)]
    if not network.fed_back:
        logits = [y @ p["readout.weight"].T + p["readout.bias"] for y in x]
    o, y = torch.stack(logits), torch.tensor(trace.arguments["loss"].targets)
    loss = torch.nn.functional.cross_entropy(o.flatten(0, 1), y.flatten(), reduction="sum")
    (gradient,) = torch.autograd.grad(loss, watched, allow_unused=True, materialize_grads=True)
    return gradient.numpy()


@pytest.mark.parametrize("bidirectional", [False, True])
def test_each_part_is_what_is_left_when_the_other_way_is_cut(cell: str, bidirectional: bool):
    trace = Case(cell, layers=2, bidirectional=bidirectional).record()
    for place in trace.chains:
        parts = depth.split(trace, *place)
        for t in (0, 2, STEPS - 1):
            np.testing.assert_allclose(parts.depth[t], cut(trace, place, "time", t), rtol=1e-9, atol=1e-10)
            np.testing.assert_allclose(parts.time[t], cut(trace, place, "depth", t), rtol=1e-9, atol=1e-10)


def test_the_parts_sum_to_the_gradient(trace: Trace):
    for place, chain in trace.chains.items():
        parts = depth.split(trace, *place)
        np.testing.assert_allclose(parts.time + parts.depth, chain.grad_hidden, rtol=1e-12, atol=1e-15)
        assert not parts.time[~trace.mask].any()
        assert not parts.depth[~trace.mask].any()


def test_nothing_comes_through_time_at_the_last_step(cell: str):
    trace = Case(cell, layers=2, bidirectional=True, unequal=True).record()
    for layer in (0, 1):
        forward, reverse = depth.split(trace, layer).time, depth.split(trace, layer, "reverse").time
        for sequence, length in enumerate(trace.lengths):
            assert not forward[length - 1, sequence].any()
            assert not reverse[0, sequence].any()


def test_nothing_comes_through_depth_where_no_loss_enters(cell: str):
    targets = np.zeros((STEPS, 3), int)
    trace = Case(cell, layers=2).record(loss=Loss("cross_entropy", targets, at="last"))
    top = depth.split(trace, 1)
    assert not top.depth[:-1].any()
    assert top.depth[-1].any()
    assert depth.split(trace, 0).depth[:-1].any()


def test_a_gradient_at_the_final_states_comes_from_outside_the_chain():
    gradient = np.random.default_rng(0).normal(size=(4, 3, 4))
    trace = Case("gru", layers=2, bidirectional=True, unequal=True).record(final_hidden_gradient=gradient)
    parts = depth.split(trace, 1, "reverse")
    np.testing.assert_allclose(parts.depth[0], gradient[3], rtol=1e-12)
    np.testing.assert_allclose(parts.total, trace[1, "reverse"].grad_hidden, rtol=1e-12, atol=1e-15)


def test_all_of_a_single_step_comes_from_outside_the_chain(cell: str):
    network, gradient = Case(cell, layers=2, bidirectional=True).network(), np.ones((4, 3, 4))
    loss = losses.cross_entropy(np.zeros((1, 3), int))
    trace = record(network, np.ones((1, 3, 2)), loss=loss, final_hidden_gradient=gradient)
    for place, chain in trace.chains.items():
        np.testing.assert_allclose(outside(trace, place), chain.grad_hidden, rtol=1e-12)


def test_the_share_is_the_projection_on_the_total():
    trace = Case("lstm", layers=2).record()
    parts = depth.split(trace)
    total = trace[0, "forward"].grad_hidden
    np.testing.assert_allclose(parts.share(), (parts.depth * total).sum(-1) / (total**2).sum(-1), rtol=1e-10)
    np.testing.assert_allclose(parts.share()[-1], 1, rtol=1e-12)
    tiny = Case("lstm", layers=2, readout=False).record(output_gradient=np.full((STEPS, 3, 4), 1e-200))
    assert np.isfinite(depth.split(tiny).share()).all()


def test_what_a_step_and_a_layer_keep():
    """Identity cells with W = ½ and U = 3: a step keeps half of the gradient, a layer three times it."""
    network = Case("elman-identity", layers=3, readout=False, bias=False).network()
    eye = np.eye(4)
    W = {f"weight_hh_l{layer}": eye / 2 for layer in range(3)} | {f"weight_ih_l{layer}": 3 * eye for layer in (1, 2)}
    at_end = np.zeros((STEPS, 1, 4))
    at_end[-1] = 1
    trace = record(network.replace(W), np.ones((STEPS, 1, 2)), output_gradient=at_end)
    top = depth.split(trace, 2)
    np.testing.assert_allclose(top.time[:, 0, 0], [1 / 16, 1 / 8, 1 / 4, 1 / 2, 0])
    _, by_layer = depth.kept(trace)
    np.testing.assert_allclose(by_layer, 3)
    one = depth.kept(record(network.replace(W), np.ones((1, 1, 2)), output_gradient=at_end[-1:]))
    assert np.isnan(one[0])
    np.testing.assert_allclose(one[1], 3)


def test_what_one_layer_keeps_a_step():
    network = Case("elman-identity", readout=False, bias=False, bidirectional=True).network()
    W = {f"weight_hh_l0{direction}": np.eye(4) / 2 for direction in ("", "_reverse")}
    ends = np.zeros((STEPS, 1, 8))
    ends[-1, :, :4] = ends[0, :, 4:] = 1
    time, by_layer = depth.kept(record(network.replace(W), np.ones((STEPS, 1, 2)), output_gradient=ends))
    np.testing.assert_allclose(time, 0.5)
    assert np.isnan(by_layer)
