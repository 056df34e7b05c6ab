"""Chain and tree over one input, and what their figures say of them."""

from dataclasses import replace

import numpy as np
import pytest

from core import Tree, oracle
from core.oracle import trees as oracle_tree
from core.passes import bracketing
from explorer import cards
from explorer.figures import drawing, tree, tree_charts
from explorer.look.equations import mathml
from explorer.page import controls, proof
from explorer.passes import trees
from explorer.questions import networks
from explorer.state.inputs import END
from explorer.state.kinds import LONGEST_LENGTH
from explorer.state.settings import Settings
from explorer.state.trees import EXAMPLE, text


def made(**changes):
    return trees.run(Settings().changed(changes))


def test_both_read_the_same_and_are_asked_the_same():
    scene = made()
    np.testing.assert_array_equal(scene.trace.inputs, scene.branched.inputs)
    assert scene.trace.arguments["loss"] is scene.branched.given
    assert scene.sequence.vocabulary[int(scene.branched.given.targets[0])] == "␣", "what follows “hello world,”"
    assert not scene.trace.losses[:-1].any()
    assert not scene.branched.losses[:-1].any()


def test_both_have_the_same_weights():
    chain, up = (one.network.parameters for one in (made().trace, made().branched))
    for ours, its in (("weight_ih", "weight_ih_l0"), ("weight_left", "weight_hh_l0"), ("readout.bias", "readout.bias")):
        np.testing.assert_array_equal(up[ours], chain[its])


def test_a_single_token_is_one_state():
    scene = made(length=1)
    np.testing.assert_array_equal(scene.branched.hidden[0], scene.trace[0, "forward"].hidden[0])
    assert scene.branched.loss == scene.trace.loss


@pytest.mark.parametrize("shape", trees.SHAPES)
@pytest.mark.parametrize("query", [{}, {"read_as": "numbers", "text": "1 2 4 8 16 32", "nonlinearity": "relu"}])
def test_the_proof_covers_both(shape, query):
    scene = made(tree=shape, **query)
    assert oracle.compare(scene.trace, sample=8).largest_from_autograd <= 1e-10
    assert oracle_tree.compare(scene.branched, sample=8).largest_from_autograd <= 1e-10


def test_the_proof_line_is_of_chain_and_tree():
    scene = made(length=4)
    found = proof._compare(scene)
    assert {name.split(".")[0] for name in found.autograd} == {"chain", "tree"}
    assert "numbers of chain and tree" in proof._line(lambda: found)["detail"]


def test_other_settings_of_the_session_do_not_matter():
    plain = made()
    other = made(cell="lstm", system="autonomous", initial="learned", loss="every")
    np.testing.assert_array_equal(other.branched.grad_hidden, plain.branched.grad_hidden)
    np.testing.assert_array_equal(other.trace.grad_inputs, plain.trace.grad_inputs)


# ------------------------------------------------------------------------------------------------- what if


def test_a_token_changed_is_changed_in_both():
    scene = made(what_if="token", token="h", token_step=3)
    assert scene.tokens[2] == "h"
    np.testing.assert_array_equal(scene.trace.inputs, scene.branched.inputs)
    assert (scene.trace.inputs != scene.original.trace.inputs).any(axis=(1, 2)).nonzero()[0].tolist() == [2]
    own = made(what_if="token", token="film", token_step=1, tree="own")
    assert own.tokens[:2] == ("film", "film")


def test_every_recurrent_matrix_is_rescaled():
    scene = made(what_if="radius", to_radius=1.5)
    matrices = [scene.branched.network.parameters[name] for name in ("weight_left", "weight_right")]
    for matrix in (*matrices, scene.trace.network.parameters["weight_hh_l0"]):
        assert np.abs(np.linalg.eigvals(matrix)).max() == pytest.approx(1.5)


def test_a_unit_is_zeroed_at_the_nodes_over_the_steps():
    scene = made(what_if="unit", zeroed_units="2", from_step=1, to_step=4)
    np.testing.assert_array_equal(scene.trace[0, "forward"].held[:, 0, 1], np.arange(12) < 4)
    over = [n for n, (_, last) in enumerate(scene.tree.spans) if last < 4]
    assert over == [0, 1, 2, 3, 12, 16]
    assert np.nonzero(scene.branched.held[:, 0, 1])[0].tolist() == over
    assert "held" in cards.tree(scene.seen(replace(scene.settings, unit=2))).blocks[0].numbers
    proof = oracle_tree.compare(scene.branched, sample=8)
    assert proof.largest_from_autograd <= 1e-10


