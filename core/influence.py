"""What an output can see: how much each output changes with each input, ∂o_t/∂x_k for every pair.

o_t are the logits (without a readout, the outputs themselves). The engine's backward pass runs once through the
recorded sequence with a batch of T·K gradients, of which number (t, j) is 1 at entry j of o_t and zero elsewhere:
what reaches x_k in it is row j of ∂o_t/∂x_k, along every path through time, layers and both directions. No loss is
needed. Where that batch would not fit into memory it is run through in parts.

Where no path leads from x_k to o_t the entry is exactly zero: in a network that only moves forward, wherever k > t.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.backward import backward, sum_of
from core.trace import Trace

Array = NDArray[Any]
ROOM = 4_000_000  # numbers that one backward pass may keep


def output_by_input(trace: Trace, sequence: int = 0) -> Array:
    """‖∂o_t/∂x_k‖ (Frobenius) for every pair: (T, T), row t the output, column k the input; zero where either is
    padded."""
    return np.linalg.norm(_sweep(trace, sequence, np.arange(len(trace.inputs))), axis=(1, 3))


def of_output(trace: Trace, t: int, sequence: int = 0) -> Array:
    """∂o_t/∂x_k of one output and every input: (K, T, D)."""
    return _sweep(trace, sequence, np.array([t]))[0]


def _sweep(trace: Trace, sequence: int, outputs: Array) -> Array:
    """∂o_t/∂x_k of the chosen outputs: (len(outputs), K, T, D)."""
    recorded, network = trace.recorded.sequence(sequence), trace.network
    T, K, D = len(trace.inputs), network.logits_size, network.input_size
    entries = np.stack([np.repeat(outputs, K), np.tile(np.arange(K), len(outputs))])  # t and j of every gradient
    kept = T * network.hidden_size * len(network.chains) * (2 + len(network.equations.blocks))
    parts = -(-entries.shape[1] * kept // ROOM)
    rows = []
    for t, j in np.array_split(entries, min(parts, entries.shape[1]), axis=1):
        at_logits = np.zeros((T, len(t), K), network.dtype)
        at_logits[t, np.arange(len(t)), j] = 1
        at_outputs = np.zeros((T, len(t), network.width), network.dtype)
        with np.errstate(all="ignore"):
            sent = backward(recorded, recorded.lengths.silence(at_logits), at_outputs)
        rows.append(sum_of([sent.grad_inputs[0, direction] for direction in network.directions]).swapaxes(0, 1))
    return np.concatenate(rows).reshape(len(outputs), K, T, D)
