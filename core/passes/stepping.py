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


def advanced(network: Network, inputs: Array, state: Mapping[str, Array]) -> tuple[Array, Mapping[str, Array]]:
    """The logits (B, K) of inputs (B, D), and the states after them.

    state   state -> (layers, B, …), as they come from here or from a trace; what is not given is the network's own.
            Raises as record() does.
    """
    names = network.equations.states
    shape = len(network.chains), len(inputs), network.hidden_size
    plain = inputs.ndim == 2 and inputs.dtype.kind == "f" and all(x.shape == shape for x in state.values())
    if not plain or inputs.shape[1] != network.input_size or not state.keys() <= set(names):
        trace = record(network, inputs[None], initial=state)  # which says what is wrong
        return trace.logits[0], trace.final_states
    x = checks.finite("inputs", inputs, network.dtype)[None]
    start = {name: checks.finite(f"initial_{name}", array, network.dtype) for name, array in state.items()}
    with np.errstate(all="ignore"):
        recorded = forward(network, x, start, Lengths(np.ones(len(inputs), int), 1))
        logits = readout.logits(recorded)[0]
    tapes = recorded.tapes.values()
    return logits, {name: readonly(np.stack([getattr(tape, name)[-1] for tape in tapes])) for name in names}
