"""How the loss at one step depends on the state at another: ∂L_t/∂h_k for every pair, in one backward sweep.

L_t is what enters at step t, so that L = Σ_t L_t. Backpropagation is linear in what enters: the backward pass
runs once through the recorded sequence with a batch of T gradients, of which number t is ∂L_t/∂o_t at step t
and zero at all others. What reaches h_k in number t is ∂L_t/∂h_k, along every path: through time, layers and
both directions.

Summed over the loss times it is the total gradient,

    Σ_t ∂L_t/∂h_k = ∂L/∂h_k = chain.grad_hidden[k]

but for a gradient given at the final states (final_hidden_gradient, final_cell_gradient), which enters at no
step. Where no path leads from h_k to L_t the entry is zero.

All functions take the chain as layer, direction ("forward" or "reverse") and the sequence's index in the
batch. They raise InvalidValue if there is no such chain or sequence, NotRecorded if no gradient entered the trace.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.analysis.norms import euclidean
from core.passes.backward import backward
from core.passes.chain import Chain
from core.passes.trace import Trace

Array = NDArray[Any]


def loss_by_state(trace: Trace, layer: int = 0, direction: str = "forward", sequence: int = 0) -> Array:
    """‖∂L_t/∂h_k‖ (Euclidean) for every pair: (T, T), row t the loss's time, column k the state's."""
    return euclidean(loss_by_state_vectors(trace, layer, direction, sequence))


def loss_by_state_vectors(trace: Trace, layer: int = 0, direction: str = "forward", sequence: int = 0) -> Array:
    """∂L_t/∂h_k for every pair: (T, T, H), first axis t the loss's time, second k the state's."""
    place, recorded = trace.network.checked((layer, direction)), trace.recorded.sequence(sequence)
    grad_logits, grad_outputs = (_one_by_one(g[:, sequence]) for g in (trace.grad_logits, trace.grad_outputs))
    # A loss enters at the logits alone, the backward pass goes on from there; else it enters at the outputs.
    (grad_logits if trace.arguments["loss"] is None else grad_outputs)[:] = 0
    with np.errstate(all="ignore"):
        gradients = backward(recorded, grad_logits, grad_outputs)
    return Chain(recorded, lambda: gradients, place).grad_hidden.swapaxes(0, 1)


def gradient_norms(trace: Trace, layer: int = 0, direction: str = "forward", sequence: int = 0) -> Array:
    """‖∂L/∂h_t‖ (Euclidean) of the total gradient at every step: (T,)."""
    return euclidean(trace[layer, direction].grad_hidden[:, trace.recorded.lengths.checked(sequence)])


def _one_by_one(gradient: Array) -> Array:
    """(T, n) -> (T, T, n): number t of the new batch has what enters at step t, and nothing else."""
    T, n = gradient.shape
    batch = np.zeros((T, T, n), gradient.dtype)
    batch[np.arange(T), np.arange(T)] = gradient
    return batch
