"""What a network is made of, before it has any numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

from core import cells, checks
from core.cells.base import AnyCell, Array
from core.cells.nonlinearities import NONLINEARITIES
from core.errors import InvalidValue

SUFFIX = {"forward": "", "reverse": "_reverse"}
OUTPUTS = ("softmax", "sigmoid", "identity")
OPTIONS = ("nonlinearity", "reset_after", "peepholes")
"""The options of cells that every architecture has by name; others are in its `options`."""

Place = tuple[int, str]
"""One layer in one direction: (0, "forward"), (0, "reverse"), (1, "forward"), …"""


@dataclass(frozen=True, eq=False)
class Architecture:
    """Cell, sizes, layers and directions.

    cell            "rnn" (Elman) | "jordan" | "general" (fed back from output and state) | "gru" | "lstm", and whatever
                    else core.cells.names() has
    input_size D, hidden_size H, num_layers
    bidirectional   every layer has a forward and a reverse chain, whose states are concatenated
    nonlinearity    rnn, jordan, general: "tanh" | "relu" | "sigmoid" | "identity"
    output_size K   logits of the readout, or (jordan, general) of every chain; None: no readout, Jordan's O is H
    output          what makes predictions of the logits where no loss says so: "softmax" | "sigmoid" | "identity"
    reset_after     gru: as PyTorch (True), or as Cho et al. (False)
    peepholes       lstm: the gates see the cell
    bias            whether there are biases
    learned_initial whether the initial states are parameters
    dtype           "float64" | "float32"
    options         what else this cell has to choose, by its own names

    nonlinearity, reset_after and peepholes have no effect on a cell that they do not concern. Raises InvalidValue or
    InvalidType for what cannot be used.
    """

    cell: str
    input_size: int
    hidden_size: int
    _: KW_ONLY
    num_layers: int = 1
    bidirectional: bool = False
    nonlinearity: str = "tanh"
    output_size: int | None = None
    output: str = "softmax"
    reset_after: bool = True
    peepholes: bool = False
    bias: bool = True
    learned_initial: bool = False
    dtype: str = "float64"
    options: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        cells.check(self.cell, **self.options)
        object.__setattr__(self, "options", MappingProxyType(dict(self.options)))
        checks.choice("nonlinearity", self.nonlinearity, tuple(NONLINEARITIES))
        checks.choice("output", self.output, OUTPUTS)
        checks.choice("dtype", self.dtype, checks.PRECISIONS)
        for size in ("input_size", "hidden_size", "num_layers"):
            checks.count(size, getattr(self, size))
        if self.output_size is not None:
            checks.count("output_size", self.output_size)

    @cached_property
    def equations(self) -> AnyCell:
        """The arithmetic of every chain."""
        return cells.build(self.cell, **{option: getattr(self, option) for option in OPTIONS}, **self.options)

    @property
    def directions(self) -> tuple[str, ...]:
        return ("forward", "reverse") if self.bidirectional else ("forward",)

    @cached_property
    def chains(self) -> tuple[Place, ...]:
        """Where the chains are, in PyTorch's order: layer by layer, forward before reverse."""
        return tuple((layer, direction) for layer in range(self.num_layers) for direction in self.directions)

    def checked(self, place: Any) -> Place:
        """The place, if a chain is there. Raises InvalidValue if not."""
        for chain in self.chains:
            if place == chain:
                return chain
        expected = f"one of {', '.join(map(str, self.chains))}"
        raise InvalidValue("layer and direction", expected, repr(place), "choose one of these chains")

    @property
    def width(self) -> int:
        """directions·H: what a layer hands to the next, and the top layer to the readout."""
        return len(self.directions) * self.hidden_size

    def by_direction(self, array: Array) -> list[Array]:
        """(…, directions·H) -> the (…, H) of every direction, as views."""
        n = array.shape[-1] // len(self.directions)
        return [array[..., k * n : (k + 1) * n] for k in range(len(self.directions))]

    @property
    def fed_back(self) -> bool:
        """Whether every chain has an output of its own that it is fed back from."""
        return self.equations.readout is not None

    @property
    def logits_size(self) -> int:
        """K: of the readout; of Jordan's outputs; without either the width of the outputs themselves."""
        return self.output_size or (self.hidden_size if self.fed_back else self.width)

    @cached_property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of every parameter, by name: PyTorch's names in PyTorch's order, then the readout's."""
        shapes = {name + suffix(place): shape for place in self.chains for name, shape in self._of_chain(place).items()}
        if self.output_size and not self.fed_back:
            shapes |= {"readout.weight": (self.output_size, self.width), "readout.bias": (self.output_size,)}
        return {name: shape for name, shape in shapes.items() if self.bias or "bias" not in name}

    def _of_chain(self, place: Place) -> dict[str, tuple[int, ...]]:
        D = self.width if place[0] else self.input_size
        shapes = self.equations.shapes(D, self.hidden_size, self.logits_size)
        if self.learned_initial:
            states = self.equations.state_shapes(self.hidden_size)
            shapes |= {f"initial_{state}": shape for state, shape in states.items()}
        return shapes


def suffix(place: Place) -> str:
    """The ending of the names of a chain's parameters: _l0, _l0_reverse, _l1, …"""
    layer, direction = place
    return f"_l{layer}{SUFFIX[direction]}"
