"""Trees and the recursive network: shapes, and every gradient against autograd, finite differences and the chain."""

from __future__ import annotations

from itertools import product
from math import ceil, floor, log2
from typing import Any

import numpy as np
import pytest

from core import Network, PinGate, PinState, RecursiveNetwork, Tree, oracle, record
from core.errors import InvalidType, InvalidValue, NotRecorded
from core.oracle import trees
from core.passes import bracketing
from core.passes.losses import Loss
from core.passes.record_tree import record_tree
from core.passes.tree_trace import TreeTrace

SHAPES = {
    "leaf": Tree(1, ()),
    "pair": Tree.balanced(2),
    "balanced": Tree.balanced(6),
    "left": Tree.left(5),
    "right": Tree.right(5),
    "bracketed": bracketing.parse("((the film) (was (not good)) at all)")[1],
}
NONLINEARITIES = ("tanh", "relu", "sigmoid", "identity")
D, H, K, B = 2, 4, 3, 2


def network(nonlinearity: str = "tanh", output_size: int | None = K, dtype: str = "float64") -> RecursiveNetwork:
    """Every parameter drawn anew, so that none is zero."""
    shapes = RecursiveNetwork.initialise(D, H, output_size=output_size).shapes
    rng = np.random.default_rng(1)
    drawn = {name: rng.normal(0, 0.6, shape).astype(dtype) for name, shape in shapes.items()}
    return RecursiveNetwork(D, H, output_size, nonlinearity, dtype=dtype, parameters=drawn)


def recorded(shape: str, at: str = "last", kind: str = "cross_entropy", **of_network: Any) -> TreeTrace:
    tree, net = SHAPES[shape], network(**of_network)
    rng = np.random.default_rng(2)
    nodes = (tree.nodes, B) if at == "every" else (B,)
    width = net.output_size or H
    y = rng.integers(0, width, nodes) if kind == "cross_entropy" else rng.uniform(size=(*nodes, width))
    return record_tree(net, tree, rng.normal(size=(tree.leaves, B, D)), loss=Loss(kind, y, at=at))


# ------------------------------------------------------------------------------------------------- the tree


def test_nodes_are_numbered_from_the_leaves_up():
    assert Tree.balanced(5).children == ((0, 1), (3, 4), (5, 2), (7, 6))
    assert Tree.left(4).children == ((0, 1), (4, 2), (5, 3))
    assert Tree.right(4).children == ((2, 3), (1, 4), (0, 5))
    for tree in SHAPES.values():
        assert (np.diff(tree.heights) >= 0).all()
        assert all(max(pair) < tree.leaves + k for k, pair in enumerate(tree.children))
        assert tree.spans[tree.root] == (0, tree.leaves - 1)


def test_one_shape_is_one_tree_in_whatever_order_it_is_given():
    assert Tree(4, ((2, 3), (0, 1), (5, 4))) == Tree.balanced(4)
    assert hash(Tree(2, ((0, 1),))) == hash(Tree.balanced(2))


@pytest.mark.parametrize("leaves", [1, 2, 3, 12, 31, 32, 33, 60])
def test_paths(leaves: int):
    assert Tree.balanced(leaves).paths.max() == 1 + ceil(log2(leaves))
    assert Tree.balanced(leaves).paths.min() == 1 + floor(log2(leaves))
    spine = [leaves, *range(leaves, 1, -1)][:leaves]
    assert Tree.left(leaves).paths.tolist() == spine
    assert Tree.right(leaves).paths.tolist() == spine[::-1]


def test_the_way_up():
    tree = Tree.balanced(5)
    assert tree.way_up(1) == [1, 5, 7, 8]
    assert tree.way_up(8) == [8]
    assert tree.depths.tolist() == [3, 3, 2, 2, 2, 2, 1, 1, 0]


@pytest.mark.parametrize(
    ("leaves", "children", "message"),
    [
        (0, (), "leaves must be at least 1"),
        (3, ((0, 1),), "children must be 2 pairs, for 3 leaves, but got 1 pairs"),
        (3, ((0, 2), (1, 3)), r"pairs of neighbours, each node joined once, but got \(0, 2\)"),
        (3, ((0, 1), (0, 2)), r"got \(0, 2\)"),
        (3, ((1, 0), (3, 2)), r"got \(1, 0\)"),
        (3, ((0, 3), (1, 2)), r"got \(0, 3\)"),
        (2, ((0, 0),), r"got \(0, 0\)"),
        (2, ((0, 7),), r"got \(0, 7\)"),
    ],
)
def test_what_is_no_tree(leaves: int, children: Any, message: str):
    with pytest.raises(InvalidValue, match=message):
        Tree(leaves, children)


# ------------------------------------------------------------------------------------------------- brackets


