"""The only caches: passes by the settings that they depend on, and proofs that are being made."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import streamlit as st

from explorer import scenario
from explorer.scenario import Scenario
from explorer.settings import Settings


def run(settings: Settings) -> Scenario:
    """`scenario.run`, remembered: what only moves along a finished pass computes nothing again."""
    return replace(_run(scenario.computation(settings)), settings=settings)


def each_cell(settings: Settings) -> tuple[Scenario, ...]:
    """`scenario.each_cell`, remembered."""
    return tuple(run(one) for one in scenario.variants(settings))


@st.cache_resource(max_entries=64, show_spinner=False)
def _run(settings: Settings) -> Scenario:
    return scenario.run(settings)


@st.cache_resource(show_spinner=False)
def _prover() -> ThreadPoolExecutor:
    # One thread for all: a proof takes a third of a second, and the first one loads PyTorch.
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="proof")


def proof(scene: Scenario, ask: bool) -> dict[str, Any]:
    """The proof line of a pass: done, being made, or still to be asked for."""
    key = scenario.computation(scene.settings)
    known: tuple[Settings, Future[Any]] | None = st.session_state.get("proof")
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


def _compare(scene: Scenario) -> Any:
    from core import oracle

    return oracle.compare(scene.trace, sample=48)


def _line(result: Callable[[], Any]) -> dict[str, Any]:
    try:
        proof = result()
    except Exception:  # a proof that cannot be made must say so, and not take the page down
        return {
            "state": "done",
            "agrees": False,
            "text": "No proof: this pass left the range of finite numbers",
            "detail": "",
        }
    return {"state": "done", **proof_text(proof)}


def proof_text(proof: Any) -> dict[str, Any]:
    agrees = proof.autograd <= 1e-9 and proof.finite_differences <= 1e-5
    return {
        "agrees": agrees,
        "text": ("✓ ours = autograd = finite differences" if agrees else "✗ ours ≠ autograd or finite differences"),
        "detail": f"largest relative difference {proof.autograd:.1e} (autograd), {proof.finite_differences:.1e} (finite)",
    }


def every_loss(settings: Settings) -> Scenario:
    """The same pass with a loss at every step: what the matrix of loss times reads."""
    return run(replace(settings, loss="every"))
