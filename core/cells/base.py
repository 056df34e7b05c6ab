"""The contract of a cell: everything that the rest of core asks one.

A cell is the arithmetic of one chain: one layer in one direction. It knows neither layers nor directions nor
lengths; it is handed arrays in processing order (T steps, B sequences) and the chain's own weights `w`, a mapping
from PyTorch's names without layer and direction (weight_ih, weight_hh, …). Biases may be absent.

    tape    = cell.forward(w, inputs, initial, pins)   runs all steps; keeps every state and gate
    adjoint = cell.backward(w, tape, direct)     runs back through all steps, last first
    shares  = cell.shares(tape, adjoint)         name -> how that weight's gradient is summed over the steps
    J       = cell.jacobian(w, tape)             ∂state_t/∂state_{t−1} of every step
    B       = cell.input_jacobian(w, tape)       ∂state_t/∂x_t
    parts   = cell.routes(w, tape, adjoint, …)   ∂L/∂state_t split by the edge that it came back along

A cell says what it can do in the attributes of its class: no module compares its name. One that only has what every
cell has derives from Cell, one with a gate for every block from Gated; Tape and Adjoint are what its passes leave. Its
file is then one line in the table of core.cells.

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
from collections.abc import Container, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from typing import Any, ClassVar, Generic, Literal, NamedTuple, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.cells.contributions import Shares
from core.cells.nonlinearities import Nonlinearity
from core.cells.pins import Pins

Array = NDArray[Any]
Weights = Mapping[str, Array]
Structure = Literal["one matrix", "dense"]


@cache
def _names(kind: Any) -> tuple[str, ...]:
    """The fields of a class of arrays."""
    return tuple(one.name for one in fields(kind))


@dataclass(frozen=True, eq=False)
class Arrays:
    """Arrays of one chain, all (T or T + 1, B, ·) in processing order. hidden is (T + 1, B, H)."""

    hidden: Array

    def arrays(self) -> dict[str, Array]:
        """All of them by name."""
        kind: Any = type(self)
        return {name: array for name in _names(kind) if isinstance(array := getattr(self, name), np.ndarray)}

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
    what was held fixed in it, if anything. A state of the cell is under its own name, (T + 1, B, …)."""

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
class GatedTape(Tape):
    """gates (T, B, blocks·H): the value of every block's gate."""

    gates: Array


@dataclass(frozen=True, eq=False)
class Adjoint(Arrays):
    """What a backward pass leaves: ∂L/∂ of hidden, preactivations, and what the cell adds."""

    preactivations: Array


class Carry(NamedTuple):
    """The way along which a state is kept: times the gate alone, without a weight and without a nonlinearity."""

    gate: str
    state: str


class Readout(NamedTuple):
    """The weight and the bias of an output that a chain has of its own."""

    weight: str
    bias: str


TapeOf = TypeVar("TapeOf", bound=Tape)
GatedTapeOf = TypeVar("GatedTapeOf", bound=GatedTape)
AdjointOf = TypeVar("AdjointOf", bound=Adjoint)


