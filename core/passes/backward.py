"""The backward pass: every chain of every layer, from the logits down.

Gradients enter at the logits, the outputs and the final states. Their batch may be larger than that of the pass, if
the pass is of one sequence: then many gradients run back through that one pass at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.cells.base import Adjoint, Array
from core.cells.contributions import Share, Shares, total
from core.checks import readonly
from core.networks.architecture import Place, suffix
from core.passes import readout
from core.passes.forward import Recorded


@dataclass(frozen=True, eq=False)
class Gradients:
    """What a backward pass leaves.

    grad_logits   (T, ·, K)              ∂L/∂logits
    grad_outputs  (T, ·, directions·H)   ∂L/∂outputs where they leave the network
    adjoints      chain -> the cell's adjoint, in processing order
    grad_inputs   chain -> (T, ·, D)     ∂L/∂ what the chain reads, in the order of positions
    """

    recorded: Recorded
    grad_logits: Array
    grad_outputs: Array
    adjoints: Mapping[Place, Adjoint]
    grad_inputs: Mapping[Place, Array]

    @cached_property
    def shares(self) -> Mapping[str, tuple[Shares, str]]:
        """Parameter -> how its gradient is summed over the steps, and the direction they are passed in."""
        network = self.recorded.network
        found: dict[str, tuple[Shares, str]] = {}
        for place, adjoint in self.adjoints.items():
            of_chain = network.equations.shares(self.recorded.tapes[place], adjoint)
            for state in network.equations.states:
                start = adjoint.arrays()[state][:1]
                start = np.zeros_like(start) if state in self.recorded.given else start
                of_chain[f"initial_{state}"] = (Share(start, starts=True),)
            found |= {name + suffix(place): (shares, place[1]) for name, shares in of_chain.items()}
        found["readout.weight"] = (Share(self.grad_logits, self.recorded.outputs),), "forward"
        found["readout.bias"] = (Share(self.grad_logits),), "forward"
        return {name: found[name] for name in network.parameters}

    def totals(self) -> Mapping[str, Array]:
        """Parameter -> ∂L/∂parameter."""
        return Totals(self)


class Totals(Mapping[str, Array]):
    """Parameter -> ∂L/∂parameter, each summed over the steps when it is first asked for: most passes are asked for
    none, or for a few."""

    def __init__(self, gradients: Gradients):
        self._gradients, self._summed = gradients, dict[str, Array]()

    def __getitem__(self, name: str) -> Array:
        if name not in self._summed:
            shares, _ = self._gradients.shares[name]
            with np.errstate(all="ignore"):
                self._summed[name] = readonly(total(shares))
        return self._summed[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._gradients.recorded.network.parameters)

    def __len__(self) -> int:
        return len(self._gradients.recorded.network.parameters)

    def __repr__(self) -> str:
        return f"Totals({', '.join(self)})"


def backward(
    recorded: Recorded, grad_logits: Array, grad_outputs: Array, final: Mapping[str, Array] | None = None
) -> Gradients:
    """Run back through a recorded pass, from the gradients that enter from outside.

    grad_logits (T, ·, K), grad_outputs (T, ·, directions·H)   zero at padded positions
    final   state -> (layers·directions, ·, …)   at the final states
    """
    network = recorded.network
    adjoints: dict[Place, Adjoint] = {}
    grad_inputs: dict[Place, Array] = {}
    grad_logits, grad_outputs = readout.backward(network, grad_logits, grad_outputs)
    above = grad_outputs
    for layer in reversed(range(network.num_layers)):
        for direction, to_hidden in zip(network.directions, network.by_direction(above), strict=True):
            place, w = (layer, direction), network.weights((layer, direction))
            entering = {"hidden": to_hidden}
            if layer == network.num_layers - 1:
                entering["logits"] = grad_logits
            direct = _direct(recorded, place, entering, final or {})
            tape = recorded.tapes[place]
            adjoint = network.equations.backward(w, tape, direct)
            adjoints[place] = adjoint.freeze()
            grad_inputs[place] = readonly(recorded.positions(place, network.equations.grad_inputs(w, tape, adjoint)))
        above = sum_of([grad_inputs[layer, direction] for direction in network.directions])
    return Gradients(recorded, readonly(grad_logits), readonly(grad_outputs), adjoints, grad_inputs)


def _direct(
    recorded: Recorded, place: Place, entering: Mapping[str, Array], final: Mapping[str, Array]
) -> dict[str, Array]:
    """Carried quantity -> (T + 1, ·, …), in processing order: what reaches it from outside the chain."""
    network, batch = recorded.network, entering["hidden"].shape[1]
    left, direct = recorded.tapes[place].arrays(), {}
    for name in network.equations.carried:
        rows, _, *shape = left[name].shape
        direct[name] = np.zeros((rows, batch, *shape), network.dtype)
        if name in entering:
            direct[name][1:] = recorded.positions(place, entering[name])
        if name in final:
            direct[name][recorded.lengths.last(direct[name])] += final[name][network.chains.index(place)]
    return direct


def sum_of(arrays: list[Array]) -> Array:
    """The sum of what the directions of a layer send to where all of them read."""
    return arrays[0] if len(arrays) == 1 else arrays[0] + arrays[1]
