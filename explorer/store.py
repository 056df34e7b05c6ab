"""The only caches: passes by the settings that they depend on, and proofs that are being made."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

from core.truncation import Truncation
from explorer import architectures as five
from explorer import batches, scenario
from explorer.architectures import Architectures
from explorer.batches import Batch
from explorer.scenario import Pass, Scenario
from explorer.settings import Settings

MOST_SWEEPS = 15


def run(settings: Settings, made_by: str = "run") -> Scenario:
    """`scenario.run`, or the function of that name, remembered: what only moves along a finished pass computes nothing
    again."""
    return _run(scenario.computation(settings), made_by).seen(settings)


def each_cell(settings: Settings) -> tuple[Scenario, ...]:
    """`scenario.each_cell`, remembered."""
    return tuple(run(one) for one in scenario.variants(settings))


def each_feedback(settings: Settings) -> tuple[Scenario, ...]:
    """`scenario.each_feedback`, remembered."""
    return tuple(run(one) for one in scenario.feedbacks(settings))


def each_direction(settings: Settings) -> tuple[Scenario, ...]:
    """`scenario.each_direction`, remembered."""
    return run(settings, "bidirectional"), run(scenario.one_way(settings), "stacked")


def batch(settings: Settings) -> Batch:
    """`batches.run`, remembered."""
    return replace(_batch(scenario.computation(settings)), settings=settings)


def architectures(settings: Settings) -> Architectures:
    """`architectures.run`, remembered."""
    return _architectures(five.computation(settings)).seen(settings)


@st.cache_resource(max_entries=16, show_spinner=False)
def _architectures(settings: Settings) -> Architectures:
    return five.run(settings)


@st.cache_resource(max_entries=16, show_spinner=False)
def _batch(settings: Settings) -> Batch:
    return batches.run(settings)


@st.cache_resource(max_entries=64, show_spinner=False)
def _run(settings: Settings, made_by: str) -> Scenario:
    return getattr(scenario, made_by)(settings)


@st.cache_resource(show_spinner=False)
def _prover() -> ThreadPoolExecutor:
    # One thread for all: a proof takes a third of a second, and the first one loads PyTorch.
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="proof")


def proof(scene: Pass, ask: bool) -> dict[str, Any]:
    """The proof line of a pass: done, being made, or still to be asked for."""
    key = _proven(scene)
    known: tuple[Any, Future[Any]] | None = st.session_state.get("proof")
    if known is None or known[0] != key:
        if not ask:
            return {"state": "due", "text": "Ours against autograd and finite differences …", "detail": ""}
        if known is not None:
            known[1].cancel()
        known = st.session_state["proof"] = (key, _prover().submit(_compare, scene))
    future = known[1]
    if not future.done():
        return {"state": "running", "text": "Checking against PyTorch autograd …", "detail": ""}
    return _line(future.result)


def _proven(scene: Pass) -> Any:
    """What a proof depends on: the pass and, where that is on, its truncation."""
    truncation = _truncation(scene)
    cut = (truncation.k1, truncation.k2) if truncation else None
    return type(scene), scene.made_by, scenario.computation(scene.settings), cut


def _truncation(scene: Pass) -> Truncation | None:
    """What is proven beside the pass. PyTorch unrolls the network anew for every sweep: with many, too long to wait."""
    truncation = scene.truncation if isinstance(scene, Scenario) else None
    return truncation if truncation and len(truncation.windows) <= MOST_SWEEPS else None


def _compare(scene: Pass) -> Any:
    from core import oracle

    return oracle.compare(scene.trace, sample=48, truncation=_truncation(scene))


def _line(result: Callable[[], Any]) -> dict[str, Any]:
    proof = result()
    if not np.isfinite(proof.largest):
        return {
            "state": "done",
            "agrees": False,
            "text": "No proof: this pass left the finite range",
            "detail": "",
        }
    exact, approximate = proof.largest_from_autograd, proof.largest_from_finite_differences
    numbers = f"{proof.autograd_entries:,} numbers"
    if any(name.startswith("truncated.") for name in proof.autograd):
        numbers += ", the truncated ones too"
    agrees = exact <= 1e-9 and approximate <= 1e-4
    return {
        "state": "done",
        "agrees": agrees,
        "text": f"{'✓ ours = autograd = finite differences' if agrees else '✗ ours differs from the references'}",
        "detail": f"largest difference {exact:.1e} of {numbers} (autograd), "
        f"{approximate:.1e} of {proof.finite_difference_entries} (finite)",
    }


def every_loss(settings: Settings) -> Scenario:
    """The same pass with a loss at every step: what the matrix of loss times reads."""
    return run(replace(settings, loss="every"))
