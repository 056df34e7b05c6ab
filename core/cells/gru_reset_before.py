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

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.cells.base import (
    Adjoint,
    Array,
    Carry,
    Gated,
    GatedTape,
    Weights,
    affine,
    blocks,
    following,
    started,
    transposed,
)
from core.cells.contributions import Share, Shares
from core.cells.nonlinearities import sigmoid
from core.cells.pins import Pins


@dataclass(frozen=True, eq=False)
class ResetBeforeTape(GatedTape):
    """seen s (T, B, H); the gates are r z n."""

    seen: Array


@dataclass(frozen=True, eq=False)
class ResetBeforeAdjoint(Adjoint):
    """seen ∂L/∂s (T, B, H)."""

    seen: Array


class Slopes:
    """The derivatives within every step, computed for all steps at once; all (T, B, H), zero by what led to a held gate
    or h_t.

    r   ∂s/∂a_r = h_{t−1} r (1−r)      z   ∂h_t/∂a_z = (h_{t−1} − n) z (1−z)      n   ∂h_t/∂a_n = (1−z) (1−n²)
    carry   ∂h_t/∂h_{t−1} but by the gates: z
    """

    def __init__(self, tape: ResetBeforeTape):
        (r, z, n), h_previous = blocks(tape.gates, 3), tape.hidden[:-1]
        self.r = h_previous * r * (1 - r)
        self.z = (h_previous - n) * z * (1 - z)
        self.n = (1 - z) * (1 - n * n)
        self.carry = tape.passed(z)
        if tape.pins:
            for array, held in zip((self.r, self.z, self.n), blocks(tape.pins.gates.mask, 3), strict=True):
                array[held] = 0
            self.z, self.n = tape.passed(self.z), tape.passed(self.n)


@dataclass(frozen=True)
class GRUResetBefore(Gated[ResetBeforeTape, ResetBeforeAdjoint]):
    """See the module."""

    name: ClassVar = "gru"
    form: ClassVar = {"reset_after": False}
    blocks: ClassVar = ("reset", "update", "candidate")
    carry: ClassVar = Carry("update", "hidden")

    def forward(
        self, w: Weights, inputs: Array, initial: Mapping[str, Array], pins: Pins | None = None
    ) -> ResetBeforeTape:
        h = started(initial["hidden"], len(inputs))
        a = affine(inputs, w["weight_ih"], w.get("bias_ih"), w.get("bias_hh"))
        tape = ResetBeforeTape(h, inputs, a, seen=np.empty_like(h[1:]), gates=np.empty_like(a), pins=pins)
        W_rz, W_n = rz_and_n(w)
        W_rz, W_n = transposed(W_rz), transposed(W_n)
        for t in range(len(inputs)):
            step(W_rz, W_n, tape, t)
        return tape

    def backward(self, w: Weights, tape: ResetBeforeTape, direct: Mapping[str, Array]) -> ResetBeforeAdjoint:
        dh, slopes = direct["hidden"], Slopes(tape)
        T, B, H = dh[1:].shape
        adjoint = ResetBeforeAdjoint(dh, np.empty((T, B, 3 * H), dh.dtype), seen=np.empty_like(dh[1:]))
        W_rz, W_n = rz_and_n(w)
        for t in reversed(range(T)):
            backward_step(W_rz, W_n, tape, slopes, adjoint, t)
        return adjoint

    def shares(self, tape: ResetBeforeTape, adjoint: ResetBeforeAdjoint) -> dict[str, Shares]:
        da, H = adjoint.preactivations, tape.hidden.shape[2]
        return {
            "weight_ih": (Share(da, tape.inputs),),
            "weight_hh": (Share(da[:, :, : 2 * H], tape.hidden[:-1]), Share(da[:, :, 2 * H :], tape.seen)),
            "bias_ih": (Share(da),),
            "bias_hh": (Share(da),),
        }

    def jacobian(self, w: Weights, tape: ResetBeforeTape) -> Array:
        H, slopes = tape.hidden.shape[2], Slopes(tape)
        W_r, W_z, W_n = w["weight_hh"].reshape(3, H, H)
        r, carry = blocks(tape.gates, 3)[0][:, 0, :, None], slopes.carry[:, 0, :, None]
        by_r, by_z, by_n = (slope[:, 0, :, None] for slope in (slopes.r, slopes.z, slopes.n))
        eye = np.eye(H, dtype=W_r.dtype)
        by_state: Array = carry * eye + by_z * W_z + by_n * (W_n @ (r * eye + by_r * W_r))
        return by_state

    def input_jacobian(self, w: Weights, tape: ResetBeforeTape) -> Array:
        H, slopes = tape.hidden.shape[2], Slopes(tape)
        U_r, U_z, U_n = w["weight_ih"].reshape(3, H, -1)
        by_r, by_z, by_n = (slope[:, 0, :, None] for slope in (slopes.r, slopes.z, slopes.n))
        by_input: Array = by_z * U_z + by_n * (rz_and_n(w)[1] @ (by_r * U_r) + U_n)
        return by_input

    def gate_gradients(self, w: Weights, tape: ResetBeforeTape, adjoint: ResetBeforeAdjoint) -> dict[str, Array]:
        """∂r = ∂s ⊙ h_{t−1},  ∂z = ∂h_t ⊙ (h_{t−1} − n),  ∂n = ∂h_t ⊙ (1 − z)."""
        (_, z, n), dh, h_previous = blocks(tape.gates, 3), tape.passed(adjoint.hidden[1:]), tape.hidden[:-1]
        return {"reset": adjoint.seen * h_previous, "update": dh * (h_previous - n), "candidate": dh * (1 - z)}

    def routes(
        self,
        w: Weights,
        tape: ResetBeforeTape,
        adjoint: ResetBeforeAdjoint,
        outside: Mapping[str, Array],
        state: str,
    ) -> dict[str, Array]:
        """As those of core.cells.gru, but for

        candidate   r ⊙ W_hnᵀ ∂a_n of t + 1               h_t → s → a_n
        """
        W_r, W_z, _ = np.split(w["weight_hh"], 3)
        r, z, _ = blocks(tape.gates, 3)
        da_r, da_z, _ = blocks(adjoint.preactivations, 3)
        return {
            "carry": following(z * tape.passed(adjoint.hidden[1:])),
            "reset": following(affine(da_r, W_r.T)),
            "update": following(affine(da_z, W_z.T)),
            "candidate": following(r * adjoint.seen),
            "outside": outside["hidden"],
        }


