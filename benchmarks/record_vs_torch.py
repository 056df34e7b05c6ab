"""record() against the forward and backward pass of torch.nn.RNN, GRU and LSTM: how many times as long.

    python -m benchmarks.record_vs_torch

record() keeps every state, gate and gradient of every step; torch.nn keeps the gradients of parameters and inputs
alone. Both run on the same weights and inputs, in turns, each with the threads that it takes by itself. The figure is
the ratio of the fastest runs, which other work on the machine disturbs least; in brackets that of the medians, which
means little unless the machine is otherwise idle.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np
import torch

from core import Network, record

SHAPES = ((30, 1, 8, 8), (100, 1, 16, 32), (100, 1, 16, 128), (200, 16, 64, 128), (256, 32, 128, 512))
MODULES = {"rnn": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}
SECONDS = 3.0
"""For one figure of the table; at least TURNS turns."""
TURNS = 8


def main() -> None:
    print(f"times torch.nn, forward + backward; numpy {np.__version__}, torch {torch.__version__}")
    print(f"{'T':>4}{'B':>4}{'D':>5}{'H':>5}  {'dtype':8}" + "".join(f"{cell:>16}" for cell in MODULES))
    for dtype in ("float32", "float64"):
        for T, B, D, H in SHAPES:
            ratios = [ratio(cell, T, B, D, H, dtype) for cell in MODULES]
            columns = "".join(f"{fastest:8.2f} ({median:5.2f})" for fastest, median in ratios)
            print(f"{T:4}{B:4}{D:5}{H:5}  {dtype:8}{columns}", flush=True)


def ratio(cell: str, T: int, B: int, D: int, H: int, dtype: str) -> tuple[float, float]:
    """Of the fastest runs, and of the medians."""
    rng = np.random.default_rng(0)
    inputs, gradient = rng.normal(size=(T, B, D)).astype(dtype), rng.normal(size=(T, B, H)).astype(dtype)
    module = MODULES[cell](D, H).to(getattr(torch, dtype))
    network = Network.from_state_dict(module.state_dict(), cell=cell)
    x, g = torch.tensor(inputs, requires_grad=True), torch.tensor(gradient)

    def ours() -> None:
        dict(record(network, inputs, output_gradient=gradient).gradients)  # each is summed when it is asked for

    def theirs() -> None:
        module.zero_grad()
        x.grad = None
        module(x)[0].backward(g)

    mine, other = in_turns(ours, theirs)
    return min(mine) / min(other), statistics.median(mine) / statistics.median(other)


def in_turns(*functions: Callable[[], None]) -> list[list[float]]:
    """The seconds of every call."""
    times: list[list[float]] = [[] for _ in functions]
    for function in functions:
        function()
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end or len(times[0]) < TURNS:
        for function, seconds in zip(functions, times, strict=True):
            start = time.perf_counter()
            function()
            seconds.append(time.perf_counter() - start)
    return times


if __name__ == "__main__":
    main()
