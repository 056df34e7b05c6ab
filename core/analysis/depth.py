"""A state's gradient by where it came from: back through time, or down through depth.

h^l_t is read by its own chain at the next step and by the layer above at the same one, so that

    ∂L/∂h^l_t = (∂h^l_{t+1}/∂h^l_t)ᵀ ∂L/∂h^l_{t+1}  +  (∂h^{l+1}_t/∂h^l_t)ᵀ ∂L/∂h^{l+1}_t
                through time                            through depth

For an LSTM the first term is of the whole state [h; c] of step t + 1; for a reverse chain the step that comes next
is t − 1. Both chains of the layer above read it. Above the top layer stands the loss, which reaches h_t through the
readout (Jordan's and the general cell's through their own o_t) or as a gradient from outside; a gradient given at
the final states comes from outside the chain too, and counts with depth.

Depth is computed from what the layer above sends down; time is what else is in the total that the backward pass
left, so that the two sum to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.analysis.arrivals import last, outside
from core.analysis.norms import euclidean
from core.checks import readonly
from core.networks.architecture import Place
from core.passes.trace import Trace

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Split:
    """The two parts of ∂L/∂h_t of one chain, (T, B, H) in the order of positions, zero at padded ones.

    time    from the chain's own next step: zero at its last
    depth   from the layer above at the same step; at the top from the loss
    """

    time: Array
    depth: Array

    @property
    def total(self) -> Array:
        """∂L/∂h_t."""
        return self.time + self.depth

    def share(self) -> Array:
        """(T, B): how much of the total came through depth, ⟨depth, total⟩ / ‖total‖². With that of time it makes 1;
        below 0 or above 1 where the two parts work against each other, NaN where there is no gradient."""
        total = self.total
        with np.errstate(all="ignore"):
            scale = np.abs(total).max(-1, keepdims=True)
            unit = total / scale  # squares leave the range long before the gradients do
            return readonly((self.depth / scale * unit).sum(-1) / (unit * unit).sum(-1))


def split(trace: Trace, layer: int = 0, direction: str = "forward") -> Split:
    """∂L/∂h_t of one chain at every step, by where it came from.

    Raises InvalidValue where the network has no such chain, NotRecorded if no gradient entered the trace.
    """
    total = trace[layer, direction].grad_hidden
    with np.errstate(all="ignore"):
        depth = outside(trace, (layer, direction))
        time = total - depth
    time[last(trace, direction)] = 0
    return Split(readonly(time), readonly(depth))


def kept(trace: Trace, sequence: int = 0, parts: Mapping[Place, Split] | None = None) -> tuple[float, float]:
    """How much of the gradient one step through time keeps, and how much one layer of depth: the geometric means of

        ‖time^l_t‖ / ‖∂L/∂h^l_{t+1}‖   over all chains and steps
        ‖depth^l_t‖ / ‖∂L/∂h^{l+1}_t‖  over all layers but the top and all steps, both directions together

    where neither is 0; NaN where there is none. parts: the `split` of every chain, where it is there already.

    Raises InvalidValue if the batch has no such sequence, NotRecorded if no gradient entered the trace.
    """
    network, valid = trace.network, slice(None, trace.recorded.lengths.length(sequence))
    shape = network.num_layers, len(network.directions)
    of = {place: split(trace, *place) if parts is None else parts[place] for place in network.chains}

    def each(arrays: Iterable[Array]) -> Array:
        """Of all chains at the valid steps: (layers, directions, T, H)."""
        stacked = np.stack([array[valid, sequence] for array in arrays])
        return stacked.reshape(*shape, *stacked.shape[1:])

    total = each(trace[place].grad_hidden for place in network.chains)
    came, sent = each(part.time for part in of.values()), each(part.depth for part in of.values())
    here, through_time = euclidean(total), euclidean(came)
    time = [(through_time[:, 0, :-1], here[:, 0, 1:])]
    if network.bidirectional:
        time.append((through_time[:, 1, 1:], here[:, 1, :-1]))
    down = [(_of_layers(sent[:-1]), _of_layers(total[1:]))] if network.num_layers > 1 else []
    return _geometric_mean(time), _geometric_mean(down)


def _of_layers(vectors: Array) -> Array:
    """Norms over both directions together: (layers, directions, T, H) -> (layers, T)."""
    return euclidean(np.concatenate(list(vectors.swapaxes(0, 1)), axis=-1))


def _geometric_mean(pairs: list[tuple[Array, Array]]) -> float:
    if not pairs:
        return float("nan")
    small, large = (np.concatenate([part.ravel() for part in side]) for side in zip(*pairs, strict=True))
    known = (small > 0) & (large > 0) & np.isfinite(small) & np.isfinite(large)
    if not known.any():
        return float("nan")
    return float(np.exp(np.mean(np.log(small[known]) - np.log(large[known]))))