@pytest.mark.parametrize(
    ("text", "binary"),
    [
        ("((the film) (was (not good)))", "((the film) (was (not good)))"),
        ("(a b c)", "((a b) c)"),
        ("a b c d", "(((a b) c) d)"),
        ("(a (b c d) e)", "((a ((b c) d)) e)"),
        ("((a))", "a"),
        ("(a)(b)", "(a b)"),
        ("((a(b)c)(d))((e)f)", "((((a b) c) d) (e f))"),
        (" ( it’s\n\tנחמד ) 🙂", "((it’s נחמד) 🙂)"),
    ],
)
def test_brackets(text: str, binary: str):
    words, tree = bracketing.parse(text)
    assert bracketing.write(tree, words) == binary
    assert bracketing.parse(binary) == (words, tree)


@pytest.mark.parametrize("tree", SHAPES.values(), ids=list(SHAPES))
def test_what_is_written_is_read_again(tree: Tree):
    words = tuple(f"w{k}" for k in range(tree.leaves))
    assert bracketing.parse(bracketing.write(tree, words)) == (words, tree)


@pytest.mark.parametrize(
    ("text", "got"),
    [
        ("(a (b c)", "a “(” at character 1 that is never closed"),
        ("(a b)) c", "a “)” too many at character 6"),
        ("a () b", "an empty pair at character 3"),
        ("a (( )) b", "an empty pair at character 4"),
        ("  ", "no word"),
    ],
)
def test_brackets_that_are_none(text: str, got: str):
    with pytest.raises(InvalidValue) as error:
        bracketing.parse(text)
    assert error.value.got == got


def test_very_deep_brackets():
    n = 3000
    words, tree = bracketing.parse("(" * n + "a" + " b)" * n)
    assert (len(words), tree.paths.max()) == (n + 1, n + 1)
    assert tree == Tree.left(n + 1)


# ------------------------------------------------------------------------------------------------- the pass


@pytest.mark.parametrize("nonlinearity", NONLINEARITIES)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("at", ["last", "every"])
def test_every_gradient(shape: str, nonlinearity: str, at: str):
    proof = trees.compare(recorded(shape, at, nonlinearity=nonlinearity))
    assert proof.largest_from_autograd <= 1e-10
    assert proof.largest_from_finite_differences <= 1e-6


@pytest.mark.parametrize(("kind", "output_size"), list(product(("squared_error", "sigmoid"), (None, 1, K))))
def test_every_loss(kind: str, output_size: int | None):
    proof = trees.compare(recorded("bracketed", "every", kind, output_size=output_size))
    assert proof.largest_from_autograd <= 1e-10


@pytest.mark.parametrize("shape", SHAPES)
def test_float32(shape: str):
    trace = recorded(shape, dtype="float32")
    arrays = [trace.hidden, trace.losses, trace.grad_hidden, trace.grad_inputs, *trace.gradients.values()]
    arrays += [trace.contributions(name) for name in trace.gradients]
    assert {array.dtype for array in arrays} == {np.dtype("float32")}
    assert trees.compare(trace, sample=10).largest_from_autograd <= 1e-4


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("at", ["last", "every"])
def test_states_held_at_a_value(shape: str, at: str):
    plain = recorded(shape, at)
    root = plain.tree.root
    pins = (PinState(0.0, units=(1, 2)), PinState(0.7, units=0, steps=(0, root)))
    trace = record_tree(plain.network, plain.tree, plain.inputs, loss=plain.given, interventions=pins)
    assert not trace.hidden[:, :, 1:3].any()
    assert (trace.hidden[[0, root], :, 0] == 0.7).all()
    assert trace.held.sum() == B * (2 * plain.tree.nodes + len({0, root}))
    assert not trace.grad_preactivations[trace.held].any()
    assert trace.grad_hidden[root, :, :3].all(), "the gradient by the value itself stays"
    proof = trees.compare(trace)
    assert proof.largest_from_autograd <= 1e-10
    assert proof.largest_from_finite_differences <= 1e-6


def test_the_pinned_comb_is_a_pinned_chain():
    trace = recorded("left")
    p, T = trace.network.parameters, trace.tree.leaves
    pinned = record_tree(trace.network, trace.tree, trace.inputs, loss=trace.given,
                         interventions=[PinState(units=1, steps=(T + 1, T + 2))])  # fmt: skip
    weights = {"weight_ih_l0": p["weight_right"], "weight_hh_l0": p["weight_left"], "bias_ih_l0": p["bias"]}
    readout = {name: p[name] for name in ("readout.weight", "readout.bias")}
    chain = record(Network.from_state_dict(weights | readout, cell="rnn"), pinned.hidden[1:T], loss=trace.given,
                   initial_hidden=pinned.hidden[:1], interventions=[PinState(units=1, steps=(1, 2))])  # fmt: skip
    np.testing.assert_allclose(chain.grad_inputs, pinned.grad_hidden[1:T], rtol=1e-12, atol=1e-15)
    assert chain.loss == pytest.approx(pinned.loss, rel=1e-12)
    assert chain.loss != pytest.approx(trace.loss)


