"""Where an extra is missing, one sentence says what was expected, what was got, and what to do."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import without
from battery import Case
from serving import ROOT

from core import extras, oracle
from core.errors import InvalidValue, NotRecorded
from core.oracle import networks
from core.training.loop import train
from core.training.recipe import Recipe

TRACE = Case("lstm", unequal=True).record()
MISSING = f"but got no such package: run pip install {extras.PYTORCH}."


@pytest.fixture
def no_pytorch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)


def test_it_names_the_version_that_is_tested() -> None:
    pins = (ROOT / "requirements.txt").read_text(encoding="utf-8").split()
    assert extras.PYTORCH in pins


def test_what_is_there_is_found_without_being_loaded() -> None:
    told = without.run("torch", "from core import extras; print(*map(extras.installed, ('torch', 'numpy', 'nothing')))")
    assert told.stdout.split() == ["False", "True", "False"], told.stderr
    assert extras.installed("torch")


@pytest.mark.usefixtures("no_pytorch")
def test_finite_differences_stand_alone() -> None:
    proof = oracle.compare(TRACE, sample=40, by_autograd=False)
    assert (proof.autograd, proof.autograd_entries) == ({}, 0)
    assert proof.finite_difference_entries == 40
    assert 0 < proof.largest == proof.largest_from_finite_differences < 1e-6
    with pytest.raises(NotRecorded, match="by finite differences alone"):
        _ = proof.largest_from_autograd


@pytest.mark.usefixtures("no_pytorch")
def test_finite_differences_alone_see_a_wrong_gradient(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = networks.recorded(TRACE)
    wrong |= {"weight_hh_l0": wrong["weight_hh_l0"] + 0.01 * np.abs(wrong["weight_hh_l0"]).max()}
    monkeypatch.setattr(networks, "recorded", lambda trace: wrong)
    assert oracle.compare(TRACE, sample=40, by_autograd=False).finite_differences["weight_hh_l0"] > 1e-4


@pytest.mark.usefixtures("no_pytorch")
@pytest.mark.parametrize("ask", [oracle.compare, oracle.autograd])
def test_autograd_without_pytorch_is_said(ask) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InvalidValue) as error:
        ask(TRACE)
    assert str(error.value) == f"PyTorch must be installed, to ask its autograd, {MISSING}"


@pytest.mark.usefixtures("no_pytorch")
def test_training_without_pytorch_is_said() -> None:
    with pytest.raises(InvalidValue) as error:
        next(train(Recipe("adding", (("distance", 12),), "gru", 3, updates=3, batch=3)))
    assert str(error.value) == f"PyTorch must be installed, to train, {MISSING}"


@pytest.mark.parametrize("command", [("core.films", "digits-rnn"), ("core.sweeps", "memory", "--seeds", "1")])
def test_a_command_that_trains_says_it_in_one_line(command: tuple[str, ...], tmp_path: Path) -> None:
    given = ("--file", str(tmp_path / "outcomes.jsonl")) if command[0] == "core.sweeps" else ()
    told = without.module("torch", *command, *given)
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr == f"PyTorch must be installed, to train, {MISSING}\n"


def test_a_command_that_measures_needs_none() -> None:
    told = without.module("torch", "core.films", "--check", "digits-rnn")
    assert told.returncode == 0, told.stderr
    assert "digits-rnn" in told.stdout


def test_a_cluster_without_dask_is_said_in_one_line(tmp_path: Path) -> None:
    file = str(tmp_path / "outcomes.jsonl")
    told = without.module("distributed", "core.sweeps", "memory", "--dask", "tcp://127.0.0.1:9", "--file", file)
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr == (
        "distributed must be installed, to reach a cluster, but got no such package: "
        "install it: pip install 'distributed'.\n"
    )