def test_what_was_is_drawn_beside_what_is():
    scene = made(what_if="unit", zeroed_units="2")
    x, y, tall = tree.places(scene.tree)
    ribbons, nodes, _ = tree._before(scene, x, y, tall, 1.0)
    levels, _, _ = tree._ribbons(scene.original, x, y)
    assert np.isnan(ribbons["x"]).sum() + 1 == len(levels)
    moved = np.abs(scene.branched.hidden - scene.original.branched.hidden)[:, 0] > 0.05
    assert moved.any()
    assert nodes["x"].count(None) + 1 == (np.diff(np.pad(moved.astype(int), ((0, 0), (1, 0))), axis=1) == 1).sum()
    assert len(tree_charts.along(scene).data) == len(tree_charts.along(made()).data) + 2
    assert tree.headline(scene).startswith("With unit 2 zeroed, ")
    assert not tree._before(made(), x, y, tall, 1.0)


# ------------------------------------------------------------------------------------------------- brackets


def test_the_words_in_the_brackets_are_the_input():
    scene = made(tree="own", brackets="(the (old man)) the boat")
    assert scene.tokens == ("the", "old", "man", "the", "boat")
    assert scene.tree == Tree(5, ((1, 2), (0, 5), (6, 3), (7, 4)))
    assert scene.sequence.vocabulary[int(scene.branched.given.targets[0])] == END
    assert scene.trace.inputs.shape[0] == 5


def test_without_brackets_there_are_some_to_begin_with():
    assert text(Settings()) == EXAMPLE
    own = Settings(text="one two (three) four", tree="own")
    assert text(own) == "((one two) (three four))"
    assert trees.run(own).tokens == ("one", "two", "three", "four")
    assert text(replace(own, brackets=" (a b)")) == " (a b)"
    assert len(trees.run(Settings(text="word " * 99, tree="own")).tokens) == LONGEST_LENGTH


def test_the_control_shows_the_brackets_that_are_read():
    keys = ("tree", "brackets", "text", "length", "gain")

    def shown(**changes):
        return {c["key"]: c.get("value") for c in controls.specs(Settings(**changes), keys, ())}

    assert shown(tree="own")["brackets"] == EXAMPLE
    assert not {"text", "length", "read_as"} & shown(tree="own").keys()
    assert "brackets" not in shown()
    assert {"text", "length", "read_as"} <= shown().keys()
    assert "text" in {c["key"] for c in controls.specs(Settings(tree="own"), ("text",), ())}, "on every other page"


def test_an_example_brings_its_own_brackets():
    after = controls.apply(Settings(tree="own", brackets="(a b)"), {"example": "A negation"})
    assert after.brackets == ""
    assert bracketing.parse(text(after))[0][:3] == ("the", "film", "was")


# ------------------------------------------------------------------------------------------------- figures


def test_the_headline_is_computed():
    scene = made(tree_node=3)
    up, along = (
        np.linalg.norm(g[:, 0], axis=-1) for g in (scene.branched.grad_hidden, scene.trace[0, "forward"].grad_hidden)
    )
    in_tree, in_chain = 100 * up[2] / up[-1], along[-1] / along[2]
    assert tree.headline(scene) == (
        f"Of the gradient, {in_tree:.0f}\u00a0% reaches “l” through 4 states in the tree, "
        f"1/{float(f'{in_chain:.2g}'):,.0f} through 10 in the chain."
    )


def test_the_headline_of_a_pass_that_overflows():
    scene = made(nonlinearity="identity", gain=3, length=60, hidden=48)
    assert tree.headline(scene).startswith("On its way to “h” the gradient becomes ")
    gone = replace(scene, trace=replace(scene.trace, losses=scene.trace.losses * np.nan))
    assert tree.headline(gone).endswith("the numbers leave the finite range.")


@pytest.mark.parametrize("query", [{}, {"tree": "left", "length": 30}, {"tree": "right", "length": 60},
                                   {"tree": "own", "brackets": "(a (b (((c d) (e f)) g))) h i"}])  # fmt: skip
def test_no_two_boxes_overlap(query):
    x, y, tall = tree.places(made(**query).tree)
    apart_x, apart_y = (np.abs(at[:, None] - at) for at in (x, y))
    meet = (apart_x < 2 * tree.EDGE) & (apart_y < tall + 4)
    assert (meet.sum(1) == 1).all(), "each meets itself alone"
    assert (y >= tree.LEAF).all()
    assert (y <= tree.ROOT + 1e-9).all()


