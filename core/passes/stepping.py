"""One step of a network from given states to the next: what record() computes of it, and nothing beside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import checks
from core.checks import readonly
from core.lengths import Lengths
from core.networks.network import Network
from core.passes import readout
from core.passes.forward import forward
from core.passes.record import record

Array = NDArray[Any]


def advanced(network: Network, inputs: Array, state: Mapping[str, Any]) -> tuple[Array, dict[str, Any]]:
    """The logits (B, K) of inputs (B, D), and the states after them.

    state   initial_hidden and, for an LSTM, initial_cell, as they come from here or from a trace; what is not given is
            the network's own. Raises as record() does.
    """
    names = {state: f"initial_{state}" for state in network.equations.states}
    given = {one: state[name] for one, name in names.items() if name in state}
    shape = len(network.chains), len(inputs), network.hidden_size
    plain = inputs.ndim == 2 and inputs.dtype == network.dtype and all(x.shape == shape for x in given.values())
    if not plain or len(given) < len(state):
        trace = record(network, inputs[None], **state)  # which says what is wrong, or brings it to the precision
        return trace.logits[0], {name: getattr(trace, f"final_{one}") for one, name in names.items()}
    x = checks.finite("inputs", inputs, network.dtype)[None]
    start = {one: checks.finite(names[one], array, network.dtype) for one, array in given.items()}
    with np.errstate(all="ignore"):
        recorded = forward(network, x, start, Lengths(np.ones(len(inputs), int), 1))
        logits = readout.logits(recorded)[0]
    tapes = recorded.tapes.values()
    return logits, {name: readonly(np.stack([getattr(tape, one)[-1] for tape in tapes])) for one, name in names.items()}
