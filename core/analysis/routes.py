"""A gradient split by the route it took: exact, for the LSTM (plain and with peepholes) and both GRUs.

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

The routes are all there are: their sum is chain.grad_cell, or chain.grad_hidden.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.analysis.arrivals import outside
from core.checks import readonly
from core.errors import InvalidValue
from core.networks.architecture import Place
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
    split = _gru if trace.network.cell == "gru" else _lstm_cell if state == "cell" else _lstm_hidden
    with np.errstate(all="ignore"):
        parts = split(trace, (layer, direction), sequence)
    return MappingProxyType({name: readonly(np.where(mask, x, x.dtype.type(0))) for name, x in parts.items()})


def projections(
    trace: Trace, layer: int = 0, direction: str = "forward", sequence: int = 0, state: str | None = None
) -> Mapping[str, Array]:
    """Route -> (T,): ⟨part, total⟩ / ‖total‖, with total = ∂L/∂state_k the sum of the parts.

    Signed: a route that works against the others is negative. Their sum is ‖total‖; where that is zero, so is every
    projection. Arguments and errors as of `routes`.
    """
    parts, chain = routes(trace, layer, direction, sequence, state), trace[layer, direction]
    total = (chain.grad_cell if _state(trace, state) == "cell" else chain.grad_hidden)[:, sequence]
    with np.errstate(all="ignore"):
        # Over its largest entry first: squares leave the range of numbers long before the entries do.
        along = _over(total, np.abs(total).max(axis=1))
        along = _over(along, np.linalg.norm(along, axis=1))
        return MappingProxyType({name: readonly((part * along).sum(axis=1)) for name, part in parts.items()})


def _lstm_cell(trace: Trace, place: Place, sequence: int) -> dict[str, Array]:
    chain, w = trace[place], trace.network.weights(place)
    through_hidden = _of(chain.gates, "output", sequence) * (1 - np.tanh(chain.cell[:, sequence]) ** 2)
    through_hidden[chain.held[:, sequence]] = 0
    parts = {"carry": _next(_of(chain.gates, "forget", sequence) * chain.grad_cell[:, sequence], place)}
    parts |= {name: through_hidden * part for name, part in _lstm_hidden(trace, place, sequence).items()}
    if "weight_ci" in w:
        da = {name: _of(chain.grad_preactivations, name, sequence) for name in ("input", "forget", "output")}
        parts["input"] += w["weight_ci"] * _next(da["input"], place)
        parts["forget"] += w["weight_cf"] * _next(da["forget"], place)
        parts["output"] += w["weight_co"] * da["output"]
    parts["outside"] += outside(trace, place, "cell")[:, sequence]
    return parts


def _lstm_hidden(trace: Trace, place: Place, sequence: int) -> dict[str, Array]:
    W = trace.network.equations.by_block(trace.network.weights(place)["weight_hh"].T)
    da = trace[place].grad_preactivations
    parts = {name: _next(_of(da, name, sequence) @ W[name].T, place) for name in W}
    return parts | {"outside": outside(trace, place)[:, sequence]}


def _gru(trace: Trace, place: Place, sequence: int) -> dict[str, Array]:
    chain, W = trace[place], trace.network.equations.by_block(trace.network.weights(place)["weight_hh"].T)
    da = {name: _of(chain.grad_preactivations, name, sequence) for name in W}
    r, z = (_of(chain.gates, name, sequence) for name in ("reset", "update"))
    back_to_candidate = da["candidate"] * r @ W["candidate"].T
    if not trace.network.reset_after:
        back_to_candidate = r * (da["candidate"] @ W["candidate"].T)
    return {
        "carry": _next(z * np.where(chain.held[:, sequence], z.dtype.type(0), chain.grad_hidden[:, sequence]), place),
        "reset": _next(da["reset"] @ W["reset"].T, place),
        "update": _next(da["update"] @ W["update"].T, place),
        "candidate": _next(back_to_candidate, place),
        "outside": outside(trace, place)[:, sequence],
    }


def _next(x: Array, place: Place) -> Array:
    """(T, H) of every step -> of the one that the chain takes after it; zero after the last."""
    moved = np.zeros_like(x)
    if place[1] == "forward":
        moved[:-1] = x[1:]
    else:
        moved[1:] = x[:-1]
    return moved


def _of(named: Mapping[str, Array], name: str, sequence: int) -> Array:
    return named[name][:, sequence]


def _over(vectors: Array, lengths: Array) -> Array:
    """(T, H) over (T,); zero where that is zero."""
    return vectors / np.where(lengths == 0, lengths.dtype.type(1), lengths)[:, None]


def _state(trace: Trace, state: str | None) -> str:
    """The state whose gradient is split, if the cell has gates and that state."""
    network = trace.network
    if network.cell not in ("gru", "lstm"):
        raise InvalidValue("cell", '"gru" or "lstm"', f'"{network.cell}"', "a cell without gates has one route, W_hh")
    states = network.equations.states
    if state is None:
        return states[-1]
    if state not in states:
        raise InvalidValue("state", f"one of {', '.join(states)}", repr(state), "choose one that the cell has")
    return state
