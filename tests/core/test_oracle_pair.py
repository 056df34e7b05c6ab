"""Two networks against one graph of autograd's, through the context that one hands to the other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core import Network
from core.oracle import pairs
from core.passes import losses, patterns
from core.passes.batch import Batch, Source
from core.passes.patterns import ConditionalGenerator, ConditionalTrace
from core.passes.record import record

S, T, D, E, H, K = 4, 3, 3, 2, 4, 5


def traced(cell: str = "gru", layers: int = 1, size: int = 2) -> ConditionalTrace:
    rng = np.random.default_rng(0)
    encoder = Network.initialise(cell, D, hidden_size=H, num_layers=layers, seed=1)
    decoder = Network.initialise(cell, E, hidden_size=H, num_layers=layers, output_size=K, seed=2)
    source = Source(rng.normal(size=(S, size, D)), np.array([S, 2][:size]))
    loss = losses.cross_entropy(rng.integers(K, size=(T, size)))
    batch = Batch(rng.normal(size=(T, size, E)), loss, np.array([2, T][:size]), source)
    trace = patterns.run(ConditionalGenerator(encoder, decoder), batch)
    assert isinstance(trace, ConditionalTrace)
    return trace


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_every_gradient_of_both_is_autograds(cell: str, layers: int):
    pair = traced(cell, layers)
    proof = pairs.compare(pair, sample=60)
    assert proof.largest_from_autograd < 1e-10
    assert proof.largest_from_finite_differences < 1e-6
    assert {f"{part}.{name}" for part in ("encoder", "decoder") for name in ("inputs", "weight_hh_l0", "l0.hidden")} < (
        proof.autograd.keys()
    )
    assert proof.finite_difference_entries == 60
    assert proof.autograd_entries == sum(g.size for g in pairs.recorded(pair).values())


@pytest.mark.parametrize("name", ["encoder.weight_ih_l0", "encoder.inputs", "decoder.l0.initial_hidden"])
def test_it_sees_a_wrong_gradient(name: str, monkeypatch: pytest.MonkeyPatch):
    pair = traced()
    right = pairs.recorded(pair)
    monkeypatch.setattr(pairs, "recorded", lambda _: right | {name: right[name] * (1 + 1e-6)})
    assert pairs.compare(pair, sample=20).autograd[name] > 1e-7


def test_it_sees_a_context_that_was_not_handed_over():
    """The encoder's pass over another source, with the gradient at its end that the decoder's start got."""
    pair = traced()
    one = pair.encoder
    other = record(one.network, one.inputs[::-1], lengths=one.lengths, final_hidden_gradient=pair.grad_context)
    assert pairs.compare(replace(pair, encoder=other), sample=20).largest_from_autograd > 1e-3
