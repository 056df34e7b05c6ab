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

from dataclasses import dataclass

import numpy as np

from core.cells.base import Array, Weights, affine, last_first, split, started
from core.cells.lstm import LSTM, LSTMAdjoint, LSTMTape
from core.contributions import Share, Shares
from core.nonlinearities import sigmoid

PEEPHOLES = ("weight_ci", "weight_cf", "weight_co")


@dataclass(frozen=True)
class LSTMPeepholes(LSTM):
    """See the module."""

    def shapes(self, D: int, H: int, O: int) -> dict[str, tuple[int, ...]]:
        return super().shapes(D, H, O) | dict.fromkeys(PEEPHOLES, (H,))

    def forward(self, w: Weights, inputs: Array, initial: dict[str, Array]) -> LSTMTape:
        a = affine(inputs, w["weight_ih"], w.get("bias_ih"), w.get("bias_hh"))
        h = started(initial["hidden"], len(inputs))
        c = started(initial["cell"], len(inputs))
        gates, tanh_c = np.empty_like(a), np.empty_like(h[1:])
        arguments = split(a, self.blocks).values()
        values = split(gates, self.blocks).values()
        W, product, seen = w["weight_hh"].T, np.empty_like(a[0]), np.empty_like(h[0])
        peepholes = [w[name] for name in PEEPHOLES]
        for row in zip(h[:-1], c[:-1], a, *arguments, *values, c[1:], tanh_c, h[1:], strict=True):
            step(W, *peepholes, *row, product, seen)
        return LSTMTape(hidden=h, inputs=inputs, cell=c, preactivations=a, gates=gates, tanh_cell=tanh_c)

    def backward(self, w: Weights, tape: LSTMTape, direct: dict[str, Array]) -> LSTMAdjoint:
        dh, dc = direct["hidden"], direct["cell"]
        forget = split(tape.gates, self.blocks)["forget"]
        through_tanh, slopes = self.slopes(tape)
        da = np.empty((*dh[1:].shape[:2], slopes.shape[2]), dh.dtype)
        rows = (dh[1:], dc[1:], through_tanh, forget, *split(slopes, self.blocks).values())
        outs = (da, *split(da, self.blocks).values(), dh[:-1], dc[:-1])
        W, product, seen = w["weight_hh"], np.empty_like(dh[0]), np.empty_like(dc[0])
        peepholes = [w[name] for name in PEEPHOLES]
        for row in last_first(*rows, *outs):
            backward_step(W, *peepholes, *row, product, seen)
        return LSTMAdjoint(hidden=dh, preactivations=da, cell=dc)

    def shares(self, tape: LSTMTape, adjoint: LSTMAdjoint) -> dict[str, Shares]:
        da = split(adjoint.preactivations, self.blocks)
        return super().shares(tape, adjoint) | {
            "weight_ci": (Share(da["input"] * tape.cell[:-1]),),
            "weight_cf": (Share(da["forget"] * tape.cell[:-1]),),
            "weight_co": (Share(da["output"] * tape.cell[1:]),),
        }

    def jacobian(self, w: Weights, tape: LSTMTape) -> Array:
        H = tape.hidden.shape[2]
        through_tanh, slopes = self.slopes(tape)
        of_i, of_f, of_g, of_o = (block[:, 0, :, None] for block in split(slopes, self.blocks).values())
        W_i, W_f, W_g, W_o = w["weight_hh"].reshape(4, H, H)
        w_ci, w_cf, w_co = (w[name][:, None] for name in PEEPHOLES)
        forget = split(tape.gates, self.blocks)["forget"][:, 0, :, None]
        eye = np.eye(H, dtype=slopes.dtype)
        C = np.concatenate(
            [of_i * W_i + of_f * W_f + of_g * W_g, (forget + of_i * w_ci + of_f * w_cf) * eye], axis=2
        )
        upper = (through_tanh[:, 0, :, None] + of_o * w_co) * C
        upper[:, :, :H] += of_o * W_o
        return np.concatenate([upper, C], axis=1)


def step(
    W: Array,
    w_ci: Array,
    w_cf: Array,
    w_co: Array,
    h_previous: Array,
    c_previous: Array,
    a: Array,
    a_i: Array,
    a_f: Array,
    a_g: Array,
    a_o: Array,
    i: Array,
    f: Array,
    g: Array,
    o: Array,
    c: Array,
    tanh_c: Array,
    h: Array,
    product: Array,
    seen: Array,
) -> None:
    """a = (W_ih x + b) + W_hh h_previous;  a_i += w_ci c_previous;  a_f += w_cf c_previous;  i, f = σ;  g = tanh(a_g)
    c = f c_previous + i g;  a_o += w_co c;  o = σ(a_o);  h = o tanh(c)

    Comes with a = W_ih x + b, and W = W_hhᵀ for rows of a batch. a_i a_f a_g a_o are views of a.
    """
    np.matmul(h_previous, W, product)
    a += product
    np.multiply(w_ci, c_previous, seen)
    a_i += seen
    np.multiply(w_cf, c_previous, seen)
    a_f += seen
    sigmoid(a_i, i)
    sigmoid(a_f, f)
    np.tanh(a_g, g)
    np.multiply(i, g, c)
    np.multiply(f, c_previous, seen)
    c += seen
    np.multiply(w_co, c, seen)
    a_o += seen
    sigmoid(a_o, o)
    np.tanh(c, tanh_c)
    np.multiply(o, tanh_c, h)


def backward_step(
    W: Array,
    w_ci: Array,
    w_cf: Array,
    w_co: Array,
    dh: Array,
    dc: Array,
    through_tanh: Array,
    f: Array,
    slope_i: Array,
    slope_f: Array,
    slope_g: Array,
    slope_o: Array,
    da: Array,
    da_i: Array,
    da_f: Array,
    da_g: Array,
    da_o: Array,
    dh_previous: Array,
    dc_previous: Array,
    product: Array,
    seen: Array,
) -> None:
    """∂a_o = ∂h tanh(c) o (1−o);  ∂c += ∂h o (1 − tanh² c) + ∂a_o w_co
    ∂a_i = ∂c g i (1−i),  ∂a_f = ∂c c_previous f (1−f),  ∂a_g = ∂c i (1−g²)
    ∂c_previous += ∂c f + ∂a_i w_ci + ∂a_f w_cf,  ∂h_previous += W_hhᵀ ∂a

    The slopes are those of LSTM.slopes(). da_i da_f da_g da_o are views of da.
    """
    np.multiply(dh, slope_o, da_o)
    np.multiply(dh, through_tanh, seen)
    dc += seen
    np.multiply(da_o, w_co, seen)
    dc += seen
    np.multiply(dc, slope_i, da_i)
    np.multiply(dc, slope_f, da_f)
    np.multiply(dc, slope_g, da_g)
    for gradient, weight in ((dc, f), (da_i, w_ci), (da_f, w_cf)):
        np.multiply(gradient, weight, seen)
        dc_previous += seen
    np.matmul(da, W, product)
    dh_previous += product
