"""Convolution, fixed window and self-attention against PyTorch's own, autograd and finite differences."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from core.analysis import paths
from core.analysis.attention import SelfAttention
from core.analysis.windows import Convolution, FixedWindow
from core.errors import InvalidType, InvalidValue

D, H = 3, 4
PHI: dict[str, Callable[[Tensor], Tensor]] = {
    "tanh": torch.tanh,
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "identity": lambda a: a,
}


def convolution(net: Convolution, x: Tensor) -> Tensor:
    y = x.T[None]
    for W, b in zip(net.weights, net.biases, strict=True):
        padded = functional.pad(y, (net.before, net.after))
        y = PHI[net.nonlinearity](functional.conv1d(padded, torch.tensor(W.transpose(1, 2, 0)), torch.tensor(b)))
    return y[0].T


def window(net: FixedWindow, x: Tensor) -> Tensor:
    width = len(net.W)
    padded = torch.cat([torch.zeros(width - 1, x.shape[1], dtype=x.dtype), x])
    flat = torch.stack([padded[t : t + width].reshape(-1) for t in range(len(x))])
    first = torch.tensor(np.concatenate(list(net.W), axis=1))
    hidden = PHI[net.nonlinearity](functional.linear(flat, first, torch.tensor(net.b)))
    return functional.linear(hidden, torch.tensor(net.V), torch.tensor(net.c))


def attention(net: SelfAttention, x: Tensor) -> Tensor:
    q, k, v = (x @ torch.tensor(w).T for w in (net.W_q, net.W_k, net.W_v))
    return functional.scaled_dot_product_attention(q[None], k[None], v[None])[0]


NETS: dict[str, tuple[Any, Callable[[Any, Tensor], Tensor]]] = {
    **{
        f"convolution of width {w}, {n} layers, {phi}": (
            Convolution.initialise(D, H, width=w, layers=n, nonlinearity=phi, seed=2), convolution
        )
        for w, n, phi in [(1, 1, "tanh"), (2, 1, "relu"), (3, 3, "tanh"), (4, 2, "sigmoid"), (9, 2, "identity")]
    },
    **{
        f"window of width {w}, {phi}": (FixedWindow.initialise(D, H, width=w, nonlinearity=phi, seed=2), window)
        for w, phi in [(1, "tanh"), (3, "relu"), (4, "sigmoid"), (9, "identity")]
    },
    "attention": (SelfAttention.initialise(D, H, seed=2), attention),
}  # fmt: skip


@pytest.fixture(params=NETS)
def net(request: pytest.FixtureRequest) -> Any:
    return NETS[request.param]


@pytest.mark.parametrize("T", [1, 2, 6])
def test_agrees_with_pytorch_and_autograd(net: Any, T: int):
    ours, theirs = net
    x = np.random.default_rng(0).normal(size=(T, D))
    leaf = torch.tensor(x)
    np.testing.assert_allclose(ours.outputs(x), theirs(ours, leaf).numpy(), rtol=1e-12, atol=1e-14)
    exact = torch.autograd.functional.jacobian(lambda v: theirs(ours, v), leaf)  # (T, H, T, D)
    np.testing.assert_allclose(ours.jacobian(x), exact.permute(0, 2, 1, 3).numpy(), rtol=1e-10, atol=1e-12)
    norms = torch.linalg.norm(exact, dim=(1, 3)).numpy()
    np.testing.assert_allclose(ours.influence(x), norms, rtol=1e-10, atol=1e-12)


def test_agrees_with_finite_differences(net: Any):
    ours, _ = net
    x, step = np.random.default_rng(0).normal(size=(6, D)), 1e-6
    jacobian = ours.jacobian(x)
    for k in range(6):
        for d in range(D):
            up, down = x.copy(), x.copy()
            up[k, d] += step
            down[k, d] -= step
            rise = (ours.outputs(up) - ours.outputs(down)) / (2 * step)
            np.testing.assert_allclose(jacobian[:, k, :, d], rise, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("width", range(1, 6))
@pytest.mark.parametrize("layers", [1, 2, 3])
def test_a_window_ends_where_its_paths_end(width: int, layers: int):
    x = np.random.default_rng(0).normal(size=(9, D))
    stack = Convolution.initialise(D, H, width=width, layers=layers)
    assert (stack.jacobian(x).any((2, 3)) == (paths.window(9, stack.before, stack.after, layers) > 0)).all()
    net = FixedWindow.initialise(D, H, width=width)
    assert (net.jacobian(x).any((2, 3)) == (paths.window(9, width - 1, 0) > 0)).all()


def test_paths():
    assert paths.recurrent(4)[3].tolist() == [4, 3, 2, 1]
    assert paths.recurrent(4)[0].tolist() == [1, 0, 0, 0]
    assert paths.recurrent(4, bidirectional=True)[0].tolist() == [1, 2, 3, 4]
    assert paths.window(5, 1, 1, layers=2)[0].tolist() == [2, 2, 2, 0, 0]
    assert paths.attention(3).tolist() == [[1, 1, 1]] * 3


@pytest.mark.parametrize("side", [1, 2, 3])
def test_as_many_layers_as_needed_reach_and_one_less_does_not(side: int):
    for apart in range(1, 9):
        needed = paths.layers_needed(apart, side)
        assert needed is not None
        assert paths.window(9, side, 0, needed)[apart, 0] > 0
        assert paths.window(9, side, 0, needed - 1)[apart, 0] == 0
    assert paths.layers_needed(3, 0) is None


def test_the_seed_alone_decides_and_wider_windows_share_nothing_else():
    for make in (
        lambda seed: SelfAttention.initialise(D, H, seed=seed).W_q,
        lambda seed: Convolution.initialise(D, H, width=3, seed=seed).weights[0],
        lambda seed: FixedWindow.initialise(D, H, width=3, seed=seed).W,
    ):
        drawn = [make(0), make(0), make(1)]
        assert [np.array_equal(a, b) for a, b in pairwise(drawn)] == [True, False]


def test_what_cannot_be_read_says_so():
    net = SelfAttention.initialise(D, H)
    with pytest.raises(InvalidValue, match="one sequence, without a batch"):
        net.outputs(np.zeros((5, 1, D)))
    with pytest.raises(InvalidType, match="floats"):
        net.outputs(np.zeros((5, D), int))
    with pytest.raises(InvalidValue, match="finite"):
        net.outputs(np.full((5, D), np.nan))
    with pytest.raises(InvalidValue, match="width"):
        FixedWindow.initialise(D, H, width=0)
    with pytest.raises(InvalidValue, match="nonlinearity"):
        Convolution.initialise(D, H, width=3, nonlinearity="softplus")
