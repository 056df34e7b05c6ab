"""A conditional generator's pass: the gradients go back through the context, as autograd and differences have them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from core import Network
from core.errors import InvalidType, InvalidValue
from core.passes import losses, patterns
from core.passes.batch import Batch, Source
from core.passes.patterns import ConditionalGenerator, ConditionalTrace

S, T, B, D, E, H, K = 5, 4, 3, 3, 4, 4, 5
MODULES = {"rnn": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}


def network(cell: str, inputs: int, layers: int, seed: int, **options: Any) -> Network:
    made = Network.initialise(cell, inputs, hidden_size=H, num_layers=layers, seed=seed, **options)
    rng = np.random.default_rng(seed)
    return made.replace({name: rng.normal(0, 0.5, array.shape) for name, array in made.parameters.items()})


def conditional(cell: str = "gru", layers: int = 1) -> ConditionalGenerator:
    return ConditionalGenerator(network(cell, D, layers, 1), network(cell, E, layers, 2, output_size=K))


def batch() -> Batch:
    rng = np.random.default_rng(3)
    loss = losses.cross_entropy(rng.integers(K, size=(T, B)), reduction="mean")
    source = Source(rng.normal(size=(S, B, D)), np.array([5, 2, 4]))
    return Batch(rng.normal(size=(T, B, E)), loss, np.array([3, 4, 1]), source)


def traced(model: ConditionalGenerator, of: Batch) -> ConditionalTrace:
    trace = patterns.run(model, of)
    assert isinstance(trace, ConditionalTrace)
    return trace


@pytest.fixture(scope="module", params=[1, 2], ids="{} layers".format)
def layers(request: pytest.FixtureRequest) -> int:
    return request.param


@pytest.fixture(scope="module", params=sorted(MODULES))
def model(request: pytest.FixtureRequest, layers: int) -> ConditionalGenerator:
    return conditional(request.param, layers)


def test_every_gradient_is_autograds(model: ConditionalGenerator):
    of, cell = batch(), model.encoder.cell
    parts = {}
    for part, of_part in (("encoder", model.encoder), ("decoder", model.decoder)):
        module = MODULES[cell](of_part.input_size, H, of_part.num_layers).double()
        module.load_state_dict({n: torch.tensor(p) for n, p in of_part.parameters.items() if "readout" not in n})
        parts[part] = module
    readout = torch.nn.Linear(H, K).double()
    readout.load_state_dict({n: torch.tensor(model.decoder.parameters[f"readout.{n}"]) for n in ("weight", "bias")})
    assert of.source is not None
    assert of.lengths is not None
    pack = torch.nn.utils.rnn.pack_padded_sequence
    _, context = parts["encoder"](
        pack(torch.tensor(of.source.inputs), torch.tensor(of.source.lengths), enforce_sorted=False)
    )
    states = context if isinstance(context, tuple) else (context,)
    for state in states:
        state.retain_grad()
    logits = readout(parts["decoder"](torch.tensor(of.inputs), context)[0])
    valid = torch.arange(T)[:, None] < torch.tensor(of.lengths)
    loss = torch.nn.functional.cross_entropy(logits[valid], torch.tensor(of.loss.targets)[valid])
    loss.backward()

    trace = traced(model, of)
    assert trace.loss == pytest.approx(loss.item(), rel=1e-12)
    expected = {f"{part}.{name}": p.grad for part, module in parts.items() for name, p in module.named_parameters()}
    expected |= {f"decoder.readout.{name}": p.grad for name, p in readout.named_parameters()}
    assert set(expected) == set(trace.gradients) == set(model.parameters)
    for name, gradient in expected.items():
        np.testing.assert_allclose(trace.gradients[name], gradient.numpy(), rtol=1e-9, atol=1e-12, err_msg=name)
    np.testing.assert_allclose(trace.context, states[0].detach().numpy(), atol=1e-12)
    np.testing.assert_allclose(trace.grad_context, states[0].grad.numpy(), rtol=1e-9, atol=1e-12)
    if cell == "lstm":
        np.testing.assert_allclose(trace.context_cell, states[1].detach().numpy(), atol=1e-12)
        np.testing.assert_allclose(trace.grad_context_cell, states[1].grad.numpy(), rtol=1e-9, atol=1e-12)
    else:
        assert trace.context_cell is None
        assert trace.grad_context_cell is None


def test_every_gradient_is_a_difference(model: ConditionalGenerator):
    """The loss a little to both sides, along one random direction for each parameter."""
    of, rng, step = batch(), np.random.default_rng(4), 1e-5
    gradients = traced(model, of).gradients
    for name, array in model.parameters.items():
        direction = rng.normal(size=array.shape)
        sides = [traced(model.replace({name: array + sign * step * direction}), of).loss for sign in (1, -1)]
        along = (gradients[name] * direction).sum()
        assert (sides[0] - sides[1]) / (2 * step) == pytest.approx(along, rel=1e-5, abs=1e-8), name


def test_what_is_padded_does_not_count():
    model, of = conditional("lstm"), batch()
    assert of.source is not None
    inputs = of.source.inputs.copy()
    inputs[2:, 1] = 7
    other = replace(of, source=Source(inputs, of.source.lengths))
    first, second = traced(model, of), traced(model, other)
    assert first.loss == second.loss
    assert all(np.array_equal(first.gradients[name], second.gradients[name]) for name in model.parameters)


def test_without_a_loss_only_the_forward_pass_runs():
    model, of = conditional(), batch()
    forward = patterns.run(model, of, loss=False)
    assert np.array_equal(forward.logits, traced(model, of).logits)
    assert forward.loss == 0
    with pytest.raises(ValueError, match="loss"):
        _ = forward.gradients


def test_a_single_network_is_recorded():
    one, of = network("gru", E, 1, 2, output_size=K), replace(batch(), source=None)
    trace = patterns.run(one, of)
    assert trace.loss > 0
    assert set(trace.gradients) == set(one.parameters)


def test_counts_and_precisions():
    model = conditional("gru", 2)
    assert patterns.count(model) == sum(patterns.count(one) for one in (model.encoder, model.decoder))
    single = patterns.precision(model, "float32")
    assert {array.dtype.name for array in single.parameters.values()} == {"float32"}
    assert isinstance(single, ConditionalGenerator)
    assert traced(single, batch()).loss == pytest.approx(traced(model, batch()).loss, rel=1e-5)
    assert patterns.precision(model.decoder, "float32").dtype == "float32"


def test_what_does_not_fit_is_refused():
    model, of = conditional(), batch()
    with pytest.raises(InvalidValue, match="make both alike"):
        ConditionalGenerator(model.encoder, network("lstm", E, 1, 2, output_size=K))
    two_ways = network("gru", E, 1, 2, output_size=K, bidirectional=True)
    with pytest.raises(InvalidValue, match="reading forwards"):
        ConditionalGenerator(two_ways, two_ways)
    with pytest.raises(InvalidValue, match="with a source"):
        patterns.run(model, replace(of, source=None))
    with pytest.raises(InvalidValue, match="without a source"):
        patterns.run(model.decoder, of)
    with pytest.raises(InvalidType, match="a Network or a ConditionalGenerator"):
        patterns.run("gru", of)  # type: ignore[arg-type]
    with pytest.raises(InvalidValue, match="also encoder"):
        model.replace({"encoder.nothing": np.zeros(1)})
    with pytest.raises(InvalidValue, match="float64"):
        patterns.precision(model, "float16")
