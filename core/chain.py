"""What one chain left behind: one layer in one direction."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any

from numpy.typing import NDArray

from core import architecture, checks
from core.backward import Gradients
from core.errors import NotRecorded
from core.forward import Recorded

Array = NDArray[Any]


class Chain:
    """The arrays of one chain, in the order of positions in the sequence, read-only. T steps, B sequences, H units.

    inputs                (T, B, D)   what the chain reads: the inputs, or the states of the layer below
    hidden                (T, B, H)   h_t
    previous_hidden       (T, B, H)   the h that every step started from: of the step before in processing order
    initial_hidden        (B, H)      the h that the chain started from
    final_hidden          (B, H)      the h after the last step in processing order
    cell, previous_cell, initial_cell, final_cell     lstm: likewise c
    gates                 name -> (T, B, H)   lstm: input forget candidate output; gru: reset update candidate; else empty
    preactivations        name -> (T, B, H)   the arguments of the gates' nonlinearities, by the same names; the
                          cells without gates have one, "hidden": a_t
    logits, output        (T, B, O)   jordan, general: o_t and y_t = φ(o_t), which is fed back

    grad_inputs           (T, B, D)   ∂L/∂ what the chain reads, by way of this chain
    grad_hidden           (T, B, H)   ∂L/∂h_t in total: from the layer above, from later steps, through the cell
    grad_initial_hidden   (B, H)
    grad_cell, grad_initial_cell      lstm: likewise ∂L/∂c_t, which includes the way through h_t
    grad_gates            name -> (T, B, H)
    grad_preactivations   name -> (T, B, H)
    grad_logits, grad_output          jordan, general: ∂L/∂o_t in total, and ∂L/∂y_t

    Padded positions are zero. A quantity that the cell does not have, or a gradient where none entered, raises
    NotRecorded.
    """

    def __init__(self, recorded: Recorded, gradients: Gradients | None, place: architecture.Chain):
        self._recorded, self._gradients, self._place = recorded, gradients, place
        self._equations, self._tape = recorded.network.equations, recorded.tapes[place]

    # forward

    @property
    def inputs(self) -> Array:
        return self._steps(self._tape.inputs)

    @property
    def hidden(self) -> Array:
        return self._steps(self._tape.hidden[1:])

    @property
    def previous_hidden(self) -> Array:
        return self._steps(self._tape.hidden[:-1])

    @property
    def initial_hidden(self) -> Array:
        return self._tape.hidden[0]

    @property
    def final_hidden(self) -> Array:
        return self._final(self._tape.hidden)

    @property
    def cell(self) -> Array:
        return self._steps(self._held("cell")[1:])

    @property
    def previous_cell(self) -> Array:
        return self._steps(self._held("cell")[:-1])

    @property
    def initial_cell(self) -> Array:
        return self._held("cell")[0]

    @property
    def final_cell(self) -> Array:
        return self._final(self._held("cell"))

    @cached_property
    def gates(self) -> Mapping[str, Array]:
        return self._named(self._equations.gate_values(self._tape))

    @cached_property
    def preactivations(self) -> Mapping[str, Array]:
        return self._named(self._equations.by_block(self._tape.preactivations))

    @property
    def logits(self) -> Array:
        return self._steps(self._held("logits")[1:])

    @property
    def output(self) -> Array:
        return self._steps(self._held("output")[1:])

    # backward

    @property
    def grad_inputs(self) -> Array:
        return required(self._gradients).grad_inputs[self._place]

    @property
    def grad_hidden(self) -> Array:
        return self._steps(self._adjoint.hidden[1:])

    @property
    def grad_initial_hidden(self) -> Array:
        return self._adjoint.hidden[0]

    @property
    def grad_cell(self) -> Array:
        return self._steps(self._held("cell", of=self._adjoint)[1:])

    @property
    def grad_initial_cell(self) -> Array:
        return self._held("cell", of=self._adjoint)[0]

    @cached_property
    def grad_gates(self) -> Mapping[str, Array]:
        weights = self._recorded.network.weights(self._place)
        return self._named(self._equations.gate_gradients(weights, self._tape, self._adjoint))

    @cached_property
    def grad_preactivations(self) -> Mapping[str, Array]:
        return self._named(self._equations.by_block(self._adjoint.preactivations))

    @property
    def grad_logits(self) -> Array:
        return self._steps(self._held("logits", of=self._adjoint)[1:])

    @property
    def grad_output(self) -> Array:
        return self._steps(self._held("output", of=self._adjoint)[1:])

    # within a step

    def jacobians(self, sequence: int = 0) -> Array:
        """(T, S, S): ∂state_t/∂state_{t−1} of one sequence, t − 1 the step before in processing order. The state is h, for
        an LSTM [h; c]. Zero at padded positions."""
        network, lengths = self._recorded.network, self._recorded.lengths.sequence(sequence)
        jacobians = self._equations.jacobian(network.weights(self._place), self._tape.sequence(sequence))
        T, S, _ = jacobians.shape
        flat = lengths.order(lengths.silence(jacobians.reshape(T, 1, S * S)), self._place[1])
        return checks.readonly(flat.reshape(T, S, S))

    # helpers

    @property
    def _adjoint(self) -> Any:
        return required(self._gradients).adjoints[self._place]

    def _held(self, name: str, of: Any = None) -> Array:
        """An array that only some cells have."""
        arrays = self._tape if of is None else of
        if not hasattr(arrays, name):
            cell = self._recorded.network.cell
            raise NotRecorded(
                f'A chain of the cell "{cell}" has no {name}: read what core.chain.Chain lists for it.'
            )
        return getattr(arrays, name)

    def _steps(self, array: Array) -> Array:
        """(T, B, n) from processing order to the order of positions, zero at padded ones."""
        lengths = self._recorded.lengths
        return checks.readonly(lengths.order(lengths.silence(array), self._place[1]))

    def _named(self, arrays: Mapping[str, Array]) -> Mapping[str, Array]:
        return MappingProxyType({name: self._steps(array) for name, array in arrays.items()})

    def _final(self, states: Array) -> Array:
        return checks.readonly(states[self._recorded.lengths.last(states)])


def required(gradients: Gradients | None) -> Gradients:
    """The gradients, for those who ask for one."""
    if gradients is None:
        raise NotRecorded("This trace holds no gradients: give record() a loss, or a gradient to start from.")
    return gradients
