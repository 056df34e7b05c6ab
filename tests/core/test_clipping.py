"""Clipping as in PyTorch and in Pascanu et al. 2013."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from battery import Case

from core.analysis import clipping

GRADIENTS = Case("lstm").record().gradients


def test_global_norm_is_that_of_all_entries_together():
    joined = np.concatenate([gradient.ravel() for gradient in GRADIENTS.values()])
    assert clipping.global_norm(GRADIENTS) == pytest.approx(np.linalg.norm(joined))


@pytest.mark.parametrize("factor", [0.25, 4.0])
def test_by_norm_agrees_with_pytorch(factor: float):
    limit = factor * clipping.global_norm(GRADIENTS)
    parameters = []
    for gradient in GRADIENTS.values():
        parameters.append(torch.zeros(gradient.shape, dtype=torch.float64, requires_grad=True))
        parameters[-1].grad = torch.tensor(gradient)
    norm = torch.nn.utils.clip_grad_norm_(parameters, limit).item()

    clipped, before, scale = clipping.clip_by_norm(GRADIENTS, limit)
    assert before == pytest.approx(norm)
    assert scale == pytest.approx(min(1.0, factor))
    assert clipping.global_norm(clipped) == pytest.approx(min(limit, norm))
    for ours, parameter in zip(clipped.values(), parameters, strict=True):
        np.testing.assert_allclose(ours, parameter.grad, rtol=1e-5)


def test_by_value_cuts_every_entry():
    clipped = clipping.clip_by_value(GRADIENTS, 0.1)
    assert list(clipped) == list(GRADIENTS)
    for name, gradient in GRADIENTS.items():
        np.testing.assert_array_equal(clipped[name], np.clip(gradient, -0.1, 0.1))


@pytest.mark.parametrize("limit", [0.0, -1.0, np.nan])
@pytest.mark.parametrize("clip", [clipping.clip_by_norm, clipping.clip_by_value])
def test_the_limit_is_positive(clip, limit: float):
    with pytest.raises(ValueError, match=f"positive.*{limit}"):
        clip(GRADIENTS, limit)


def test_nothing_to_clip():
    zeros = {"w": np.zeros(3)}
    clipped, norm, scale = clipping.clip_by_norm(zeros, 1.0)
    assert (norm, scale) == (0.0, 1.0)
    assert not clipped["w"].any()
