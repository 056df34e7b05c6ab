"""Sweeps: what is done is not done again, and nothing is lost: not to an end half-way, not to a worker that dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Executor, Future
from pathlib import Path

import pytest

from core.errors import InvalidValue
from core.sweeps import executors
from core.sweeps.grids import DISTANCES, NETWORKS, PARAMETERS, depth, memory, network_of
from core.sweeps.sweep import outcome, read, run
from core.training.recipe import Recipe

RECIPES = [
    Recipe("adding", (("distance", 12),), cell, 3, seed=s, updates=4, batch=3)
    for cell in ("rnn", "gru")
    for s in (0, 1)
]


class Here(Executor):
    """Runs what it is given at once; after `most` of them it fails, as a machine does that is switched off."""

    def __init__(self, most: int = 10**6) -> None:
        self.done, self.most = 0, most

    def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
        future: Future = Future()
        if self.done < self.most:
            future.set_result(fn(*args, **kwargs))
        else:
            future.set_exception(RuntimeError("switched off"))
        self.done += 1
        return future


def test_a_sweep_goes_on_where_it_stopped(tmp_path: Path) -> None:
    file = tmp_path / "outcomes.jsonl"
    with pytest.raises(RuntimeError, match="switched off"):
        run(RECIPES, file, Here(most=2))
    assert len(read(file)) == 2
    rest, told = Here(), []
    found = run(RECIPES, file, rest, lambda done, of, one: told.append((done, of)))
    assert rest.done == 2
    assert told == [(n, 4) for n in (3, 4)]
    assert [one.recipe for one in found] == RECIPES
    assert found == [outcome(recipe) for recipe in RECIPES]
    assert run(RECIPES, file, Here(most=0)) == found


def test_a_line_that_was_cut_short_is_trained_again(tmp_path: Path) -> None:
    file = tmp_path / "outcomes.jsonl"
    whole = run(RECIPES[:2], file, Here())
    text = file.read_text(encoding="utf-8")
    file.write_text(text[:-20], encoding="utf-8")
    (kept,) = read(file)
    assert kept in whole
    again = Here()
    assert run(RECIPES[:2], file, again) == whole
    assert again.done == 1
    assert file.read_text(encoding="utf-8") == text  # the line that was lost, at its end again


def test_a_recipe_that_stands_twice_is_trained_once(tmp_path: Path) -> None:
    here = Here()
    assert len(run([RECIPES[0]] * 3, tmp_path / "f.jsonl", here)) == 3
    assert here.done == 1


def test_a_training_ends_when_its_task_is_solved() -> None:
    recipe = Recipe("sentiment", cell="gru", hidden=16, updates=1600, batch=32, rate=1e-2)
    found = outcome(recipe)
    assert found.measure.solved
    assert found.updates < 1600


def test_the_networks_of_the_memory_sweep_have_one_budget() -> None:
    recipes = memory(seeds=1)
    assert len(recipes) == len(NETWORKS) * sum(map(len, DISTANCES.values()))
    assert {network_of(recipe) for recipe in recipes} == set(NETWORKS)
    for recipe in recipes:
        assert abs(recipe.size / PARAMETERS[recipe.task] - 1) < 0.05, recipe


def test_the_depths_have_one_budget() -> None:
    sizes = {recipe.layers: recipe.size for recipe in depth(seeds=1)}
    assert len(sizes) == 3
    assert max(sizes.values()) / min(sizes.values()) < 1.03


SLEEPING = """
import os, time
from core.sweeps import executors
if __name__ == "__main__":
    with executors.processes(1) as pool:
        print(pool.submit(os.getpid).result(), flush=True)
        time.sleep(600)
"""


def test_a_sweep_that_is_killed_leaves_no_process_behind(tmp_path: Path) -> None:
    (tmp_path / "sleeping.py").write_text(SLEEPING, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        [sys.executable, tmp_path / "sleeping.py"], stdout=subprocess.PIPE, text=True, env=environment
    ) as sweep:
        assert sweep.stdout is not None
        worker = int(sweep.stdout.readline())
        os.kill(worker, 0)  # it is there
        sweep.kill()
    for _ in range(300):
        try:
            os.kill(worker, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail("the worker goes on without its sweep")


@pytest.fixture
def cluster():  # type: ignore[no-untyped-def]
    """A Dask cluster of two worker processes, with a nanny each that begins one anew.

    All are forked from one that has imported what they need: that takes longer than their trainings.
    """
    distributed = pytest.importorskip("distributed")
    import dask.config

    with dask.config.set({"distributed.worker.multiprocessing-method": "forkserver"}):
        preload = ["distributed", "core.training.loop", "torch._dynamo"]
        distributed.utils.get_mp_context().set_forkserver_preload(preload)
        with distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
        ) as local:
            yield local


@pytest.mark.filterwarnings("ignore")  # what a killed worker leaves unclosed is the point
def test_a_killed_worker_loses_nothing(cluster, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "outcomes.jsonl"
    recipes = [Recipe("adding", (("distance", 12),), "gru", 4, seed=s, updates=40, batch=8) for s in range(6)]
    killed = []

    def kill_one(done: int, of: int, last: object) -> None:
        if not killed:
            victim = next(iter(cluster.workers.values()))
            killed.append(victim.pid)
            os.kill(victim.pid, signal.SIGKILL)

    with executors.cluster(cluster.scheduler_address) as executor:
        found = run(recipes, file, executor, kill_one)
    assert killed
    assert [one.recipe for one in found] == recipes
    assert len(read(file)) == 6
    assert found[0] == outcome(recipes[0])


def test_no_cluster_at_an_address_is_said() -> None:
    pytest.importorskip("distributed")
    began = time.monotonic()
    with (
        pytest.raises(InvalidValue, match="running Dask scheduler"),
        executors.cluster("tcp://127.0.0.1:9", patience=1),
    ):
        pass
    assert time.monotonic() - began < 60
