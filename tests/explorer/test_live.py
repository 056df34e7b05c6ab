"""Trainings beside the server: real processes, each waited for by what it does.

Most of them train by light_worker.py, which starts at once; the training itself is that of the real one.
"""

import os
import signal
import sys
import threading
import time
from dataclasses import replace

import numpy as np
import orjson
import pytest
from serving import ROOT

from core import films
from core.films import making
from core.films.film import Film, load
from core.training.recipe import Recipe
from explorer.jobs import own_training, processes, sweep_run, worker
from explorer.jobs.desk import Desk, Held
from explorer.page import catalogue
from explorer.page.respond import respond
from explorer.page.state import State
from explorer.passes import at_snapshot as trained_film
from explorer.passes import memory
from explorer.state.own_training import recipe
from explorer.state.settings import Settings
from explorer.state.trained import MOST_SNAPSHOTS

SMALL = Recipe("adding", (("distance", 12),), cell="rnn", hidden=3, updates=40, batch=4, seed=5)
LONG = replace(SMALL, updates=10**6)
WATCHED = replace(LONG, options=films.RECIPES["adding-rnn"].options)
PATIENCE = 120.0  # s; a busy machine may take long
REAL = processes.PROGRAM
LIGHT = (sys.executable, str(ROOT / "tests" / "explorer" / "light_worker.py"))


@pytest.fixture(autouse=True)
def light(monkeypatch):
    monkeypatch.setattr(processes, "PROGRAM", LIGHT)
    monkeypatch.setenv("PYTHONPATH", str(ROOT), prepend=os.pathsep)


def until(read, wanted):
    """Reads again and again, until what is read is as wanted."""
    end = time.monotonic() + PATIENCE
    while not wanted(value := read()):
        assert time.monotonic() < end, f"still {value}"
        time.sleep(0.01)
    return value


def state(training, wanted):
    return until(lambda: training.state, lambda now: now == wanted)


def trained(training):
    return until(lambda: training.progress.updates, lambda made: made > 0)


def same(one: Film, other: Film):
    np.testing.assert_array_equal(one.updates, other.updates)
    np.testing.assert_array_equal(one.curve, other.curve)
    assert one.measures == other.measures
    for name, array in one.parameters.items():
        np.testing.assert_array_equal(array, other.parameters[name])
    return True


def test_one_after_the_other_and_the_same_seed_gives_the_same_run(monkeypatch):
    monkeypatch.setattr(processes, "PROGRAM", REAL)
    with processes.Pool(size=1, patience=PATIENCE) as pool:
        first, second, third = (pool.start(SMALL, snapshots=5) for _ in range(3))
        assert [one.state for one in (first, second, third)] == ["running", "queued", "queued"]
        assert [one.place for one in (first, second, third)] == [0, 1, 2]
        assert first.film is None
        second.stop()
        assert (second.state, third.place) == ("stopped", 1)
        state(first, "done")
        state(third, "done")
    assert first.progress == third.progress == processes.Progress(40, 40, None)
    assert (first.sentence, second.film) == ("", None)
    assert same(first.film, making.trained(SMALL, 5))
    assert same(first.film, third.film)
    assert first.film is first.film


def test_pause_resume_and_stop():
    with processes.Pool(size=1, patience=PATIENCE) as pool:
        training = pool.start(LONG)
        trained(training)
        progress = until(lambda: training.progress, lambda now: now.seconds is not None)
        assert progress.seconds > 1
        training.pause()
        assert training.state == "paused"
        stood = until(
            lambda: [training.progress.updates, time.sleep(0.3), training.progress.updates], lambda r: r[0] == r[2]
        )[0]
        assert training.progress.seconds is None
        training.resume()
        until(lambda: training.progress.updates, lambda made: made > stood)
        training.stop()
        assert training.state == "stopped"
        until(lambda: pool.running, lambda running: not running)
        training.resume()
        training.pause()
        assert training.state == "stopped", "what has ended does not go on"
    assert len(training.film) >= 1
    assert training.film.curve[-1, 0] <= training.progress.updates
    assert not training.film.diverged


