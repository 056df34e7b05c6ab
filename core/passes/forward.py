"""The forward pass: every chain of every layer, from the inputs up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.cells.base import Array, Tape
from core.checks import readonly
from core.lengths import Lengths
from core.networks.architecture import Place
from core.networks.network import Network
from core.passes.interventions import Intervention, pins


@dataclass(frozen=True, eq=False)
class Recorded:
    """What a forward pass leaves.

    given     the states whose initial values were given, so that they were neither learned nor zero
    tapes     chain -> the cell's tape, in processing order
    outputs   (T, B, directions·H) of the top layer, in the order of positions
    """

    network: Network
    lengths: Lengths
    given: frozenset[str]
    tapes: Mapping[Place, Tape]
    outputs: Array

    def positions(self, place: Place, array: Array) -> Array:
        """(T, ·, …) of a chain from its processing order to the order of positions, or back."""
        return self.lengths.order(array, place[1])

    def sequence(self, b: int) -> Recorded:
        """The pass of sequence b alone, as a batch of one. Raises InvalidValue if the batch has none such."""
        lengths = self.lengths.sequence(b)
        if len(self.lengths.values) == 1:
            return self
        tapes = {place: tape.sequence(b) for place, tape in self.tapes.items()}
        return Recorded(self.network, lengths, self.given, tapes, self.outputs[:, b : b + 1])


def forward(
    network: Network,
    inputs: Array,
    initial: Mapping[str, Array],
    lengths: Lengths,
    interventions: Sequence[Intervention] = (),
) -> Recorded:
    """Run a network over inputs (T, B, D), zero at padded positions.

    initial: state -> (layers·directions, B, …). A state that is not given is the learned one or, without that, zero.
    """
    tapes: dict[Place, Tape] = {}
    outputs = inputs
    shapes = network.equations.state_shapes(network.hidden_size)
    for layer in range(network.num_layers):
        below, hidden = outputs, []
        for direction in network.directions:
            place = layer, direction
            w = network.weights(place)
            start = {
                state: initial[state][network.chains.index(place)]
                if state in initial
                else _start(network, w, state, (inputs.shape[1], *shape))
                for state, shape in shapes.items()
            }
            read, held = lengths.order(below, direction), pins(interventions, network, place, lengths)
            tape = network.equations.forward(w, read, start, held)
            _silence(tape, lengths)
            tapes[place] = tape.freeze()
            hidden.append(lengths.order(tape.hidden[1:], direction))
        outputs = readonly(hidden[0] if len(hidden) == 1 else np.concatenate(hidden, axis=2))
    return Recorded(network, lengths, frozenset(initial), tapes, outputs)


def _start(network: Network, w: Mapping[str, Array], state: str, shape: tuple[int, ...]) -> Array:
    """The state that a chain starts from where none is given: the learned one, else zero, (B, …)."""
    return np.broadcast_to(w.get(f"initial_{state}", np.zeros((), network.dtype)), shape)


def _silence(tape: Tape, lengths: Lengths) -> None:
    """Put zero into all that a chain computed past the end of a sequence."""
    if lengths.padded:
        padding = ~lengths.mask
        for name, array in tape.arrays().items():
            if name != "inputs":
                array[-len(padding) :][padding] = 0
