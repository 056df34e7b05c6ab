"""A gradient split by the route it took: exact, for every cell with gates, which says itself what its routes are.

Every path from a state at step k to the loss leaves k by one of a few edges of the step's graph. Its route is named
after the first pre-activation it meets. A path that comes to the next step's state before it meets any went along the
carry; one that leaves the chain before it meets any went outside. The paths of a route use the edges named here and
none of the others; from there on (the pre-activation, the next state, what is outside) they go wherever they like.
With ∂ for ∂L/∂, k + 1 the step after k in processing order, and all that has index k + 1 zero after the last step:

LSTM, ∂c_k, with s_k = o_k ⊙ (1 − tanh²(c_k)), the edge from c_k to h_k:

    carry       f_{k+1} ⊙ ∂c_{k+1}                               c_k → c_{k+1}
    input       s_k ⊙ W_hiᵀ ∂a^i_{k+1}  [+ w_ci ⊙ ∂a^i_{k+1}]    c_k → h_k → a^i_{k+1}  [c_k → a^i_{k+1}]
    forget      s_k ⊙ W_hfᵀ ∂a^f_{k+1}  [+ w_cf ⊙ ∂a^f_{k+1}]    c_k → h_k → a^f_{k+1}  [c_k → a^f_{k+1}]
    candidate   s_k ⊙ W_hgᵀ ∂a^g_{k+1}                           c_k → h_k → a^g_{k+1}
    output      s_k ⊙ W_hoᵀ ∂a^o_{k+1}  [+ w_co ⊙ ∂a^o_k]        c_k → h_k → a^o_{k+1}  [c_k → a^o_k]
    outside     s_k ⊙ e_k + (given at the final c)               c_k → h_k → out of the chain

in brackets the peepholes, each with its gate. e_k is what reaches h_k from outside the chain: from the loss, the
layer above, or given at the outputs or the final h.

LSTM, ∂h_k: the same edges from h_k on; the carry does not touch it.

    input       W_hiᵀ ∂a^i_{k+1}                                 h_k → a^i_{k+1};  forget, candidate, output alike
    outside     e_k                                              h_k → out of the chain

GRU, ∂h_k:

    carry       z_{k+1} ⊙ ∂h_{k+1}                               h_k → h_{k+1}
    reset       W_hrᵀ ∂a^r_{k+1}                                 h_k → a^r_{k+1}
    update      W_hzᵀ ∂a^z_{k+1}                                 h_k → a^z_{k+1}
    candidate   W_hnᵀ (r_{k+1} ⊙ ∂a^n_{k+1})    reset after      h_k → m_{k+1} → a^n_{k+1}
                r_{k+1} ⊙ W_hnᵀ ∂a^n_{k+1}      reset before     h_k → s_{k+1} → a^n_{k+1}
    outside     e_k                                              h_k → out of the chain

Where an intervention holds h_k, it no longer comes of c_k: s_k = 0. Where it holds h_{k+1}, a GRU's carry to it is 0. A
gate that is held has no path by its pre-activation: that ∂a is zero as recorded.

What each cell computes is `routes` of its class. The routes are all there are: their sum is chain.grad_states[state].
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import cells
from core.analysis import arrivals
from core.checks import readonly
from core.errors import InvalidValue
from core.passes.chain import required
from core.passes.trace import Trace

Array = NDArray[Any]


def routes(
    trace: Trace, layer: int = 0, direction: str = "forward", sequence: int = 0, state: str | None = None
) -> Mapping[str, Array]:
    """Route -> (T, H): its part of ∂L/∂state_k at every position k of one sequence.

    state: "cell" or "hidden"; if not given, the one with a carry: an LSTM's cell, a GRU's hidden. Padded positions give
    zeros. Raises NotRecorded if no gradient entered the trace, InvalidValue for a cell without gates, a state that the
    cell does not have, a chain or a sequence that there is not.
    """
    state, mask = _state(trace, state), trace.recorded.lengths.sequence(sequence).mask
    network, place, recorded = (
        trace.network,
        trace.network.checked((layer, direction)),
        trace.recorded.sequence(sequence),
    )
    adjoint = required(trace.propagated).adjoints[place].sequence(sequence)
    with np.errstate(all="ignore"):
        reaches = {name: arrivals.outside(trace, place, name) for name in network.equations.states}
        alone = {name: recorded.positions(place, given[:, [sequence]]) for name, given in reaches.items()}
        parts = network.equations.routes(network.weights(place), recorded.tapes[place], adjoint, alone, state)
    ordered = {name: recorded.positions(place, part)[:, 0] for name, part in parts.items()}
    return MappingProxyType({name: readonly(np.where(mask, x, x.dtype.type(0))) for name, x in ordered.items()})


def projections(
    trace: Trace, layer: int = 0, direction: str = "forward", sequence: int = 0, state: str | None = None
) -> Mapping[str, Array]:
    """Route -> (T,): ⟨part, total⟩ / ‖total‖, with total = ∂L/∂state_k the sum of the parts.

    Signed: a route that works against the others is negative. Their sum is ‖total‖; where that is zero, so is every
    projection. Arguments and errors as of `routes`.
    """
    parts, chain = routes(trace, layer, direction, sequence, state), trace[layer, direction]
    total = chain.grad_states[_state(trace, state)][:, sequence]
    with np.errstate(all="ignore"):
        # Over its largest entry first: squares leave the range of numbers long before the entries do.
        along = _over(total, np.abs(total).max(axis=1))
        along = _over(along, np.linalg.norm(along, axis=1))
        return MappingProxyType({name: readonly((part * along).sum(axis=1)) for name, part in parts.items()})


def _over(vectors: Array, lengths: Array) -> Array:
    """(T, H) over (T,); zero where that is zero."""
    return vectors / np.where(lengths == 0, lengths.dtype.type(1), lengths)[:, None]


def _state(trace: Trace, state: str | None) -> str:
    """The state whose gradient is split, if the cell has gates and that state."""
    network, cell = trace.network, trace.network.equations
    if not cell.gated:
        able = " or ".join(f'"{name}"' for name in cells.names(lambda cell: cell.gated))
        raise InvalidValue("cell", able, f'"{network.cell}"', "a cell without gates has one route, W_hh")
    if state is None:
        return cell.carry.state if cell.carry else cell.states[0]
    if state not in cell.states:
        raise InvalidValue("state", f"one of {', '.join(cell.states)}", repr(state), "choose one that the cell has")
    return state
