"""The forward pass: every chain of every layer, from the inputs up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.architecture import Chain
from core.cells.base import Array
from core.lengths import Lengths
from core.network import Network


@dataclass(frozen=True, eq=False)
class Recorded:
    """What a forward pass leaves.

    tapes     chain -> the cell's tape, in processing order
    outputs   (T, B, directions·H) of the top layer, in the order of positions
    """

    network: Network
    lengths: Lengths
    tapes: Mapping[Chain, Any]
    outputs: Array

    def positions(self, chain: Chain, array: Array) -> Array:
        """(T, ·, n) of a chain from its processing order to the order of positions."""
        return self.lengths.order(array, chain[1])

    def sequence(self, b: int) -> Recorded:
        """The pass of sequence b alone, as a batch of one."""
        tapes = {chain: tape.sequence(b) for chain, tape in self.tapes.items()}
        return Recorded(self.network, self.lengths.sequence(b), tapes, self.outputs[:, b : b + 1])


def forward(network: Network, inputs: Array, initial: Mapping[str, Array], lengths: Lengths) -> Recorded:
    """Run a network over inputs (T, B, D), zero at padded positions.

    initial: state -> (layers·directions, B, H). A state that is not given is the learned one or, without that, zero.
    """
    tapes: dict[Chain, Any] = {}
    outputs = inputs
    for layer in range(network.num_layers):
        below = outputs
        hidden = []
        for direction in network.directions:
            chain = layer, direction
            tape = network.equations.forward(
                network.weights(chain),
                lengths.order(below, direction),
                {
                    state: _start(network, chain, state, initial, below.shape[1])
                    for state in network.equations.states
                },
            )
            _silence(tape, lengths)
            tapes[chain] = tape
            hidden.append(lengths.order(tape.hidden[1:], direction))
        outputs = hidden[0] if len(hidden) == 1 else np.concatenate(hidden, axis=2)
    return Recorded(network, lengths, tapes, outputs)


def _start(network: Network, chain: Chain, state: str, initial: Mapping[str, Array], B: int) -> Array:
    """The state that a chain starts from: (B, H)."""
    if state in initial:
        return initial[state][network.chains.index(chain)]
    shape = B, network.hidden_size
    learned = network.weights(chain).get(f"initial_{state}")
    return np.zeros(shape, network.dtype) if learned is None else np.broadcast_to(learned, shape)


def _silence(tape: Any, lengths: Lengths) -> None:
    """Put zero into all that the chain computed past the end of a sequence."""
    padding = ~lengths.mask
    if lengths.padded:
        for name, array in tape.arrays().items():
            if name != "inputs":
                array[-len(padding) :][padding] = 0
