"""Every gradient of every network of the battery, against autograd and finite differences."""

from __future__ import annotations

import numpy as np

from core import oracle
from core.record import record
from core.trace import Trace


def test_agrees_with_autograd(trace: Trace):
    ours, exact = oracle.recorded(trace), oracle.autograd(trace)
    differences = {name: oracle.difference(ours[name], exact[name]) for name in ours}
    assert max(differences.values()) <= 1e-10, differences


def test_agrees_with_finite_differences(trace: Trace):
    ours, approximate = oracle.recorded(trace), oracle.finite_differences(trace, sample=10)
    differences = {
        name: oracle.difference(ours[name], values, scale=np.abs(ours[name]).max())
        for name, values in approximate.items()
    }
    assert max(differences.values()) <= 1e-6, differences


def test_contributions_sum_to_the_gradient(trace: Trace):
    for name, gradient in trace.gradients.items():
        contributions = trace.contributions(name)
        assert contributions.shape == (len(trace.inputs), *gradient.shape)
        np.testing.assert_allclose(contributions.sum(0), gradient, rtol=1e-10, atol=1e-13, err_msg=name)


def test_padded_steps_receive_exactly_zero(trace: Trace):
    padding = ~trace.mask
    for name, gradient in oracle.recorded(trace).items():
        if gradient.shape[:2] == padding.shape:
            assert not gradient[padding].any(), name
    assert not trace.outputs[padding].any()


def test_what_stands_in_the_padding_changes_nothing(trace: Trace):
    inputs = trace.inputs.copy()
    inputs[~trace.mask] = 7.0
    again = record(trace.network, inputs, **trace.arguments)
    ours, others = oracle.recorded(trace), oracle.recorded(again)
    assert all(np.array_equal(ours[name], others[name]) for name in ours)
    assert np.array_equal(trace.outputs, again.outputs)


def test_everything_is_read_only(trace: Trace):
    arrays = [trace.inputs, trace.outputs, trace.logits, trace.final_hidden, trace.losses, trace.mask]
    arrays += [chain.hidden for chain in trace.chains.values()]
    arrays += oracle.recorded(trace).values()
    arrays += trace.network.parameters.values()
    arrays += [trace.contributions(name) for name in trace.gradients]
    assert not any(array.flags.writeable for array in arrays)
