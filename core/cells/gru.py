"""The GRU cell in the form of torch.nn.GRU: the reset gate acts after the product. Row blocks: r, z, n.

    r = σ(W_ir x_t + b_ir + W_hr h_{t−1} + b_hr)
    z = σ(W_iz x_t + b_iz + W_hz h_{t−1} + b_hz)
    m = W_hn h_{t−1} + b_hn                              what the candidate remembers
    n = tanh(a_n),  a_n = W_in x_t + b_in + r ⊙ m
    h_t = (1 − z) ⊙ n + z ⊙ h_{t−1}

Backward, last step first, with ∂h_t for ∂L/∂h_t:

    ∂a_n = ∂h_t ⊙ (1 − z) (1 − n²)
    ∂a_z = ∂h_t ⊙ (h_{t−1} − n) z (1 − z)
    ∂a_r = ∂a_n ⊙ m ⊙ r (1 − r)                 ∂m = ∂a_n ⊙ r
    ∂h_{t−1} = (from outside the chain) + ∂h_t ⊙ z + W_hhᵀ [∂a_r; ∂a_z; ∂m]

    ∂W_ih = Σ_t [∂a_r; ∂a_z; ∂a_n] x_tᵀ         ∂W_hh = Σ_t [∂a_r; ∂a_z; ∂m] h_{t−1}ᵀ
    ∂b_ih = Σ_t [∂a_r; ∂a_z; ∂a_n]              ∂b_hh = Σ_t [∂a_r; ∂a_z; ∂m]

Jacobian: ∂h_t/∂h_{t−1} = diag(z) + diag((h_{t−1} − n) z (1−z)) W_hz
                          + diag((1−z) (1−n²)) (diag(r) W_hn + diag(m r (1−r)) W_hr).

Shapes: weight_ih (3H, D), weight_hh (3H, H), bias_ih, bias_hh (3H,).

K. Cho et al.: Learning phrase representations using RNN encoder–decoder, EMNLP 2014, arXiv:1406.1078, eq. (5)–(8), with
the reset gate before the product: core.cells.gru_reset_before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.cells.base import Adjoint, Array, Cell, Tape, Weights, affine, last_first, split, started
from core.contributions import Share, Shares
from core.nonlinearities import sigmoid


@dataclass(frozen=True, eq=False)
class GRUTape(Tape):
    """preactivations a and gates r z n (T, B, 3H), remembered m (T, B, H)."""

    preactivations: Array
    gates: Array
    remembered: Array


@dataclass(frozen=True, eq=False)
class GRUAdjoint(Adjoint):
    """recurrent [∂a_r; ∂a_z; ∂m] (T, B, 3H): what reaches W_hh h_{t−1} + b_hh."""

    recurrent: Array


@dataclass(frozen=True)
class GRU(Cell):
    """See the module."""

    blocks: ClassVar = ("reset", "update", "candidate")
    gates: ClassVar = blocks

    def shapes(self, D: int, H: int, O: int) -> dict[str, tuple[int, ...]]:
        return {"weight_ih": (3 * H, D), "weight_hh": (3 * H, H), "bias_ih": (3 * H,), "bias_hh": (3 * H,)}

    def forward(self, w: Weights, inputs: Array, initial: dict[str, Array]) -> GRUTape:
        h = started(initial["hidden"], len(inputs))
        H = h.shape[2]
        bias = w.get("bias_hh", np.zeros(3 * H, h.dtype))
        a = affine(inputs, w["weight_ih"], w.get("bias_ih"))
        a[:, :, : 2 * H] += bias[: 2 * H]
        gates, m = np.empty_like(a), np.empty_like(h[1:])
        product = np.empty_like(a[0])
        W, b_hn, of_rz, of_n = w["weight_hh"].T, bias[2 * H :], product[:, : 2 * H], product[:, 2 * H :]
        rows = (a[:, :, : 2 * H], a[:, :, 2 * H :], gates[:, :, : 2 * H], *split(gates, self.blocks).values())
        for row in zip(h[:-1], *rows, m, h[1:], strict=True):
            step(W, b_hn, *row, product, of_rz, of_n)
        return GRUTape(hidden=h, inputs=inputs, preactivations=a, gates=gates, remembered=m)

    def backward(self, w: Weights, tape: GRUTape, direct: dict[str, Array]) -> GRUAdjoint:
        dh = direct["hidden"]
        H = dh.shape[2]
        slopes, slope_n = self.slopes(tape)
        d_recurrent = np.empty((*dh[1:].shape[:2], 3 * H), dh.dtype)
        update = split(tape.gates, self.blocks)["update"]
        by_block = (
            dh[1:, :, None],
            slopes.reshape(*slopes.shape[:2], 3, H),
            d_recurrent.reshape(-1, dh.shape[1], 3, H),
        )
        W, product = w["weight_hh"], np.empty_like(dh[0])
        for row in last_first(dh[1:], update, d_recurrent, *by_block, dh[:-1]):
            backward_step(W, *row, product)
        da = d_recurrent.copy()
        np.multiply(dh[1:], slope_n, da[:, :, 2 * H :])
        return GRUAdjoint(hidden=dh, preactivations=da, recurrent=d_recurrent)

    def slopes(self, tape: GRUTape) -> tuple[Array, Array]:
        """The derivatives of h_t within every step: (T, B, 3H) in the blocks

        ∂h_t/∂a_r = (1−z) (1−n²) m r (1−r)     ∂h_t/∂a_z = (h_{t−1} − n) z (1−z)     ∂h_t/∂m = (1−z) (1−n²) r

        and ∂h_t/∂a_n = (1−z) (1−n²) (T, B, H).
        """
        r, z, n = split(tape.gates, self.blocks).values()
        slopes = np.empty_like(tape.gates)
        by_r, by_z, by_m = split(slopes, self.blocks).values()
        kept = 1 - z
        by_n = 1 - n * n
        by_n *= kept
        np.multiply(by_n, r, by_m)
        np.subtract(1, r, by_r)
        by_r *= by_m
        by_r *= tape.remembered
        np.subtract(tape.hidden[:-1], n, by_z)
        by_z *= z
        by_z *= kept
        return slopes, by_n

    def shares(self, tape: GRUTape, adjoint: GRUAdjoint) -> dict[str, Shares]:
        return {
            "weight_ih": (Share(adjoint.preactivations, tape.inputs),),
            "weight_hh": (Share(adjoint.recurrent, tape.hidden[:-1]),),
            "bias_ih": (Share(adjoint.preactivations),),
            "bias_hh": (Share(adjoint.recurrent),),
        }

    def jacobian(self, w: Weights, tape: GRUTape) -> Array:
        H = tape.hidden.shape[2]
        slopes, _ = self.slopes(tape)
        update = split(tape.gates, self.blocks)["update"][:, 0, :, None]
        weighted = slopes[:, 0, :, None] * w["weight_hh"]
        return weighted.reshape(-1, 3, H, H).sum(1) + update * np.eye(H, dtype=slopes.dtype)

    def gate_values(self, tape: GRUTape) -> dict[str, Array]:
        return split(tape.gates, self.blocks)

    def gate_gradients(self, w: Weights, tape: GRUTape, adjoint: GRUAdjoint) -> dict[str, Array]:
        """∂r = ∂a_n ⊙ m,  ∂z = ∂h_t ⊙ (h_{t−1} − n),  ∂n = ∂h_t ⊙ (1 − z)."""
        gates, dh = self.gate_values(tape), adjoint.hidden[1:]
        return {
            "reset": split(adjoint.preactivations, self.blocks)["candidate"] * tape.remembered,
            "update": dh * (tape.hidden[:-1] - gates["candidate"]),
            "candidate": dh * (1 - gates["update"]),
        }


def step(
    W: Array,
    b_hn: Array,
    h_previous: Array,
    a_rz: Array,
    a_n: Array,
    rz: Array,
    r: Array,
    z: Array,
    n: Array,
    m: Array,
    h: Array,
    product: Array,
    product_rz: Array,
    product_n: Array,
) -> None:
    """r, z = σ(a_rz + W_h[rz] h_previous);  m = W_hn h_previous + b_hn;  n = tanh(a_n + r m);  h = (1−z) n + z h_previous.

    Comes with a = W_ih x and those biases that are outside m, and W = W_hhᵀ for rows of a batch. r and z are views of rz,
    product_rz and product_n of product.
    """
    np.matmul(h_previous, W, product)
    a_rz += product_rz
    sigmoid(a_rz, rz)
    np.add(product_n, b_hn, m)
    np.multiply(r, m, h)
    a_n += h
    np.tanh(a_n, n)
    np.subtract(h_previous, n, h)  # h = n + z (h_previous − n)
    h *= z
    h += n


def backward_step(
    W: Array,
    dh: Array,
    z: Array,
    d_recurrent: Array,
    dh_thrice: Array,
    slopes: Array,
    d_blocks: Array,
    dh_previous: Array,
    product: Array,
) -> None:
    """[∂a_r; ∂a_z; ∂m] = ∂h ⊙ slopes,  ∂h_previous += ∂h z + W_hhᵀ [∂a_r; ∂a_z; ∂m]

    Comes with the slopes (B, 3, H) of GRU.slopes(). dh_thrice is dh as (B, 1, H), d_blocks (B, 3, H) a view of d_recurrent.
    """
    np.multiply(dh_thrice, slopes, d_blocks)
    np.multiply(dh, z, product)
    dh_previous += product
    np.matmul(d_recurrent, W, product)
    dh_previous += product
