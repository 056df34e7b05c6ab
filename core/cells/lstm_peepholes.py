"""The LSTM cell with peepholes: the gates also see the cell. Row blocks in PyTorch's order: i, f, g, o.

    a_t = W_ih x_t + b_ih + W_hh h_{t−1} + b_hh         the blocks a_i, a_f, a_g, a_o
    i = σ(a_i + w_ci ⊙ c_{t−1})   f = σ(a_f + w_cf ⊙ c_{t−1})   g = tanh(a_g)
    c_t = f ⊙ c_{t−1} + i ⊙ g
    o = σ(a_o + w_co ⊙ c_t)
    h_t = o ⊙ tanh(c_t)

The peephole's term counts as part of the pre-activation. Backward, last step first, with ∂h_t for ∂L/∂h_t:

    ∂a_o  = ∂h_t ⊙ tanh(c_t) ⊙ o (1 − o)
    ∂c_t += ∂h_t ⊙ o ⊙ (1 − tanh²(c_t)) + ∂a_o ⊙ w_co
    ∂a_i, ∂a_f, ∂a_g as without peepholes
    ∂c_{t−1} = ∂c_t ⊙ f + ∂a_i ⊙ w_ci + ∂a_f ⊙ w_cf

    ∂w_ci = Σ_t ∂a_i ⊙ c_{t−1}     ∂w_cf = Σ_t ∂a_f ⊙ c_{t−1}     ∂w_co = Σ_t ∂a_o ⊙ c_t

Jacobian of the state [h; c]: with C = ∂c_t/∂[h; c]_{t−1}, whose part ∂c_t/∂c_{t−1} is now
diag(f + g i (1−i) w_ci + c_{t−1} f (1−f) w_cf), its upper half is
diag(o (1−tanh² c_t) + tanh(c_t) o (1−o) w_co) C + [diag(tanh(c_t) o (1−o)) W_o, 0].

Shapes: as the LSTM's, and weight_ci, weight_cf, weight_co (H,).

F. A. Gers, J. Schmidhuber: Recurrent nets that time and count. IJCNN 2000; in this form A. Graves: Generating sequences
with recurrent neural networks, arXiv:1308.0850 (2013), eq. (7)–(11).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.cells.base import Array, Weights, blocks, following, transposed
from core.cells.contributions import Share, Shares
from core.cells.lstm import LSTM, LSTMAdjoint, LSTMTape, Slopes, blank, blank_adjoint
from core.cells.nonlinearities import sigmoid
from core.cells.pins import Pins


@dataclass(frozen=True)
class LSTMPeepholes(LSTM):
    """See the module."""

    form: ClassVar = {"peepholes": True}

    def shapes(self, D: int, H: int, O: int) -> dict[str, tuple[int, ...]]:
        return super().shapes(D, H, O) | {"weight_ci": (H,), "weight_cf": (H,), "weight_co": (H,)}

    def forward(self, w: Weights, inputs: Array, initial: Mapping[str, Array], pins: Pins | None = None) -> LSTMTape:
        tape = blank(w, inputs, initial, pins)
        W, product = transposed(w["weight_hh"]), np.empty_like(tape.gates[0])
        for t in range(len(inputs)):
            step(w, W, tape, t, product)
        return tape

    def backward(self, w: Weights, tape: LSTMTape, direct: Mapping[str, Array]) -> LSTMAdjoint:
        slopes, adjoint = Slopes(tape), blank_adjoint(direct)
        product = np.empty_like(adjoint.hidden[0])
        for t in reversed(range(len(tape.gates))):
            backward_step(w, tape, slopes, adjoint, t, product)
        return adjoint

    def shares(self, tape: LSTMTape, adjoint: LSTMAdjoint) -> dict[str, Shares]:
        da_i, da_f, _, da_o = blocks(adjoint.preactivations, 4)
        return super().shares(tape, adjoint) | {
            "weight_ci": (Share(da_i * tape.cell[:-1]),),
            "weight_cf": (Share(da_f * tape.cell[:-1]),),
            "weight_co": (Share(da_o * tape.cell[1:]),),
        }

    def jacobian(self, w: Weights, tape: LSTMTape) -> Array:
        H, slopes = tape.hidden.shape[2], Slopes(tape)
        W_i, W_f, W_g, W_o = w["weight_hh"].reshape(4, H, H)
        by_i, by_f, by_g, by_o, by_c = slopes.columns()
        c_by_h = by_i * W_i + by_f * W_f + by_g * W_g
        carried = tape.f[:, 0, :, None] + by_i * w["weight_ci"][:, None] + by_f * w["weight_cf"][:, None]
        C = np.concatenate([c_by_h, carried * np.eye(H, dtype=W_i.dtype)], axis=2)
        upper = (by_c + by_o * w["weight_co"][:, None]) * C
        upper[:, :, :H] += by_o * W_o
        return np.concatenate([upper, C], axis=1)

    def input_jacobian(self, w: Weights, tape: LSTMTape) -> Array:
        U_i, U_f, U_g, U_o = w["weight_ih"].reshape(4, tape.hidden.shape[2], -1)
        by_i, by_f, by_g, by_o, by_c = Slopes(tape).columns()
        c_by_x = by_i * U_i + by_f * U_f + by_g * U_g
        return np.concatenate([(by_c + by_o * w["weight_co"][:, None]) * c_by_x + by_o * U_o, c_by_x], axis=1)

    def routes(
        self, w: Weights, tape: LSTMTape, adjoint: LSTMAdjoint, outside: Mapping[str, Array], state: str
    ) -> dict[str, Array]:
        """As the LSTM's; of ∂c_t also what came by the peepholes, each with its gate:

        input    + w_ci ⊙ ∂a_i of t + 1     forget   + w_cf ⊙ ∂a_f of t + 1     output   + w_co ⊙ ∂a_o of t
        """
        parts = super().routes(w, tape, adjoint, outside, state)
        if state == "cell":
            parts["input"] += w["weight_ci"] * following(adjoint.a_i)
            parts["forget"] += w["weight_cf"] * following(adjoint.a_f)
            parts["output"] += w["weight_co"] * adjoint.a_o
        return parts


def step(w: Weights, W: Array, tape: LSTMTape, t: int, product: Array) -> None:
    """a = (W_ih x_t + b) + W_hh h_{t−1};  a_i += w_ci c_{t−1};  a_f += w_cf c_{t−1};  i, f = σ(a);  g = tanh(a_g);
    c_t = f c_{t−1} + i g;  a_o += w_co c_t;  o = σ(a_o);  h_t = o tanh(c_t).

    a comes as W_ih x_t + b. W is W_hhᵀ, for rows of a batch; product (B, 4H) is room to work in.
    """
    c_previous, c, tanh_c = tape.cell[t], tape.cell[t + 1], tape.tanh_cell[t]
    a, i, f, g, o = tape.preactivations[t], tape.i[t], tape.f[t], tape.g[t], tape.o[t]
    a_i, a_f, a_g, a_o = blocks(a, 4)
    np.dot(tape.hidden[t], W, product)
    a += product
    a_i += w["weight_ci"] * c_previous
    a_f += w["weight_cf"] * c_previous
    sigmoid(a_i, i)
    sigmoid(a_f, f)
    np.tanh(a_g, g)
    if tape.pins:
        tape.pins.gates.hold(tape.gates[t], t)
    np.multiply(f, c_previous, c)
    c += i * g
    a_o += w["weight_co"] * c
    sigmoid(a_o, o)
    if tape.pins:
        tape.pins.gates.hold(tape.gates[t], t)
    np.tanh(c, tanh_c)
    np.multiply(o, tanh_c, tape.hidden[t + 1])
    if tape.pins:
        tape.pins.hidden.hold(tape.hidden[t + 1], t)


def backward_step(w: Weights, tape: LSTMTape, slopes: Slopes, adjoint: LSTMAdjoint, t: int, product: Array) -> None:
    """With ∂h_t complete, and of ∂c_t what comes from step t + 1:

    ∂a_o  = ∂h_t tanh(c_t) o (1−o),  ∂c_t += ∂h_t o (1 − tanh² c_t) + ∂a_o w_co
    ∂a_i  = ∂c_t g i (1−i),  ∂a_f = ∂c_t c_{t−1} f (1−f),  ∂a_g = ∂c_t i (1−g²)
    ∂c_{t−1} += ∂c_t f + ∂a_i w_ci + ∂a_f w_cf,  ∂h_{t−1} += W_hhᵀ ∂a

    product (B, H) is room to work in.
    """
    dh, dc = adjoint.hidden[t + 1], adjoint.cell[t + 1]
    dh_previous, dc_previous = adjoint.hidden[t], adjoint.cell[t]
    da_i, da_f, da_g, da_o = blocks(adjoint.preactivations[t], 4)
    np.multiply(dh, slopes.o[t], da_o)
    dc += dh * slopes.c[t]
    dc += da_o * w["weight_co"]
    np.multiply(dc, slopes.i[t], da_i)
    np.multiply(dc, slopes.f[t], da_f)
    np.multiply(dc, slopes.g[t], da_g)
    dc_previous += dc * tape.f[t]
    dc_previous += da_i * w["weight_ci"]
    dc_previous += da_f * w["weight_cf"]
    np.dot(adjoint.preactivations[t], w["weight_hh"], product)
    dh_previous += product
