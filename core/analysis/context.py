"""What one network knows of what another has read: derivatives through the context of a conditional generator.

The states that the encoder ends in are those that the decoder starts from; together they are the context c, of C
numbers: for every state of the cell (h or, for an LSTM, h and then c) and every layer its H units. All that an output
y_t of the decoder owes to an input x_k of the encoder goes through it, so that, with the words that the decoder reads
held as they are,

    ∂y_t/∂x_k = ∂y_t/∂c · ∂c/∂x_k

Backpropagation is linear in what enters: the backward pass of each network runs once through its recorded sequence,
with a batch of as many gradients as there are numbers to differentiate.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.analysis.norms import euclidean
from core.checks import readonly
from core.passes.backward import backward
from core.passes.patterns import ConditionalTrace

Array = NDArray[Any]


def output_by_context(pair: ConditionalTrace, sequence: int = 0) -> Array:
    """∂o_t/∂c (T, K, C) of the decoder's logits; zero at padding. Raises InvalidValue if there is no such sequence."""
    trace, network = pair.decoder, pair.decoder.network
    recorded, T, K = trace.recorded.sequence(sequence), len(trace.inputs), network.logits_size
    entering = np.eye(T * K, dtype=network.dtype).reshape(T * K, T, K).transpose(1, 0, 2)
    nothing = np.zeros((T, T * K, network.width), network.dtype)
    with np.errstate(all="ignore"):
        adjoints = backward(recorded, recorded.lengths.silence(entering), nothing).adjoints
    arrays = [adjoints[place].arrays() for place in network.chains]
    starts = [of_chain[state][0] for state in network.equations.states for of_chain in arrays]
    return readonly(np.concatenate(starts, axis=-1).reshape(T, K, -1))


def context_by_source(pair: ConditionalTrace, sequence: int = 0) -> Array:
    """∂c/∂x_k (C, S, D) of the encoder's inputs; zero at padding. Raises InvalidValue if there is no such sequence."""
    trace, network = pair.encoder, pair.encoder.network
    recorded, S = trace.recorded.sequence(sequence), len(trace.inputs)
    names, H = network.equations.states, network.hidden_size
    C = len(names) * network.num_layers * H
    units = np.eye(C, dtype=network.dtype).reshape(C, len(names), network.num_layers, H)
    final = {name: units[:, n].transpose(1, 0, 2) for n, name in enumerate(names)}
    at_logits, at_outputs = (np.zeros((S, C, size), network.dtype) for size in (network.logits_size, network.width))
    with np.errstate(all="ignore"):
        to_inputs = backward(recorded, at_logits, at_outputs, final).grad_inputs[0, "forward"]
    return readonly(to_inputs.transpose(1, 0, 2))


def output_by_source(pair: ConditionalTrace, sequence: int = 0) -> Array:
    """‖∂o_t/∂x_k‖ (T, S) (Frobenius: over the logits and the entries of x_k), row t of the decoder, column k of the
    encoder; zero at padding. Raises InvalidValue if there is no such sequence."""
    return norms(output_by_context(pair, sequence), context_by_source(pair, sequence))


def norms(by_context: Array, to_source: Array) -> Array:
    """‖∂o_t/∂c · ∂c/∂x_k‖ (T, S) of ∂o_t/∂c (T, K, C) and ∂c/∂x_k (C, S, D)."""
    with np.errstate(all="ignore"):
        jacobians = np.einsum("tkc,csd->tksd", by_context, to_source, optimize=True)
        return readonly(euclidean(jacobians, axis=(1, 3)))