@dataclass(frozen=True)
class Cell(ABC, Generic[TapeOf, AdjointOf]):
    """Its fields are the options that it has.

    name          what Network.initialise and Network.from_state_dict call it
    form          where several forms share a name: the options, with their values, that choose this one
    blocks        the pre-activations, in the order of the weights' blocks of H rows
    gated         whether there is a gate of the same name for every block
    states        what a chain is started with
    carried       what gradients are carried through
    carry         the gate that keeps a state, and that state; None without one
    recurrent     the weights by which a step reads what the one before left; first the textbook's W
    readout       of a cell that is fed back from an output of its own; None: the network reads out the states
    forget_gate   the block to whose bias_ih an initialisation adds its forget_bias; None: to none
    jacobian_structure
        "one matrix"   a_t = b + W h_{t−1} + U x_t, h_t = φ(a_t), so that J_t = diag(φ′(a_t)) W: a product of n of
                       them is at most (γ σ_max(W))^n, γ = sup|φ′|
        "dense"        no more is known of J_t
    """

    name: ClassVar[str]
    form: ClassVar[Mapping[str, Any]] = {}
    blocks: ClassVar[tuple[str, ...]]
    gated: ClassVar[bool] = False
    states: ClassVar[tuple[str, ...]] = ("hidden",)
    carried: ClassVar[tuple[str, ...]] = ("hidden",)
    carry: ClassVar[Carry | None] = None
    recurrent: ClassVar[tuple[str, ...]] = ("weight_hh",)
    readout: ClassVar[Readout | None] = None
    forget_gate: ClassVar[str | None] = None
    jacobian_structure: ClassVar[Structure] = "dense"

    # what it is made of

    @classmethod
    def options(cls) -> tuple[str, ...]:
        """The options that concern it."""
        return (*(option.name for option in fields(cls)), *cls.form)

    @classmethod
    def implied(cls, names: Container[str]) -> dict[str, Any]:
        """Of a state_dict whose chains have parameters of these names: the options that so are settled."""
        return {}

    def shapes(self, D: int, H: int, O: int) -> dict[str, tuple[int, ...]]:
        """The shape of every parameter of a chain with D inputs, H units and (Jordan) O outputs."""
        rows = len(self.blocks) * H
        return {"weight_ih": (rows, D), "weight_hh": (rows, H), "bias_ih": (rows,), "bias_hh": (rows,)}

    def state_shapes(self, H: int) -> dict[str, tuple[int, ...]]:
        """The shape of every state of one sequence."""
        return dict.fromkeys(self.states, (H,))

    def loop(self, w: Weights, name: str) -> Array:
        """(blocks·H, H): by how that recurrent weight turns h_{t−1} into its share of a_t."""
        return w[name]

    @property
    def phi(self) -> Nonlinearity | None:
        """The one nonlinearity of h_t = φ(a_t); None where h_t is no such function."""
        return None

    @property
    def bounded(self) -> bool:
        """Whether all of h stays between −1 and 1, if it starts there."""
        return self.phi is not None and self.phi.bounded

    # its passes

    @abstractmethod
    def forward(self, w: Weights, inputs: Array, initial: Mapping[str, Array], pins: Pins | None = None) -> TapeOf:
        """Run over inputs (T, B, D) from the initial states (B, …), with what is held fixed."""

    @abstractmethod
    def backward(self, w: Weights, tape: TapeOf, direct: Mapping[str, Array]) -> AdjointOf:
        """Run back over a tape, from the gradients that enter."""

    @abstractmethod
    def shares(self, tape: TapeOf, adjoint: AdjointOf) -> dict[str, Shares]:
        """How the gradient of every weight is summed over the steps, whether or not a network has that weight."""

    def grad_inputs(self, w: Weights, tape: TapeOf, adjoint: AdjointOf) -> Array:
        """(T, B, D): ∂L/∂x_t."""
        return affine(adjoint.preactivations, w["weight_ih"].T)

    # what can be read from them

    @abstractmethod
    def jacobian(self, w: Weights, tape: TapeOf) -> Array:
        """(T, S, S) for a tape of one sequence: ∂state_t/∂state_{t−1}, the states in their order."""

    def gates(self, tape: TapeOf) -> dict[str, Array]:
        """Gate -> (T, B, H)."""
        return {}

    def input_jacobian(self, w: Weights, tape: TapeOf) -> Array | None:
        """(T, S, D) for a tape of one sequence: ∂state_t/∂x_t, the state before held fixed. None where a cell does not
        say: its backward step says it, entry by entry of the state."""
        return None

    def gate_gradients(self, w: Weights, tape: TapeOf, adjoint: AdjointOf) -> dict[str, Array]:
        """Gate -> (T, B, H): ∂L/∂gate."""
        return {}

    def routes(
        self, w: Weights, tape: TapeOf, adjoint: AdjointOf, outside: Mapping[str, Array], state: str
    ) -> dict[str, Array]:
        """Route -> (T, B, H): its part of ∂L/∂state_t (core.analysis.routes); of a gated cell.

        outside: state -> (T, B, H), what reaches it from outside the chain.
        """
        return {}

    def by_block(self, array: Array) -> dict[str, Array]:
        """Name -> (…, H): the blocks of an array (…, blocks·H), as views."""
        return dict(zip(self.blocks, blocks(array, len(self.blocks)), strict=True))


class Gated(Cell[GatedTapeOf, AdjointOf]):
    """A cell with a gate for every block."""

    gated: ClassVar[bool] = True

    @property
    def bounded(self) -> bool:
        return True

    def gates(self, tape: GatedTapeOf) -> dict[str, Array]:
        return self.by_block(tape.gates)

    @abstractmethod
    def gate_gradients(self, w: Weights, tape: GatedTapeOf, adjoint: AdjointOf) -> dict[str, Array]: ...

    @abstractmethod
    def routes(
        self, w: Weights, tape: GatedTapeOf, adjoint: AdjointOf, outside: Mapping[str, Array], state: str
    ) -> dict[str, Array]: ...


AnyCell = Cell[Any, Any]
"""A cell of which only the contract is known."""


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
    shaped: Array = result.reshape(*x.shape[:-1], -1)
    return shaped


def transposed(weight: Array) -> Array:
    """Wᵀ as an array of its own: rows of a batch times it are faster than times a view."""
    return np.ascontiguousarray(weight.T)


def started(initial: Array, steps: int) -> Array:
    """(T + 1, B, n) with the initial state in row 0 and room for what the steps leave."""
    states = np.empty((steps + 1, *initial.shape), initial.dtype)
    states[0] = initial
    return states


def following(x: Array) -> Array:
    """(T, …) of every step -> of the step after it; zero after the last."""
    moved = np.zeros_like(x)
    moved[:-1] = x[1:]
    return moved
