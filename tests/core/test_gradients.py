"""Every gradient of every network of the battery, against autograd and finite differences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from core import oracle
from core.errors import NotRecorded
from core.passes.record import record
from core.passes.trace import Trace


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


def test_everything_is_read_only_in_the_networks_precision(trace: Trace):
    things = [trace, trace.network, *trace.chains.values()]
    named = {name: array for thing in things for name, array in public_arrays(thing)}
    named |= {name: trace.contributions(name) for name in trace.gradients}
    assert {"hidden", "predictions", "gradients", "grad_preactivations", "previous_hidden"} <= set(named)
    for name, array in named.items():
        assert not array.flags.writeable, name
        assert array.dtype == trace.network.dtype or name in ("mask", "held", "lengths", "arguments"), name


def public_arrays(thing: object) -> Iterator[tuple[str, np.ndarray]]:
    """Every array that a public attribute is, or holds by name."""
    for name in dir(thing):
        if name.startswith("_"):
            continue
        try:
            value = getattr(thing, name)
        except NotRecorded:
            continue
        for array in value.values() if isinstance(value, Mapping) else [value]:
            if isinstance(array, np.ndarray):
                yield name, array
