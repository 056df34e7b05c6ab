"""What the pictures of a training show is what its film and the passes through its snapshots hold."""

from dataclasses import replace

import numpy as np
import pytest

from core.analysis.norms import euclidean
from core.films import making
from core.films.making import trained as make
from core.training.recipe import Recipe
from explorer.figures import learning, snapshot
from explorer.look.style import GHOST
from explorer.page import view
from explorer.passes import at_snapshot, over_training
from explorer.state.own_training import filmed, recipe
from explorer.state.settings import Settings

RECIPE = Recipe("tagging", cell="lstm", hidden=4, updates=60, rate=3e-2, seed=2)
SETTINGS = Settings(task="tagging", cell="lstm", snapshot=4, step=3, tagged="the old man the boat")


@pytest.fixture(scope="module")
def film():
    return make(RECIPE, snapshots=7)


@pytest.fixture(scope="module")
def scene(film):
    return over_training.shown(film, SETTINGS)


def test_the_map_holds_the_gradient_of_every_snapshot(film, scene):
    assert scene.reach.shape == (7, 5)
    for at in range(7):
        trace = at_snapshot.at_snapshot(film, replace(SETTINGS, snapshot=at + 1)).trace
        np.testing.assert_array_equal(scene.reach[at], euclidean(trace[0, "forward"].grad_hidden[:, 0]))
    picture = learning.over_updates(scene)
    (drawn,) = (trace for trace in picture.data if trace["type"] == "heatmap")
    np.testing.assert_allclose(10 ** np.asarray(drawn["z"]), scene.reach.T)
    edges, places = np.asarray(drawn["x"]), np.sqrt(film.updates / 60)
    assert (edges[:-1] < places).all()
    assert (places < edges[1:]).all()
    assert np.asarray(drawn["customdata"])[2, 3].tolist() == [4, 3, film.updates[3]]


def test_the_curves_are_the_films(film, scene):
    loss, measures = learning.over_updates(scene).data[:2]
    np.testing.assert_allclose(loss["y"], film.curve[:, 1])
    assert measures["y"] == [measure.share for measure in film.measures]
    assert scene.updates == film.updates[3]
    share = f"{100 * film.measures[3].share:.0f} %"
    assert learning.title(scene).startswith(f"After {scene.updates} updates it is right on {share} of ")
    assert f"at the end on {100 * film.measure.share:.0f} %" in learning.title(scene)
    assert "it began at" in learning.title(over_training.shown(film, replace(SETTINGS, snapshot=30)))
    (norm,) = learning.norms(scene).data
    np.testing.assert_allclose(norm["y"], film.curve[:, 2])


def test_what_was_before_is_drawn_in_grey_and_said(film):
    changed = replace(RECIPE, forget_bias=3.0, updates=30)
    after = over_training.shown(make(changed, snapshots=5), SETTINGS, before=film, made_by="own")
    assert after.last == 60
    ghosts = [trace for trace in learning.over_updates(after).data if trace.get("line", {}).get("color") == GHOST]
    ends = [trace for trace in learning.over_updates(after).data if trace.get("mode") == "text"]
    np.testing.assert_allclose(ghosts[0]["y"], film.curve[:, 1])
    assert ghosts[1]["y"] == [measure.share for measure in film.measures]
    assert [ghost["line"]["dash"] for ghost in ghosts] == ["4px,3px", "1px,3px"]
    assert [end["text"] for end in ends] == [["loss, before"], ["% right, before"]]
    assert [(end["x"], end["y"]) for end in ends] == [([ghost["x"][-1]], [ghost["y"][-1]]) for ghost in ghosts]
    was, then = after.share(film, after.updates)
    assert was == film.measures[list(film.updates).index(then)].share
    assert abs(then - after.updates) == np.abs(film.updates - after.updates).min()
    title = learning.title(after)
    assert title.startswith("Forget bias 3, in 30 updates: ")
    assert f"; before, {100 * was:.0f} %" in title
    assert learning.command(after) == "Trained here, live"


def after_many(film, norms):
    """The film as after so many updates with these ‖g‖."""
    rows = [(update, 1.0, norm) for update, norm in enumerate(norms)]
    return replace(film, curve=making.curve(rows), extremes=making.extremes(rows))


def test_the_last_and_the_largest_gradient_are_those_of_single_updates(film):
    norms = np.ones(1001)
    norms[500], norms[-2:] = 70.0, (5.0, np.nan)
    long = after_many(replace(film, diverged=True), norms)
    assert len(long.curve) == making.CURVE
    scene = over_training.shown(long, replace(SETTINGS, snapshot=30))
    assert "after 1,000 updates: ‖g‖ was last 5." in learning.title(scene)
    assert learning.norms(scene).title.startswith("‖g‖ comes up to 70; in ")
    kept = over_training.shown(replace(long, extremes=None), replace(SETTINGS, snapshot=30))
    assert "after about " in learning.title(kept)
    assert learning.title(kept).endswith(" on average over a stretch.")
    mean = long.curve[:, 2][np.isfinite(long.curve[:, 2])].max()
    said = f"‖g‖ comes up to {learning.magnitude(float(mean))} on average over a stretch; in "
    assert learning.norms(kept).title.startswith(said)
    never = over_training.shown(after_many(film, [np.nan]), SETTINGS)
    assert learning._clipped(never.film) == "‖g‖ was never finite."


