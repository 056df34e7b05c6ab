"""The LSTM cell, torch.nn.LSTM. Row blocks of every weight in PyTorch's order: i, f, g, o.

    a_t = W_ih x_t + b_ih + W_hh h_{t−1} + b_hh         the blocks a_i, a_f, a_g, a_o
    i = σ(a_i)   f = σ(a_f)   g = tanh(a_g)   o = σ(a_o)
    c_t = f ⊙ c_{t−1} + i ⊙ g
    h_t = o ⊙ tanh(c_t)

Backward, last step first, with ∂h_t for ∂L/∂h_t:

    ∂c_t += ∂h_t ⊙ o ⊙ (1 − tanh²(c_t))
    ∂a_i  = ∂c_t ⊙ g ⊙ i (1 − i)                ∂a_f = ∂c_t ⊙ c_{t−1} ⊙ f (1 − f)
    ∂a_g  = ∂c_t ⊙ i ⊙ (1 − g²)                 ∂a_o = ∂h_t ⊙ tanh(c_t) ⊙ o (1 − o)
    ∂c_{t−1} = ∂c_t ⊙ f                         ∂h_{t−1} = (from outside the chain) + W_hhᵀ ∂a_t

    ∂W_ih = Σ_t ∂a_t x_tᵀ     ∂W_hh = Σ_t ∂a_t h_{t−1}ᵀ     ∂b_ih = ∂b_hh = Σ_t ∂a_t     ∂x_t = W_ihᵀ ∂a_t

Jacobian of the state [h; c], with W_i, W_f, W_g, W_o the blocks of W_hh:

    ∂c_t/∂h_{t−1} = diag(g i (1−i)) W_i + diag(c_{t−1} f (1−f)) W_f + diag(i (1−g²)) W_g      ∂c_t/∂c_{t−1} = diag(f)
    ∂h_t/∂h_{t−1} = diag(o (1−tanh² c_t)) ∂c_t/∂h_{t−1} + diag(tanh(c_t) o (1−o)) W_o
    ∂h_t/∂c_{t−1} = diag(o (1−tanh² c_t)) ∂c_t/∂c_{t−1}

Shapes: weight_ih (4H, D), weight_hh (4H, H), bias_ih, bias_hh (4H,).

S. Hochreiter, J. Schmidhuber: Long short-term memory. Neural Computation 9 (1997); the forget gate: F. A. Gers,
J. Schmidhuber, F. Cummins: Learning to forget. Neural Computation 12 (2000).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.cells.base import Adjoint, Array, Cell, Tape, Weights, affine, last_first, split, started
from core.contributions import Share, Shares
from core.nonlinearities import sigmoid


@dataclass(frozen=True, eq=False)
class LSTMTape(Tape):
    """cell c (T+1, B, H), preactivations a_t and gates i f g o (T, B, 4H), tanh_cell tanh(c_t) (T, B, H)."""

    cell: Array
    preactivations: Array
    gates: Array
    tanh_cell: Array


@dataclass(frozen=True, eq=False)
class LSTMAdjoint(Adjoint):
    """cell ∂L/∂c (T+1, B, H)."""

    cell: Array


@dataclass(frozen=True)
class LSTM(Cell):
    """See the module."""

    blocks: ClassVar = ("input", "forget", "candidate", "output")
    gates: ClassVar = blocks
    carried: ClassVar = ("hidden", "cell")
    states: ClassVar = carried

    def shapes(self, D: int, H: int, O: int) -> dict[str, tuple[int, ...]]:
        return {"weight_ih": (4 * H, D), "weight_hh": (4 * H, H), "bias_ih": (4 * H,), "bias_hh": (4 * H,)}

    def forward(self, w: Weights, inputs: Array, initial: dict[str, Array]) -> LSTMTape:
        a = affine(inputs, w["weight_ih"], w.get("bias_ih"), w.get("bias_hh"))
        h = started(initial["hidden"], len(inputs))
        c = started(initial["cell"], len(inputs))
        gates, tanh_c = np.empty_like(a), np.empty_like(h[1:])
        a_g = split(a, self.blocks)["candidate"]
        i, f, g, o = split(gates, self.blocks).values()
        W, product, written = w["weight_hh"].T, np.empty_like(a[0]), np.empty_like(h[0])
        for row in zip(h[:-1], c[:-1], a, a_g, gates, i, f, g, o, c[1:], tanh_c, h[1:], strict=True):
            step(W, *row, product, written)
        return LSTMTape(hidden=h, inputs=inputs, cell=c, preactivations=a, gates=gates, tanh_cell=tanh_c)

    def backward(self, w: Weights, tape: LSTMTape, direct: dict[str, Array]) -> LSTMAdjoint:
        dh, dc = direct["hidden"], direct["cell"]
        forget = split(tape.gates, self.blocks)["forget"]
        through_tanh, slopes = self.slopes(tape)
        T, B, H = slopes.shape[0], slopes.shape[1], tape.hidden.shape[2]
        da = np.empty((T, dh.shape[1], 4 * H), dh.dtype)
        blocks = da.reshape(T, -1, 4, H)
        slopes = slopes.reshape(T, B, 4, H)
        rows = (dh[1:], dc[1:], dc[1:, :, None], through_tanh, forget, slopes[:, :, :3], slopes[:, :, 3])
        outs = (da, blocks[:, :, :3], blocks[:, :, 3], dh[:-1], dc[:-1])
        W, product = w["weight_hh"], np.empty_like(dh[0])
        for row in last_first(*rows, *outs):
            backward_step(W, *row, product)
        return LSTMAdjoint(hidden=dh, preactivations=da, cell=dc)

    def slopes(self, tape: LSTMTape) -> tuple[Array, Array]:
        """The derivatives within every step: ∂h_t/∂c_t (T, B, H), and (T, B, 4H) in the blocks

        ∂c_t/∂a_i = g i (1−i)    ∂c_t/∂a_f = c_{t−1} f (1−f)    ∂c_t/∂a_g = i (1−g²)    ∂h_t/∂a_o = tanh(c_t) o (1−o)
        """
        i, f, g, o = split(tape.gates, self.blocks).values()
        slopes = 1 - tape.gates
        slopes *= tape.gates
        of_i, of_f, of_g, of_o = split(slopes, self.blocks).values()
        of_i *= g
        of_f *= tape.cell[:-1]
        np.multiply(g, g, of_g)
        np.subtract(1, of_g, of_g)
        of_g *= i
        of_o *= tape.tanh_cell
        through_tanh = tape.tanh_cell * tape.tanh_cell
        np.subtract(1, through_tanh, through_tanh)
        through_tanh *= o
        return through_tanh, slopes

    def shares(self, tape: LSTMTape, adjoint: LSTMAdjoint) -> dict[str, Shares]:
        da = adjoint.preactivations
        bias = (Share(da),)
        return {
            "weight_ih": (Share(da, tape.inputs),),
            "weight_hh": (Share(da, tape.hidden[:-1]),),
            "bias_ih": bias,
            "bias_hh": bias,
        }

    def jacobian(self, w: Weights, tape: LSTMTape) -> Array:
        through_tanh, slopes = self.slopes(tape)
        weighted = slopes[:, 0, :, None] * w["weight_hh"]
        c_by_h = weighted.reshape(len(slopes), 4, -1, w["weight_hh"].shape[1])[:, :3].sum(1)
        forget = split(tape.gates, self.blocks)["forget"][:, 0]
        c_by_c = forget[:, :, None] * np.eye(forget.shape[1], dtype=forget.dtype)
        k = through_tanh[:, 0, :, None]
        h_by_h = k * c_by_h + split(weighted.swapaxes(1, 2), self.blocks)["output"].swapaxes(1, 2)
        return np.block([[h_by_h, k * c_by_c], [c_by_h, c_by_c]])

    def gate_values(self, tape: LSTMTape) -> dict[str, Array]:
        return split(tape.gates, self.blocks)

    def gate_gradients(self, w: Weights, tape: LSTMTape, adjoint: LSTMAdjoint) -> dict[str, Array]:
        """∂i = ∂c_t ⊙ g,  ∂f = ∂c_t ⊙ c_{t−1},  ∂g = ∂c_t ⊙ i,  ∂o = ∂h_t ⊙ tanh(c_t)."""
        gates, dc = self.gate_values(tape), adjoint.cell[1:]
        return {
            "input": dc * gates["candidate"],
            "forget": dc * tape.cell[:-1],
            "candidate": dc * gates["input"],
            "output": adjoint.hidden[1:] * tape.tanh_cell,
        }


def step(
    W: Array,
    h_previous: Array,
    c_previous: Array,
    a: Array,
    a_g: Array,
    gates: Array,
    i: Array,
    f: Array,
    g: Array,
    o: Array,
    c: Array,
    tanh_c: Array,
    h: Array,
    product: Array,
    written: Array,
) -> None:
    """a = (W_ih x + b) + W_hh h_previous;  i, f, o = σ(a);  g = tanh(a_g);  c = f c_previous + i g;  h = o tanh(c).

    Comes with a = W_ih x + b, and W = W_hhᵀ for rows of a batch. i f g o are views of gates, a_g one of a.
    """
    np.matmul(h_previous, W, product)
    a += product
    sigmoid(a, gates)  # all four blocks at once; g is then replaced
    np.tanh(a_g, g)
    np.multiply(f, c_previous, c)
    np.multiply(i, g, written)
    c += written
    np.tanh(c, tanh_c)
    np.multiply(o, tanh_c, h)


def backward_step(
    W: Array,
    dh: Array,
    dc: Array,
    dc_thrice: Array,
    through_tanh: Array,
    f: Array,
    slopes_ifg: Array,
    slopes_o: Array,
    da: Array,
    da_ifg: Array,
    da_o: Array,
    dh_previous: Array,
    dc_previous: Array,
    product: Array,
) -> None:
    """∂c += ∂h o (1 − tanh² c)
    ∂a_i = ∂c g i (1−i),  ∂a_f = ∂c c_previous f (1−f),  ∂a_g = ∂c i (1−g²),  ∂a_o = ∂h tanh(c) o (1−o)
    ∂c_previous += ∂c f,  ∂h_previous += W_hhᵀ ∂a

    Comes with what LSTM.slopes() gives: through_tanh (B, H), slopes_ifg (B, 3, H), slopes_o (B, H).
    dc_thrice is dc as (B, 1, H); da_ifg (B, 3, H) and da_o (B, H) are views of da (B, 4H).
    """
    np.multiply(dh, through_tanh, product)
    dc += product
    np.multiply(dc_thrice, slopes_ifg, da_ifg)
    np.multiply(dh, slopes_o, da_o)
    np.multiply(dc, f, product)
    dc_previous += product
    np.matmul(da, W, product)
    dh_previous += product