def test_a_paused_one_leaves_its_place_and_waits_for_another():
    with processes.Pool(size=1, patience=PATIENCE) as pool:
        first, second = (pool.start(LONG) for _ in range(2))
        trained(first)
        assert second.state == "queued"
        first.pause()
        assert (first.state, second.state) == ("paused", "running")
        first.resume()
        assert (first.state, first.place) == ("queued", 1)
        trained(second)
        process = first._process
        second.stop()
        state(first, "running")
        made = first.progress.updates  # what was said before it paused has come by now
        until(lambda: first.progress.updates, lambda now: now > made)
        assert first._process is process
        first.pause()
        first.resume()
        assert first.state == "running", "nobody else is there"


def test_of_too_many_paused_ones_the_oldest_makes_room():
    with processes.Pool(size=1, patience=PATIENCE, paused=1) as pool:
        first, second, third = (pool.start(LONG) for _ in range(3))
        first.pause()
        assert [one.state for one in (first, second, third)] == ["paused", "running", "queued"]
        second.pause()
        assert [one.state for one in (first, second)] == ["stopped", "paused"]
        assert own_training.drawn(own_training.Held(first, "own 0"), "", "", ("", ""))["words"].startswith(
            "Stopped: the one paused for longest"
        )
        state(third, "running")


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")
def test_one_that_is_killed_says_so_and_the_next_one_starts():
    with processes.Pool(size=2, patience=PATIENCE) as pool:
        killed, other, waiting = (pool.start(LONG) for _ in range(3))
        assert waiting.state == "queued"
        trained(other)
        os.kill(killed._process.pid, signal.SIGKILL)
        state(killed, "failed")
        assert killed.sentence.startswith("The training was ended from outside")
        trained(waiting)
        made = other.progress.updates
        until(lambda: other.progress.updates, lambda now: now > made)
        assert other.state == "running"
    assert (other.state, waiting.state) == ("stopped", "stopped"), "a pool that is closed stops what it has"
    assert all(one._process.returncode is not None for one in (killed, other, waiting))


def test_one_that_cannot_be_followed_loses_no_place(monkeypatch, caplog):
    drawn = []
    broken = replace(LONG, seed=13)
    make = Recipe.model

    def model(recipe):
        drawn.append(recipe.seed)
        return make(recipe) if recipe.seed != broken.seed else 1 / 0

    monkeypatch.setattr(Recipe, "model", model)
    with processes.Pool(size=1, patience=PATIENCE) as pool:
        first, second = pool.start(broken), pool.start(SMALL, snapshots=5)
        state(first, "failed")
        assert first.sentence == "The training could not be followed (ZeroDivisionError): start it again."
        state(second, "done")
        assert len(second.film) == 5
    assert drawn == [broken.seed, SMALL.seed], "a model is drawn once, whatever the number of its snapshots"
    assert "could not be followed" in caplog.text


def test_a_film_is_made_while_the_others_go_on(monkeypatch):
    """With the lock free: another thread may have it meanwhile."""
    with processes.Pool(size=1, patience=PATIENCE) as pool:
        training = pool.start(SMALL, snapshots=3)
        state(training, "done")

        def look():
            if pool.lock.acquire(timeout=5):
                pool.lock.release()
                free.append(True)

        def made(*given):
            other = threading.Thread(target=look)
            other.start()
            other.join()
            return making.of_snapshots(*given)

        free = []
        monkeypatch.setattr(processes, "of_snapshots", made)
        training._film = None
        assert len(training.film) == 3
    assert free == [True]


def test_what_nobody_asks_about_is_stopped():
    with processes.Pool(size=1, patience=0.4) as pool:
        running, queued = pool.start(LONG), pool.start(LONG)
        # Read from within: to look at a training's state is to ask about it.
        until(lambda: {one._state for one in (running, queued)}, lambda now: now == {"stopped"})


def test_one_that_diverges_ends_there():
    recipe = Recipe(
        "tagging", cell="rnn", nonlinearity="relu", hidden=8, updates=400, optimiser="sgd", rate=1e8, clip=None
    )
    with processes.Pool(size=1, patience=PATIENCE) as pool:
        training = pool.start(recipe)
        state(training, "diverged")
    assert training.film.diverged
    assert training.progress.updates < 400
    assert not np.isfinite(training.film.curve[-1]).all()


def test_the_film_knows_that_it_diverged_once_that_is_said():
    with processes.Pool(size=1, patience=PATIENCE) as pool:
        training = processes.Training(pool, SMALL, 3, lambda: True)
        model = SMALL.model()
        training.hear("snapshot", (0, dict(model.parameters), SMALL.learned().measure(model, 4)))
        training.hear("rows", [(0, 1.0, 2.0), (1, np.inf, np.nan)])
        assert not training.film.diverged
        training.hear("end", True)
        assert training.film.diverged


