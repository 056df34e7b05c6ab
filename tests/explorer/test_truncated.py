"""The scissors on the drawing, what they lose in numbers, and clipping beside it."""

import numpy as np
import pytest

from core.analysis import clipping
from explorer.figures import clipped, norms, pairs, truncated, unrolled
from explorer.passes import scenario
from explorer.state.settings import Settings


def scene(**changes):
    return scenario.run(Settings().changed({"truncate": True, **changes}))


def named(picture, name):
    (trace,) = [trace for trace in picture.data if trace.get("name") == name]
    return trace


def test_the_scissors_stand_where_the_sweep_is_cut():
    assert truncated.cuts(scene(k2=5)) == (7, [])
    picture = unrolled.backward(scene(k2=5))
    (sign,) = [t for t in picture.data if truncated.SCISSORS in t.get("text", ())]
    assert sign["x"] == [7.5], "between steps 7 and 8 of 12"
    assert "from step 8 to 7" in picture.note


def test_every_window_with_a_loss_has_its_cut():
    assert truncated.cuts(scene(loss="every", k1=4, k2=4)) == (8, [4])
    many = scene(loss="every", k1=1, k2=3, length=30)
    assert truncated.cuts(many) == (27, list(range(1, 27)))
    (sign,) = [t for t in unrolled.backward(many).data if truncated.SCISSORS in t.get("text", ())]
    assert sign["x"] == [27.5], "so many could not be told apart"
    assert "26 more cuts" in truncated.edges(many)
    assert truncated.cuts(scene(loss="chosen", loss_steps="3", k1=5, k2=5)) == (None, [])


def test_the_headline_is_what_the_truncation_says():
    view = scene(k2=5)
    said = truncated.title(view)
    assert said.startswith("Cut after 5 steps, ∂L/∂W loses ")
    assert f"loses {100 * view.truncation.bias('weight_hh_l0'):.0f} % and" in said
    assert f"turns by {view.truncation.angle('weight_hh_l0'):.0f}°." in said
    assert truncated.notice(view) == said
    assert truncated.notice(scene(truncate=False)) == ""


def test_the_cut_is_made_again_only_where_it_is_another():
    view = scene(k1=5, k2=5)
    assert view.seen(view.settings.changed({"step": 2})).truncation is view.truncation
    for changes in ({"k1": 4}, {"k2": 4}):
        again = view.seen(view.settings.changed(changes)).truncation
        assert {"k1": again.k1, "k2": again.k2} == {"k1": 5, "k2": 5, **changes}
    assert view.seen(Settings()).truncation is None
    assert scene(k1=5, k2=5, seed=5).truncation is not view.truncation


def test_losses_before_the_reach_are_named_as_lost():
    assert "the loss at 1–3, 6–8." in truncated.edges(scene(loss="every", k1=5, k2=2))


def test_nothing_is_cut_where_all_steps_are_swept():
    view = scene(k2=60)
    assert truncated.title(view).startswith("Nothing is cut")
    assert truncated.parameters(view).title.startswith("The cut loses nothing")
    assert truncated.scissors(view, unrolled.LIGHT, 0, 1) == []


def test_beyond_the_cut_the_ribbon_is_grey():
    view = scene(k2=5, step=1)
    fills = [
        t["fillcolor"] for t in unrolled.backward(view).data if str(t.get("fillcolor")).startswith("rgba(154,160,166")
    ]
    assert len(fills) == 1
    (ghost,) = [t for t in unrolled.backward(view).data if t.get("fillcolor") in fills]
    middle = sum(unrolled.STATE) / 2
    wide = [x for x, y in zip(ghost["x"], ghost["y"], strict=True) if y not in (None, middle)]
    assert max(wide) == pytest.approx(8 - 0.32), "across the cut, between steps 7 and 8, and no further"
    plain = unrolled.backward(scene(truncate=False, step=1)).data
    assert not [t for t in plain if str(t.get("fillcolor")).startswith("rgba(154,160,166")]


def test_the_norms_end_at_the_cut():
    view = scene(k2=5, step=1)
    curve = named(norms.along(view), norms.SYMBOL)["y"]
    assert np.isnan(curve[:7]).all()
    np.testing.assert_allclose(curve[7:], norms.gradient_norms(view)[7:])


@pytest.mark.parametrize("cell", ["rnn", "jordan", "lstm"])
def test_the_panel_shows_both_norms_of_every_parameter(cell):
    view = scene(cell=cell, loss="every", k1=3, k2=3)
    picture, left = truncated.parameters(view), view.truncation
    for row, name in enumerate(scenario.names(view).values()):
        before, after = left.norms(name)
        assert named(picture, "before")["x"][row] == pytest.approx(before)
        assert named(picture, "after")["x"][row] == pytest.approx(after)
        assert f"{100 * left.bias(name):.0f} %" in picture.data[2]["text"][row + 1]


def test_the_matrix_greys_what_is_cut_off():
    view = scene(loss="every", k1=4, k2=4)
    veil = pairs.matrix(view).data[1]["z"]
    np.testing.assert_array_equal(np.isfinite(veil), np.tril(~view.truncation.reaches))
    assert len(pairs.matrix(scene(truncate=False)).data) == 2


def test_clipping_by_value_turns_and_by_norm_does_not():
    by_norm, by_value = (clipped.norms(scene(clip=0.1, clip_by=by)) for by in ("norm", "value"))
    assert set(by_norm.data[2]["text"][1:]) == {"0°"}
    assert any(word not in ("0°", "–") for word in by_value.data[2]["text"][1:])
    gradients = scene().trace.gradients
    after = clipping.global_norm(clipping.clip_by_value(gradients, 0.1))
    assert named(by_value, "after")["x"][-1] == pytest.approx(after)
    assert "turns it by" in by_value.title
    assert clipped.norms(scene(clip=1000, clip_by="value")).title.endswith("nothing is clipped.")
