"""The contract of a cell.

A cell is the arithmetic of one chain: one layer in one direction. It knows neither layers nor directions nor
lengths; it is handed arrays in processing order (T steps, B sequences) and the chain's own weights `w`, a mapping
from PyTorch's names without layer and direction (weight_ih, weight_hh, …). Biases may be absent.

    tape    = cell.forward(w, inputs, initial, pins)   runs `step` over all steps; keeps every state and gate
    adjoint = cell.backward(w, tape, direct)     runs `backward_step` over all steps, last first
    shares  = cell.shares(tape, adjoint)         name -> how that weight's gradient is summed over the steps
    J       = cell.jacobian(w, tape)             ∂state_t/∂state_{t−1} of every step
    B       = cell.input_jacobian(w, tape)       ∂state_t/∂x_t

Quantities carried from step to step (states, and Jordan's output) have T + 1 rows: step t reads row t and leaves row
t + 1. `direct` holds such an array for each: in row t + 1 the gradient that reaches it from outside the chain.
backward() adds to these arrays what comes through the chain, and they become the adjoint's: the total gradients.

`pins`, if any, are the gates and states that are held at a value (core.cells.pins): every step puts the value in place
of what it has computed, and the derivatives by what led there are zero.

The batch of `direct` may be larger than the tape's if the tape holds one sequence: then many gradients run back
through that one recorded pass at once.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from core.cells.contributions import Shares
from core.cells.pins import Pins

Array = NDArray[Any]
Weights = Mapping[str, Array]


@dataclass(frozen=True, eq=False)
class Arrays:
    """Arrays of one chain, all (T or T + 1, B, ·) in processing order. hidden is (T + 1, B, H)."""

    hidden: Array

    def arrays(self) -> dict[str, Array]:
        """All of them by name."""
        named = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: array for name, array in named.items() if isinstance(array, np.ndarray)}

    def freeze(self) -> Self:
        """The same, from now on read-only."""
        for array in self.arrays().values():
            array.setflags(write=False)
        return self

    def sequence(self, b: int) -> Self:
        """The arrays of sequence b alone: B = 1."""
        if self.hidden.shape[1] == 1:
            return self
        return replace(self, **{name: array[:, b : b + 1] for name, array in self.arrays().items()})


@dataclass(frozen=True, eq=False)
class Tape(Arrays):
    """What a forward pass leaves: hidden, inputs (T, B, D), preactivations (T, B, blocks·H), what the cell adds; and
    what was held fixed in it, if anything."""

    inputs: Array
    preactivations: Array
    pins: Pins | None = field(default=None, kw_only=True)

    def sequence(self, b: int) -> Self:
        if self.hidden.shape[1] == 1:
            return self
        pins = None if self.pins is None else self.pins.sequence(b)
        return replace(super().sequence(b), pins=pins)

    def passed(self, derivatives: Array) -> Array:
        """∂L/∂h_t or ∂h_t/∂·, (T, ·, H), as far as it reaches what the step computed: zero where h_t is held."""
        if self.pins is None:
            return derivatives
        return np.where(self.pins.hidden.mask, derivatives.dtype.type(0), derivatives)


@dataclass(frozen=True, eq=False)
class Adjoint(Arrays):
    """What a backward pass leaves: ∂L/∂ of hidden, preactivations, and what the cell adds."""

    preactivations: Array


class Cell(ABC):
    """See the module."""

    blocks: ClassVar[tuple[str, ...]]  # the pre-activations, in the order of the weights' blocks of H rows
    gated: ClassVar[bool] = False  # whether there is a gate of the same name for every block
    states: ClassVar[tuple[str, ...]] = ("hidden",)  # what a chain is started with
    carried: ClassVar[tuple[str, ...]] = ("hidden",)  # what gradients are carried through

    def shapes(self, D: int, H: int, O: int) -> dict[str, tuple[int, ...]]:
        """The shape of every parameter of a chain with D inputs, H units and (Jordan) O outputs."""
        rows = len(self.blocks) * H
        return {"weight_ih": (rows, D), "weight_hh": (rows, H), "bias_ih": (rows,), "bias_hh": (rows,)}

    @abstractmethod
    def forward(self, w: Weights, inputs: Array, initial: Mapping[str, Array], pins: Pins | None = None) -> Any:
        """Run over inputs (T, B, D) from the initial states (B, H), with what is held fixed."""

    @abstractmethod
    def backward(self, w: Weights, tape: Any, direct: Mapping[str, Array]) -> Any:
        """Run back over a tape, from the gradients that enter."""

    @abstractmethod
    def shares(self, tape: Any, adjoint: Any) -> dict[str, Shares]:
        """How the gradient of every weight is summed over the steps, whether or not a network has that weight."""

    @abstractmethod
    def jacobian(self, w: Weights, tape: Any) -> Array:
        """(T, S, S) for a tape of one sequence: ∂state_t/∂state_{t−1}."""

    def input_jacobian(self, w: Weights, tape: Any) -> Array | None:
        """(T, S, D) for a tape of one sequence: ∂state_t/∂x_t, the state before held fixed. None where a cell does not
        say: its backward step says it, entry by entry of the state."""
        return None

    def gate_gradients(self, w: Weights, tape: Any, adjoint: Any) -> dict[str, Array]:
        """Gate -> (T, B, H): ∂L/∂gate."""
        return {}

    def by_block(self, array: Array) -> dict[str, Array]:
        """Name -> (…, H): the blocks of an array (…, blocks·H), as views."""
        return dict(zip(self.blocks, blocks(array, len(self.blocks)), strict=True))


def blocks(array: Array, n: int) -> list[Array]:
    """(…, n·H) -> n views (…, H)."""
    H = array.shape[-1] // n
    return [array[..., k * H : (k + 1) * H] for k in range(n)]


def affine(x: Array, weight: Array, *biases: Array | None) -> Array:
    """W x + b for x of shape (…, D), as one product; biases may be absent."""
    result = np.matmul(x.reshape(-1, x.shape[-1]), weight.T)
    for bias in biases:
        if bias is not None:
            result += bias
    return result.reshape(*x.shape[:-1], -1)


def transposed(weight: Array) -> Array:
    """Wᵀ as an array of its own: rows of a batch times it are faster than times a view."""
    return np.ascontiguousarray(weight.T)


def started(initial: Array, steps: int) -> Array:
    """(T + 1, B, n) with the initial state in row 0 and room for what the steps leave."""
    states = np.empty((steps + 1, *initial.shape), initial.dtype)
    states[0] = initial
    return states