def rz_and_n(w: Weights) -> tuple[Array, Array]:
    """W_h[rz] (2H, H), which reads h_{t−1}, and W_hn (H, H), which reads s."""
    H = w["weight_hh"].shape[1]
    return w["weight_hh"][: 2 * H], w["weight_hh"][2 * H :]


def step(W_rz: Array, W_n: Array, tape: ResetBeforeTape, t: int) -> None:
    """r, z = σ(a_rz + W_h[rz] h_{t−1});  s = r h_{t−1};  n = tanh(a_n + W_hn s);  h_t = (1−z) n + z h_{t−1}.

    a comes as W_ih x_t + b. The weights come transposed, for rows of a batch.
    """
    h_previous, h, s = tape.hidden[t], tape.hidden[t + 1], tape.seen[t]
    (r, z, n), (_, _, a_n) = blocks(tape.gates[t], 3), blocks(tape.preactivations[t], 3)
    rz, a_rz = (array[t, :, : 2 * h.shape[1]] for array in (tape.gates, tape.preactivations))
    a_rz += h_previous @ W_rz
    sigmoid(a_rz, rz)
    if tape.pins:
        tape.pins.gates.hold(tape.gates[t], t)
    np.multiply(r, h_previous, s)
    a_n += s @ W_n
    np.tanh(a_n, n)
    if tape.pins:
        tape.pins.gates.hold(tape.gates[t], t)
    np.subtract(h_previous, n, h)  # h = n + z (h_{t−1} − n)
    h *= z
    h += n
    if tape.pins:
        tape.pins.hidden.hold(h, t)


def backward_step(
    W_rz: Array, W_n: Array, tape: ResetBeforeTape, slopes: Slopes, adjoint: ResetBeforeAdjoint, t: int
) -> None:
    """With ∂h_t complete:

    ∂a_n = ∂h_t (1−z) (1−n²),  ∂a_z = ∂h_t (h_{t−1} − n) z (1−z),  ∂s = W_hnᵀ ∂a_n,  ∂a_r = ∂s h_{t−1} r (1−r)
    ∂h_{t−1} += ∂h_t z + ∂s r + W_h[rz]ᵀ ∂a_rz
    """
    dh, dh_previous, ds = adjoint.hidden[t + 1], adjoint.hidden[t], adjoint.seen[t]
    r = blocks(tape.gates[t], 3)[0]
    da_r, da_z, da_n = blocks(adjoint.preactivations[t], 3)
    np.multiply(dh, slopes.n[t], da_n)
    np.multiply(dh, slopes.z[t], da_z)
    np.dot(da_n, W_n, ds)
    np.multiply(ds, slopes.r[t], da_r)
    dh_previous += dh * slopes.carry[t]
    dh_previous += ds * r
    dh_previous += adjoint.preactivations[t, :, : 2 * dh.shape[1]] @ W_rz
