"""The cliff of Pascanu et al. 2013."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.analysis import cliff


def test_one_point_by_hand():
    w, b, x = 5.0, -2.6, 0.5
    for _ in range(50):
        x = w / (1 + np.exp(-x)) + b
    expected = (1 / (1 + np.exp(-x)) - 0.7) ** 2
    assert cliff.error(w, b) == pytest.approx(expected, rel=1e-12)
    np.testing.assert_allclose(cliff.states(w, b)[[0, -1]], [0.5, x], rtol=1e-12)


def test_the_surface_has_a_row_for_each_b():
    w, b = np.linspace(4, 7, 5), np.linspace(-4, -2, 3)
    surface = cliff.surface(w, b)
    assert surface.shape == (3, 5)
    assert surface[2, 4] == cliff.error(w[4], b[2])


def test_the_gradient_is_autograds():
    w, b = (torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in ([5.0, 5.5, 3.0], [-2.7, -2.9, 0.4]))
    x = torch.full((3,), 0.5, dtype=torch.float64)
    for _ in range(50):
        x = w * x.sigmoid() + b
    expected = torch.autograd.grad(((x.sigmoid() - 0.7) ** 2).sum(), (w, b))
    ours = cliff.gradient(w.detach().numpy(), b.detach().numpy())
    np.testing.assert_allclose(ours, np.stack(expected), rtol=1e-10)


def test_the_wall_stands_where_the_start_is_the_unstable_fixed_point():
    w = 6.0
    b = 0.5 - w / (1 + np.exp(-0.5))
    assert cliff.error(w, b - 1e-3) > 0.4
    assert cliff.error(w, b + 1e-3) < 0.1
    assert np.hypot(*cliff.gradient(w, b)) > 1e3


@pytest.mark.parametrize(("w", "unstable"), [(4.2, False), (4.3, True)])
def test_the_start_is_an_unstable_fixed_point_from_where_the_slope_there_exceeds_1(w: float, unstable: bool):
    sigma = 1 / (1 + np.exp(-0.5))
    assert (w * sigma * (1 - sigma) > 1) == unstable
    strides = np.diff(cliff.states(w, 0.5 - w * sigma + 1e-9))  # away from where it started
    assert (np.diff(strides) > 0).all() == unstable
    assert (np.diff(strides) < 0).all() != unstable


def test_descent_is_thrown_off_the_wall_unless_clipped():
    w = 6.0
    start = w, 0.5 - w / (1 + np.exp(-0.5)) - 1e-9
    plain = cliff.descend(*start, learning_rate=0.1, steps=3)
    clipped = cliff.descend(*start, learning_rate=0.1, steps=3, clip=1.0)
    assert plain.shape == clipped.shape == (4, 2)
    np.testing.assert_array_equal(plain[0], start)
    grad = np.array(cliff.gradient(*start))
    np.testing.assert_allclose(plain[1], start - 0.1 * grad)
    assert np.linalg.norm(plain[1] - plain[0]) > 100
    assert np.linalg.norm(clipped[1] - clipped[0]) == pytest.approx(0.1)
    assert (np.linalg.norm(np.diff(clipped, axis=0), axis=1) <= 0.1 * (1 + 1e-12)).all()
