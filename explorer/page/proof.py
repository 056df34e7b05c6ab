"""The proof line: a pass against autograd and finite differences, made beside the page's own thread."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import numpy as np

from core import extras
from explorer.page.state import State
from explorer.passes.base import Pass


@cache
def _prover() -> ThreadPoolExecutor:
    # One thread for all: a proof takes a third of a second, and the first one loads PyTorch.
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="proof")


def line(scene: Pass, ask: bool, state: State) -> dict[str, Any]:
    """The proof line of a pass: done, being made, or still to be asked for."""
    key = scene.proven
    known = state.proof
    if known is None or known[0] != key:
        if not ask:
            return {"state": "due", "text": f"Ours against {_both('autograd and finite differences')} …", "detail": ""}
        if known is not None:
            known[1].cancel()
        known = state.proof = (key, _prover().submit(_compare, scene))
    future = known[1]
    if not future.done():
        return {"state": "running", "text": f"Checking against {_both('PyTorch autograd')} …", "detail": ""}
    return _line(future.result)


def _both(words: str) -> str:
    """These words, or of finite differences alone where PyTorch is not installed."""
    return words if _pytorch() else "finite differences"


@cache
def _pytorch() -> bool:
    return extras.installed("torch")  # it is looked for on the disk; every move asks


def _compare(scene: Pass) -> Any:
    return scene.proof(sample=48, by_autograd=extras.installed("torch"))


def _line(result: Callable[[], Any]) -> dict[str, Any]:
    proof = result()
    if not np.isfinite(proof.largest):
        return {
            "state": "done",
            "agrees": False,
            "text": "No proof: this pass left the finite range",
            "detail": "",
        }
    if not proof.autograd:
        return _without_autograd(proof)
    exact, approximate = proof.largest_from_autograd, proof.largest_from_finite_differences
    numbers = f"{proof.autograd_entries:,} numbers"
    if any(name.startswith("truncated.") for name in proof.autograd):
        numbers += ", the truncated ones too"
    if any(name.startswith("tree.") for name in proof.autograd):
        numbers += " of chain and tree"
    if any(name.startswith("encoder.") for name in proof.autograd):
        numbers += " of both networks, through c"
    agrees = exact <= 1e-9 and approximate <= 1e-4
    return {
        "state": "done",
        "agrees": agrees,
        "text": f"{'✓ ours = autograd = finite differences' if agrees else '✗ ours differs from the references'}",
        "detail": f"largest difference {exact:.1e} of {numbers} (autograd), "
        f"{approximate:.1e} of {proof.finite_difference_entries} (finite)",
    }


def _without_autograd(proof: Any) -> dict[str, Any]:
    """PyTorch is not installed: what finite differences say alone, and how to have the other."""
    largest, agrees = proof.largest, proof.largest <= 1e-4
    return {
        "state": "done",
        "agrees": agrees,
        "text": "✓ ours = finite differences" if agrees else "✗ ours differs from finite differences",
        "detail": f"largest difference {largest:.1e} of {proof.finite_difference_entries} numbers. "
        f"PyTorch’s autograd would check every number: pip install {extras.PYTORCH}",
    }
