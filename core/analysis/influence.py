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

from core import checks
from core.analysis.norms import euclidean
from core.checks import readonly
from core.passes.backward import backward, sum_of
from core.passes.trace import Trace

Array = NDArray[Any]
OF = ("outputs", "logits")
BATCH = 256  # gradients that run back at once: more no longer fit beside the processor, and take longer


def output_by_input(trace: Trace, sequence: int = 0, of: str = "outputs") -> Array:
    """‖∂y_t/∂x_k‖ (Frobenius: over all outputs' and inputs' entries), (T, T): row t the output, column k the input.

    y_t are the trace's "outputs" or its "logits". Any cell, any layers and directions; no loss is needed. Where no path
    leads from x_k to y_t, and where either is padding, the entry is zero. Raises InvalidValue if the batch has no such
    sequence, and for another `of`.
    """
    checks.choice("of", of, OF)
    T = len(trace.inputs)
    norms = np.zeros((T, T), trace.network.dtype)
    rows = max(1, BATCH // _sizes(trace)[of])
    valid = trace.recorded.lengths.length(sequence)
    for first in range(0, valid, rows):
        at = np.arange(first, min(first + rows, valid))
        norms[at] = euclidean(_sweep(trace, sequence, at, of), axis=(1, 3))
    return readonly(norms)


def of_output(trace: Trace, t: int, sequence: int = 0, of: str = "outputs") -> Array:
    """∂y_t/∂x_k of one output and every input: (entries of y, T, D).

    Raises InvalidValue if the batch has no such sequence, if t is no step of it, and for another `of`.
    """
    checks.choice("of", of, OF)
    t = trace.recorded.lengths.step(t, sequence)
    return readonly(_sweep(trace, sequence, np.array([t]), of)[0])


def _sizes(trace: Trace) -> dict[str, int]:
    """How many entries one y_t has."""
    return {"outputs": trace.network.width, "logits": trace.network.logits_size}


def _sweep(trace: Trace, sequence: int, at: Array, of: str) -> Array:
    """∂y_t/∂x_k of the outputs `at`: (len(at), entries of y, T, D)."""
    recorded, network = trace.recorded.sequence(sequence), trace.network
    T, _, D = trace.inputs.shape
    sizes = _sizes(trace)
    entering = np.zeros((T, len(at), sizes[of], sizes[of]), network.dtype)
    entering[at, np.arange(len(at))] = np.eye(sizes[of])
    batch = recorded.lengths.silence(entering.reshape(T, -1, sizes[of]))
    none = {name: np.zeros((T, batch.shape[1], size), network.dtype) for name, size in sizes.items()}
    sent = none | {of: batch}
    with np.errstate(all="ignore"):
        gradients = backward(recorded, sent["logits"], sent["outputs"])
        to_inputs = sum_of([gradients.grad_inputs[0, direction] for direction in network.directions])
    return to_inputs.reshape(T, len(at), sizes[of], D).transpose(1, 2, 0, 3)
