"""What every position adds to the gradient of a shared weight: the gradient of a copy that is used there alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from battery import Case

from core.networks.architecture import suffix
from core.oracle import reference
from core.passes.trace import Trace


@pytest.fixture(scope="module")
def trace(cell: str) -> Trace:
    """Two layers, both directions, lengths 3, 5 and 1, learned initial states."""
    return Case(cell, layers=2, bidirectional=True, unequal=True, learned=True).record()


def unroll_with_copies(trace: Trace, monkeypatch: pytest.MonkeyPatch) -> tuple[torch.Tensor, list[list[dict]]]:
    """The reference's loss, and for every chain the copies of its parameters that its steps used, by position."""
    chains: list[list[dict]] = []

    def copying(build):
        def for_chain(network, p):
            copies: list[dict] = []
            chains.append(copies)

            def step(x, state, pin):
                copies.append({name: value.clone() for name, value in p.items()})
                return build(network, copies[-1])(x, state, pin)

            return step

        return for_chain

    copied = {name: replace(one, step=copying(one.step)) for name, one in reference.REFERENCES.items()}
    monkeypatch.setattr(reference, "REFERENCES", copied)
    total = reference.unroll(trace).total
    for (_, direction), copies in zip(trace.chains, chains, strict=True):
        if direction == "reverse":
            copies.reverse()
    return total, chains


def first_positions(trace: Trace, direction: str) -> list[int]:
    return [0] if direction == "forward" else sorted(set(trace.lengths - 1))


def test_every_position_has_its_own(trace: Trace, monkeypatch: pytest.MonkeyPatch):
    total, chains = unroll_with_copies(trace, monkeypatch)
    for place, copies in zip(trace.chains, chains, strict=True):
        for name in (name for name in copies[0] if "initial" not in name):
            used = [copy[name] for copy in copies]
            exact = torch.autograd.grad(total, used, retain_graph=True, allow_unused=True, materialize_grads=True)
            rest = trace.contributions(name + suffix(place)) - np.stack(exact)
            if name in ("weight_ho", "bias_ho"):  # these also made the first output that is fed back
                rest[first_positions(trace, place[1])] = 0
            np.testing.assert_allclose(rest, 0, atol=1e-13, err_msg=name)


def test_initial_states_count_with_the_first_position(trace: Trace):
    for place in trace.chains:
        contributions = trace.contributions("initial_hidden" + suffix(place))
        assert np.flatnonzero(contributions.any(1)).tolist() == first_positions(trace, place[1])


@pytest.mark.parametrize("cell", ["jordan", "general"])
def test_the_first_output_counts_with_the_first_position(cell: str):
    """The start, whose output no step has made, adds to W_ho; what the steps made is explained by their o_t."""
    trace = Case(cell, initial=True).record()
    chain = trace[0, "forward"]
    through_steps = np.einsum("tbo,tbh->toh", chain.grad_logits, chain.hidden)
    rest = trace.contributions("weight_ho_l0") - through_steps
    np.testing.assert_allclose(rest[1:], 0, atol=1e-13)
    np.testing.assert_allclose(rest.sum(0), trace.gradients["weight_ho_l0"] - through_steps.sum(0), atol=1e-13)
    assert np.abs(rest[0]).max() > 1e-6
