"""The GRU cell as Cho et al. wrote it: the reset gate acts before the product. Row blocks: r, z, n.

    r = σ(a_r),  a_r = W_ir x_t + b_ir + W_hr h_{t−1} + b_hr
    z = σ(a_z),  a_z = W_iz x_t + b_iz + W_hz h_{t−1} + b_hz
    s = r ⊙ h_{t−1}                                             what the candidate sees of the state
    n = tanh(a_n),  a_n = W_in x_t + b_in + W_hn s + b_hn
    h_t = (1 − z) ⊙ n + z ⊙ h_{t−1}

Backward, last step first, with ∂h_t for ∂L/∂h_t:

    ∂a_n = ∂h_t ⊙ (1 − z) (1 − n²)              ∂s = W_hnᵀ ∂a_n
    ∂a_z = ∂h_t ⊙ (h_{t−1} − n) z (1 − z)       ∂a_r = ∂s ⊙ h_{t−1} ⊙ r (1 − r)
    ∂h_{t−1} = (from outside the chain) + ∂h_t ⊙ z + ∂s ⊙ r + W_hrᵀ ∂a_r + W_hzᵀ ∂a_z

    ∂W_ih = Σ_t [∂a_r; ∂a_z; ∂a_n] x_tᵀ         ∂W_hr, ∂W_hz = Σ_t ∂a h_{t−1}ᵀ         ∂W_hn = Σ_t ∂a_n sᵀ
    ∂b_ih = ∂b_hh = Σ_t [∂a_r; ∂a_z; ∂a_n]

Jacobian: ∂h_t/∂h_{t−1} = diag(z) + diag((h_{t−1} − n) z (1−z)) W_hz
                          + diag((1−z) (1−n²)) W_hn (diag(r) + diag(h_{t−1} r (1−r)) W_hr).

Shapes: weight_ih (3H, D), weight_hh (3H, H), bias_ih, bias_hh (3H,).

K. Cho et al.: Learning phrase representations using RNN encoder–decoder, EMNLP 2014, arXiv:1406.1078, eq. (5)–(8).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.cells.base import Adjoint, Array, Tape, Weights, affine, last_first, split, started
from core.cells.gru import GRU
from core.contributions import Share, Shares
from core.nonlinearities import sigmoid


@dataclass(frozen=True, eq=False)
class ResetBeforeTape(Tape):
    """preactivations a and gates r z n (T, B, 3H), seen s (T, B, H)."""

    preactivations: Array
    gates: Array
    seen: Array


@dataclass(frozen=True, eq=False)
class ResetBeforeAdjoint(Adjoint):
    """seen ∂L/∂s (T, B, H)."""

    seen: Array


@dataclass(frozen=True)
class GRUResetBefore(GRU):
    """See the module."""

    def forward(self, w: Weights, inputs: Array, initial: dict[str, Array]) -> ResetBeforeTape:
        h = started(initial["hidden"], len(inputs))
        H = h.shape[2]
        a = affine(inputs, w["weight_ih"], w.get("bias_ih"), w.get("bias_hh"))
        gates, s = np.empty_like(a), np.empty_like(h[1:])
        W_rz, W_n = w["weight_hh"][: 2 * H].T, w["weight_hh"][2 * H :].T
        rows = (a[:, :, : 2 * H], a[:, :, 2 * H :], gates[:, :, : 2 * H], *split(gates, self.blocks).values())
        product_rz, product_n = np.empty_like(rows[0][0]), np.empty_like(h[0])
        for row in zip(h[:-1], *rows, s, h[1:], strict=True):
            step(W_rz, W_n, *row, product_rz, product_n)
        return ResetBeforeTape(hidden=h, inputs=inputs, preactivations=a, gates=gates, seen=s)

    def backward(self, w: Weights, tape: ResetBeforeTape, direct: dict[str, Array]) -> ResetBeforeAdjoint:
        dh = direct["hidden"]
        H = dh.shape[2]
        r, z, _ = split(tape.gates, self.blocks).values()
        da = np.empty((*dh[1:].shape[:2], 3 * H), dh.dtype)
        ds = np.empty_like(dh[1:])
        outs = (da[:, :, : 2 * H], *split(da, self.blocks).values(), ds, dh[:-1])
        W_rz, W_n = w["weight_hh"][: 2 * H], w["weight_hh"][2 * H :]
        product = np.empty_like(dh[0])
        for row in last_first(dh[1:], r, z, *self.slopes(tape), *outs):
            backward_step(W_rz, W_n, *row, product)
        return ResetBeforeAdjoint(hidden=dh, preactivations=da, seen=ds)

    def slopes(self, tape: ResetBeforeTape) -> tuple[Array, Array, Array]:
        """The derivatives within every step, each (T, B, H):

        ∂s/∂a_r = h_{t−1} r (1−r)      ∂h_t/∂a_z = (h_{t−1} − n) z (1−z)      ∂h_t/∂a_n = (1−z) (1−n²)
        """
        r, z, n = split(tape.gates, self.blocks).values()
        return (
            tape.hidden[:-1] * r * (1 - r),
            (tape.hidden[:-1] - n) * z * (1 - z),
            (1 - z) * (1 - n * n),
        )

    def shares(self, tape: ResetBeforeTape, adjoint: ResetBeforeAdjoint) -> dict[str, Shares]:
        da = adjoint.preactivations
        H = tape.hidden.shape[2]
        bias = (Share(da),)
        return {
            "weight_ih": (Share(da, tape.inputs),),
            "weight_hh": (Share(da[:, :, : 2 * H], tape.hidden[:-1]), Share(da[:, :, 2 * H :], tape.seen)),
            "bias_ih": bias,
            "bias_hh": bias,
        }

    def jacobian(self, w: Weights, tape: ResetBeforeTape) -> Array:
        H = tape.hidden.shape[2]
        W_r, W_z, W_n = w["weight_hh"].reshape(3, H, H)
        r, z, _ = (gate[:, 0, :, None] for gate in split(tape.gates, self.blocks).values())
        s_by_r, h_by_z, h_by_n = (slope[:, 0, :, None] for slope in self.slopes(tape))
        eye = np.eye(H, dtype=r.dtype)
        return z * eye + h_by_z * W_z + h_by_n * (W_n @ (r * eye + s_by_r * W_r))

    def gate_gradients(
        self, w: Weights, tape: ResetBeforeTape, adjoint: ResetBeforeAdjoint
    ) -> dict[str, Array]:
        """∂r = ∂s ⊙ h_{t−1},  ∂z = ∂h_t ⊙ (h_{t−1} − n),  ∂n = ∂h_t ⊙ (1 − z)."""
        gates, dh = self.gate_values(tape), adjoint.hidden[1:]
        return {
            "reset": adjoint.seen * tape.hidden[:-1],
            "update": dh * (tape.hidden[:-1] - gates["candidate"]),
            "candidate": dh * (1 - gates["update"]),
        }


def step(
    W_rz: Array,
    W_n: Array,
    h_previous: Array,
    a_rz: Array,
    a_n: Array,
    rz: Array,
    r: Array,
    z: Array,
    n: Array,
    s: Array,
    h: Array,
    product_rz: Array,
    product_n: Array,
) -> None:
    """r, z = σ(a_rz + W_h[rz] h_previous);  s = r h_previous;  n = tanh(a_n + W_hn s);  h = (1−z) n + z h_previous.

    Comes with a = W_ih x + b, and with W_h[rz]ᵀ and W_hnᵀ for rows of a batch. r and z are views of rz.
    """
    np.matmul(h_previous, W_rz, product_rz)
    a_rz += product_rz
    sigmoid(a_rz, rz)
    np.multiply(r, h_previous, s)
    np.matmul(s, W_n, product_n)
    a_n += product_n
    np.tanh(a_n, n)
    np.subtract(h_previous, n, h)  # h = n + z (h_previous − n)
    h *= z
    h += n


def backward_step(
    W_rz: Array,
    W_n: Array,
    dh: Array,
    r: Array,
    z: Array,
    slope_r: Array,
    slope_z: Array,
    slope_n: Array,
    da_rz: Array,
    da_r: Array,
    da_z: Array,
    da_n: Array,
    ds: Array,
    dh_previous: Array,
    product: Array,
) -> None:
    """∂a_n = ∂h (1−z) (1−n²),  ∂a_z = ∂h (h_previous − n) z (1−z),  ∂s = W_hnᵀ ∂a_n,  ∂a_r = ∂s h_previous r (1−r)
    ∂h_previous += ∂h z + ∂s r + W_h[rz]ᵀ ∂a_rz

    Comes with the slopes of GRUResetBefore.slopes(). da_r and da_z are views of da_rz.
    """
    np.multiply(dh, slope_n, da_n)
    np.multiply(dh, slope_z, da_z)
    np.matmul(da_n, W_n, ds)
    np.multiply(ds, slope_r, da_r)
    np.multiply(dh, z, product)
    dh_previous += product
    np.multiply(ds, r, product)
    dh_previous += product
    np.matmul(da_rz, W_rz, product)
    dh_previous += product
