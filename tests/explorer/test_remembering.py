"""Long-range memory: what is read of a sweep's file, what of the trained networks, and what is said of both."""

import os
from dataclasses import replace

import numpy as np
import pytest

from core import sweeps
from core.passes import losses
from core.passes.patterns import precision
from core.sweeps.grids import DISTANCES, NETWORKS, distance_of, memory, network_of
from core.sweeps.sweep import CHECKS, Outcome
from core.tasks import make
from core.tasks.memoryless import memoryless
from core.tasks.task import Measure
from explorer import cards
from explorer.figures import memory as figures
from explorer.page import controls
from explorer.passes import memory as remembering
from explorer.passes import outcomes
from explorer.questions import networks
from explorer.state.memory import NETWORKS as LABELS
from explorer.state.memory import REMEMBERED, far
from explorer.state.settings import Settings

UP_TO = {"elman": 0, "gru": 50, "lstm": 25, "lstm, forget bias 4": 50}  # solved, by networks in the file below


def run(**changes):
    return remembering.run(Settings().changed(changes))


def outcome(recipe, up_to):
    """An outcome for the tests; the seed counts, so that there is a spread."""
    solved = distance_of(recipe) <= up_to or (recipe.seed == 1 and distance_of(recipe) <= 2 * up_to)
    share = 1.0 if solved else 0.3 + 0.1 * recipe.seed
    return Outcome(
        recipe, Measure(share, "sequences", 2560, solved, 0.01 / (1 + recipe.seed), "mse", 0.04), 9, False, 1500
    )


def write(path, recipes):
    file = path / "memory.jsonl"
    file.write_text("".join(outcome(r, UP_TO[network_of(r)]).line() + "\n" for r in recipes), encoding="utf-8")
    return file


@pytest.fixture
def measured(monkeypatch, tmp_path):
    """A sweep half-way: adding, four of the networks."""
    monkeypatch.setattr(sweeps, "MEASURED", tmp_path)
    write(tmp_path, [r for r in memory() if r.task == "adding" and network_of(r) in UP_TO])
    return tmp_path


@pytest.mark.parametrize("kind", REMEMBERED)
def test_the_marked_steps_are_what_the_final_answer_depends_on(kind):
    """Another input at any other step, and the right answer is the same; at a marked one it is another."""
    for number in range(1, 13):
        scene = run(remembered=kind, example=number)
        x, marked = scene.trace.inputs[:, 0], list(scene.marked)
        target = np.asarray(scene.trace.arguments["loss"].targets).ravel()[0]
        if kind == "adding":
            assert target == pytest.approx(0.5 + x[marked, 0].sum() / 4, abs=1e-6)
        elif kind == "order":
            assert "".join(scene.tokens[t] for t in marked) == scene.task.output_words[int(target)]
        else:
            assert marked == [9]
            assert scene.tokens[9] == scene.task.output_words[int(target)]


def test_the_numbers_to_add_stand_with_the_right_answer():
    scene = run(remembered="adding", example=2)
    (told,) = (word for trace in figures.gradient(scene).data for word in trace.get("text", ()) if "right:" in word)
    numbers = [float(scene.tokens[t].replace("−", "-")) for t in scene.marked]
    assert told.endswith(f"/4 = {remembering.right(scene)}")
    assert float(remembering.right(scene)) == pytest.approx(0.5 + sum(numbers) / 4, abs=0.003)
    assert all(scene.tokens[t] in told for t in scene.marked)


@pytest.mark.parametrize("kind", REMEMBERED)
def test_what_is_heard_is_the_gradient_of_the_final_loss(kind):
    scene = run(remembered=kind, cell="lstm", snapshot=12)
    reach = remembering.by_cell(scene)
    for cell, trace in scene.traces.items():
        assert reach[cell][-1] == 1
        entered = np.flatnonzero(trace.losses[:, 0])
        assert set(entered) <= {scene.steps - 1}
    grown = scene.trace[0, "forward"].grad_cell[:, 0]
    np.testing.assert_allclose(reach["lstm"], np.linalg.norm(grown, axis=1) / np.linalg.norm(grown[-1]))
    assert f"step {scene.marked[0] + 1} gets" in figures.gradient(scene).title


def test_the_final_loss_is_the_last_of_those_at_every_step():
    every = losses.cross_entropy(np.arange(6).reshape(3, 2))
    np.testing.assert_array_equal(remembering.final(every, 3).targets, [4, 5])
    last = losses.squared_error([[1.0]], at="last")
    assert remembering.final(last, 3).targets == 1


