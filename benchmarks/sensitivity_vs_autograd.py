"""The matrix ‖∂L_t/∂h_k‖ of all pairs: our one sweep against autograd, in one run.

    python benchmarks/sensitivity_vs_autograd.py [--steps 100] [--hidden 32]

Three ways to the same T × T matrix for one sequence, T = 100, H = 32, cross-entropy at every step:

    ours             sensitivity.loss_by_state: one backward sweep with the T loss times as its batch
    autograd, rows   one torch backward for each loss time t, which gives the whole row k ≤ t
    autograd, pairs  one torch backward for each pair (t, k) with k ≤ t

The autograd graph is built once and not timed; nor is our forward pass. All three matrices must agree to
1e-10 before anything is printed. Times are the best of several runs for ours, single runs for the others.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import torch

from core.analysis import sensitivity
from core.networks.network import Network
from core.oracle.reference import unroll
from core.passes.losses import Loss
from core.passes.record import record

REPEATS = 5


def timed(function: Callable[[], np.ndarray], repeats: int = 1) -> tuple[float, np.ndarray]:
    """The best time in milliseconds, and what the function gave."""
    best, result = float("inf"), np.empty(0)
    for _ in range(repeats):
        start = time.perf_counter()
        result = function()
        best = min(best, time.perf_counter() - start)
    return 1e3 * best, result


def by_rows(losses: list[torch.Tensor], hidden: list[torch.Tensor]) -> np.ndarray:
    matrix = np.zeros((len(hidden), len(hidden)))
    for t, loss in enumerate(losses):
        gradients = torch.autograd.grad(loss, hidden[: t + 1], retain_graph=True)
        matrix[t, : t + 1] = torch.stack(gradients).norm(dim=-1).squeeze(-1).numpy()
    return matrix


def by_pairs(losses: list[torch.Tensor], hidden: list[torch.Tensor]) -> np.ndarray:
    matrix = np.zeros((len(hidden), len(hidden)))
    for t, loss in enumerate(losses):
        for k in range(t + 1):
            (gradient,) = torch.autograd.grad(loss, hidden[k], retain_graph=True)
            matrix[t, k] = gradient.norm().item()
    return matrix


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--hidden", type=int, default=32)
    arguments = parser.parse_args()
    T, H = arguments.steps, arguments.hidden

    print(f"T = {T}, H = {H}, float64, {T * (T + 1) // 2} pairs, torch threads {torch.get_num_threads()}")
    print(f"{'cell':6}{'ours':>10}{'rows':>10}{'pairs':>12}{'rows/ours':>12}{'pairs/ours':>12}   (times in ms)")
    for cell in ("rnn", "gru", "lstm"):
        rng = np.random.default_rng(0)
        network = Network.initialise(cell, input_size=16, hidden_size=H, output_size=16)
        loss = Loss("cross_entropy", rng.integers(0, 16, (T, 1)))
        trace = record(network, rng.normal(size=(T, 1, 16)), loss=loss)
        graph = unroll(trace)
        hidden = graph.nodes["l0.hidden"]

        ours, matrix = timed(partial(sensitivity.loss_by_state, trace), REPEATS)
        rows, by_row = timed(partial(by_rows, graph.step_losses, hidden))
        pairs, by_pair = timed(partial(by_pairs, graph.step_losses, hidden))
        np.testing.assert_allclose(by_row, matrix, rtol=1e-10, atol=1e-13)
        np.testing.assert_allclose(by_pair, matrix, rtol=1e-10, atol=1e-13)
        print(f"{cell:6}{ours:10.1f}{rows:10.0f}{pairs:12.0f}{rows / ours:11.0f}×{pairs / ours:11.0f}×")


if __name__ == "__main__":
    main()
