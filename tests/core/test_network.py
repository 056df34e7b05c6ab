"""Initialisations by name, names and shapes of the parameters, the way there and back."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
import torch
from battery import CELLS, HIDDEN, INPUTS, OUTPUTS, Case

from core.analysis import jacobians
from core.networks.network import Network
from core.passes.record import record

SCHEMES = ["pytorch", "xavier", "orthogonal", "identity", "gaussian", "spectral"]
BLOCKS = {"rnn": 1, "gru": 3, "lstm": 4}


def made(cell: str = "rnn", hidden_size: int = 16, **options: Any) -> Network:
    return Network.initialise(cell, input_size=5, hidden_size=hidden_size, **options)


def recurrent(network: Network) -> list[np.ndarray]:
    return np.split(network.parameters["weight_hh_l0"], BLOCKS[network.cell])


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("learned", [True, False])
def test_a_state_dict_comes_back(cell: str, learned: bool, bias: bool):
    network = Case(cell, 2, bidirectional=True, learned=learned, bias=bias).network()
    options = {name: value for name, value in CELLS[cell].items() if name != "peepholes"}
    again = Network.from_state_dict(network.parameters, **options)
    assert list(again.parameters) == list(network.parameters)
    for name, array in network.parameters.items():
        np.testing.assert_array_equal(again.parameters[name], array)
    for field in ("cell", "input_size", "hidden_size", "num_layers", "bidirectional", "output_size", "dtype"):
        assert getattr(again, field) == getattr(network, field), field
    inputs = np.ones((3, 1, INPUTS))
    np.testing.assert_array_equal(record(again, inputs).logits, record(network, inputs).logits)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.float16])
def test_a_module_of_pytorch_is_taken_as_it_is(dtype: torch.dtype):
    module = torch.nn.LSTM(3, 4, 2, bidirectional=True).to(dtype)
    network = Network.from_state_dict(module.state_dict(), cell="lstm")
    assert list(network.parameters) == list(module.state_dict())
    assert network.parameters["weight_ih_l0"].dtype == (np.float32 if dtype == torch.float32 else np.float64)
    assert (network.input_size, network.hidden_size, network.num_layers) == (3, 4, 2)
    assert network.bidirectional


def test_names_and_shapes():
    shapes = {name: array.shape for name, array in Case("lstm-peepholes", 2, learned=True).network().parameters.items()}
    assert shapes["weight_ih_l0"] == (4 * HIDDEN, INPUTS)
    assert shapes["weight_ih_l1"] == (4 * HIDDEN, HIDDEN)
    assert shapes["weight_ci_l1"] == shapes["initial_cell_l1"] == (HIDDEN,)
    assert shapes["readout.weight"] == (OUTPUTS, HIDDEN)
    jordan = Case("jordan").network().parameters
    assert jordan["weight_ho_l0"].shape == (OUTPUTS, HIDDEN)
    assert jordan["weight_oh_l0"].shape == (HIDDEN, OUTPUTS)
    assert "weight_hh_l0" not in jordan
    assert "weight_hh_l0" in Case("general").network().parameters


def test_is_frozen():
    network = made()
    with pytest.raises(dataclasses.FrozenInstanceError):
        network.hidden_size = 3  # type: ignore[misc]
    with pytest.raises(TypeError):
        network.parameters["weight_ih_l0"] = np.zeros(1)  # type: ignore[index]
    with pytest.raises(ValueError, match="read-only"):
        network.parameters["weight_ih_l0"][0, 0] = 1


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("cell", list(BLOCKS))
def test_the_seed_decides(cell: str, scheme: str):
    options = {"scheme": scheme, "spectral_radius": 1.2 if scheme == "spectral" else None}
    first, again, other = (made(cell, seed=seed, **options).parameters for seed in (3, 3, 4))
    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert not np.array_equal(first["weight_ih_l0"], other["weight_ih_l0"])


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("cell", list(BLOCKS))
def test_gain_scales_the_recurrent_weights_alone(cell: str, scheme: str):
    one, two = made(cell, scheme=scheme).parameters, made(cell, scheme=scheme, gain=2.0).parameters
    for name in one:
        np.testing.assert_allclose(two[name], one[name] * (2 if name.startswith("weight_hh") else 1))


def test_the_inputs_do_not_depend_on_the_recurrent_scheme():
    drawn = [made("lstm", scheme=scheme, output_size=3).parameters for scheme in ("gaussian", "spectral")]
    for name in ("weight_ih_l0", "readout.weight"):
        np.testing.assert_array_equal(drawn[0][name], drawn[1][name])


@pytest.mark.parametrize("cell", list(BLOCKS))
def test_pytorch(cell: str):
    for name, array in made(cell, 64).parameters.items():
        assert np.abs(array).max() <= 1 / 8, name
        assert np.abs(array).max() > 0.9 / 8


@pytest.mark.parametrize("cell", list(BLOCKS))
def test_xavier(cell: str):
    for block in recurrent(made(cell, 64, scheme="xavier")):
        limit = np.sqrt(6 / 128)
        assert 0.95 * limit < np.abs(block).max() <= limit


@pytest.mark.parametrize("cell", list(BLOCKS))
def test_orthogonal(cell: str):
    for block in recurrent(made(cell, scheme="orthogonal", gain=3.0)):
        np.testing.assert_allclose(block @ block.T, 9 * np.eye(16), atol=1e-12)


def test_identity():
    network = made(scheme="identity", hidden_size=100)
    np.testing.assert_array_equal(recurrent(network)[0], np.eye(100))
    assert not network.parameters["bias_hh_l0"].any()
    assert network.parameters["weight_ih_l0"].std() == pytest.approx(1e-3, rel=0.2)


@pytest.mark.parametrize("cell", list(BLOCKS))
def test_gaussian(cell: str):
    network = made(cell, 200, scheme="gaussian", gain=1.5)
    for block in recurrent(network):
        assert block.std() == pytest.approx(1.5 / np.sqrt(200), rel=0.03)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("cell", list(BLOCKS))
def test_spectral_radius(cell: str, scheme: str):
    for block in recurrent(made(cell, scheme=scheme, spectral_radius=0.9)):
        assert jacobians.spectral_radius(block) == pytest.approx(0.9)


def test_forget_bias():
    plain, biased = made("lstm").parameters, made("lstm", forget_bias=1.0).parameters
    change = biased["bias_ih_l0"] - plain["bias_ih_l0"]
    np.testing.assert_allclose(change, np.repeat([0.0, 1.0, 0.0, 0.0], 16), atol=1e-15)
    np.testing.assert_array_equal(biased["bias_hh_l0"], plain["bias_hh_l0"])


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_scheme_for_every_cell(cell: str, scheme: str):
    network = Network.initialise(
        **CELLS[cell], input_size=3, hidden_size=4, num_layers=2, bidirectional=True, scheme=scheme,
        output_size=2, learned_initial=True, dtype="float32",
    )  # fmt: skip
    assert {array.dtype for array in network.parameters.values()} == {np.dtype(np.float32)}
    assert record(network, np.ones((4, 2, 3), np.float32)).finite


def test_learned_initial_states_are_where_the_chains_start():
    case = Case("lstm", 2, bidirectional=True, learned=True)
    trace = case.record()
    for (layer, direction), chain in trace.chains.items():
        suffix = f"l{layer}{'_reverse' if direction == 'reverse' else ''}"
        for name in ("hidden", "cell"):
            learned = trace.network.parameters[f"initial_{name}_{suffix}"]
            assert (getattr(chain, f"initial_{name}") == learned).all()
            gradient = getattr(chain, f"grad_initial_{name}").sum(0)
            np.testing.assert_allclose(trace.gradients[f"initial_{name}_{suffix}"], gradient)


def test_a_given_initial_state_takes_the_place_of_the_learned_one():
    trace = Case("gru", initial=True, learned=True).record()
    assert (trace[0, "forward"].initial_hidden == trace.arguments["initial_hidden"][0]).all()
    assert not trace.gradients["initial_hidden_l0"].any()