def test_what_is_said_is_the_tasks_own_answer():
    for kind in REMEMBERED:
        scene = run(remembered=kind)
        task, answers = scene.task, scene.answers
        for cell, trace in scene.traces.items():
            said, ok = answers[cell]
            if kind != "adding":
                assert said == task.output_words[int(trace.logits[-1, 0].argmax())]
                assert ok == (said == remembering.right(scene))
    assert precision(scene.film.model(-1), "float64").parameters.keys() == scene.trace.network.parameters.keys()


def test_without_a_memory_only_chance_is_right():
    adding, order, copying = (memoryless(make(name)) for name in ("adding", "temporal order", "copying"))
    assert order.share == pytest.approx(1 / 4, abs=0.03)
    assert copying.share == pytest.approx(1 / 8, abs=0.01)
    assert adding.error == pytest.approx(make("adding").baseline, rel=0.1)
    assert [one.solved for one in (adding, order, copying)] == [False] * 3


def test_only_outcomes_of_the_sweep_as_it_is_planned_count(measured):
    found = outcomes.measured("memory")
    assert (len(found.known), found.of, found.problem) == (48, len(memory()), "")
    assert found.told == f"48 of {found.of} outcomes so far; python -m core.sweeps memory goes on."
    with (measured / "memory.jsonl").open("a") as file:
        file.write(replace(found.known[0], recipe=replace(found.known[0].recipe, rate=0.5)).line() + "\n")
        file.write('{"recipe": {"task": "add')
    assert outcomes.measured("memory").known == found.known


def test_the_file_is_read_again_when_it_has_changed(measured):
    before = outcomes.measured("memory")
    assert outcomes.measured("memory") is before
    with (measured / "memory.jsonl").open("a") as file:
        recipe = next(r for r in memory() if network_of(r) == "irnn")
        file.write(outcome(recipe, 0).line() + "\n")
    assert len(outcomes.measured("memory").known) == len(before.known) + 1


def test_a_sweep_that_is_complete_needs_no_word(monkeypatch, tmp_path):
    monkeypatch.setattr(sweeps, "MEASURED", tmp_path)
    (tmp_path / "memory.jsonl").write_text("".join(outcome(r, 25).line() + "\n" for r in memory()))
    assert outcomes.measured("memory").told == ""


def test_what_is_solved_is_counted_by_seeds(measured):
    found = remembering.successes(run())
    assert list(found) == [name for name in NETWORKS if name in UP_TO]
    assert {name: remembering.solved(by) for name, by in found.items()} == {
        "elman": (0, 0), "gru": (50, 100), "lstm": (25, 50), "lstm, forget bias 4": (50, 100),
    }  # fmt: skip
    assert figures.share(run()).title == (
        "Adding two numbers: with every seed so far, GRU and LSTM, bias 4 solve T ≤ 50; Elman none."
    )
    rows = dict(row[:2] for row in cards.memory(run()).blocks[0].rows)
    assert rows == {"Elman": "none", "GRU": "50 (100)", "LSTM": "25 (50)", "LSTM, bias 4": "50 (100)"}
    assert cards.memory(run()).blocks[1].text.startswith("With every seed so far, all shorter distances too;")
    assert figures.share(run(remembered="order")).title == "Telling the order: no outcomes are there yet."


def test_a_distance_beyond_one_that_failed_does_not_count(measured):
    by_distance = remembering.successes(run())["gru"]
    assert remembering.solved({**by_distance, 25: by_distance[100]}) == (12, 100)
    never = [replace(one, measure=replace(one.measure, solved=False)) for one in by_distance[12]]
    assert remembering.solved({**by_distance, 12: never}) == (0, 0)


def test_every_seed_is_said_of_all_that_are_planned(monkeypatch, tmp_path):
    monkeypatch.setattr(sweeps, "MEASURED", tmp_path)
    planned = [r for r in memory() if r.task == "adding"]
    lines = [outcome(r, 25).line() + "\n" for r in planned]
    (tmp_path / "memory.jsonl").write_text("".join(lines))
    assert figures.share(run()).title == "Adding two numbers: with every seed, 6 of 6 networks solve T ≤ 25."
    assert cards.memory(run()).blocks[1].text.startswith("With every seed, ")
    (tmp_path / "memory.jsonl").write_text("".join(lines[:-1]))
    assert "with every seed so far, 6 of 6" in figures.share(run()).title


def test_how_the_runs_were_made_is_said(measured):
    _, by_seeds, criterion = cards.memory(run()).blocks[:3]
    assert by_seeds.text.endswith("Learning rate: 0.003 of Elman, IRNN, orthogonal; 0.01 of GRU, LSTM, LSTM, bias 4.")
    assert f"the first of {CHECKS} checks" in criterion.text
    for kind, whose in {"adding": "our criterion", "order": "published criterion", "copying": "our criterion"}.items():
        words = [word for t in figures.share(run(remembered=kind)).data for word in t.get("text") or ()]
        assert any(word.startswith(f"{whose}: 99 %") for word in words)