def test_both_matrices_are_rescaled():
    parameters = network().rescaled(0.7).parameters
    for name in ("weight_left", "weight_right"):
        assert np.abs(np.linalg.eigvals(parameters[name])).max() == pytest.approx(0.7)
    np.testing.assert_array_equal(parameters["weight_ih"], network().parameters["weight_ih"])


@pytest.mark.parametrize("shape", SHAPES)
def test_what_the_nodes_add_sums_to_the_gradient(shape: str):
    trace = recorded(shape, "every")
    leaves = trace.tree.leaves
    for name, gradient in trace.gradients.items():
        parts = trace.contributions(name)
        assert parts.shape == (trace.tree.nodes, *gradient.shape)
        np.testing.assert_allclose(parts.sum(0), gradient, rtol=1e-12, atol=1e-14)
    assert not trace.contributions("weight_ih")[leaves:].any()
    assert not trace.contributions("weight_left")[:leaves].any()
    assert not trace.contributions("weight_right")[:leaves].any()


def test_the_loss_enters_at_the_root():
    trace = recorded("balanced")
    assert not trace.losses[:-1].any()
    assert trace.loss == pytest.approx(-np.log(trace.predictions[-1, range(B), trace.given.targets]).sum())
    assert not trace.grad_logits[:-1].any()


