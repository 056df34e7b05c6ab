"""One battery of networks for all tests of the core. A new cell costs one line in CELLS."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from pairwise import combinations

from core import cells
from core.networks.network import Network
from core.passes.interventions import Intervention, PinGate, PinState
from core.passes.losses import Loss
from core.passes.record import record
from core.passes.trace import Trace

CELLS: dict[str, dict[str, Any]] = {
    "elman-tanh": {"cell": "rnn"},
    "elman-relu": {"cell": "rnn", "nonlinearity": "relu"},
    "elman-sigmoid": {"cell": "rnn", "nonlinearity": "sigmoid"},
    "elman-identity": {"cell": "rnn", "nonlinearity": "identity"},
    "jordan": {"cell": "jordan"},
    "jordan-sigmoid": {"cell": "jordan", "nonlinearity": "sigmoid"},
    "general": {"cell": "general"},
    "gru": {"cell": "gru"},
    "gru-reset-before": {"cell": "gru", "reset_after": False},
    "lstm": {"cell": "lstm"},
    "lstm-peepholes": {"cell": "lstm", "peepholes": True},
}
EQUATIONS = {
    name: cells.build(options["cell"], **{key: value for key, value in options.items() if key != "cell"})
    for name, options in CELLS.items()
}
GATES = {name: cell.blocks for name, cell in EQUATIONS.items() if cell.gated}
STEPS, BATCH, INPUTS, HIDDEN, OUTPUTS = 5, 3, 2, 4, 3


@dataclass(frozen=True)
class Case:
    """One network and how it is run."""

    cell: str = "lstm"
    layers: int = 1
    bidirectional: bool = False
    unequal: bool = False
    initial: bool = False
    learned: bool = False
    bias: bool = True
    readout: bool = True
    outputs: int = OUTPUTS
    dtype: str = "float64"

    def __str__(self) -> str:
        flags = ("bidirectional", "unequal", "initial", "learned")
        return "-".join([self.cell, str(self.layers), *(flag for flag in flags if getattr(self, flag))])

    @property
    def chains(self) -> int:
        return self.layers * (1 + self.bidirectional)

    def network(self) -> Network:
        """Every parameter drawn anew, so that none is zero and none is at a special value."""
        network = Network.initialise(
            **CELLS[self.cell],
            input_size=INPUTS,
            hidden_size=HIDDEN,
            num_layers=self.layers,
            bidirectional=self.bidirectional,
            output_size=self.outputs if self.readout else None,
            learned_initial=self.learned,
            bias=self.bias,
            dtype=self.dtype,
        )
        rng = np.random.default_rng(1)
        drawn = {name: rng.normal(0, 0.6, a.shape).astype(a.dtype) for name, a in network.parameters.items()}
        return network.replace(drawn)

    def arguments(self) -> dict[str, Any]:
        """What record() is given but for the loss: inputs, lengths and initial states."""
        rng = np.random.default_rng(2)
        arguments: dict[str, Any] = {"inputs": rng.normal(size=(STEPS, BATCH, INPUTS)).astype(self.dtype)}
        if self.unequal:
            arguments["lengths"] = np.array([3, STEPS, 1])
        if self.initial:
            shape = self.chains, BATCH, HIDDEN
            for state in EQUATIONS[self.cell].states:
                arguments[f"initial_{state}"] = rng.normal(size=shape).astype(self.dtype)
        return arguments

    def interventions(self) -> tuple[Intervention, ...]:
        """In every chain a unit zeroed and one pinned, at some steps, and every gate that the cell has pinned."""
        pins: list[Intervention] = []
        for layer, direction in self.network().chains:
            place: dict[str, Any] = {"layer": layer, "direction": direction}
            pins += [PinState(units=(0,), steps=(1, 2), **place), PinState(0.4, units=3, steps=range(4), **place)]
            for n, gate in enumerate(GATES.get(self.cell, ())):
                pins.append(PinGate(gate, 0.9 - 0.4 * n, units=(n, 1), steps=(n, STEPS - 1), **place))
        return tuple(pins)

    def record(self, **given: Any) -> Trace:
        """A recorded pass; cross-entropy at every step where nothing is differentiated."""
        if not given.keys() - {"interventions"}:
            targets = np.random.default_rng(3).integers(0, OUTPUTS, (STEPS, BATCH))
            given["loss"] = Loss("cross_entropy", targets)
        return record(self.network(), **self.arguments(), **given)


def cases(cells: Iterable[str] = CELLS, learned: bool = True, whole: bool = False) -> list[Case]:
    """The battery, of these cells: cells × layers × directions × lengths × initial states, 264 for all cells, and every
    cell with a learned initial state, or not. Of the product the rows that hold every pair, or the whole of it."""
    cells, both = list(cells), (False, True)
    axes = {"cell": cells, "layers": (1, 2, 3), "bidirectional": both, "unequal": both, "initial": both}
    battery = [Case(**row) for row in combinations(axes, whole)]
    if learned:
        battery += [Case(cell, 2, bidirectional=True, unequal=True, learned=True) for cell in cells]
    return battery
