"""The oracle itself: it must see a wrong gradient."""

from __future__ import annotations

import subprocess
import sys
import time

import numpy as np
import pytest
from battery import Case

from core.networks.network import Network
from core.oracle import networks
from core.passes.losses import Loss
from core.passes.record import record

TRACE = Case("lstm", unequal=True).record()


def test_counts_what_it_compares():
    ours = networks.recorded(TRACE)
    proof = networks.compare(TRACE, sample=30)
    assert set(proof.autograd) == set(ours)
    assert proof.autograd_entries == sum(gradient.size for gradient in ours.values())
    assert proof.finite_difference_entries == 30
    assert set(proof.finite_differences) == {
        *TRACE.gradients,
        "inputs",
        "l0.initial_hidden",
        "l0.initial_cell",
    }
    assert proof.largest == max(*proof.autograd.values(), *proof.finite_differences.values())


def test_all_entries():
    proof = networks.compare(TRACE)
    sizes = [array.size for array in (*TRACE.gradients.values(), TRACE.inputs)]
    assert proof.finite_difference_entries == sum(sizes) + 2 * 3 * 4
    assert proof.largest < 1e-6


def test_samples_by_the_seed():
    first, again, other = (networks.finite_differences(TRACE, sample=20, seed=seed) for seed in (0, 0, 1))
    assert all((first[name].mask == again[name].mask).all() for name in first)
    assert any((first[name].mask != other[name].mask).any() for name in first)


def test_names():
    only = networks.finite_differences(TRACE, ["bias_hh_l0", "inputs"])
    assert set(only) == {"bias_hh_l0", "inputs"}
    np.testing.assert_allclose(only["inputs"], TRACE.grad_inputs, atol=1e-8)
    with pytest.raises(ValueError, match=r"inputs.*but got bias_l7"):
        networks.finite_differences(TRACE, ["bias_l7"])


@pytest.mark.parametrize("name", ["weight_hh_l0", "inputs", "l0.hidden", "l0.gates.forget"])
def test_sees_a_wrong_gradient(name: str, monkeypatch: pytest.MonkeyPatch):
    right = networks.recorded(TRACE)
    wrong = right | {name: right[name] * (1 + 1e-6)}
    monkeypatch.setattr(networks, "recorded", lambda trace: wrong)
    proof = networks.compare(TRACE, sample=30)
    assert proof.autograd[name] > 1e-7
    assert proof.largest > 1e-7


def test_difference():
    assert networks.difference(np.array([1.0, 2.2]), np.array([1.0, 2.0])) == pytest.approx(0.1)
    assert networks.difference(np.zeros(2), np.zeros(2)) == 0
    assert networks.difference(np.ones(2), np.zeros(2)) == 1
    assert np.isnan(networks.difference(np.array([np.nan]), np.ones(1)))
    sampled = np.ma.masked_array([1.5, 7.0], [False, True])
    assert networks.difference(np.ones(2), sampled, scale=5.0) == pytest.approx(0.1)


def test_is_quick_enough_for_a_slider():
    network = Network.initialise("lstm", 16, hidden_size=32, output_size=16)
    inputs, targets = np.random.default_rng(0).normal(size=(30, 1, 16)), np.zeros((30, 1), int)
    trace = record(network, inputs, loss=Loss("cross_entropy", targets))
    networks.compare(trace, sample=48)
    start = time.perf_counter()
    networks.compare(trace, sample=48)
    assert time.perf_counter() - start < 1.0


def test_core_does_not_need_torch():
    modules = "core, core.oracle.networks, core.analysis.sensitivity, core.analysis.jacobians, core.analysis.cliff"
    code = f"import sys, {modules}; print('torch' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.stdout.strip() == "False", run.stderr
