"""What reaches a chain's states from outside the chain: the gradient by all ways but the chain's own later steps.

    e_t = what the layer above sends down at step t, all its chains together; at the top ∂L/∂outputs
          + W_hoᵀ ∂L/∂logits            jordan, general, in the top layer: the loss enters at their own o_t
          + (given at the final h)      at the last step in processing order

is what reaches h_t. Another state, such as an LSTM's c_t, is read by its own chain alone: only what is given at the
final one reaches it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.networks.architecture import Place
from core.passes.backward import sum_of
from core.passes.trace import Trace

Array = NDArray[Any]


def outside(trace: Trace, place: Place, state: str = "hidden") -> Array:
    """e_t of one chain, or the like of another state: (T, B, …) in the order of positions, zero at padded ones.

    Raises NotRecorded if no gradient entered the trace.
    """
    reaches = _from_above(trace, place) if state == "hidden" else np.zeros_like(trace[place].grad_states[state])
    given = trace.given_final_gradient
    if state in given:
        reaches[last(trace, place[1])] += given[state][trace.network.chains.index(place)]
    return reaches


def last(trace: Trace, direction: str) -> tuple[Array, Array]:
    """Where the last step in processing order stands, for every sequence: indices of (T, B)."""
    sequences = np.arange(len(trace.lengths))
    return (trace.lengths - 1 if direction == "forward" else np.zeros_like(sequences)), sequences


def _from_above(trace: Trace, place: Place) -> Array:
    """What the layer above sends to h_t or, at the top, the loss: an array of its own."""
    network, (layer, direction) = trace.network, place
    top = layer + 1 == network.num_layers
    above = [] if top else [trace[layer + 1, reader].grad_inputs for reader in network.directions]
    sent = trace.grad_outputs if top else sum_of(above)
    to_chain = network.by_direction(sent)[network.directions.index(direction)].copy()
    if top and (own := network.equations.readout):
        to_chain += trace.grad_logits @ network.weights(place)[own.weight]
    return to_chain
