"""What one chain left behind: one layer in one direction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.cells.base import Adjoint, Arrays
from core.checks import readonly
from core.errors import NotRecorded
from core.networks.architecture import Place
from core.passes.backward import Gradients
from core.passes.forward import Recorded

Array = NDArray[Any]
Held = TypeVar("Held")


class Chain:
    """The arrays of one chain, in the order of positions in the sequence. T steps, B sequences, H units.

    inputs               (T, B, D)   what the chain reads: the inputs, or the states of the layer below
    states               name -> (T, B, …)   the states, of which the cell names its own: "hidden" is h_t, (T, B, H);
                         lstm: "cell" is c_t
    previous_states      name -> (T, B, …)   those that every step started from: of the step before in processing order
    initial_states       name -> (B, …)      those that the chain started from
    final_states         name -> (B, …)      those after the last step in processing order
    hidden, previous_hidden, initial_hidden, final_hidden   the same of h by a name of their own
    cell, previous_cell, initial_cell, final_cell           lstm: likewise of c
    gates                name -> (T, B, H)   lstm: input forget candidate output; gru: reset update candidate
    preactivations       name -> (T, B, H)   the arguments of the gates' nonlinearities, by the same names; in cells
                         without gates that of h_t, a_t, by the name "hidden"
    logits, output       (T, B, O)   jordan, general: o_t, and y_t = φ(o_t), which is fed back
    held                 (T, B, H)   whether an intervention holds h_t: nothing that led to it gets a gradient by it

    grad_inputs          (T, B, D)   ∂L/∂ what the chain reads, by way of this chain
    grad_states          name -> (T, B, …)   ∂L/∂ a state in total: of h from above, from later steps, through the cell;
                         of c also through h_t
    grad_initial_states  name -> (B, …)
    grad_hidden, grad_initial_hidden; grad_cell, grad_initial_cell   the same of h, and (lstm) of c
    grad_gates           name -> (T, B, H)
    grad_preactivations  name -> (T, B, H)
    grad_logits, grad_output         jordan, general: ∂L/∂o_t in total, and ∂L/∂y_t. The total is what the loss sends
                         (to the top layer alone: trace.grad_logits) and what comes back from later steps through y_t

    All are read-only, and zero at padded positions. What the cell does not have raises NotRecorded, and so does any
    gradient if none entered; gates and grad_gates of a cell without gates are empty.
    """

    def __init__(self, recorded: Recorded, back: Callable[[], Gradients] | None, place: Place):
        self._recorded, self._back, self._place = recorded, back, place
        self._equations, self._tape = recorded.network.equations, recorded.tapes[place]

    # forward

    @cached_property
    def inputs(self) -> Array:
        return self._steps(self._tape.inputs)

    @cached_property
    def states(self) -> Mapping[str, Array]:
        return self._of_states(self._tape, lambda rows: self._steps(rows[1:]))

    @cached_property
    def previous_states(self) -> Mapping[str, Array]:
        return self._of_states(self._tape, lambda rows: self._steps(rows[:-1]))

    @cached_property
    def initial_states(self) -> Mapping[str, Array]:
        return self._of_states(self._tape, lambda rows: rows[0])

    @cached_property
    def final_states(self) -> Mapping[str, Array]:
        return self._of_states(self._tape, lambda rows: readonly(rows[self._recorded.lengths.last(rows)]))

    @property
    def hidden(self) -> Array:
        return self.states["hidden"]

    @property
    def previous_hidden(self) -> Array:
        return self.previous_states["hidden"]

    @property
    def initial_hidden(self) -> Array:
        return self.initial_states["hidden"]

    @property
    def final_hidden(self) -> Array:
        return self.final_states["hidden"]

    @property
    def cell(self) -> Array:
        return self._own(self.states, "cell")

    @property
    def previous_cell(self) -> Array:
        return self._own(self.previous_states, "cell")

    @property
    def initial_cell(self) -> Array:
        return self._own(self.initial_states, "cell")

    @property
    def final_cell(self) -> Array:
        return self._own(self.final_states, "cell")

    @cached_property
    def gates(self) -> Mapping[str, Array]:
        return self._named(self._equations.gates(self._tape))

    @cached_property
    def preactivations(self) -> Mapping[str, Array]:
        return self._named(self._equations.by_block(self._tape.preactivations))

    @cached_property
    def logits(self) -> Array:
        return self._steps(self._own(self._tape.arrays(), "logits")[1:])

    @cached_property
    def output(self) -> Array:
        return self._steps(self._own(self._tape.arrays(), "output")[1:])

    @cached_property
    def held(self) -> Array:
        pins = self._tape.pins
        return self._steps(np.zeros(self._tape.hidden[1:].shape, bool) if pins is None else pins.hidden.mask)

    # backward

    @property
    def grad_inputs(self) -> Array:
        return required(self._gradients).grad_inputs[self._place]

    @cached_property
    def grad_states(self) -> Mapping[str, Array]:
        return self._of_states(self._adjoint, lambda rows: self._steps(rows[1:]))

    @cached_property
    def grad_initial_states(self) -> Mapping[str, Array]:
        return self._of_states(self._adjoint, lambda rows: rows[0])

    @property
    def grad_hidden(self) -> Array:
        return self.grad_states["hidden"]

    @property
    def grad_initial_hidden(self) -> Array:
        return self.grad_initial_states["hidden"]

    @property
    def grad_cell(self) -> Array:
        return self._own(self.grad_states, "cell")

    @property
    def grad_initial_cell(self) -> Array:
        return self._own(self.grad_initial_states, "cell")

    @cached_property
    def grad_gates(self) -> Mapping[str, Array]:
        w = self._recorded.network.weights(self._place)
        with np.errstate(all="ignore"):
            return self._named(self._equations.gate_gradients(w, self._tape, self._adjoint))

    @cached_property
    def grad_preactivations(self) -> Mapping[str, Array]:
        return self._named(self._equations.by_block(self._adjoint.preactivations))

    @cached_property
    def grad_logits(self) -> Array:
        return self._steps(self._own(self._adjoint.arrays(), "logits")[1:])

    @cached_property
    def grad_output(self) -> Array:
        return self._steps(self._own(self._adjoint.arrays(), "output")[1:])

    # within the steps

    def jacobians(self, sequence: int = 0) -> Array:
        """∂state_t/∂state_{t−1} of one sequence, (T, S, S): t − 1 is the step before in processing order, the state
        all states of the cell in their order, h or, for an LSTM, [h; c]."""
        network, lengths = self._recorded.network, self._recorded.lengths.sequence(sequence)
        with np.errstate(all="ignore"):
            jacobians = self._equations.jacobian(network.weights(self._place), self._tape.sequence(sequence))
        T, S, _ = jacobians.shape
        in_order = lengths.order(lengths.silence(jacobians.reshape(T, 1, S * S)), self._place[1])
        return readonly(in_order.reshape(T, S, S))

    def input_jacobians(self, sequence: int = 0) -> Array | None:
        """∂state_t/∂x_t of one sequence, (T, S, D), the state before held fixed; None where the cell does not say."""
        network, lengths = self._recorded.network, self._recorded.lengths.sequence(sequence)
        with np.errstate(all="ignore"):
            found = self._equations.input_jacobian(network.weights(self._place), self._tape.sequence(sequence))
        if found is None:
            return None
        T, S, D = found.shape
        in_order = lengths.order(lengths.silence(found.reshape(T, 1, S * D)), self._place[1])
        return readonly(in_order.reshape(T, S, D))

    # what the above is made of

    @property
    def _gradients(self) -> Gradients | None:
        """What the backward pass left; it is run when it is first asked for."""
        return None if self._back is None else self._back()

    @property
    def _adjoint(self) -> Adjoint:
        return required(self._gradients).adjoints[self._place]

    def _own(self, arrays: Mapping[str, Array], name: str) -> Array:
        """An array that only some cells have."""
        if name not in arrays:
            cell = self._recorded.network.cell
            raise NotRecorded(f'The cell "{cell}" has no {name}: core.passes.chain.Chain lists what each cell has.')
        return arrays[name]

    def _of_states(self, left: Arrays, read: Callable[[Array], Array]) -> Mapping[str, Array]:
        """State -> what is read of its rows (T + 1, B, …)."""
        arrays = left.arrays()
        return MappingProxyType({state: read(arrays[state]) for state in self._equations.states})

    def _steps(self, array: Array) -> Array:
        """(T, B, …) from processing order to the order of positions."""
        lengths = self._recorded.lengths
        return readonly(lengths.order(lengths.silence(array), self._place[1]))

    def _named(self, arrays: Mapping[str, Array]) -> Mapping[str, Array]:
        return MappingProxyType({name: self._steps(array) for name, array in arrays.items()})


def required(held: Held | None) -> Held:
    """What only a trace with gradients holds."""
    if held is None:
        raise NotRecorded("This trace holds no gradients: give record() a loss or an output_gradient.")
    return held
