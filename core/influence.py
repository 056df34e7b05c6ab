"""What every output can see: ‖∂y_t/∂x_k‖ for every pair, in one backward sweep.

y_t are the outputs of the recorded pass at step t, x_k its inputs at step k. Backpropagation is linear in what
enters: the backward pass runs once through the recorded sequence with a batch of T·directions·H gradients, of which
number (t, i) is 1 at entry i of y_t and zero at all others. What reaches x_k in it is ∂y_{t,i}/∂x_k, along every path:
through time, layers and both directions.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.backward import backward, sum_of
from core.checks import readonly
from core.trace import Trace

Array = NDArray[Any]
BATCH = 256  # gradients that run back at once: more no longer fit beside the processor, and take longer


def output_by_input(trace: Trace, sequence: int = 0) -> Array:
    """‖∂y_t/∂x_k‖ (Frobenius: over all outputs' and inputs' entries), (T, T): row t the output, column k the input.

    Any cell, any layers and directions; no loss is needed. Where no path leads from x_k to y_t, and where either is
    padding, the entry is zero. Raises InvalidValue if the batch has no such sequence.
    """
    recorded, network = trace.recorded.sequence(sequence), trace.network
    (T, _, D), width, K = trace.inputs.shape, network.width, trace.logits.shape[-1]
    valid = int(trace.lengths[sequence])
    norms = np.zeros((T, T), network.dtype)
    rows = max(1, BATCH // width)
    for first in range(0, valid, rows):
        at = np.arange(first, min(first + rows, valid))
        entering = np.zeros((T, len(at), width, width), network.dtype)
        entering[at, np.arange(len(at))] = np.eye(width)
        with np.errstate(all="ignore"):
            batch = entering.reshape(T, -1, width)
            gradients = backward(recorded, np.zeros((T, batch.shape[1], K), network.dtype), batch)
            to_inputs = sum_of([gradients.grad_inputs[0, direction] for direction in network.directions])
            # in float64: the squares of small float32 numbers are zero
            flat = to_inputs.reshape(T, len(at), width * D).astype(np.float64)
            norms[at] = np.linalg.norm(flat, axis=-1).T
    return readonly(norms)
