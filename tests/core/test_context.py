"""What goes over from one network to another: derivatives through the context, and what an unread word costs."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core import Network
from core.analysis import context, erasure
from core.errors import InvalidValue
from core.oracle.reference import unroll
from core.passes import losses, patterns
from core.passes.batch import Batch, Source
from core.passes.patterns import ConditionalGenerator, ConditionalTrace

S, T, D, E, H, K = 4, 3, 3, 2, 4, 5


def network(cell: str, inputs: int, layers: int, seed: int, outputs: int | None = None) -> Network:
    made = Network.initialise(cell, inputs, hidden_size=H, num_layers=layers, output_size=outputs)
    rng = np.random.default_rng(seed)
    return made.replace({name: rng.normal(0, 0.5, array.shape) for name, array in made.parameters.items()})


def batch(size: int = 1) -> Batch:
    rng = np.random.default_rng(4)
    source = Source(rng.normal(size=(S, size, D)), np.array([S, 2][:size]))
    inputs, words = rng.normal(size=(T, size, E)), rng.integers(K, size=(T, size))
    return Batch(inputs, losses.cross_entropy(words), np.array([T, 2][:size]), source)


@pytest.fixture(scope="module", params=[("rnn", 1), ("gru", 1), ("lstm", 1), ("lstm", 2)], ids=str)
def model(request: pytest.FixtureRequest) -> ConditionalGenerator:
    cell, layers = request.param
    return ConditionalGenerator(network(cell, D, layers, 1), network(cell, E, layers, 2, K))


def traced(model: ConditionalGenerator, of: Batch) -> ConditionalTrace:
    trace = patterns.run(model, of)
    assert isinstance(trace, ConditionalTrace)
    return trace


def by_autograd(pair: ConditionalTrace) -> np.ndarray:
    """∂o_t/∂x_k (T, K, S, D): the encoder's graph by torch, its final states handed to torch's own decoder."""
    graph = unroll(pair.encoder)
    chains = [f"l{layer}" for layer in range(pair.encoder.network.num_layers)]
    of = {state: torch.stack([graph.nodes[f"{c}.{state}"][-1] for c in chains]) for state in ("hidden",)}
    decoder = pair.decoder.network
    cells = {"rnn": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}
    module = cells[decoder.cell](E, H, decoder.num_layers).double()
    parameters = {name: torch.tensor(p) for name, p in decoder.parameters.items()}
    module.load_state_dict({name: p for name, p in parameters.items() if "readout" not in name})
    handed = of["hidden"]
    if decoder.cell == "lstm":
        handed = handed, torch.stack([graph.nodes[f"{c}.cell"][-1] for c in chains])
    outputs, _ = module(torch.tensor(pair.decoder.inputs), handed)
    logits = (outputs @ parameters["readout.weight"].T + parameters["readout.bias"])[:, 0]
    rows = [torch.autograd.grad(o, graph.nodes["inputs"], retain_graph=True)[0][:, 0] for o in logits.flatten()]
    return torch.stack(rows).reshape(T, K, S, D).numpy()


def test_outputs_by_the_source_are_autograds(model: ConditionalGenerator):
    pair = traced(model, batch())
    expected = by_autograd(pair)
    product = np.einsum("tkc,csd->tksd", context.output_by_context(pair), context.context_by_source(pair))
    np.testing.assert_allclose(product, expected, rtol=1e-10, atol=1e-13)
    np.testing.assert_allclose(context.output_by_source(pair), np.sqrt((expected**2).sum((1, 3))), rtol=1e-10)


def test_the_context_by_the_source_turns_a_gradient_at_it_into_one_at_the_source(model: ConditionalGenerator):
    pair = traced(model, batch())
    gradients = [g for g in (pair.grad_context, pair.grad_context_cell) if g is not None]
    at_context = np.concatenate([g[:, 0].ravel() for g in gradients])
    through = np.einsum("c,csd->sd", at_context, context.context_by_source(pair))
    np.testing.assert_allclose(through, pair.encoder.grad_inputs[:, 0], rtol=1e-10, atol=1e-14)


def test_a_padded_sequence_is_as_it_is_alone(model: ConditionalGenerator):
    of = batch(2)
    both, alone = traced(model, of), traced(model, of.one(1))
    seen = context.output_by_source(both, 1)
    np.testing.assert_allclose(seen[:2, :2], context.output_by_source(alone), rtol=1e-10)
    assert not seen[2:].any()
    assert not seen[:, 2:].any()
    with pytest.raises(InvalidValue, match="sequence"):
        context.output_by_source(both, 2)


def test_an_unread_word_costs_what_a_pass_without_it_says(model: ConditionalGenerator):
    of = batch()
    assert of.source is not None
    pair = traced(model, of)
    costs = erasure.erasure(pair)
    assert costs.shape == (T, S)
    for k in range(S):
        without = of.source.inputs.copy()
        without[k] = 0
        other = traced(model, Batch(of.inputs, of.loss, of.lengths, Source(without, of.source.lengths)))
        np.testing.assert_allclose(costs[:, k], (other.decoder.losses - pair.decoder.losses)[:, 0], atol=1e-12)


def test_a_loss_of_the_last_step_counts_there(model: ConditionalGenerator):
    of = batch()
    last = Batch(of.inputs, losses.cross_entropy(np.array([2]), at="last", reduction="mean"), None, of.source)
    costs = erasure.erasure(traced(model, last))
    assert not costs[:-1].any()
    assert costs[-1].all()


def test_erasure_wants_one_whole_sequence_with_a_loss(model: ConditionalGenerator):
    with pytest.raises(InvalidValue, match="of one source"):
        erasure.erasure(traced(model, batch(2)))
    without = patterns.run(model, batch(), loss=False)
    assert isinstance(without, ConditionalTrace)
    with pytest.raises(InvalidValue, match="no loss"):
        erasure.erasure(without)