@pytest.mark.parametrize("query", [{}, {"tree": "left", "length": 30}, {"tree": "own", "brackets": "(a (b c)) d"}])
def test_every_node_carries_its_state(query):
    scene = made(**query)
    heat = next(t for t in tree.drawn(scene).data if t["type"] == "heatmap")
    x, y, tall = tree.places(scene.tree)
    for n in range(scene.tree.nodes):
        column = np.searchsorted(heat["x"], x[n]) - 1
        for unit in range(8):
            row = np.searchsorted(heat["y"], y[n] + tall / 2 - (unit + 0.5) * tall / 8) - 1
            assert heat["z"][row, column] == pytest.approx(scene.branched.hidden[n, 0, unit], abs=1e-4)
    drawn = np.isfinite(heat["z"]) * np.diff(heat["y"])[:, None] * np.diff(heat["x"])
    assert drawn.sum() == pytest.approx(scene.tree.nodes * tall * 2 * drawing.HALF, rel=0.02), "and nothing else"


def test_the_heat_map_stays_small():
    heat = next(t for t in tree.drawn(made(tree="right", length=60, hidden=48)).data if t["type"] == "heatmap")
    assert heat["z"].size < 50_000


def test_the_ribbons_are_as_wide_as_the_gradient():
    scene = made()
    x, y, _ = tree.places(scene.tree)
    levels, across, up = tree._ribbons(scene, x, y)
    assert len(levels) == len(across) == len(up) == 22 + 11
    column = drawing.WIDTH / scene.steps
    norms = scene.of_states[0]
    for node in (0, 12, 21):
        wide = np.hypot((across[node, 0] - across[node, 3]) * column, up[node, 0] - up[node, 3])
        assert wide == pytest.approx(2 * tree.RIBBON * (np.log10(norms[node]) + 6) / 7)


def test_the_states_on_both_ways_are_framed():
    scene = made(tree_node=14)
    assert scene.leaf == 3
    x, y, tall = tree.places(scene.tree)
    framed = tree._passed(scene, x, y, tall)
    assert len(framed) == scene.paths[0][3] + scene.paths[1][3] == 5 + 9
    assert (x[13], y[13], tall) in framed
    up, along = tree._ways(scene, x, y)
    assert (up[0], along[0][0]) == ((x[3], y[3]), 4)


def test_the_ways_grow_with_n_and_with_log_n():
    picture = tree_charts.lengths(made(tree="balanced"))
    least, branched, chain, now, _ = picture.data
    np.testing.assert_array_equal(branched["y"], np.ceil(least["y"] - 1e-9))
    np.testing.assert_array_equal(chain["y"], np.arange(1, 61))
    assert now["y"] == [12, 5]
    assert picture.title.startswith("At 12 tokens the longest way to the loss is 5 states in the tree, 12 in the chain")


def test_the_inputs_gradients_stand_under_their_tokens():
    scene = made(tree="own")
    chain, branched, _ = tree_charts.along(scene).data
    np.testing.assert_allclose(chain["y"], np.linalg.norm(scene.trace.grad_inputs[:, 0], axis=-1))
    np.testing.assert_allclose(branched["y"], np.linalg.norm(scene.branched.grad_inputs[:, 0], axis=-1))


def test_what_a_state_leaves():
    """Identity cells, one unit, W_l = W_r = W = ½: every state on the way halves the gradient."""
    scene = made(nonlinearity="identity", hidden=1, scheme="identity", gain=0.5)
    assert tree_charts.per_state(scene) == pytest.approx((0.5, 0.5))
    assert tree_charts.by_path(scene).title.startswith(
        "A state on the way leaves on average 50 % in the tree and 50 % in the"
    )
    assert np.isnan(tree_charts.per_state(made(length=1))).all()


@pytest.mark.parametrize("node", [1, 12, 13, 23])
def test_the_card_is_of_the_selected_node(node):
    scene = made(tree_node=node, unit=2)
    card = cards.tree(scene)
    kind, equation = ("Leaf", "tree_leaf") if node <= 12 else ("Node", "tree_node")
    assert card.title.startswith(f"{kind} {node}, “")
    numbers = card.blocks[0].numbers
    assert numbers.startswith(f"unit 2: {scene.branched.hidden[node - 1, 0, 1]:+.2f}".replace("-", "−"))
    assert card.blocks[0].mathml == mathml(equation)


def test_the_answer_is_of_a_pass_of_its_own():
    longer = networks.longer_way(made(revealed=True))
    assert longer.options == ["5", "6", "24"]
    assert longer.answer.startswith("6; in the chain 24. ‖∂L/∂x₁‖ goes to ")
    own = networks.longer_way(made(revealed=True, tree="own", brackets="a (b (c (d e)))"))
    assert own.options == ["2", "4", "5"]
    assert own.answer.startswith("4; in the chain 5. ")
    assert own.answer.endswith("in the chain to 100 %.")