def test_the_drawing_has_every_seed_and_their_range(measured):
    picture, scene = figures.share(run()), run()
    points = [t for t in picture.data if t.get("mode") == "markers"]
    assert len(points) == len(UP_TO)
    for trace, by_distance in zip(points, remembering.successes(scene).values(), strict=True):
        shares = [100 * one.measure.share for outcomes in by_distance.values() for one in outcomes]
        np.testing.assert_array_equal(trace["y"], shares)
        assert len(trace["x"]) == 3 * len(DISTANCES["adding"])
    chance = next(t for t in picture.data if t.get("line", {}).get("dash") == "dash" and len(t["y"]) == 2)
    assert chance["y"][0] == pytest.approx(100 * memoryless(scene.task).share)


def test_the_error_stands_beside_the_published_baseline(measured):
    picture = figures.errors(run())
    assert picture.data[0]["y"] == [0.04] * 4
    assert picture.title.startswith("At distance 100, ")
    mean = np.mean([0.01, 0.005, 0.01 / 3])
    assert picture.title.endswith(f"has the least error: {mean / 0.04 * 100:.0f} % of the baseline’s.")


def test_another_number_of_symbols_in_the_sweep_is_said():
    scene = run(remembered="copying")
    swept, filmed = remembering.recipe(scene.settings).learned().count, scene.task.count
    words = cards.memory(scene).blocks[-1].text
    assert (f"They copy {filmed} symbols, the networks above {swept}." in words) == (swept != filmed)
    assert "symbols" not in cards.memory(run()).blocks[-1].text


def test_every_network_and_distance_of_the_sweep_can_be_chosen():
    assert LABELS.keys() == NETWORKS.keys()
    planned = memory(1)
    for kind in REMEMBERED:
        view = Settings(remembered=kind)
        task = run(remembered=kind).task.name
        assert tuple(map(int, far(view))) == DISTANCES[task]
        assert controls.spec(view, "distance")["value"] in far(view)
        for network in NETWORKS:
            for distance in far(view):
                recipe = remembering.recipe(replace(view, network=network, distance=distance, run_seed=0))
                assert recipe in planned
                assert (network_of(recipe), distance_of(recipe)) == (network, int(distance))


def test_a_single_run_stands_beside_the_recorded_ones(measured, monkeypatch):
    view = Settings(network="gru", distance="25", run_seed=8)
    wanted = remembering.recipe(view)
    assert (wanted.seed, wanted.cell, distance_of(wanted)) == (8, "gru", 25)
    monkeypatch.setattr(remembering, "recipe", lambda settings: replace(wanted, updates=6, batch=4))
    assert figures.single(remembering.run(view)).title == (
        "GRU at distance 25: of 3 recorded seeds 3 solved it; train one more, live."
    )
    scene = remembering.own(view)
    assert scene.live.recipe.seed == 8
    now = scene.live.measures[-1].share
    picture = figures.single(scene)
    told = f"GRU at distance 25, live: {100 * now:.0f} % right after 6 updates; of 3 recorded seeds 3 solved it."
    assert picture.title == told
    np.testing.assert_allclose(picture.data[-1]["y"], [100 * one.share for one in scene.live.measures])
    assert picture.data[2]["y"] == [100.0] * 3
    (star,) = (t for t in figures.share(scene).data if t.get("marker", {}).get("symbol") == "star")
    assert (star["x"], star["y"]) == ([25], [pytest.approx(100 * now)])
    # what is measured otherwise than the recorded runs says so
    for words in (*star["hovertext"], figures.share(scene).note, picture.note):
        assert f"{scene.live.measures[-1].count}" in words
    assert "Star" not in figures.share(remembering.run(view)).note


def test_the_page_looks_again_only_while_a_sweep_goes_on(measured):
    assert outcomes.growing("memory")
    os.utime(measured / "memory.jsonl", (1, 1))
    assert not outcomes.growing("memory")
    (measured / "memory.jsonl").write_text("".join(outcome(r, 25).line() + "\n" for r in memory()))
    assert not outcomes.growing("memory")
    (measured / "memory.jsonl").unlink()
    assert not outcomes.growing("memory")


def test_the_question_is_answered_by_the_sweep(measured):
    assert not networks.elman_fails(run()).answer
    answer = networks.elman_fails(run(revealed=True)).answer
    assert answer == "Seeds that solve it: 0 of 3 at 12, 0 of 3 at 25, 0 of 3 at 50, 0 of 3 at 100."
