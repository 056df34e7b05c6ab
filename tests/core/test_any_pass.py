"""Networks and inputs of any shape: lengths, and what is held in a pass, against what they are made of."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from battery import CELLS, GATES
from hypothesis import given, settings
from hypothesis import strategies as st

from core import oracle
from core.networks.network import Network
from core.passes.interventions import Intervention, PinGate, PinState
from core.passes.losses import Loss
from core.passes.record import record
from core.passes.trace import Trace

Array = np.ndarray
Drawn = tuple[Network, dict[str, Any]]
COSTLY = settings(max_examples=max(8, settings.default.max_examples // 10))  # a graph of autograd's an example


@st.composite
def passes(draw: st.DrawFn, **limits: Any) -> Drawn:
    """A network, and what record() is given with it: inputs, targets, lengths, initial states."""
    cell = draw(st.sampled_from(limits.get("cells", list(CELLS))))
    T, B, D, H, K = (draw(st.integers(least, most)) for least, most in ((2, 6), (1, 4), (1, 3), (1, 4), (1, 3)))
    options: dict[str, Any] = {
        "num_layers": draw(st.integers(1, limits.get("layers", 3))),
        "bidirectional": draw(st.booleans()),
        "bias": draw(st.booleans()),
        "output_size": K,
    }
    network = Network.initialise(**CELLS[cell], input_size=D, hidden_size=H, **options)
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    network = network.replace({name: rng.normal(0, 0.7, a.shape) for name, a in network.parameters.items()})
    arguments: dict[str, Any] = {
        "inputs": rng.normal(size=(T, B, D)),
        "loss": Loss("cross_entropy", rng.integers(0, K, (T, B)), at=draw(st.sampled_from(["every", "last"]))),
    }
    if limits.get("padded") or draw(st.booleans()):
        arguments["lengths"] = np.array(draw(st.lists(st.integers(1, T), min_size=B, max_size=B)))
    if draw(st.booleans()):
        for state in network.equations.states:
            arguments[f"initial_{state}"] = rng.normal(size=(len(network.chains), B, H))
    return network, arguments


@st.composite
def pinned(draw: st.DrawFn, **limits: Any) -> Drawn:
    """The same with up to four interventions anywhere."""
    network, arguments = draw(passes(**limits))
    steps, gates = len(arguments["inputs"]), GATES.get(network.cell, ())
    units = st.one_of(st.none(), st.lists(st.integers(0, network.hidden_size - 1), max_size=3).map(tuple))
    at = st.one_of(st.none(), st.lists(st.integers(0, steps - 1), max_size=4).map(tuple), st.integers(0, steps - 1))

    @st.composite
    def one(draw: st.DrawFn) -> Intervention:
        layer, direction = draw(st.sampled_from(network.chains))
        place = {"units": draw(units), "steps": draw(at), "layer": layer, "direction": direction}
        value = draw(st.floats(-1, 1))
        if gates and draw(st.booleans()):
            return PinGate(draw(st.sampled_from(gates)), value, **place)
        return PinState(value, **place)

    return network, arguments | {"interventions": tuple(draw(st.lists(one(), min_size=1, max_size=4)))}


# ------------------------------------------------------------------------------------------------- lengths


def alone(network: Network, arguments: dict[str, Any], b: int) -> Trace:
    """Sequence b by itself, without its padding."""
    length = int(arguments["lengths"][b])
    loss = arguments["loss"]
    own = {name: value[:, b : b + 1] for name, value in arguments.items() if name.startswith("initial")}
    targets = loss.targets[:length, b : b + 1]
    return record(network, arguments["inputs"][:length, b : b + 1], loss=Loss(loss.kind, targets, at=loss.at), **own)


@given(passes(padded=True))
def test_a_batch_is_each_of_its_sequences_alone(drawn: Drawn) -> None:
    """Whatever stands in its padding."""
    network, arguments = drawn
    arguments["inputs"][np.arange(len(arguments["inputs"]))[:, None] >= arguments["lengths"]] = np.nan
    trace = record(network, **arguments)
    each = [alone(network, arguments, b) for b in range(trace.inputs.shape[1])]
    for b, one in enumerate(each):
        length = len(one.inputs)
        silent = {"outputs": (trace.outputs, one.outputs), "losses": (trace.losses, one.losses)}
        silent |= {"logits": (trace.logits, one.logits), "∂L/∂x": (trace.grad_inputs, one.grad_inputs)}
        others = {}
        for place, chain in trace.chains.items():
            own = one.chains[place]
            silent[f"h of {place}"] = chain.hidden, own.hidden
            silent[f"∂L/∂h of {place}"] = chain.grad_hidden, own.grad_hidden
            others |= {f"{name} of {place}": (gate, own.gates[name]) for name, gate in chain.gates.items()}
        for name, (ours, expected) in (silent | others).items():
            np.testing.assert_allclose(ours[:length, b], expected[:, 0], rtol=1e-9, atol=1e-12, err_msg=name)
            assert name in others or not ours[length:, b].any(), f"{name} at padded steps"
    for name, gradient in trace.gradients.items():
        total = sum(one.gradients[name] for one in each)
        np.testing.assert_allclose(gradient, total, rtol=1e-9, atol=1e-11, err_msg=name)
    assert trace.loss == pytest.approx(sum(one.loss for one in each))


# ------------------------------------------------------------------------------------------------- what is held


def sigmoid(a: Array) -> Array:
    return 1 / (1 + np.exp(-a))


def held(trace: Trace, place: tuple[int, str], t: int, gate: str | None) -> dict[int, float]:
    """Unit -> the value that it is held at, at position t: of a gate, or of h."""
    found: dict[int, float] = {}
    for one in trace.arguments["interventions"]:
        if (one.layer, one.direction) != place or getattr(one, "gate", None) != gate:
            continue
        if one.steps is not None and t not in np.atleast_1d(one.steps):
            continue
        units = range(trace.network.hidden_size) if one.units is None else one.units
        found |= dict.fromkeys(map(int, np.atleast_1d(np.array(units, int))), one.value)
    return found


def by_hand(trace: Trace, place: tuple[int, str], b: int) -> Array:
    """(T_b, H): the states of one sequence of one chain, by the equations as they are printed."""
    network, H = trace.network, trace.network.hidden_size
    p, x = network.weights(place), trace.chains[place].inputs
    zero = np.zeros(4 * H)
    steps = range(int(trace.lengths[b]))
    index = network.chains.index(place)
    h, c = (
        np.zeros(H) if given_initial is None else given_initial[index, b]
        for given_initial in (trace.arguments["initial_hidden"], trace.arguments.get("initial_cell"))
    )
    states = np.zeros((len(steps), H))
    for t in steps if place[1] == "forward" else reversed(steps):

        def gate(name: str, value: Array, t: int = t) -> Array:
            value = value.copy()
            for unit, pin in held(trace, place, t, name).items():
                value[unit] = pin
            return value

        i = p["weight_ih"] @ x[t, b] + p.get("bias_ih", zero)[: len(p["weight_ih"])]
        r = p["weight_hh"] @ h + p.get("bias_hh", zero)[: len(p["weight_hh"])]
        if network.cell == "rnn":
            h = np.tanh(i + r)
        elif network.cell == "lstm":
            a, b_, g, o = np.split(i + r, 4)
            c = gate("forget", sigmoid(b_)) * c + gate("input", sigmoid(a)) * gate("candidate", np.tanh(g))
            h = gate("output", sigmoid(o)) * np.tanh(c)
        else:
            (i_r, i_z, i_n), (r_r, r_z, r_n) = np.split(i, 3), np.split(r, 3)
            reset, z = gate("reset", sigmoid(i_r + r_r)), gate("update", sigmoid(i_z + r_z))
            h = (1 - z) * gate("candidate", np.tanh(i_n + reset * r_n)) + z * h
        for unit, pin in held(trace, place, t, None).items():
            h = np.where(np.arange(H) == unit, pin, h)
        states[t] = h
    return states


@given(pinned(cells=["elman-tanh", "gru", "lstm"]))
def test_a_pass_in_which_something_is_held_is_the_one_made_by_hand(drawn: Drawn) -> None:
    network, arguments = drawn
    trace = record(network, **arguments)
    for place, chain in trace.chains.items():
        for b, length in enumerate(trace.lengths):
            states = by_hand(trace, place, b)
            np.testing.assert_allclose(chain.hidden[:length, b], states, rtol=1e-9, atol=1e-12)


@COSTLY
@given(pinned(layers=2))
def test_its_gradients_are_autograds(drawn: Drawn) -> None:
    network, arguments = drawn
    trace = record(network, **arguments)
    ours, exact = oracle.recorded(trace), oracle.autograd(trace)
    differences = {name: oracle.difference(ours[name], exact[name]) for name in ours}
    assert max(differences.values()) <= 1e-10, differences


@given(pinned())
def test_what_is_held_has_its_value_and_nothing_leads_to_it(drawn: Drawn) -> None:
    network, arguments = drawn
    trace = record(network, **arguments)
    for place, chain in trace.chains.items():
        for b, length in enumerate(trace.lengths):
            for t in range(int(length)):
                for unit, value in held(trace, place, t, None).items():
                    assert chain.hidden[t, b, unit] == value
                for name, gate in chain.gates.items():
                    for unit, value in held(trace, place, t, name).items():
                        assert gate[t, b, unit] == value
                        assert chain.grad_preactivations[name][t, b, unit] == 0
