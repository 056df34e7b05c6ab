"""Everything that happened in one forward and one backward pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.architecture import Chain as Place
from core.backward import Gradients, sum_of
from core.chain import Chain, required
from core.checks import readonly
from core.contributions import parts
from core.errors import InvalidValue
from core.forward import Recorded
from core.losses import predict
from core.network import Network
from core.overflow import first_overflow

Array = NDArray[Any]


@dataclass(frozen=True, eq=False, repr=False)
class Trace:
    """One recorded pass. All arrays are NumPy, read-only, in the network's precision; T steps, B sequences.

    network         the Network
    arguments       mapping of what else record() was given: loss, output_gradient, initial_hidden, initial_cell, lengths,
                    final_hidden_gradient, final_cell_gradient
    inputs          (T, B, D), zero at padded positions
    lengths         (B,)
    mask            (T, B)       true at valid positions; all recorded arrays are zero at the others
    trace[layer, "forward" | "reverse"]     one Chain, whose class lists its arrays
    chains          mapping (layer, direction) -> Chain, in PyTorch's order

    outputs         (T, B, directions·H)         the states of the top layer, forward then reverse
    logits          (T, B, K)    o_t: of the readout; jordan, general: of the top chains, added; else the outputs
    predictions     (T, B, K)    softmax, sigmoid or identity of the logits, as the loss (else network.output) says
    losses          (T, B)       what each step of each sequence adds to the loss
    loss            float        their sum; 0 where there is no loss
    final_hidden    (layers·directions, B, H)    the states after the last step in processing order
    final_cell      (layers·directions, B, H)    lstm

    has_gradients   whether a loss or a gradient entered; if not, what follows raises NotRecorded
    gradients       mapping parameter name -> ∂L/∂parameter
    contributions(name)  (T, *shape)   the part of that gradient that each position adds; they sum to it. What comes from
                    the state that a chain starts from counts with the first position that it passes
    grad_logits     (T, B, K)    ∂L/∂logits
    grad_outputs    (T, B, directions·H)   ∂L/∂outputs where they leave the network: from the logits and from outside;
                    not from later steps, which chain.grad_hidden adds
    grad_inputs     (T, B, D)    ∂L/∂inputs

    overflow_step           the position at which a state first left the finite range, by number of steps since its chain
                            started; None if all stayed in it
    gradient_overflow_step  likewise ∂L/∂h_t or ∂L/∂c_t, by number of steps since the chain's backward pass started
    finite                  whether all states, gradients and the loss are finite
    """

    network: Network
    inputs: Array
    arguments: Mapping[str, Any]
    losses: Array
    logits: Array
    recorded: Recorded
    backward: Gradients | None

    def __post_init__(self) -> None:
        kept = [self.losses, self.logits, self.recorded.outputs]
        for tape in self.recorded.tapes.values():
            kept += tape.arrays().values()
        if self.backward is not None:
            kept += [
                self.backward.grad_logits,
                self.backward.grad_outputs,
                *self.backward.grad_inputs.values(),
            ]
            kept += self.backward.parameters.values()
            for adjoint in self.backward.adjoints.values():
                kept += adjoint.arrays().values()
        for array in kept:
            readonly(array)

    def __getitem__(self, place: Place) -> Chain:
        if place not in self.chains:
            known = ", ".join(map(str, self.chains))
            raise KeyError(
                f"the chains of this trace are {known}, got {place!r}: ask for trace[layer, direction]"
            )
        return self.chains[place]

    @cached_property
    def chains(self) -> Mapping[Place, Chain]:
        return MappingProxyType(
            {place: Chain(self.recorded, self.backward, place) for place in self.network.chains}
        )

    @property
    def lengths(self) -> Array:
        return self.recorded.lengths.values

    @property
    def mask(self) -> Array:
        return readonly(self.recorded.lengths.mask)

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
    def final_hidden(self) -> Array:
        return readonly(np.stack([chain.final_hidden for chain in self.chains.values()]))

    @cached_property
    def final_cell(self) -> Array:
        return readonly(np.stack([chain.final_cell for chain in self.chains.values()]))

    # backward

    @property
    def has_gradients(self) -> bool:
        return self.backward is not None

    @property
    def gradients(self) -> Mapping[str, Array]:
        return MappingProxyType(required(self.backward).parameters)

    @cached_property
    def _contributions(self) -> dict[str, Array]:
        return {}

    def contributions(self, name: str) -> Array:
        shares = required(self.backward).shares
        if name not in shares:
            raise InvalidValue(
                "name", f"one of {', '.join(shares)}", repr(name), "choose one of these parameters"
            )
        if name not in self._contributions:
            with np.errstate(all="ignore"):
                self._contributions[name] = readonly(parts(*shares[name], self.recorded.lengths))
        return self._contributions[name]

    @property
    def grad_logits(self) -> Array:
        return required(self.backward).grad_logits

    @property
    def grad_outputs(self) -> Array:
        return required(self.backward).grad_outputs

    @cached_property
    def grad_inputs(self) -> Array:
        to_inputs = required(self.backward).grad_inputs
        with np.errstate(all="ignore"):
            return readonly(sum_of([to_inputs[0, direction] for direction in self.network.directions]))

    # the finite range

    @cached_property
    def overflow_step(self) -> int | None:
        return self._overflow(self.recorded.tapes, backwards=False)

    @cached_property
    def gradient_overflow_step(self) -> int | None:
        return None if self.backward is None else self._overflow(self.backward.adjoints, backwards=True)

    @cached_property
    def finite(self) -> bool:
        gradients = self.gradients.values() if self.has_gradients else ()
        return (
            self.overflow_step is None
            and self.gradient_overflow_step is None
            and all(np.isfinite(array).all() for array in (self.losses, *gradients))
        )

    def _overflow(self, arrays: Mapping[Place, Any], backwards: bool) -> int | None:
        names = self.network.equations.carried
        carried = {place: [getattr(of_chain, name) for name in names] for place, of_chain in arrays.items()}
        return first_overflow(carried, self.recorded.lengths, backwards)
