"""One thing changed in a pass: what is changed, what is said of it, and that nothing else moves."""

import numpy as np
import pytest

from core import oracle
from explorer.figures import (
    changed,
    contributions,
    depths,
    feedback,
    gates,
    influence,
    layers,
    moved,
    norms,
    padded,
    routes,
    unrolled,
)
from explorer.look.style import GHOST
from explorer.page import controls
from explorer.passes import architectures, batches, scenario
from explorer.state.errors import InputError
from explorer.state.settings import Settings
from explorer.state.what_if import WHAT_IF


def run(**given):
    return scenario.run(Settings(**given))


def ghosts(picture):
    """The dashed grey traces of a picture."""
    lines = [trace for trace in picture.data if trace.get("line", {}).get("color") == GHOST]
    return [trace for trace in lines if trace["line"].get("dash", "solid") not in ("solid", "dot")]


def test_without_a_change_there_is_no_original():
    scene = run()
    assert scene.original is None
    assert scene.trace.arguments["interventions"] == ()
    assert not ghosts(unrolled.backward(scene))
    assert changed.notice(scene) == ""


def test_the_original_is_the_pass_without_the_change():
    scene, plain = run(what_if="unit", cell="gru"), run(cell="gru")
    assert np.array_equal(scene.original.trace.outputs, plain.trace.outputs)
    assert scene.original.settings == plain.settings
    assert scene.original.original is None


def test_a_pinned_gate_is_pinned_where_the_settings_say():
    scene = run(cell="lstm", what_if="gate", from_step=5, to_step=3, gate_value=0.25, pinned_units="2, 4")
    gate = scene.trace[0, "forward"].gates["forget"][:, 0]
    pinned = np.zeros(gate.shape, bool)
    pinned[2:5, [1, 3]] = True
    assert np.array_equal(gate == 0.25, pinned)


@pytest.mark.parametrize(
    ("cell", "gate", "pinned"),
    [("lstm", "update", "forget"), ("gru", "output", "reset"), ("gru-before", "input", "update")],
)
def test_another_cell_pins_the_gate_of_the_same_part(cell, gate, pinned):
    scene = run(cell=cell, what_if="gate", gate=gate)
    assert (scene.trace[0, "forward"].gates[pinned] == 1).all()
    (spec,) = controls.specs(scene.settings, ("gate",), ())[:1]
    assert spec["value"] == pinned
    assert pinned in dict(spec["options"])


def test_a_zeroed_unit_and_a_rescaled_matrix():
    scene = run(what_if="unit", zeroed_units="3", from_step=2)
    hidden = scene.trace[0, "forward"].hidden[:, 0, 2]
    assert hidden[0] != 0
    assert not hidden[1:].any()
    W = run(what_if="radius", to_radius=1.7).trace.network.parameters["weight_hh_l0"]
    assert np.abs(np.linalg.eigvals(W)).max() == pytest.approx(1.7)


def test_a_changed_token_changes_what_is_read_and_nothing_else():
    scene = run(what_if="token", token_step=3, token="w")
    was = scene.original
    assert scene.tokens[2] == "w"
    assert [t for t in range(12) if not np.array_equal(scene.trace.inputs[t], was.trace.inputs[t])] == [2]
    assert np.array_equal(scene.sequence.targets, was.sequence.targets)
    assert np.array_equal(scene.trace.outputs[:2], was.trace.outputs[:2])
    assert not run(what_if="token", token_step=3).trace.inputs[2].any(), "an empty word reads nothing"
    assert run(what_if="token", token=" ").tokens[0] == "␣"


def test_a_changed_number_is_scaled_like_the_others():
    settings = {"text": "1 2 4 8 16", "read_as": "numbers", "length": 4}
    plain, scene = run(**settings), run(**settings, what_if="token", token="8", token_step=1)
    assert scene.trace.inputs[0, 0, 0] == pytest.approx(plain.trace.inputs[3, 0, 0])
    with pytest.raises(InputError, match="Expected a number to read instead, got “x”"):
        run(**settings, what_if="token", token="x")


@pytest.mark.parametrize("change", ["gate", "unit", "radius", "token"])
def test_the_proof_covers_the_changed_pass(change):
    scene = run(cell="lstm", what_if=change, to_step=7, loss="every")
    proof = oracle.compare(scene.trace, sample=40)
    assert proof.largest_from_autograd <= 1e-10
    assert proof.largest_from_finite_differences <= 1e-5


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"cell": "lstm", "what_if": "gate", "from_step": 3, "to_step": 5}, "With f pinned to 1 over steps 3–5"),
        (
            {"cell": "gru", "what_if": "gate", "pinned_units": "1,2", "gate_value": 0.5},
            "With z of units 1, 2 pinned to 0.5",
        ),
        ({"what_if": "unit", "to_step": 1}, "With unit 1 zeroed at step 1"),
        ({"what_if": "radius"}, "With W at spectral radius 1.2"),
        ({"what_if": "token", "token": "w"}, "With “w” for “h” at step 1"),
        ({"what_if": "token"}, "With nothing for “h” at step 1"),
    ],
)
def test_the_sentence_says_what_was_changed_and_what_it_did(given, told):
    scene = run(**given)
    now, was = (norms.gradient_norms(one)[0] for one in (scene, scene.original))
    assert changed.on_gradient(scene) == f"{told}, the gradient at step 1 is {changed.compared(now, was)}."
    assert changed.on_forward(scene).startswith(told)


