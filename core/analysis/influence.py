"""What every output can see: ‖∂y_t/∂x_k‖ for every pair, in one sweep.

y_t are the outputs of the recorded pass at step t, x_k its inputs at step k. Every entry i of every y_t is a row that
is swept back through the layers, all of them at once, by the Jacobians of their steps. In a chain with states s, from
the last step that it passed to the first, a row grows by what reaches h_t from above, and goes on

    to the step before    λ_{t−1} = λ_t ∂s_t/∂s_{t−1}
    to what is read       λ_t ∂s_t/∂x_t             in the lowest layer that is the row's part of ∂y_{t′}/∂x_t

Where a network only moves forward, the rows of outputs before t have nothing at t, and are left out.

A cell that does not say ∂s_t/∂x_t is asked by its backward pass, which is linear in what enters: it runs once through
the recorded sequence with a batch of gradients, of which number (t, i) is 1 at entry i of y_t and zero at all others.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import checks
from core.analysis.norms import euclidean
from core.checks import readonly
from core.networks.architecture import Place
from core.networks.network import Network
from core.passes.backward import backward, sum_of
from core.passes.trace import Trace

Array = NDArray[Any]
OF = ("outputs", "logits")
BATCH = 1024  # rows that are swept at once: of more, what lies between two layers no longer fits beside the processor


def output_by_input(trace: Trace, sequence: int = 0, of: str = "outputs") -> Array:
    """‖∂y_t/∂x_k‖ (Frobenius: over all outputs' and inputs' entries), (T, T): row t the output, column k the input.

    y_t are the trace's "outputs" or its "logits". Any cell, any layers and directions; no loss is needed. Where no path
    leads from x_k to y_t, and where either is padding, the entry is zero. Raises InvalidValue if the batch has no such
    sequence, and for another `of`.
    """
    checks.choice("of", of, OF)
    T = len(trace.inputs)
    norms = np.zeros((T, T), trace.network.dtype)
    outputs = max(1, BATCH // _sizes(trace)[of])
    valid = trace.recorded.lengths.length(sequence)
    for first in range(0, valid, outputs):
        for k, at, seen in _swept(trace, sequence, np.arange(first, min(first + outputs, valid)), of):
            norms[at, k] = euclidean(seen.reshape(len(at), prod(seen.shape[1:])))  # there may be none
    return readonly(norms)


def of_output(trace: Trace, t: int, sequence: int = 0, of: str = "outputs") -> Array:
    """∂y_t/∂x_k of one output and every input: (entries of y, T, D).

    Raises InvalidValue if the batch has no such sequence, if t is no step of it, and for another `of`.
    """
    checks.choice("of", of, OF)
    t = trace.recorded.lengths.step(t, sequence)
    T, _, D = trace.inputs.shape
    found = np.zeros((_sizes(trace)[of], T, D), trace.network.dtype)
    for k, at, seen in _swept(trace, sequence, np.array([t]), of):
        if len(at):
            found[:, k] = seen[0]
    return readonly(found)


def _sizes(trace: Trace) -> dict[str, int]:
    """How many entries one y_t has."""
    return {"outputs": trace.network.width, "logits": trace.network.logits_size}


def _swept(trace: Trace, sequence: int, at: Array, of: str) -> Iterator[tuple[int, Array, Array]]:
    """For every input k: which of the outputs `at` may see it, and of these ∂y_t/∂x_k: (·, entries of y, D)."""
    network, T = trace.network, trace.recorded.lengths.length(sequence)
    by_input = {place: chain.input_jacobians(sequence) for place, chain in trace.chains.items()}
    if any(found is None for found in by_input.values()):
        yield from _by_backward(trace, sequence, at, of)
        return
    by_state = {place: chain.jacobians(sequence) for place, chain in trace.chains.items()}
    E, H = _sizes(trace)[of], network.hidden_size
    rows = len(at) * E
    # The rows are in the order of their outputs; those of the outputs from step t on begin here, and after t here.
    begin, end = ((E * np.searchsorted(at, np.arange(T), side)).tolist() for side in ("left", "right"))
    above: Array | None = None  # (T, rows, width of a layer): what reaches its states from the layer above
    with np.errstate(all="ignore"):
        for layer in reversed(range(network.num_layers)):
            read = np.zeros((T, rows, network.width if layer else trace.inputs.shape[-1]), network.dtype)
            for d, direction in enumerate(network.directions):
                place = layer, direction
                J, B = by_state[place], by_input[place]
                assert B is not None
                reach = None if above is None else above[:, :, d * H : (d + 1) * H]
                own = _own(network, place, of)
                one_way = above is None or not network.bidirectional  # what is above lies on one side
                row, room = np.zeros((2, rows, J.shape[-1]), network.dtype)
                after = None
                for t in range(T) if direction == "reverse" else reversed(range(T)):
                    some = slice(0, rows)
                    if one_way:
                        some = slice(0, end[t]) if direction == "reverse" else slice(begin[t], rows)
                    if after is not None:
                        np.matmul(row[some], J[after], room[some])
                        row, room = room, row  # in both, the rows that have nothing yet are zero
                    if reach is not None:
                        row[some, :H] += reach[t, some]
                    elif begin[t] < end[t]:
                        row[begin[t] : end[t], :H] = own
                    if d:
                        read[t, some] += row[some] @ B[t]
                    else:
                        np.matmul(row[some], B[t], read[t, some])
                    after = t
            above = read
    assert above is not None
    for k in range(T):
        first = 0 if network.bidirectional else begin[k]
        seen = above[k, first:].reshape(-1, E, above.shape[-1])
        yield k, at[len(at) - len(seen) :], seen


def _own(network: Network, place: Place, of: str) -> Array:
    """∂y_t/∂h_t of a chain of the top layer: (entries of y, H)."""
    d, H = network.directions.index(place[1]), network.hidden_size
    if of == "logits" and network.fed_back:
        return network.weights(place)["weight_ho"]
    whole = network.parameters.get("readout.weight") if of == "logits" else None
    whole = np.eye(network.width, dtype=network.dtype) if whole is None else whole
    return whole[:, d * H : (d + 1) * H]


def _by_backward(trace: Trace, sequence: int, at: Array, of: str) -> Iterator[tuple[int, Array, Array]]:
    """As `_swept`, by the cells' own backward pass."""
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
    for k, seen in enumerate(to_inputs.reshape(T, len(at), sizes[of], D)):
        yield k, at, seen