def test_one_that_wants_too_much_memory_fails_alone():
    with processes.Pool(size=1, memory=1 << 30, patience=PATIENCE) as pool:
        large, small = pool.start(replace(SMALL, hidden=30_000)), pool.start(SMALL)
        state(large, "failed")
        assert "more than its 1,024 MB of memory" in large.sentence
        state(small, "done")


def test_a_process_ends_with_the_server():
    with processes.Pool(size=1, patience=PATIENCE) as pool:
        training = pool.start(LONG)
        trained(training)
        training._process.stdin.close()  # as at the server's end, however that comes
        state(training, "failed")


def said(recipe):
    going = worker.threading.Event()
    going.set()
    return [(kind, value) for kind, value in worker.messages(recipe, 3, 1 << 30, going) if kind != "rows"]


def test_what_cannot_be_trained_is_one_sentence(monkeypatch, capsys):
    (told,) = said(Recipe("juggling"))
    assert told[0] == "failed"
    assert told[1].startswith("task must be one of")
    monkeypatch.setattr(worker, "train", lambda *_: 1 / 0)
    assert said(SMALL) == [
        ("failed", "The training broke off (ZeroDivisionError): start it again, or with another recipe.")
    ]
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_no_process_to_be_had_is_one_sentence(monkeypatch):
    monkeypatch.setattr(processes, "PROGRAM", ("/nowhere/python",))
    with processes.Pool(size=1, patience=PATIENCE) as pool:
        training = pool.start(SMALL)
        assert training.state == "failed"
        assert training.sentence.startswith("No process could be started (No such file or directory)")
        assert not pool.running


def at_desk(training, name="adding-rnn"):
    """The desk of a visitor who started this training over that film."""
    return Desk(Held(training, "own 0", films.film(name), name))


def look_on(training, task="adding"):
    """The state of a visitor who started this training, and is on its page."""
    state = State(desk=at_desk(training))
    go(state, "training", task=task)
    return state


def go(state, name, **query):
    page = catalogue.page(name)
    state.open(page, query)
    return orjson.loads(respond(page, state))


def test_another_page_of_the_session_stops_it():
    with processes.Pool(size=1, patience=PATIENCE) as pool:
        training = pool.start(WATCHED)
        visitor = look_on(training)
        assert training.state == "running"
        go(visitor, "stacked")
        assert training.state == "stopped"
        until(lambda: pool.running, lambda running: not running)
        made = training.progress.updates
        go(visitor, "training")
        assert visitor.desk.held.training is training, "its film so far stays"
        kept = "" if training.film is None else "; its film so far is kept"
        told = f"Ended when you left this page, after {made:,} of 1,000,000 updates{kept}."
        assert own_training.drawn(visitor.desk.held, "", "", ("", ""))["words"] == told


def test_the_slider_ends_where_the_film_does(monkeypatch, tmp_path):
    with processes.Pool(size=1, patience=PATIENCE) as pool:
        training = pool.start(replace(WATCHED, updates=40), snapshots=5)
        state(training, "done")
        visitor = State(desk=at_desk(training))

        def slider(**changes):
            view = go(visitor, "training", cell="rnn", **{key: str(value) for key, value in changes.items()})
            (control,) = (one for one in view["controls"] if one["key"] == "snapshot")
            return control["value"], control["high"]

        assert slider(task="adding") == (5, 5)
        assert slider(task="adding", snapshot=3) == (3, 5)
        shipped = len(films.film("order-rnn"))
        assert slider(task="order") == (shipped, shipped)
        (tmp_path / "order-rnn.npz").write_bytes(b"no film")
        monkeypatch.setattr(trained_film, "film", lambda *_: load(tmp_path / "order-rnn.npz"))
        assert slider(task="order") == (MOST_SNAPSHOTS, MOST_SNAPSHOTS), "the view says what is wrong with it"


def test_looking_at_another_task_stops_it():
    with processes.Pool(size=1, patience=PATIENCE) as pool:
        training = pool.start(WATCHED)
        look_on(training)
        assert training.state == "running"
        look_on(training, task="order")
        assert training.state == "stopped"


