"""The contract of a cell.

A cell is the arithmetic of one chain: one layer in one direction. It knows neither layers nor directions nor lengths; it
is handed arrays in processing order (T steps, B sequences) and the chain's own weights `w`, a mapping from PyTorch's
names without layer and direction (weight_ih, weight_hh, bias_ih, bias_hh, …). Biases may be absent.

    tape    = cell.forward(w, inputs, initial)     runs the cell's `step` over all steps; keeps every state and gate
    adjoint = cell.backward(w, tape, direct)       runs the cell's `backward_step` over all steps, last first
    shares  = cell.shares(tape, adjoint)           name -> how the gradient of that weight is summed over the steps
    J       = cell.jacobian(w, tape)               ∂state_t/∂state_{t−1} of every step

Arrays of carried quantities (states, and Jordan's output) have T + 1 rows: row 0 is where the chain starts, row t + 1
is left by step t. `direct` holds such an array per carried quantity: in row t + 1 the gradient that reaches it from
outside the chain. backward() works in these arrays, and what it leaves there is the total gradient.

The batch of `direct` may be larger than the tape's if the tape holds one sequence: then many gradients run through that
one recorded pass at once.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from core.contributions import Shares

Array = NDArray[Any]
Weights = dict[str, Array]


@dataclass(frozen=True, eq=False)
class Arrays:
    """Recorded arrays of one chain, all (T or T + 1, B, ·) in processing order."""

    hidden: Array

    def arrays(self) -> dict[str, Array]:
        """All of them by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def sequence(self, b: int) -> Self:
        """The arrays of sequence b alone: B = 1."""
        return replace(self, **{name: array[:, b : b + 1] for name, array in self.arrays().items()})


@dataclass(frozen=True, eq=False)
class Tape(Arrays):
    """What a forward pass leaves: hidden (T+1, B, H), inputs (T, B, D), and what the cell adds."""

    inputs: Array


@dataclass(frozen=True, eq=False)
class Adjoint(Arrays):
    """What a backward pass leaves: ∂L/∂hidden (T+1, B, H), ∂L/∂(W_ih x_t) (T, B, blocks·H), and what the cell adds."""

    preactivations: Array


class Cell(ABC):
    """See the module."""

    blocks: ClassVar[tuple[str, ...]]  # the H-row blocks of weight_ih, in order
    gates: ClassVar[tuple[str, ...]] = ()  # the recorded gates
    carried: ClassVar[tuple[str, ...]] = ("hidden",)  # what gradients are carried through
    states: ClassVar[tuple[str, ...]] = ("hidden",)  # what a chain is started with

    @abstractmethod
    def shapes(self, D: int, H: int, O: int) -> dict[str, tuple[int, ...]]:
        """The shape of every parameter of a chain with D inputs, H units and (Jordan) O outputs."""

    @abstractmethod
    def forward(self, w: Weights, inputs: Array, initial: dict[str, Array]) -> Any:
        """Run over inputs (T, B, D) from the initial states (B, H)."""

    @abstractmethod
    def backward(self, w: Weights, tape: Any, direct: dict[str, Array]) -> Any:
        """Run back over a tape, from the gradients that enter."""

    @abstractmethod
    def shares(self, tape: Any, adjoint: Any) -> dict[str, Shares]:
        """How the gradient of every weight (also of biases that the network may lack) is summed over the steps."""

    @abstractmethod
    def jacobian(self, w: Weights, tape: Any) -> Array:
        """(T, S, S) of a tape of one sequence: ∂state_t/∂state_{t−1}."""

    def by_block(self, array: Array) -> dict[str, Array]:
        """name -> (T, B, H): the blocks of an array (T, B, blocks·H)."""
        return split(array, self.blocks)

    def gate_values(self, tape: Any) -> dict[str, Array]:
        """name -> (T, B, H)."""
        return {}

    def gate_gradients(self, w: Weights, tape: Any, adjoint: Any) -> dict[str, Array]:
        """name -> (T, B, H): ∂L/∂gate."""
        return {}


def split(array: Array, names: tuple[str, ...]) -> dict[str, Array]:
    """The blocks of the last axis by name, as views."""
    return dict(zip(names, np.split(array, len(names), axis=-1), strict=True))


def affine(x: Array, weight: Array, *biases: Array | None) -> Array:
    """W x + b for x of shape (…, D), as one product; biases may be absent."""
    result = np.matmul(x.reshape(-1, x.shape[-1]), weight.T)
    for bias in biases:
        if bias is not None:
            result += bias
    return result.reshape(*x.shape[:-1], -1)


def started(initial: Array, steps: int) -> Array:
    """(T + 1, B, n) with the initial state in row 0 and room for what the steps leave."""
    states = np.empty((steps + 1, *initial.shape), initial.dtype)
    states[0] = initial
    return states


def last_first(*arrays: Array) -> Iterator[tuple[Array, ...]]:
    """The rows of several arrays side by side, from the last step to the first."""
    return zip(*(array[::-1] for array in arrays), strict=True)
