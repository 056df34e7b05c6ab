"""Norms of vectors whose squares are out of range."""

from __future__ import annotations

import numpy as np
import pytest
from battery import STEPS, Case

from core.analysis import depth, influence
from core.analysis.norms import euclidean
from core.passes.record import record


@pytest.mark.parametrize("axis", [-1, 0, (0, 2)])
def test_agrees_with_numpy_and_reaches_further(axis: int | tuple[int, ...]):
    x = np.random.default_rng(0).normal(size=(3, 4, 5))
    for factor in (1.0, 1e-300, 1e300):
        np.testing.assert_allclose(euclidean(x * factor, axis) / factor, np.linalg.norm(x, axis=axis), rtol=1e-12)


def test_what_is_zero_or_not_finite_stays_so():
    rows = np.array([[0, 0], [np.inf, 1], [-np.inf, np.inf], [np.nan, 1], [np.nan, np.inf]])
    np.testing.assert_array_equal(euclidean(rows), [0, np.inf, np.inf, np.nan, np.nan])


def test_the_precision_is_kept():
    assert euclidean(np.ones((2, 3), np.float32)).dtype == np.float32


def test_what_a_step_keeps_does_not_depend_on_the_size_of_the_gradient():
    case, gradient = Case("lstm", layers=2, readout=False), np.random.default_rng(0).normal(size=(STEPS, 3, 4))
    one, tiny = (depth.kept(case.record(output_gradient=gradient * factor)) for factor in (1, 1e-200))
    np.testing.assert_allclose(tiny, one, rtol=1e-10)


def test_influence_of_tiny_weights():
    network, x = Case("elman-identity", readout=False, bias=False).network(), np.ones((3, 1, 2))
    one, tiny = (
        influence.output_by_input(record(network.replace({"weight_ih_l0": U}), x))
        for U in (network.parameters["weight_ih_l0"], network.parameters["weight_ih_l0"] * 1e-200)
    )
    np.testing.assert_allclose(tiny, one * 1e-200, rtol=1e-10)
