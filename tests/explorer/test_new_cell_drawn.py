"""A new cell on the pages: a toy, registered by its equations, its reference and its view alone, is drawn and told like
any other. (What it is in core: tests/core/test_new_cell.py.)"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import toy_cell

from core import oracle
from core.errors import InvalidValue
from explorer import cards
from explorer.figures import (
    causes,
    changed,
    clipped,
    contributions,
    counts,
    depths,
    directions,
    gates,
    influence,
    layers,
    norms,
    outputs,
    padded,
    pairs,
    routes,
    schematic,
    truncated,
    unrolled,
)
from explorer.figures.picture import Picture
from explorer.look import cells, equations
from explorer.look.cells.base import numbers
from explorer.look.notation import signed
from explorer.look.style import LIGHT, Look
from explorer.page import controls
from explorer.page.view import Card
from explorer.passes import architectures, batches, scenario, trees, units
from explorer.passes.scenario import Scenario
from explorer.questions import networks
from explorer.state import what_if
from explorer.state.own_training import recipe
from explorer.state.settings import Settings, from_link, kinds
from explorer.state.trained import adapt
from explorer.state.what_if import WHAT_IF_IN_CHAINS


@pytest.fixture(autouse=True)
def toy() -> Iterator[None]:
    with toy_cell.registered():
        yield


def chosen(**changes: Any) -> Settings:
    """Settings with the toy for their cell, read as a link is."""
    return from_link({"cell": toy_cell.NAME, **{key: str(value) for key, value in changes.items()}})


def run(**changes: Any) -> Scenario:
    return scenario.run(chosen(**changes))


def test_it_is_among_the_cells_to_choose_from():
    assert chosen().cell == toy_cell.NAME
    assert ("toy", "Minimal") in controls.spec(chosen(), "cell")["options"]
    assert kinds()["cell"].options == {name: view.label for name, view in cells.CELLS.items()}
    assert not [key for key in ("forget_bias",) if not controls.relevant(chosen(), key)]
    assert not controls.relevant(chosen(), "nonlinearity"), "it has none to choose"


ONE = {  # what draws one network's pass
    "unrolled": unrolled.forward,
    "swept": unrolled.backward,
    "whole": unrolled.whole,
    "outputs": outputs.along,
    "counts": counts.parameters,
    "norms": norms.along,
    "matrix": pairs.matrix,
    "product": pairs.product,
    "singular values": pairs.singular_values,
    "saturation": causes.saturation,
    "clipping": clipped.norms,
    "cliff": clipped.surface,
    "contributions": contributions.by_step,
    "contributions, stacked": contributions.stacked,
    "contributions, matrices": contributions.matrices,
    "gates": gates.unrolled,
    "one unit": gates.one_unit,
    "routes": routes.by_step,
    "shares": routes.by_share,
    "schematic": schematic.cell,
}
CHANGES: list[dict[str, Any]] = [
    {"step": 4},
    {"loss": "every", "step": 1, "routed": "hidden", "initial": "learned"},
    {"what_if": "gate", "gate": "keep", "gate_value": 0.5, "from_step": 2, "to_step": 4},
    {"what_if": "gate", "gate": "candidate", "gate_value": -0.5, "pinned_units": "1, 3"},
    {"what_if": "unit", "zeroed_units": "2", "step": 4},
    {"what_if": "radius", "to_radius": 1.5, "loss": "every"},
    {"what_if": "token", "token": "h", "token_step": 3, "projector": True},
    {"system": "autonomous"},
    {"folded": True},
    {"length": 1, "text": "a"},
]


def whole(picture: Picture) -> Picture:
    """A picture that has a sentence, and that Plotly takes."""
    assert picture.title.endswith((".", "?")), picture.title
    assert picture.figure().data
    return picture


@pytest.mark.parametrize("changes", CHANGES, ids=str)
@pytest.mark.parametrize("name", ONE)
def test_every_picture_of_one_pass(name: str, changes: dict[str, Any]):
    whole(ONE[name](run(**changes), Look(projector=bool(changes.get("projector")))))


@pytest.mark.parametrize("changes", CHANGES[:7], ids=str)
def test_every_picture_of_several_chains(changes: dict[str, Any]):
    deep = scenario.stacked(chosen(**changes))
    for picture in (layers.states, layers.gradients, depths.along_time):
        whole(picture(deep))
    both = scenario.each_direction(chosen(**changes))
    for picture in (directions.chains, directions.row):
        whole(picture(both))
    whole(directions.matrix(both[0]))
    whole(influence.matrices(architectures.run(chosen(**changes))))
    batch = batches.run(batches.adapted(chosen(**changes))[0])
    for picture in (padded.states, padded.gradients, padded.parameters, padded.finals):
        whole(picture(batch))
    cut = run(**changes, truncate=True, k1=3, k2=2)
    whole(truncated.parameters(cut))
    for card in (cards.stacked(deep), cards.bidirectional(both[0]), cards.lengths(batch)):
        assert card.blocks


def test_its_curve_is_beside_the_others_in_its_own_colour():
    scenes = scenario.each_cell(chosen())
    assert [scene.settings.cell for scene in scenes] == ["toy", "rnn", "gru", "lstm"]
    (own,) = (t for t in whole(norms.by_cell(scenes)).data if t.get("name") == "Minimal")
    assert own["line"]["color"] == toy_cell.VIEW.colour
    np.testing.assert_allclose(own["y"], np.linalg.norm(scenes[0].trace[0, "forward"].grad_hidden[:, 0], axis=1))
    assert norms.bound(scenes[0]) is None, "the bound is of cells with one matrix"
    assert norms.bound(scenes[1]) is not None


def test_its_gates_are_its_rows():
    scene = run()
    rows = gates.rows(scene)
    assert [(row.symbol, row.word) for row in rows] == [
        ("h", "hidden state"), ("n", "candidate"), ("k", "keep gate"),
    ]  # fmt: skip
    assert [row.bounds for row in rows] == [(-1, 1), (-1, 1), (0, 1)]
    keep = scene.trace[0, "forward"].gates["keep"][:, 0]
    np.testing.assert_array_equal(rows[2].values, keep)
    assert "the keep gate passes on" in causes.saturation(scene).title
    assert f"{np.exp(np.log(keep[:, 0]).mean()):.2f} of its state" in gates.one_unit(scene).title


def test_its_routes_have_their_colours():
    scene = run(loss="every")
    bars = [t for t in routes.by_step(scene).data if t["type"] == "bar"]
    np.testing.assert_allclose(sum(t["y"] for t in bars), norms.gradient_norms(scene))
    colours = [t["marker"]["color"] for t in bars]
    assert colours == [cells.CELLS["toy"].route_colour(r) for r in ("carry", "keep", "candidate", "outside")]
    assert routes.names(scene) == {"carry": "carry", "keep": "via k", "candidate": "via n", "outside": "loss"}
    assert routes.along_the_carry(scene).endswith("came along the carry.")


@pytest.mark.parametrize("step", [1, 5])
def test_its_schematic_has_the_numbers_of_the_step(step: int):
    scene = run(step=step, unit=2, initial="learned")
    picture = schematic.cell(scene)
    (words,) = (t["text"] for t in picture.data if any("∂L" in word for word in t.get("text", ())))
    chain, at = scene.trace[0, "forward"], (step - 1, 0, 1)
    k, n = (float(chain.gates[gate][at]) for gate in ("keep", "candidate"))
    assert f"<i>k</i> = {k:.2f}" in words
    assert f"<i>n</i> = {signed(n)}" in words
    for state in (chain.hidden, chain.previous_hidden, chain.grad_hidden):
        assert any(word.endswith(f"= {signed(float(state[at]))}") for word in words)
    assert f"keeps {k:.2f} of" in picture.title
    assert f"adds {signed((1 - k) * n)}: its state is {signed(float(chain.hidden[at]))}." in picture.title


def equations_of(card: Card) -> dict[str, str]:
    """The equations on a card, with their numbers."""
    return {block.mathml: block.numbers for block in card.blocks if block.kind == "equation"}


def test_its_equations_are_on_the_cards():
    scene = run(step=4, unit=2)
    value = numbers(scene.trace[0, "forward"], 3, 1)
    ((name, told),) = toy_cell.VIEW.step(value)
    assert f"{value['keep']:.2f}" in told
    for card in (cards.forward(scene), cards.gates(scene)):
        assert equations_of(card)[equations.mathml(name)] == told
    assert equations.mathml("dh_mgu_routes") in equations_of(cards.gates(scene))
    assert not [block for block in cards.gates(scene).blocks if block.kind == "tabs"], "it has one state"
    assert equations.mathml("dh_gated") in equations_of(cards.backward(scene))
    assert "with s = h" in equations_of(cards.pair(scene)).values()


@pytest.mark.parametrize("node", ["x", "a", "h", "o", "y", "L", "h0"])
@pytest.mark.parametrize("changes", CHANGES[:7], ids=str)
def test_every_card(node: str, changes: dict[str, Any]):
    scene = run(**changes, node=node, parameter="U")
    for card in (cards.forward(scene), cards.backward(scene), cards.gates(scene), cards.pair(scene)):
        assert card.blocks
    if node == "a":
        rows = [row[0] for block in cards.forward(scene).blocks if block.kind == "rows" for row in block.rows]
        assert rows == ["into the keep gate", "into the candidate"]


def test_the_questions_are_asked_of_it():
    scene = run(revealed=True)
    assert "Forget-gate bias 3" in networks.open_gate(scene).ask
    assert "then" in networks.open_gate(scene).answer
    for ask in (networks.double_length, networks.raise_gain):
        assert ask(scene).answer


@pytest.mark.parametrize(
    ("asked", "pinned"),
    [("keep", "keep"), ("forget", "keep"), ("update", "keep"), ("output", "keep"), ("candidate",) * 2],
)
def test_a_gate_is_pinned_by_its_name_or_by_that_of_its_part(asked: str, pinned: str):
    scene = run(what_if="gate", gate=asked, gate_value=0.25, from_step=2, to_step=3, pinned_units="1")
    gate = scene.trace[0, "forward"].gates[pinned][:, 0, 0]
    assert (gate[1:3] == 0.25).all()
    assert not (np.delete(gate, [1, 2]) == 0.25).any()
    symbol = {"keep": "k", "candidate": "the candidate"}[pinned]
    assert changed.told(scene) == f"With {symbol} of unit 1 pinned to 0.25 over steps 2–3"
    specs = {spec["key"]: spec for spec in controls.specs(scene.settings, (), WHAT_IF_IN_CHAINS)}
    assert specs["gate"]["value"] == pinned
    assert [name for name, _ in specs["gate"]["options"]] == ["keep", "candidate"]
    assert specs["gate_value"]["low"] == (-1.0 if pinned == "candidate" else 0.0)


def test_its_gate_becomes_another_cells_own():
    for cell, pinned in {"lstm": "forget", "gru": "update"}.items():
        settings = replace(chosen(what_if="gate", gate="keep"), cell=cell)
        assert what_if.gate(settings) == pinned
        assert (scenario.run(settings).trace[0, "forward"].gates[pinned] == 1).all()


def test_a_unit_is_zeroed_and_its_matrix_rescaled():
    assert not run(what_if="unit", zeroed_units="3").trace[0, "forward"].hidden[..., 2].any()
    network = run(what_if="radius", to_radius=1.7).trace.network
    for block in np.split(network.parameters["weight_hh_l0"], 2):
        assert np.abs(np.linalg.eigvals(block)).max() == pytest.approx(1.7)


@pytest.mark.parametrize("changes", [*CHANGES[:6], {"truncate": True, "k1": 3, "k2": 3, "loss": "every"}], ids=str)
def test_the_proof_holds(changes: dict[str, Any]):
    scene = run(**changes)
    proof = oracle.compare(scene.trace, sample=48, truncation=scene.truncation)
    assert proof.largest_from_autograd < 1e-9
    assert proof.largest_from_finite_differences < 1e-4


def test_pages_on_networks_of_their_own_say_what_stands_in_for_it():
    settings, notice = adapt(chosen())
    assert settings.cell == "lstm"
    assert notice == "No Minimal was trained for this: this is the LSTM in its place."
    assert recipe(chosen()).cell == "lstm"
    settings, notice = trees.adapt(chosen())
    assert settings.cell == "rnn"
    assert "The chosen cell, Minimal, is none of a tree" in notice
    settings, notice = scenario.ungated(chosen())
    assert settings.cell == "rnn"
    assert "The chosen cell, Minimal, feeds back by gates" in notice
    assert scenario.gated(chosen()) == (chosen(), "")
    assert units.adapt(chosen())[0].cell == "lstm"


def test_a_view_says_all_of_its_cell_or_is_refused():
    wrong: list[tuple[Any, str]] = [
        (replace(toy_cell.VIEW, rows=toy_cell.VIEW.rows[:1]), "of the gates keep, candidate, but got keep"),
        (replace(toy_cell.VIEW, symbols={}), "also of hidden"),
        (replace(toy_cell.VIEW, schematic=None), "complete: a step, a schematic"),
        (replace(toy_cell.VIEW, core="rnn", rows=()), "the equation of a_t"),
        (replace(toy_cell.VIEW, core="none"), "cell must be one of"),
    ]
    for view, message in wrong:
        with pytest.raises(InvalidValue, match=message):
            cells.register("another", view)
    with pytest.raises(InvalidValue, match='another "lstm"'):
        cells.register("lstm", toy_cell.VIEW)
    assert "another" not in cells.CELLS


def test_it_goes_as_it_came():
    options, gate_names = dict(kinds()["cell"].options), [*cells.GATES]
    assert gate_names[-1] == "keep"
    with cells.registered("twin", toy_cell.VIEW):
        assert Settings().changed({"cell": "twin"}).cell == "twin"
    assert dict(kinds()["cell"].options) == options
    assert Settings().changed({"cell": "twin"}).cell == Settings().cell, "a link to it opens on the default"
    assert gates.rows(run(), LIGHT)