def test_one_that_diverged_says_when():
    recipe = replace(RECIPE, cell="rnn", nonlinearity="relu", optimiser="sgd", rate=1e6, clip=None)
    film = make(recipe, snapshots=20)
    scene = over_training.shown(film, replace(SETTINGS, cell="rnn", snapshot=30))
    assert film.diverged
    assert scene.diverged
    made = film.extremes.update
    assert made == film.curve[-1, 0]
    assert f"left the range of finite numbers after {made} update" in learning.title(scene)
    learning.norms(scene).figure()
    snapshot.states(scene).figure()


def test_the_states_and_the_answers_are_those_of_the_pass(scene):
    picture = snapshot.states(scene)
    (cells,) = (trace for trace in picture.data if trace["type"] == "heatmap")
    np.testing.assert_array_equal(np.asarray(cells["z"])[:, ::2], scene.trace[0, "forward"].hidden[:, 0].T[::-1])
    said = scene.trace.predictions[:, 0].argmax(-1)
    assert [answer.said for answer in scene.answers] == [scene.task.output_words[k] for k in said]
    assert [answer.right for answer in scene.answers] == ["DET", "NOUN", "VERB", "DET", "NOUN"]
    wrong = sum(answer.wrong for answer in scene.answers)
    assert picture.title.startswith(f"On this input {wrong} of 5 answers are wrong" if wrong else "On this input all")
    assert any(trace.get("text") == [answer.said for answer in scene.answers] for trace in picture.data)


def test_the_gates_are_those_of_the_pass(scene):
    maps = [trace for trace in snapshot.gates_over_steps(scene).data if trace["type"] == "heatmap"]
    chain = scene.trace[0, "forward"]
    rows = [chain.cell, chain.hidden, *(chain.gates[name] for name in ("output", "candidate", "input", "forget"))]
    for drawn, row in zip(maps, rows, strict=True):
        np.testing.assert_array_equal(np.asarray(drawn["z"])[:, ::2], row[:, 0].T[::-1])
    kept = chain.gates["forget"].mean()
    assert f"keeps {kept:.2f} of c a step" in snapshot.gates_over_steps(scene).title


def test_numbers_that_come_out_are_curves():
    film = make(Recipe("drift", (("series", "sines"), ("window", 20)), hidden=3, updates=5), snapshots=3)
    scene = over_training.shown(film, Settings(task="sines", cell="lstm", snapshot=2))
    picture = snapshot.states(scene)
    (expected,) = (t for t in picture.data if t.get("line", {}).get("dash") == "solid" and "customdata" in t)
    np.testing.assert_allclose([c[2] for c in expected["customdata"]], scene.trace.predictions[:, 0, 0])
    off = np.abs(scene.trace.predictions[:, 0, 0] - scene.sequence.targets[:, 0, 0]).mean()
    assert scene.first_component[1].shape == (20,)
    assert snapshot.magnitude(float(off)) in picture.title


def test_a_recipe_of_ones_own_is_the_films_with_what_was_changed():
    settings = Settings(task="adding", cell="lstm")
    base = recipe(settings)
    assert base == at_snapshot.films.RECIPES["adding-lstm"]
    changed = recipe(
        replace(settings, train_bias=-1.0, train_clip=False, train_cut=True, train_k=7, train_start="orthogonal",
                train_by="sgd", train_rate=0.5, train_units=5, train_seed=9)
    )  # fmt: skip
    wanted = {"forget_bias": -1.0, "clip": None, "truncate": 7, "scheme": "orthogonal", "optimiser": "sgd"}
    assert changed == replace(base, **wanted, rate=0.5, hidden=5, seed=9)
    assert over_training.differences(base, base) == []
    assert over_training.differences(changed, base)[:3] == [
        "Forget bias -1", "No clipping", "Truncated to 7 steps",
    ]  # fmt: skip
    assert filmed("train_norm")(replace(settings, train_clip=False)) == base.clip
    assert recipe(replace(settings, cell="gru", train_bias=2.0)).forget_bias == 4.0


def test_more_changes_than_a_headline_has_room_for_are_counted():
    said = ["Forget bias 0", "No clipping", "By SGD"]
    assert over_training.summary(said[:1]) == said[0]
    assert over_training.summary(said[:2]) == "Forget bias 0, no clipping"
    assert over_training.summary(said) == "Forget bias 0 and 2 more changes"
    assert over_training.summary([said[0], "Truncated to 40 steps"]) == "Forget bias 0 and one more change"


def test_the_snippet_trains_the_same_once_more():
    settings = Settings(task="adding", cell="rnn", train_updates=8, train_units=2, snapshot=30)
    scene = over_training.own(settings)
    assert scene.before is at_snapshot.film("adding", "rnn")
    assert scene.updates == 8
    names = {}
    exec(view.snippet(learning.over_updates, scene).replace("picture.figure().show()", ""), names)
    assert names["picture"].title == learning.title(scene)
    assert learning.title(scene).startswith("With 2 units, in 8 updates: ")


@pytest.mark.parametrize(("typed", "read", "said"), [(61, 60, False), (62, 60, True), (75, 60, True), (20, 19, False)])
def test_of_a_long_text_as_many_characters_are_read_as_is_said(typed, read, said):
    """The last character of a text is only predicted."""
    scene = at_snapshot.run(Settings(task="prose", cell="lstm", continued="x" * typed))
    assert scene.steps == read
    assert (f"The first {read} of {typed} are read." in scene.sequence.notice) == said


def test_of_a_long_sentence_as_many_words_are_read_as_is_said():
    scene = at_snapshot.run(Settings(task="tagging", cell="lstm", tagged="boat " * 61))
    assert scene.steps == 60
    assert "The first 60 of 61 are read." in scene.sequence.notice