@pytest.mark.parametrize("nonlinearity", NONLINEARITIES)
def test_the_left_comb_is_a_chain_over_the_states_of_its_leaves(nonlinearity: str):
    """Its spine: started from the first leaf's state, read in at W_right, handed on by W_left."""
    trace = recorded("left", nonlinearity=nonlinearity)
    p, T = trace.network.parameters, trace.tree.leaves
    weights = {"weight_ih_l0": p["weight_right"], "weight_hh_l0": p["weight_left"], "bias_ih_l0": p["bias"]}
    readout = {name: p[name] for name in ("readout.weight", "readout.bias")}
    network = Network.from_state_dict(weights | readout, cell="rnn", nonlinearity=nonlinearity)
    start, read = trace.hidden[:1], trace.hidden[1:T]
    chain = record(network, read, initial_hidden=start, loss=trace.given)
    spine = chain[0, "forward"]
    np.testing.assert_allclose(spine.hidden, trace.hidden[T:], rtol=1e-12)
    np.testing.assert_allclose(spine.grad_hidden, trace.grad_hidden[T:], rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(chain.grad_inputs, trace.grad_hidden[1:T], rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(spine.grad_initial_hidden, trace.grad_hidden[0], rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(chain.gradients["weight_hh_l0"], trace.gradients["weight_left"], rtol=1e-12)
    np.testing.assert_allclose(chain.gradients["weight_ih_l0"], trace.gradients["weight_right"], rtol=1e-12)
    assert chain.loss == pytest.approx(trace.loss, rel=1e-12)


def test_a_single_leaf_is_a_single_step():
    trace = recorded("leaf")
    p = trace.network.parameters
    weights = {"weight_ih_l0": p["weight_ih"], "weight_hh_l0": p["weight_left"], "bias_ih_l0": p["bias"]}
    readout = {name: p[name] for name in ("readout.weight", "readout.bias")}
    chain = record(Network.from_state_dict(weights | readout, cell="rnn"), trace.inputs, loss=trace.given)
    np.testing.assert_allclose(chain[0, "forward"].hidden, trace.hidden, rtol=1e-12)
    np.testing.assert_allclose(chain.grad_inputs, trace.grad_inputs, rtol=1e-12)


@pytest.mark.parametrize("scheme", ["pytorch", "gaussian", "orthogonal", "spectral"])
def test_the_weights_are_those_of_the_chain_and_one_more(scheme: str):
    options: dict[str, Any] = {"scheme": scheme, "seed": 5, "gain": 0.8}
    tree = RecursiveNetwork.initialise(D, H, output_size=K, **options).parameters
    chain = Network.initialise("rnn", D, hidden_size=H, output_size=K, **options).parameters
    np.testing.assert_array_equal(tree["weight_ih"], chain["weight_ih_l0"])
    np.testing.assert_array_equal(tree["weight_left"], chain["weight_hh_l0"])
    np.testing.assert_array_equal(tree["readout.weight"], chain["readout.weight"])
    np.testing.assert_array_equal(tree["bias"], chain["bias_ih_l0"] + chain["bias_hh_l0"])
    assert not np.allclose(tree["weight_right"], tree["weight_left"])
    if scheme == "spectral":
        for name in ("weight_left", "weight_right"):
            assert np.abs(np.linalg.eigvals(tree[name])).max() == pytest.approx(0.8)


def test_overflow_is_no_error():
    big = {name: 1e200 * np.ones(shape) for name, shape in network().shapes.items()}
    net = RecursiveNetwork(D, H, K, "identity", parameters=big)
    trace = record_tree(net, Tree.left(4), np.ones((4, 1, D)), loss=Loss("cross_entropy", [0], at="last"))
    assert trace.overflow_node == 4
    assert not trace.finite
    assert np.isnan(trees.compare(trace, sample=4).largest)


def test_a_finite_pass_is_finite():
    assert recorded("right").finite
    assert recorded("right").overflow_node is None


def test_without_a_loss_there_is_no_gradient():
    trace = record_tree(network(), Tree.balanced(3), np.zeros((3, 1, D)))
    assert (trace.has_gradients, trace.loss) == (False, 0)
    for ask in (lambda: trace.gradients, lambda: trace.grad_hidden, lambda: trace.grad_inputs):
        with pytest.raises(NotRecorded, match="holds no gradients"):
            ask()


def test_arrays_are_read_only():
    trace = recorded("balanced")
    arrays = [trace.inputs, trace.hidden, trace.preactivations, trace.logits, trace.predictions, trace.losses]
    arrays += [trace.grad_hidden, trace.grad_inputs, trace.grad_logits, trace.contributions("bias")]
    for array in [*arrays, *trace.gradients.values(), *trace.network.parameters.values()]:
        assert not array.flags.writeable


def test_errors_say_what_to_do():
    x = np.zeros((3, 1, D))
    with pytest.raises(InvalidValue, match=r"inputs must be of shape \(4, B, 2\), one row a leaf.*but got shape \(3"):
        record_tree(network(), Tree.balanced(4), x)
    with pytest.raises(InvalidValue, match="inputs must be finite"):
        record_tree(network(), Tree.balanced(3), x + np.nan)
    with pytest.raises(InvalidType, match="inputs must be an array of floats"):
        record_tree(network(), Tree.balanced(3), np.zeros((3, 1, D), int))
    with pytest.raises(InvalidType, match="network must be a RecursiveNetwork, but got Network"):
        record_tree(Network.initialise("rnn", D), Tree.balanced(3), x)  # type: ignore[arg-type]
    with pytest.raises(InvalidType, match="tree must be a Tree, but got str"):
        record_tree(network(), "(a b)", x)  # type: ignore[arg-type]
    with pytest.raises(InvalidType, match=r"loss must be a core\.losses\.Loss, but got float"):
        record_tree(network(), Tree.balanced(3), x, loss=0.5)  # type: ignore[arg-type]
    with pytest.raises(InvalidValue, match="targets must be"):
        record_tree(network(), Tree.balanced(3), x, loss=Loss("cross_entropy", [0, 1], at="last"))
    with pytest.raises(InvalidValue, match="parameters must be named weight_ih, weight_left"):
        RecursiveNetwork(D, H, parameters={})
    with pytest.raises(InvalidValue, match="nonlinearity must be one of"):
        network("softplus")
    with pytest.raises(InvalidValue, match="steps must be from 0 to 4, but got 5"):
        record_tree(network(), Tree.balanced(3), x, interventions=[PinState(steps=5)])
    with pytest.raises(InvalidValue, match="a PinGate must be left out"):
        record_tree(network(), Tree.balanced(3), x, interventions=[PinGate("forget", 1.0)])  # type: ignore[list-item]
    with pytest.raises(InvalidValue, match="name must be one of weight_ih"):
        recorded("leaf").contributions("weight_hh_l0")


# ------------------------------------------------------------------------------------------------- the oracle


@pytest.mark.parametrize("name", ["weight_left", "inputs", "hidden", "preactivations"])
def test_the_oracle_sees_a_wrong_gradient(name: str, monkeypatch: pytest.MonkeyPatch):
    trace = recorded("bracketed")
    wrong = trees.recorded(trace)
    wrong[name] = wrong[name] * (1 + 1e-6)
    monkeypatch.setattr(trees, "recorded", lambda _: wrong)
    assert trees.compare(trace, sample=20).autograd[name] > 1e-7


def test_two_proofs_as_one():
    one, two = (trees.compare(recorded(shape), sample=7) for shape in ("left", "right"))
    both = oracle.together({"l": one, "r": two})
    assert both.largest == max(one.largest, two.largest)
    assert both.finite_difference_entries == 14
    assert both.autograd_entries == one.autograd_entries + two.autograd_entries
    assert set(both.autograd) == {f"{own}.{name}" for own in "lr" for name in one.autograd}