def test_what_the_stage_is_told_of_it(monkeypatch):
    """Its buttons, how far it is, and after how long to ask again."""
    with processes.Pool(size=1, patience=PATIENCE) as pool:
        first, second = (pool.start(WATCHED) for _ in range(2))
        settings = Settings(task="adding")
        monkeypatch.setattr(own_training, "recipe", lambda settings: WATCHED)
        said = {}
        for name, training in (("running", first), ("queued", second)):
            desk = at_desk(training)
            said[name] = own_training.control(settings, desk), own_training.pace(settings, desk)
        assert said["running"][0]["buttons"] == [("pause", "Pause"), ("stop", "Stop")]
        assert said["running"][0]["words"] == "Starting …"
        assert said["running"][1] == own_training.OFTEN
        assert said["queued"][0]["words"] == "Number 1 in the queue."
        assert said["queued"][1] == own_training.SELDOM
        own_training.did(settings, {"training": "start"}, desk)
        assert second.state == "queued", "one under way is not started again"
        own_training.did(settings, {"training": "stop"}, desk)
        ended = own_training.control(settings, desk)
        assert ended["words"].startswith("Stopped: 0 of 1,000,000 updates.")
        assert own_training.pace(settings, desk) is None
        assert [key for key, _ in ended["buttons"]] == ["start", "shipped"]
        second._state, second.sentence = "failed", "truncate must be …"
        assert own_training.control(settings, desk)["words"].startswith("Truncate must be …")
        own_training.did(settings, {"training": "shipped"}, desk)
        monkeypatch.undo()
        assert own_training.control(settings, desk)["words"] == "Shown: the shipped film."


def test_what_was_changed_and_waits_for_a_training_is_said():
    desk = Desk()
    settings = Settings(task="adding", cell="lstm", train_bias=0.0, train_clip=False)
    told = "Changed: forget bias 0, no clipping. This takes effect when you train live."
    assert own_training.control(settings, desk)["words"] == f"Shown: the shipped film. {told}"
    with processes.Pool(size=1, patience=PATIENCE) as pool:
        training = pool.start(recipe(settings))
        training.stop()
        desk = at_desk(training, "adding-lstm")
        told = "Changed: forget bias 0, no clipping. This takes effect when you train again."
        assert own_training.control(settings, desk)["words"].endswith(told), "nothing of it is shown"
        training = pool.start(replace(recipe(settings), updates=4), snapshots=2)
        state(training, "done")
        desk = at_desk(training, "adding-lstm")
        settings = replace(settings, train_updates=4)
        assert "Changed" not in own_training.control(settings, desk)["words"]
        told = "Changed: clipped at ‖g‖ = 1. This takes effect when you train again."
        assert own_training.control(replace(settings, train_clip=True), desk)["words"].endswith(told)


def test_a_single_run_of_the_memory_sweep_goes_on_while_it_is_chosen(monkeypatch):
    with processes.Pool(size=1, patience=PATIENCE) as pool:
        desk = Desk()
        monkeypatch.setattr(own_training, "_pool", lambda: pool)
        settings = Settings(network="elman", distance="12")
        assert sweep_run.control(settings, desk)["buttons"] == [("start", "Train Elman, distance 12")]
        assert sweep_run.control(Settings(cell="gru"), desk)["buttons"] == [("start", "Train GRU, distance 12")], (
            "as the cell"
        )
        sweep_run.did(settings, {"training": "start"}, desk)
        training = desk.held.training
        assert training.recipe == memory.recipe(settings)
        assert sweep_run.control(settings, desk)["buttons"] == [("pause", "Pause"), ("stop", "Stop")]
        assert sweep_run.pace(settings, desk) == own_training.OFTEN
        desk.on("memory")
        assert training.state == "running"
        sweep_run.did(settings, {"training": "stop"}, desk)
        assert [key for key, _ in sweep_run.control(settings, desk)["buttons"]] == ["start", "shipped"]
        sweep_run.did(settings, {"training": "start"}, desk)
        again = desk.held.training
        assert sweep_run.run(replace(settings, run_seed=8), desk).live is None
        assert again.state == "stopped", "nobody sees the run of another seed"
        desk.on("training")
        assert not desk.held.left, "it was over before"
        sweep_run.did(settings, {"training": "start"}, desk)
        trained(desk.held.training)
        desk.on("training")
        assert desk.held.training.state == "stopped"
        assert sweep_run.control(settings, desk)["words"].startswith("Ended when you left this page, after ")
