"""Everything that happened in one forward and one backward pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.cells.base import Adjoint, Tape
from core.cells.contributions import parts
from core.checks import choice, readonly
from core.errors import NotRecorded
from core.networks.architecture import Place
from core.networks.network import Network
from core.passes.backward import Gradients, sum_of
from core.passes.chain import Chain, required
from core.passes.forward import Recorded
from core.passes.losses import predict
from core.passes.overflow import first_overflow

Array = NDArray[Any]
NAMED = ("hidden", "cell")
"""The states for which record() has arguments of their own."""


@dataclass(frozen=True, eq=False, repr=False)
class Trace:
    """One recorded pass. All arrays are NumPy, read-only, in the network's precision; T steps, B sequences.

    network         the Network
    inputs          (T, B, D), zero at padded positions
    arguments       what else record() was given: loss, output_gradient, initial_hidden, initial_cell, initial, lengths,
                    final_hidden_gradient, final_cell_gradient, final_gradient, interventions
    given_initial, given_final_gradient   of these what is of states, by the names of the states
    lengths         (B,)
    mask            (T, B)   true at valid positions; at the others all recorded arrays are zero
    trace[layer, "forward" | "reverse"]   one Chain, whose class lists its arrays
    chains          (layer, direction) -> Chain, in PyTorch's order

    outputs         (T, B, directions·H)   the states of the top layer, forward then reverse
    logits          (T, B, K)   o_t: of the readout; jordan, general: of the top chains, added; else the outputs
    predictions     (T, B, K)   softmax, sigmoid or identity of the logits, as the loss, else network.output, says
    losses          (T, B)      what each step of each sequence adds to the loss
    loss            float       their sum; 0 where there is no loss
    final_states    name -> (layers·directions, B, …)   the states after the last step in processing order
    final_hidden    (layers·directions, B, H)   that of h
    final_cell      (layers·directions, B, H)   lstm: that of c

    has_gradients   whether a loss or a gradient entered; if not, all that follows raises NotRecorded
    gradients       parameter name -> ∂L/∂parameter
    contributions(name)   (T, *shape)   the part of that gradient that each position adds; they sum to it. What comes
                    from the state that a chain starts from counts with the first position that the chain passes
    grad_logits     (T, B, K)   ∂L/∂logits where the loss reads them; jordan, general: without what comes from later
                    steps, which are fed back from the logits: with it, that is chain.grad_logits of the top layer
    grad_outputs    (T, B, directions·H)   ∂L/∂outputs where they leave the network, from outside and through a
                    readout; what comes from later steps as well is in chain.grad_hidden
    grad_inputs     (T, B, D)   ∂L/∂inputs
    grad_initial_states   name -> (layers·directions, B, …)   ∂L/∂ the states that the chains start from

    overflow_step   the position where a state first left the finite range: in the lowest layer where one did, the
                    fewest steps after its chain started; None if all stayed in it
    gradient_overflow_step   likewise of ∂L/∂h_t and ∂L/∂c_t: in the highest layer where one did, the fewest steps
                    after its backward pass started
    finite          whether all states, losses and gradients are finite

    recorded, propagated, totals: what core.passes.forward and core.passes.backward left, for the other modules of core.
    The backward pass is run, by `back`, when something of it is first asked for: what a page does not show of a
    gradient costs nothing.
    """

    network: Network
    inputs: Array
    arguments: Mapping[str, Any]
    losses: Array
    logits: Array
    recorded: Recorded
    back: Callable[[], Gradients] | None
    _contributions: dict[str, Array] = field(default_factory=dict)

    def __getitem__(self, place: Place) -> Chain:
        return self.chains[self.network.checked(place)]

    def __repr__(self) -> str:
        T, B, _ = self.inputs.shape
        return f"Trace({self.network!r}, {T} steps, {B} sequences, loss={self.loss:.6g})"

    @cached_property
    def chains(self) -> Mapping[Place, Chain]:
        places = self.network.chains
        return MappingProxyType({place: Chain(self.recorded, self.back, place) for place in places})

    @property
    def lengths(self) -> Array:
        return self.recorded.lengths.values

    @property
    def mask(self) -> Array:
        return self.recorded.lengths.mask

    @property
    def given_initial(self) -> Mapping[str, Array]:
        return self._given("initial_{}", "initial")

    @property
    def given_final_gradient(self) -> Mapping[str, Array]:
        return self._given("final_{}_gradient", "final_gradient")

    def _given(self, name: str, rest: str) -> Mapping[str, Array]:
        named = {state: self.arguments[name.format(state)] for state in NAMED}
        return {state: array for state, array in named.items() if array is not None} | dict(self.arguments[rest])

    def replace(self, propagated: Gradients) -> Trace:
        """The same forward pass with other gradients run back through it."""
        return replace(self, back=lambda: propagated, _contributions={})

    # forward

    @property
    def outputs(self) -> Array:
        return self.recorded.outputs

    @cached_property
    def predictions(self) -> Array:
        loss = self.arguments["loss"]
        with np.errstate(all="ignore"):
            predictions = predict(self.logits, self.network.output if loss is None else loss.output)
        return readonly(self.recorded.lengths.silence(predictions))

    @cached_property
    def loss(self) -> float:
        with np.errstate(all="ignore"):
            return float(self.losses.sum())

    @cached_property
    def final_states(self) -> Mapping[str, Array]:
        return self._of_chains(lambda chain: chain.final_states)

    @property
    def final_hidden(self) -> Array:
        return self.final_states["hidden"]

    @property
    def final_cell(self) -> Array:
        if "cell" not in self.final_states:
            raise NotRecorded(f'The cell "{self.network.cell}" has no cell state: only an LSTM has one.')
        return self.final_states["cell"]

    # backward

    @property
    def has_gradients(self) -> bool:
        return self.back is not None

    @cached_property
    def propagated(self) -> Gradients | None:
        return None if self.back is None else self.back()

    @cached_property
    def totals(self) -> Mapping[str, Array] | None:
        return None if self.propagated is None else self.propagated.totals()

    @property
    def gradients(self) -> Mapping[str, Array]:
        return required(self.totals)

    def contributions(self, name: str) -> Array:
        shares = required(self.propagated).shares
        choice("name", name, tuple(shares))
        if name not in self._contributions:
            with np.errstate(all="ignore"):
                self._contributions[name] = readonly(parts(*shares[name], self.recorded.lengths))
        return self._contributions[name]

    @property
    def grad_logits(self) -> Array:
        return required(self.propagated).grad_logits

    @property
    def grad_outputs(self) -> Array:
        return required(self.propagated).grad_outputs

    @cached_property
    def grad_inputs(self) -> Array:
        to_inputs = required(self.propagated).grad_inputs
        with np.errstate(all="ignore"):
            return readonly(sum_of([to_inputs[0, direction] for direction in self.network.directions]))

    @cached_property
    def grad_initial_states(self) -> Mapping[str, Array]:
        return self._of_chains(lambda chain: chain.grad_initial_states)

    def _of_chains(self, read: Callable[[Chain], Mapping[str, Array]]) -> Mapping[str, Array]:
        """State -> (layers·directions, B, …)."""
        each = [read(chain) for chain in self.chains.values()]
        return MappingProxyType({state: readonly(np.stack([one[state] for one in each])) for state in each[0]})

    # the finite range

    @cached_property
    def overflow_step(self) -> int | None:
        return self._overflow(self.recorded.tapes, backwards=False)

    @cached_property
    def gradient_overflow_step(self) -> int | None:
        return self._overflow(self.propagated.adjoints, backwards=True) if self.propagated else None

    @cached_property
    def finite(self) -> bool:
        stepwise = self.overflow_step is None and self.gradient_overflow_step is None
        return stepwise and all(np.isfinite(array).all() for array in (self.losses, *(self.totals or {}).values()))

    def _overflow(self, of_chains: Mapping[Place, Tape] | Mapping[Place, Adjoint], backwards: bool) -> int | None:
        names = self.network.equations.carried
        arrays = {place: left.arrays() for place, left in of_chains.items()}
        carried = {place: [own[name] for name in names] for place, own in arrays.items()}
        return first_overflow(carried, self.recorded.lengths, backwards)
