"""The settings of a network as it is initialised."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.look.cells import CELLS, LABELS, CellView
from explorer.state.group import Group
from explorer.state.kinds import Choice, Range, setting

MOST_LAYERS = 8
SCHEMES = {
    "gaussian": "Gaussian",
    "pytorch": "PyTorch's uniform",
    "xavier": "Xavier",
    "orthogonal": "Orthogonal",
    "identity": "Identity (IRNN)",
    "spectral": "Given spectral radius",
}
NONLINEARITIES = {"tanh": "tanh", "relu": "ReLU", "sigmoid": "sigmoid", "identity": "identity"}


@dataclass(frozen=True)
class Network(Group):
    """The network: its cell, its size, and where its parameters come from."""

    cell: str = setting("rnn", Choice("Cell", LABELS))
    hidden: int = setting(8, Range("Hidden units", 1, 48))
    layers: int = setting(3, Range("Layers", 1, MOST_LAYERS))
    nonlinearity: str = setting(
        "tanh",
        Choice("Nonlinearity", NONLINEARITIES),
        relevant=lambda s: "nonlinearity" in s.of_cell.equations.options(),
    )
    scheme: str = setting("gaussian", Choice("Initialisation", SCHEMES))
    gain: float = setting(
        0.8, Range("Gain", 0.0, 3.0, decimals=2, step=0.01), relevant=lambda s: s.scheme != "spectral"
    )
    radius: float = setting(
        0.9,
        Range("Spectral radius of W", 0.0, 2.0, decimals=2, step=0.01),
        relevant=lambda s: s.scheme == "spectral",
    )
    forget_bias: float = setting(
        1.0,
        Range("Forget-gate bias", -3.0, 5.0, decimals=1, step=0.1),
        relevant=lambda s: s.of_cell.equations.forget_gate is not None,
    )
    initial: str = setting("zero", Choice("Initial state", {"zero": "zero", "learned": "learned"}))
    seed: int = setting(3, Range("Seed", 0, 99))

    @property
    def of_cell(self) -> CellView:
        """What there is to know of the chosen cell."""
        return CELLS[self.cell]
