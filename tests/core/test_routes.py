"""A gradient split by route: the parts against the whole, and each against autograd with all other edges detached."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from battery import STEPS, Case
from torch import Tensor

from core.analysis.routes import projections, routes
from core.oracle.reference import unroll
from core.passes.interventions import PinState
from core.passes.trace import Trace

GATED = ("gru", "gru-reset-before", "lstm", "lstm-peepholes")


def states(trace: Trace) -> tuple[str, ...]:
    return trace.network.equations.states


def everywhere(trace: Trace):
    """Every chain, sequence and state, with the total that its routes must sum to."""
    for (layer, direction), chain in trace.chains.items():
        for sequence in range(trace.inputs.shape[1]):
            for state in states(trace):
                total = (chain.grad_cell if state == "cell" else chain.grad_hidden)[:, sequence]
                yield (layer, direction, sequence, state), total


def with_finals(case: Case) -> Trace:
    """A pass with a gradient at every output and at every final state."""
    rng = np.random.default_rng(5)
    per_chain = (case.chains, 3, 4)
    given = {"output_gradient": rng.normal(size=(STEPS, 3, 4 * (1 + case.bidirectional)))}
    given["final_hidden_gradient"] = rng.normal(size=per_chain)
    if case.cell.startswith("lstm"):
        given["final_cell_gradient"] = rng.normal(size=per_chain)
    return case.record(**given)


@pytest.mark.battery(cells=GATED)
def test_the_parts_sum_to_the_total(case: Case):
    for trace in (case.record(), with_finals(case)):
        for place, total in everywhere(trace):
            parts = routes(trace, *place)
            np.testing.assert_allclose(sum(parts.values()), total, rtol=0, atol=1e-12 * np.abs(total).max())


@pytest.mark.battery(cells=GATED)
def test_the_parts_sum_to_the_total_where_gates_and_states_are_held(case: Case):
    trace = case.record(interventions=case.interventions())
    for place, total in everywhere(trace):
        parts = routes(trace, *place)
        np.testing.assert_allclose(sum(parts.values()), total, rtol=0, atol=1e-12 * np.abs(total).max())


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_nothing_is_carried_past_a_held_state_but_an_lstms_cell(cell: str):
    trace = Case(cell).record(interventions=(PinState(0.4, steps=(3,)),))
    assert not routes(trace)["input" if cell == "lstm" else "carry"][3 if cell == "lstm" else 2].any()
    assert routes(trace)["carry"][2].any() == (cell == "lstm")


@pytest.mark.battery(cells=GATED)
def test_the_projections_sum_to_the_norm(case: Case):
    trace = case.record()
    for place, total in everywhere(trace):
        norms = np.linalg.norm(total, axis=1)
        np.testing.assert_allclose(sum(projections(trace, *place).values()), norms, rtol=1e-12, atol=1e-15)
        for name, part in routes(trace, *place).items():
            np.testing.assert_allclose(projections(trace, *place)[name] * norms, (part * total).sum(1), atol=1e-12)


# ------------------------------------------------------------------------ autograd over the edges of one route


def mixed(value: Tensor, *paths: Tensor) -> Tensor:
    """The value, which gradients leave by these paths alone."""
    return value.detach() + sum(path - path.detach() for path in paths)


def lstm_step(p, x, h, c):
    """One step; h and c give each reader, by its name, the copy it may look at. Gives a_o without peephole, and c."""
    part = {
        name: x @ p["weight_ih"].chunk(4)[n].T
        + h(name) @ p["weight_hh"].chunk(4)[n].T
        + p["bias_ih"].chunk(4)[n]
        + p["bias_hh"].chunk(4)[n]
        for n, name in enumerate(("input", "forget", "candidate", "output"))
    }
    if "weight_ci" in p:
        part["input"] = part["input"] + p["weight_ci"] * c("input")
        part["forget"] = part["forget"] + p["weight_cf"] * c("forget")
    new = part["forget"].sigmoid() * c("carry") + part["input"].sigmoid() * part["candidate"].tanh()
    return part["output"], new


def output_gate(p, a_o, c):
    return (a_o + p["weight_co"] * c if "weight_co" in p else a_o).sigmoid()


def gru_step(p, reset_after, x, h):
    (w_r, w_z, w_n), (u_r, u_z, u_n) = p["weight_ih"].chunk(3), p["weight_hh"].chunk(3)
    (b_r, b_z, b_n), (d_r, d_z, d_n) = p["bias_ih"].chunk(3), p["bias_hh"].chunk(3)
    r = (x @ w_r.T + b_r + h("reset") @ u_r.T + d_r).sigmoid()
    z = (x @ w_z.T + b_z + h("update") @ u_z.T + d_z).sigmoid()
    m = r * (h("candidate") @ u_n.T + d_n) if reset_after else (r * h("candidate")) @ u_n.T + d_n
    return (1 - z) * (x @ w_n.T + b_n + m).tanh() + z * h("carry")


class OneChain:
    """One sequence of one chain in torch, in processing order, with what enters it from outside."""

    def __init__(self, trace: Trace, layer: int, direction: str, sequence: int):
        network, place = trace.network, (layer, direction)
        length = int(trace.lengths[sequence])
        self.order = range(length) if direction == "forward" else range(length - 1, -1, -1)
        chain, given, index = trace[place], trace.arguments, network.chains.index(place)
        self.cell, self.reset_after, steps = network.cell, network.reset_after, list(self.order)
        self.p = {name: torch.tensor(a) for name, a in network.weights(place).items()}
        self.x = torch.tensor(chain.inputs[steps, sequence])
        self.h0 = torch.tensor(chain.initial_hidden[sequence])
        self.c0 = torch.tensor(chain.initial_cell[sequence]) if self.cell == "lstm" else None
        self.from_outside = self._from_outside(trace, place)[steps, sequence]
        self.final = {
            state: torch.tensor(given[f"final_{state}_gradient"][index, sequence])
            for state in network.equations.states
            if given[f"final_{state}_gradient"] is not None
        }

    @staticmethod
    def _from_outside(trace: Trace, place) -> Tensor:
        """∂L/∂h_t by what reads h_t outside the chain, by autograd over the whole network: (T, B, H)."""
        graph, (layer, direction) = unroll(trace), place
        if layer == trace.network.num_layers - 1:
            readers = [graph.nodes["outputs"]]
        else:
            endings = ("", "_reverse") if trace.network.bidirectional else ("",)
            readers = [graph.nodes[f"l{layer + 1}{ending}.inputs"] for ending in endings]
        total = sum(torch.stack(torch.autograd.grad(graph.total, nodes, retain_graph=True)) for nodes in readers)
        return total.chunk(len(trace.network.directions), dim=-1)[direction == "reverse"]

    def by_route(self, k: int, route: str, state: str) -> np.ndarray:
        """∂L/∂state_k with all edges that leave it detached but those of the route; k counts in processing order."""
        h, c, loss = self.h0, self.c0, torch.zeros(())
        seen_h, seen_c = (lambda reader: h), (lambda reader: c)
        leaf = torch.zeros(())
        for t, x in enumerate(self.x):
            a_o = torch.zeros(())
            if self.cell == "gru":
                h = gru_step(self.p, self.reset_after, x, seen_h)
            else:
                a_o, c = lstm_step(self.p, x, seen_h, seen_c)
                h = output_gate(self.p, a_o, c) * c.tanh()
            here_h, here_c = h, c
            seen_h, seen_c = (lambda reader, h=here_h: h), (lambda reader, c=here_c: c)
            if t == k and state == "hidden":
                leaf = h.detach().requires_grad_()
                seen_h = self._only(route, leaf)
            elif t == k:
                leaf = c.detach().requires_grad_()
                seen_c = self._only(route, leaf)
                o = output_gate(self.p, a_o.detach(), leaf)
                by_peephole, by_tanh = o * leaf.detach().tanh(), o.detach() * leaf.tanh()

                def seen_h(reader, h=here_h, by_peephole=by_peephole, by_tanh=by_tanh):
                    paths = [by_peephole] if route == "output" and "weight_co" in self.p else []
                    return mixed(h, *paths, *([by_tanh] if reader == route else []))

            loss = loss + (self.from_outside[t] * seen_h("outside")).sum()
        for name, gradient in self.final.items():
            loss = loss + (gradient * (seen_c if name == "cell" else seen_h)("outside")).sum()
        (gradient,) = torch.autograd.grad(loss + 0 * leaf.sum(), leaf)  # a route may lead nowhere
        return gradient.numpy()

    @staticmethod
    def _only(route: str, leaf: Tensor):
        return lambda reader: leaf if reader == route else leaf.detach()


@pytest.mark.parametrize("cell", GATED)
@pytest.mark.parametrize("finals", [False, True])
def test_each_route_is_autograds_when_the_other_edges_are_detached(cell: str, finals: bool):
    case = Case(cell, layers=2, bidirectional=True, unequal=True, initial=True)
    trace = with_finals(case) if finals else case.record()
    for layer, direction in trace.chains:
        for sequence in (0, 1):
            chain = OneChain(trace, layer, direction, sequence)
            for state in states(trace):
                parts = routes(trace, layer, direction, sequence, state)
                largest = max(np.abs(part).max() for part in parts.values())
                for name, part in parts.items():
                    for k, position in enumerate(chain.order):
                        expected = chain.by_route(k, name, state)
                        np.testing.assert_allclose(part[position], expected, rtol=0, atol=1e-10 * largest)


# ------------------------------------------------------------------------------------------------ what is said


def test_the_names():
    lstm, gru = Case("lstm").record(), Case("gru").record()
    gates = {"input", "forget", "candidate", "output", "outside"}
    assert set(routes(lstm)) == {"carry"} | gates
    assert set(routes(lstm, state="hidden")) == gates
    assert set(routes(gru)) == {"carry", "reset", "update", "candidate", "outside"}
    assert routes(gru, state="hidden").keys() == routes(gru).keys()


def test_the_last_step_hears_only_the_outside():
    trace = Case("lstm", unequal=True, bidirectional=True).record()
    for direction, last in (("forward", 2), ("reverse", 0)):
        parts = routes(trace, 0, direction, sequence=0)
        assert parts["outside"][last].any()
        assert not any(part[last].any() for name, part in parts.items() if name != "outside")


def test_padding_gets_zeros():
    trace = Case("gru", unequal=True, bidirectional=True).record()
    for direction in ("forward", "reverse"):
        assert not any(part[3:].any() for part in routes(trace, 0, direction, sequence=0).values())


def test_projections_reach_as_far_as_numbers_do():
    """The squares of these leave the range of float32."""
    case = Case("lstm", readout=False, dtype="float32")
    gradient = np.random.default_rng(0).normal(size=(STEPS, 3, 4)).astype(np.float32)
    one, small = (case.record(output_gradient=gradient * np.float32(f)) for f in (1, 1e-30))
    for name, projection in projections(small).items():
        assert projection.dtype == np.float32
        np.testing.assert_allclose(projection / np.float32(1e-30), projections(one)[name], rtol=1e-3, atol=1e-5)


def test_no_gradient_no_projection():
    trace = Case("lstm", readout=False).record(output_gradient=np.zeros((STEPS, 3, 4)))
    assert not any(part.any() for part in projections(trace).values())


@pytest.mark.parametrize(
    ("cell", "arguments", "message"),
    [
        ("elman-tanh", {}, 'cell must be "gru" or "lstm", but got "rnn"'),
        ("gru", {"state": "cell"}, "state must be one of hidden, but got 'cell'"),
        ("lstm", {"layer": 1}, "layer and direction must be one of"),
        ("lstm", {"sequence": 3}, "sequence must be from 0 to 2, but got 3"),
    ],
)
def test_what_cannot_be_split(cell: str, arguments: dict, message: str):
    with pytest.raises(ValueError, match=message):
        routes(Case(cell).record(), **arguments)


def test_needs_a_gradient():
    with pytest.raises(ValueError, match="loss"):
        routes(Case("lstm").record(loss=None))