def test_compared():
    said = [changed.compared(now, was) for now, was in ((42, 1), (0.62, 1), (0, 0), (1, 0), (0, 1), (1.001, 1))]
    assert said == ["42.0 times what it was", "62 % of what it was", "what it was", "no longer 0", "0; it was not",
                    "about what it was"]  # fmt: skip


def test_the_ghosts_are_the_original():
    scene = run(what_if="radius", to_radius=1.6)
    (curve,) = ghosts(norms.along(scene))
    np.testing.assert_allclose(curve["y"], norms.gradient_norms(scene.original))
    (curve,) = ghosts(norms.by_cell((scene,)))
    np.testing.assert_allclose(curve["y"], norms.gradient_norms(scene.original))
    (bars,) = ghosts(contributions.by_step(scene))
    heights = bars["y"][1::5]  # four corners a bar, and a gap
    np.testing.assert_allclose(heights, contributions.projections(scene.original, "W")[0])


def test_outlines_join_neighbours():
    chosen = np.array([[True, True, False], [False, False, True], [False, False, False]])
    trace = moved.outlines(np.array([1.0, 2.0, 3.0]), [(0, 30, chosen)], half=0.5)
    assert trace["x"] == [0.5, 1.5, 1.5, 0.5, 0.5, None, 1.5, 2.5, 2.5, 1.5, 1.5]
    assert trace["y"] == [10, 10, 30, 30, 10, None, 0, 0, 10, 10, 0]


def test_controls_show_the_change_that_is_chosen():
    def keys(**given):
        return [spec["key"] for spec in controls.specs(Settings(**given), (), WHAT_IF)]

    assert "gate" not in keys()
    assert {"gate", "gate_value", "from_step"} <= set(keys(what_if="gate", cell="lstm"))
    assert {"zeroed_units", "to_step"} <= set(keys(what_if="unit"))
    assert "to_radius" in keys(what_if="radius")
    assert "token" in keys(what_if="token")
    (spec,) = controls.specs(Settings(what_if="gate"), ("what_if",), ())[:1]
    assert (spec["value"], "gate" in dict(spec["options"])) == ("none", False), "an Elman network has no gate to pin"


def test_a_pin_is_in_the_chain_that_the_settings_name():
    held = {"what_if": "unit", "zeroed_units": "1", "layers": 2, "in_layer": 2}
    deep = scenario.stacked(Settings(**held))
    assert not deep.trace[1, "forward"].hidden[:, 0, 0].any()
    assert np.array_equal(deep.trace[0, "forward"].hidden, deep.original.trace[0, "forward"].hidden)
    both, forward = scenario.each_direction(Settings(**held, in_direction="reverse"))
    assert not both.trace[1, "reverse"].hidden[:, 0, 0].any()
    assert both.trace[1, "forward"].hidden[:, 0, 0].all()
    assert forward.original is None, "it has no such chain"
    assert "in layer 2, the reverse chain" in changed.told(both)


def test_a_batch_is_changed_in_both_of_its_passes():
    batch = batches.run(Settings(what_if="unit", zeroed_units="2"))
    for trace in (batch.trace, batch.forgotten):
        assert not trace[0, "forward"].hidden[..., 1].any()
    assert batch.original.trace[0, "forward"].hidden[..., 1].any()
    assert ghosts(padded.states(batch))
    settings, notice = batches.adapted(Settings(what_if="token"))
    assert settings.what_if == "none"
    assert notice


@pytest.mark.parametrize(
    ("picture", "of"),
    [
        (gates.unrolled, "gated"),
        (gates.one_unit, "gated"),
        (routes.by_step, "gated"),
        (layers.states, "stacked"),
        (depths.along_time, "stacked"),
        (depths.along_depth, "stacked"),
        (feedback.networks, "each_feedback"),
        (influence.matrices, "architectures"),
    ],
)
def test_the_pass_before_the_change_stands_beside_it(picture, of):
    settings = {"what_if": "unit", "zeroed_units": "1, 2", "cell": "lstm" if of == "gated" else "rnn"}
    make = architectures.run if of == "architectures" else getattr(scenario, "run" if of == "gated" else of)
    assert ghosts(picture(make(Settings(**settings))))
    assert not ghosts(picture(make(Settings(**settings | {"what_if": "none"}))))
