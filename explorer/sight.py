"""What the outputs of five architectures see of one and the same input, from one seed: each computed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from core import paths
from core.attention import SelfAttention
from core.influence import output_by_input
from core.windows import Convolution, FixedWindow
from explorer import scenario
from explorer.scenario import Scenario
from explorer.settings import Settings


@dataclass(frozen=True)
class Sight:
    """One architecture. Rows are outputs, columns inputs.

    norms   (T, T) ‖∂y_t/∂x_k‖
    paths   (T, T) nonlinear steps from x_k to y_t, 0 where there is no path
    """

    name: str
    norms: np.ndarray
    paths: np.ndarray

    def share(self, t: int, k: int = 0) -> tuple[float, float]:
        """What output t sees of input k, and of all inputs together (sum of the norms)."""
        return float(self.norms[t, k]), float(self.norms[t].sum())


def five(scene: Scenario) -> tuple[Sight, ...]:
    """RNN (of the chosen cell), bidirectional RNN, convolution, fixed window and self-attention."""
    shown: dict[str, Any] = {"window": scene.settings.window, "convolutions": scene.settings.convolutions}
    # They read their input, whatever system another page shows.
    return _five(replace(scenario.computation(scene.settings), system="rnn", **shown))


@lru_cache(maxsize=8)
def _five(settings: Settings) -> tuple[Sight, ...]:
    """`five`, remembered: the card reads what the picture shows, and stepping along it computes nothing."""
    scene = scenario.run(settings)
    trace, T = scene.trace, scene.steps
    both = scenario.bidirectional(replace(settings, layers=1)).trace
    x = trace.inputs[:, 0]
    sizes = x.shape[1], settings.hidden, settings.window
    same: dict[str, Any] = {"nonlinearity": trace.network.nonlinearity, "seed": settings.seed}
    stack = Convolution.initialise(*sizes, settings.convolutions, **same)
    reach = paths.window(T, stack.before, stack.after, settings.convolutions)
    window = FixedWindow.initialise(*sizes, **same)
    attention = SelfAttention.initialise(*sizes[:2], seed=settings.seed)
    return (
        Sight("RNN", output_by_input(trace), paths.recurrent(T)),
        Sight("bi-RNN", output_by_input(both), paths.recurrent(T, bidirectional=True)),
        Sight("convolution", stack.influence(x), reach),
        Sight("window", window.influence(x), paths.window(T, settings.window - 1, 0)),
        Sight("attention", attention.influence(x), paths.attention(T)),
    )
