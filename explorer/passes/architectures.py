"""What the outputs of five architectures see of one and the same input, from one seed: each computed."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.analysis import paths
from core.analysis.attention import SelfAttention
from core.analysis.influence import output_by_input
from core.analysis.windows import Convolution, FixedWindow
from core.passes.trace import Trace
from explorer.passes import scenario
from explorer.passes.base import Selection
from explorer.passes.scenario import Scenario
from explorer.passes.source import Initialised
from explorer.state import inputs
from explorer.state.settings import Settings


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


@dataclass(frozen=True)
class Architectures(Selection):
    """The pass of the RNN, and what it and four others see of its input; where something was changed in the pass
    (what_if), also what the RNN saw before."""

    scene: Scenario
    nets: tuple[Sight, ...]
    before: Sight | None = None
    made_by: str = "run"

    @property
    def settings(self) -> Settings:
        return self.scene.settings

    @property
    def sequence(self) -> inputs.Sequence:
        return self.scene.sequence

    @property
    def trace(self) -> Trace:
        return self.scene.trace

    @property
    def original(self) -> Scenario | None:
        return self.scene.original

    @property
    def origin(self) -> Initialised:
        """Of the RNN: it reads its input, whatever system the first page shows."""
        return Initialised.of(self.settings.but(system="rnn"))

    def seen(self, settings: Settings) -> Architectures:
        """The same under settings that select something else to look at."""
        return replace(self, scene=self.scene.seen(settings))


def key(settings: Settings) -> Hashable:
    """What tells these from every other ones."""
    return scenario.key(settings), settings.window, settings.convolutions


def run(settings: Settings) -> Architectures:
    """RNN (of the chosen cell), bidirectional RNN, convolution, fixed window and self-attention on one input. They read
    it whatever system another page shows. Raises InputError where the input cannot be read."""
    driven = settings.but(system="rnn")
    scene = scenario.run(driven)
    trace, T = scene.trace, scene.steps
    both = scenario.bidirectional(driven.but(layers=1)).trace
    x = trace.inputs[:, 0]
    sizes = x.shape[1], settings.hidden
    same: dict[str, Any] = {"nonlinearity": trace.network.nonlinearity, "seed": settings.seed}
    stack = Convolution.initialise(*sizes, width=settings.window, layers=settings.convolutions, **same)
    reach = paths.window(T, stack.before, stack.after, settings.convolutions)
    window = FixedWindow.initialise(*sizes, width=settings.window, **same)
    attention = SelfAttention.initialise(*sizes, seed=settings.seed)
    nets = (
        _recurrent("RNN", trace),
        _recurrent("bi-RNN", both),
        Sight("convolution", stack.influence(x), reach),
        Sight("window", window.influence(x), paths.window(T, settings.window - 1, 0)),
        Sight("attention", attention.influence(x), paths.attention(T)),
    )
    return Architectures(scene, nets, _recurrent("RNN", scene.original.trace) if scene.original else None)


def _recurrent(name: str, trace: Trace) -> Sight:
    return Sight(name, output_by_input(trace), paths.recurrent(len(trace.inputs), trace.network.bidirectional))
