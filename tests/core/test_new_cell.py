"""A new cell costs its file, its reference and its view: a toy is registered by these alone, and does all that any can.

The toy is tests/toy_cell.py: two blocks, of which one is a gate of a name that no other cell has, and one option.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
import torch
import toy_cell

from core import Network, PinGate, PinState, cells, depth, influence, jacobians, oracle, record, routes, sensitivity
from core.analysis import closed_loop, truncation
from core.errors import InvalidType, InvalidValue
from core.networks import sizes
from core.networks.architecture import suffix
from core.oracle import reference_cells
from core.oracle.reference import unroll
from core.passes import generation, losses
from core.passes.trace import Trace
from core.training import Recipe, train

ROOT = Path(__file__).resolve().parents[2]
T, B, D, H, K = 5, 3, 2, 4, 3
PLACES = [(0, "forward"), (0, "reverse"), (1, "forward"), (1, "reverse")]
PINS = (
    PinGate("keep", 0.9, units=(0, 2), steps=(1, 3)),
    PinGate("candidate", -0.4, units=1, steps=2, layer=1, direction="reverse"),
    PinState(0.0, units=3, steps=(2, 3)),
)


@pytest.fixture(autouse=True)
def toy() -> Iterator[None]:
    with toy_cell.registered():
        yield


def network(**given: Any) -> Network:
    """Two layers in both directions, every parameter drawn anew: none is zero."""
    options = {"num_layers": 2, "bidirectional": True, "output_size": K, "sharpness": 1.7} | given
    made = Network.initialise(toy_cell.NAME, D, hidden_size=H, **options)
    rng = np.random.default_rng(1)
    return made.replace({name: rng.normal(0, 0.6, a.shape).astype(a.dtype) for name, a in made.parameters.items()})


def recorded(net: Network | None = None, **given: Any) -> Trace:
    rng, net = np.random.default_rng(2), network() if net is None else net
    if not given.keys() & {"loss", "output_gradient"}:
        given["loss"] = losses.cross_entropy(rng.integers(0, K, (T, B)))
    return record(net, rng.normal(size=(T, B, D)), lengths=[3, T, 1], **given)


def initial(net: Network) -> dict[str, np.ndarray]:
    return {"hidden": np.random.default_rng(3).normal(size=(len(net.chains), B, H))}


RUNS = {
    "plain": lambda: recorded(),
    "from a given state": lambda: recorded(initial=initial(network())),
    "from a learned state": lambda: recorded(network(learned_initial=True)),
    "held": lambda: recorded(interventions=PINS),
    "without biases": lambda: recorded(network(bias=False)),
    "differentiated at its ends": lambda: recorded(
        output_gradient=np.ones((T, B, 2 * H)), final_gradient=initial(network())
    ),
}


@pytest.mark.parametrize("run", RUNS)
def test_its_gradients_are_autograds_and_those_of_finite_differences(run: str):
    proof = oracle.compare(RUNS[run]())
    assert proof.largest_from_autograd < 1e-10
    assert proof.largest_from_finite_differences < 1e-6
    assert {"l0.gates.keep", "l1_reverse.preactivations.candidate", "l0.hidden", "l0.initial_hidden"} <= set(
        proof.autograd
    )


def test_a_wrong_gradient_does_not_pass():
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(toy_cell.MinimalGated, "slopes", lambda self, tape: np.ones_like(tape.gates))
        assert oracle.compare(recorded(), sample=20).largest > 0.01


def test_its_states_and_gates_are_under_their_names():
    trace = recorded()
    chain = trace[1, "reverse"]
    assert tuple(chain.states) == tuple(chain.grad_states) == ("hidden",)
    assert tuple(chain.gates) == tuple(chain.grad_gates) == ("keep", "candidate")
    k, n = chain.gates["keep"], chain.gates["candidate"]
    np.testing.assert_allclose(chain.states["hidden"], (1 - k) * n + k * chain.previous_states["hidden"], atol=1e-15)
    np.testing.assert_array_equal(trace.final_states["hidden"][3], chain.final_hidden)
    with pytest.raises(ValueError, match='The cell "toy" has no cell'):
        _ = chain.cell


@pytest.mark.parametrize("held", [False, True])
def test_a_step_jacobian_is_autograds_of_that_step(held: bool):
    trace = recorded(interventions=PINS if held else ())
    for t in range(T):
        here = tuple(
            type(one)(**{**vars(one), "steps": 0})
            for one in trace.arguments["interventions"]
            if t in np.atleast_1d(one.steps)
        )
        before = {"hidden": np.stack([chain.previous_hidden[t] for chain in trace.chains.values()])}
        nodes = unroll(record(trace.network, trace.inputs[t : t + 1], initial=before, interventions=here)).nodes
        for place in PLACES:
            ending = suffix(place).removeprefix("_")
            rows = [
                torch.autograd.grad(unit, nodes[f"{ending}.initial_hidden"], retain_graph=True)[0]
                for unit in nodes[f"{ending}.hidden"][0].sum(0)
            ]
            for b in np.flatnonzero(trace.mask[t]):
                expected = torch.stack([row[b] for row in rows]).numpy()
                np.testing.assert_allclose(jacobians.step(trace, *place, b)[t], expected, rtol=1e-10, atol=1e-13)


def test_jacobians_between_steps_are_their_product():
    trace = recorded()
    J = jacobians.step(trace, sequence=1)
    np.testing.assert_allclose(jacobians.between(trace, 4, 1, sequence=1), J[4] @ J[3] @ J[2])
    net, start = network(num_layers=1, bidirectional=False), np.zeros((1, B, H))
    whole = jacobians.between(recorded(net), 4, -1, sequence=1)
    for unit in range(H):
        up, down = start.copy(), start.copy()
        up[0, 1, unit], down[0, 1, unit] = 1e-6, -1e-6
        ends = [recorded(net, initial={"hidden": one})[0, "forward"].hidden[4, 1] for one in (up, down)]
        np.testing.assert_allclose(whole[:, unit], (ends[0] - ends[1]) / 2e-6, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("ask", [jacobians.slopes, jacobians.mean_slope])
def test_it_has_no_one_slope(ask: Any):
    with pytest.raises(InvalidValue, match='one of "rnn", "jordan", "general", with one nonlinearity φ, but got "toy"'):
        ask(recorded())


def test_it_has_no_one_matrix():
    assert not jacobians.one_matrix(network())
    with pytest.raises(InvalidValue, match='"rnn", which alone has one recurrent matrix W_hh, but got "toy"'):
        jacobians.bound(recorded(), 2)


@pytest.mark.parametrize("place", PLACES)
def test_what_every_loss_sends_adds_up(place: tuple[int, str]):
    trace = recorded()
    by_loss = sensitivity.loss_by_state_vectors(trace, *place, 1)
    np.testing.assert_allclose(by_loss.sum(axis=0), trace[place].grad_hidden[:, 1], atol=1e-14)


@pytest.mark.parametrize("run", ["plain", "held", "differentiated at its ends"])
@pytest.mark.parametrize("place", PLACES)
def test_its_routes_add_up_to_the_whole(place: tuple[int, str], run: str):
    trace = RUNS[run]()
    for b in range(B):
        parts = routes.routes(trace, *place, b)
        assert tuple(parts) == ("carry", "keep", "candidate", "outside")
        np.testing.assert_allclose(sum(parts.values()), trace[place].grad_hidden[:, b], atol=1e-14)
        along = sum(routes.projections(trace, *place, b).values())
        np.testing.assert_allclose(along, np.linalg.norm(trace[place].grad_hidden[:, b], axis=1), atol=1e-14)
    chain = trace[place]
    carry = (chain.gates["keep"] * chain.grad_hidden)[:, 1]
    if run == "plain":  # held states hear nothing along the carry
        one = carry[1:] if place[1] == "forward" else carry[:-1]
        found = routes.routes(trace, *place, 1)["carry"]
        np.testing.assert_allclose(found[:-1] if place[1] == "forward" else found[1:], one)


def test_what_positions_add_adds_up():
    trace = recorded(network(learned_initial=True))
    for name, gradient in trace.gradients.items():
        parts = trace.contributions(name)
        assert parts.shape == (T, *gradient.shape)
        np.testing.assert_allclose(parts.sum(axis=0), gradient, atol=1e-14)


def test_gates_and_units_can_be_held():
    trace = recorded(interventions=PINS)
    gate, free = trace[0, "forward"].gates["keep"], recorded()[0, "forward"].gates["keep"]
    assert (gate[1][:, [0, 2]][trace.mask[1]] == 0.9).all()
    assert not (free[1][:, [0, 2]][trace.mask[1]] == 0.9).any()
    assert not trace[0, "forward"].grad_preactivations["keep"][1][:, [0, 2]].any()
    assert not trace[0, "forward"].hidden[2:4, :, 3].any()
    with pytest.raises(InvalidValue, match='gate must be one of "keep", "candidate", but got \'forget\''):
        recorded(interventions=(PinGate("forget", 1.0),))


@pytest.mark.parametrize(("k1", "k2"), [(1, 2), (2, 2), (3, 1)])
def test_truncated_its_gradients_are_those_of_detached_graphs(k1: int, k2: int):
    trace = recorded(network(bidirectional=False))
    proof = oracle.compare(trace, sample=5, truncation=truncation.truncated(trace, k1, k2))
    assert max(value for name, value in proof.autograd.items() if name.startswith("truncated.")) < 1e-10


def test_by_depth_by_time_and_by_input():
    trace = recorded()
    split = depth.split(trace, 0, "reverse")
    np.testing.assert_allclose(split.time + split.depth, trace[0, "reverse"].grad_hidden, atol=1e-15)
    seen = influence.output_by_input(recorded(network(bidirectional=False)), sequence=1)
    assert (seen[np.tril_indices(T)] > 0).all()
    assert not seen[np.triu_indices(T, 1)].any()


def test_its_state_dict_comes_back():
    net = network(learned_initial=True)
    tensors = {name: torch.tensor(array) for name, array in net.parameters.items()}
    same = Network.from_state_dict(tensors, cell=toy_cell.NAME, sharpness=1.7)
    assert (same.hidden_size, same.num_layers, same.bidirectional, same.learned_initial) == (H, 2, True, True)
    np.testing.assert_array_equal(recorded(same).outputs, recorded(net).outputs)
    other = Network.from_state_dict(tensors, cell=toy_cell.NAME)
    assert not np.array_equal(recorded(other).outputs, recorded(net).outputs), "its option counts"
    with pytest.raises(InvalidType, match='the options of the cell "toy" must be among "sharpness", but got sharpnes'):
        Network.from_state_dict(tensors, cell=toy_cell.NAME, sharpnes=1.7)
    with pytest.raises(InvalidValue, match='weight_ih_l0 must be 2 blocks of H rows each, for the cell "toy"'):
        Network.from_state_dict({"weight_ih_l0": np.zeros((3, 2))}, cell=toy_cell.NAME)


def test_how_it_is_initialised():
    made = Network.initialise(toy_cell.NAME, D, hidden_size=H, scheme="gaussian", spectral_radius=0.9, forget_bias=2.5)
    for block in np.split(made.parameters["weight_hh_l0"], 2):
        assert np.abs(np.linalg.eigvals(block)).max() == pytest.approx(0.9)
    np.testing.assert_array_equal(made.parameters["bias_ih_l0"], [2.5] * H + [0.0] * H)
    for block in np.split(made.rescaled(0.3).parameters["weight_hh_l0"], 2):
        assert np.abs(np.linalg.eigvals(block)).max() == pytest.approx(0.3)


def test_it_keeps_single_precision():
    trace = recorded(network(dtype="float32"))
    assert {trace.outputs.dtype, trace[0, "reverse"].grad_hidden.dtype, trace.gradients["weight_hh_l1"].dtype} == {
        np.dtype(np.float32)
    }
    assert routes.routes(trace)["carry"].dtype == jacobians.step(trace).dtype == np.float32


def test_a_budget_buys_units_of_it():
    lstm = Network.initialise("lstm", D, hidden_size=6)
    hidden = sizes.units_for(lstm, toy_cell.NAME, sizes.parameters(lstm))
    counts = [sizes.parameters(Network.initialise(toy_cell.NAME, D, hidden_size=hidden + n)) for n in (-1, 0, 1)]
    distances = [abs(count - sizes.parameters(lstm)) for count in counts]
    assert distances[1] == min(distances)


def test_it_forecasts_and_its_loop_can_be_closed():
    net = Network.initialise(toy_cell.NAME, D, hidden_size=H, output_size=D, output="identity", scheme="gaussian")
    known = np.random.default_rng(4).normal(size=(6, 1, D))
    said = generation.forecast(net, known, 4)
    loop = closed_loop.close(record(net, np.concatenate([known, said[:-1]])))
    for i in range(D):
        moved = np.zeros_like(known)
        moved[-1, 0, i] = 1e-6
        above, below = (generation.forecast(net, known + s * moved, 4)[:, 0] for s in (1, -1))
        np.testing.assert_allclose(loop.growth(5, 4)[:, :, i], (above - below) / 2e-6, rtol=1e-6, atol=1e-9)


def test_it_is_trained():
    recipe = Recipe("temporal order", cell=toy_cell.NAME, hidden=4, updates=3, batch=4, forget_bias=1.0)
    assert recipe.equations == toy_cell.MinimalGated()
    steps = list(train(recipe, at=[3]))
    model: Any = steps[-1].snapshot.model
    assert model.cell == toy_cell.NAME
    moved = model.parameters["weight_hh_l0"] - recipe.model().parameters["weight_hh_l0"]
    assert np.abs(moved).min() > 0


class Other(toy_cell.MinimalGated):
    name: ClassVar = "other"


def test_it_goes_as_it_came():
    before = cells.names()
    with cells.registered(Other), reference_cells.registered("other", reference_cells.REFERENCES[toy_cell.NAME]):
        kept = Network.initialise("other", D, output_size=K)
        assert cells.names() == (*before, "other")
        assert oracle.compare(recorded(kept), sample=10).largest < 1e-6
    assert cells.names() == before
    assert "other" not in reference_cells.REFERENCES
    with pytest.raises(InvalidValue, match="cell must be one of"):
        Network.initialise("other", D)
    assert recorded(kept).finite, "a network that is there stays"


def test_what_is_there_is_not_registered_again():
    with pytest.raises(InvalidValue, match='cell must be a new one, but got another "toy"'), toy_cell.registered():
        pass
    with pytest.raises(InvalidValue, match='the reference must be of a new cell, but got another of "gru"'):
        reference_cells.register("gru", reference_cells.REFERENCES["gru"])
    assert toy_cell.NAME in cells.names()
    assert recorded().finite


# ------------------------------------------------------------------------------------ nobody compares a cell's name

OWN = ("core/cells/", "core/oracle/reference_cells.py", "explorer/look/cells/")  # where a cell is at home
NOT_OF_CELLS = {"system", "kind"}  # Settings.system may be "rnn": a network, of whatever cell


def comparisons(source: str) -> list[int]:
    """The lines that compare something with the name of a cell."""
    known = {*cells.names(), *toy_cell.views.CELLS}
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare):
            parts = [node.left, *node.comparators]
        elif isinstance(node, ast.match_case):
            parts = [part.value for part in ast.walk(node.pattern) if isinstance(part, ast.MatchValue)]
        else:
            continue
        names = {part.value for whole in parts for part in ast.walk(whole) if isinstance(part, ast.Constant)}
        about = {getattr(part, "attr", getattr(part, "id", "")) for part in parts}
        if names & known and not about & NOT_OF_CELLS:
            found.append(node.pattern.lineno if isinstance(node, ast.match_case) else node.lineno)
    return found


def test_nothing_compares_a_cells_name():
    files = [path for part in ("core", "explorer", "pages") for path in (ROOT / part).rglob("*.py")]
    assert len(files) > 200
    outside = [path for path in files if not path.relative_to(ROOT).as_posix().startswith(OWN)]
    found = {path.relative_to(ROOT).as_posix(): comparisons(path.read_text(encoding="utf-8")) for path in outside}
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "source",
    [
        'if network.cell == "lstm": ...',
        'x = cell in ("gru", "lstm")',
        'x = "rnn" != settings.cell',
        'match cell:\n    case "jordan": ...',
    ],
)
def test_a_comparison_is_seen(source: str):
    assert comparisons(source)


def test_what_is_no_comparison_of_a_cell_is_let_be():
    assert not comparisons('x = settings.system == "rnn"\ny = Network.initialise(cell="lstm")\nz = kind != "every"')
