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

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
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
class GRUTape(GatedTape):
    """remembered m (T, B, H). Views: rz and a_rz (T, B, 2H), r z n and a_n (T, B, H)."""

    remembered: Array

    @cached_property
    def rz(self) -> Array:
        return self.gates[:, :, : 2 * self.hidden.shape[2]]

    @cached_property
    def a_rz(self) -> Array:
        return self.preactivations[:, :, : 2 * self.hidden.shape[2]]

    @cached_property
    def r(self) -> Array:
        return blocks(self.gates, 3)[0]

    @cached_property
    def z(self) -> Array:
        return blocks(self.gates, 3)[1]

    @cached_property
    def n(self) -> Array:
        return blocks(self.gates, 3)[2]

    @cached_property
    def a_n(self) -> Array:
        return blocks(self.preactivations, 3)[2]


@dataclass(frozen=True, eq=False)
class GRUAdjoint(Adjoint):
    """recurrent [∂a_r; ∂a_z; ∂m] (T, B, 3H): what reaches W_hh h_{t−1} + b_hh. Its views (T, B, H): a_r a_z m."""

    recurrent: Array

    @cached_property
    def a_r(self) -> Array:
        return blocks(self.recurrent, 3)[0]

    @cached_property
    def a_z(self) -> Array:
        return blocks(self.recurrent, 3)[1]

    @cached_property
    def m(self) -> Array:
        return blocks(self.recurrent, 3)[2]


class Slopes:
    """The derivatives of h_t within every step, computed for all steps at once; zero by what led to a held gate or h_t.

    All (T, B, H):

    r   ∂h_t/∂a_r = (1−z) (1−n²) m r (1−r)     z   ∂h_t/∂a_z = (h_{t−1} − n) z (1−z)
    m   ∂h_t/∂m = (1−z) (1−n²) r               n   ∂h_t/∂a_n = (1−z) (1−n²)
    carry   ∂h_t/∂h_{t−1} but by the gates: z
    """

    def __init__(self, tape: GRUTape):
        kept = 1 - tape.z
        self.n = 1 - tape.n * tape.n
        self.n *= kept
        if tape.pins:
            held_r, held_z, held_n = blocks(tape.pins.gates.mask, 3)
            self.n[held_n] = 0
        self.m = self.n * tape.r
        self.r = 1 - tape.r
        self.r *= self.m
        self.r *= tape.remembered
        self.z = tape.hidden[:-1] - tape.n
        self.z *= tape.z
        self.z *= kept
        self.carry = tape.passed(tape.z)
        if tape.pins:
            self.r[held_r] = 0
            self.z[held_z] = 0
            for slope in (self.r, self.z, self.m, self.n):
                tape.pins.hidden.stop(slope)


@dataclass(frozen=True)
class GRU(Gated[GRUTape, GRUAdjoint]):
    """See the module."""

    name: ClassVar = "gru"
    form: ClassVar = {"reset_after": True}
    blocks: ClassVar = ("reset", "update", "candidate")
    carry: ClassVar = Carry("update", "hidden")

    def forward(self, w: Weights, inputs: Array, initial: Mapping[str, Array], pins: Pins | None = None) -> GRUTape:
        h = started(initial["hidden"], len(inputs))
        H = h.shape[2]
        bias = w.get("bias_hh", np.zeros(3 * H, h.dtype))
        a = affine(inputs, w["weight_ih"], w.get("bias_ih"))
        a[:, :, : 2 * H] += bias[: 2 * H]
        tape = GRUTape(h, inputs, a, remembered=np.empty_like(h[1:]), gates=np.empty_like(a), pins=pins)
        W, b_hn, product = transposed(w["weight_hh"]), bias[2 * H :], np.empty_like(a[0])
        for t in range(len(inputs)):
            step(W, b_hn, tape, t, product)
        return tape

    def backward(self, w: Weights, tape: GRUTape, direct: Mapping[str, Array]) -> GRUAdjoint:
        dh, slopes = direct["hidden"], Slopes(tape)
        T, B, H = dh[1:].shape
        da, recurrent = np.empty((2, T, B, 3 * H), dh.dtype)
        adjoint = GRUAdjoint(dh, da, recurrent)
        W, product = w["weight_hh"], np.empty_like(dh[0])
        for t in reversed(range(T)):
            backward_step(W, tape, slopes, adjoint, t, product)
        da[:, :, : 2 * H] = recurrent[:, :, : 2 * H]
        np.multiply(dh[1:], slopes.n, da[:, :, 2 * H :])
        return adjoint

    def shares(self, tape: GRUTape, adjoint: GRUAdjoint) -> dict[str, Shares]:
        return {
            "weight_ih": (Share(adjoint.preactivations, tape.inputs),),
            "weight_hh": (Share(adjoint.recurrent, tape.hidden[:-1]),),
            "bias_ih": (Share(adjoint.preactivations),),
            "bias_hh": (Share(adjoint.recurrent),),
        }

    def jacobian(self, w: Weights, tape: GRUTape) -> Array:
        H = tape.hidden.shape[2]
        W_r, W_z, W_n = w["weight_hh"].reshape(3, H, H)
        slopes = Slopes(tape)
        by_r, by_z, by_m, carry = (array[:, 0, :, None] for array in (slopes.r, slopes.z, slopes.m, slopes.carry))
        by_state: Array = by_r * W_r + by_z * W_z + by_m * W_n + carry * np.eye(H, dtype=W_r.dtype)
        return by_state

    def input_jacobian(self, w: Weights, tape: GRUTape) -> Array:
        U_r, U_z, U_n = w["weight_ih"].reshape(3, tape.hidden.shape[2], -1)
        slopes = Slopes(tape)
        by_r, by_z, by_n = (array[:, 0, :, None] for array in (slopes.r, slopes.z, slopes.n))
        by_input: Array = by_r * U_r + by_z * U_z + by_n * U_n
        return by_input

    def gate_gradients(self, w: Weights, tape: GRUTape, adjoint: GRUAdjoint) -> dict[str, Array]:
        """∂r = ∂a_n ⊙ m,  ∂z = ∂h_t ⊙ (h_{t−1} − n),  ∂n = ∂h_t ⊙ (1 − z)."""
        dh = tape.passed(adjoint.hidden[1:])
        return {
            "reset": blocks(adjoint.preactivations, 3)[2] * tape.remembered,
            "update": dh * (tape.hidden[:-1] - tape.n),
            "candidate": dh * (1 - tape.z),
        }

    def routes(
        self, w: Weights, tape: GRUTape, adjoint: GRUAdjoint, outside: Mapping[str, Array], state: str
    ) -> dict[str, Array]:
        """carry       z_{t+1} ⊙ ∂h_{t+1}                    h_t → h_{t+1}
        reset       W_hrᵀ ∂a_r of t + 1                   h_t → a_r
        update      W_hzᵀ ∂a_z of t + 1                   h_t → a_z
        candidate   W_hnᵀ ∂m of t + 1, ∂m = r ⊙ ∂a_n      h_t → m → a_n
        outside     e_t                                   h_t → out of the chain
        """
        W_r, W_z, W_n = np.split(w["weight_hh"], 3)
        return {
            "carry": following(tape.z * tape.passed(adjoint.hidden[1:])),
            "reset": following(affine(adjoint.a_r, W_r.T)),
            "update": following(affine(adjoint.a_z, W_z.T)),
            "candidate": following(affine(adjoint.m, W_n.T)),
            "outside": outside["hidden"],
        }


def step(W: Array, b_hn: Array, tape: GRUTape, t: int, product: Array) -> None:
    """r, z = σ(a_rz + W_h[rz] h_{t−1});  m = W_hn h_{t−1} + b_hn;  n = tanh(a_n + r m);  h_t = (1−z) n + z h_{t−1}.

    a comes as W_ih x_t with the biases that are not in m. W is W_hhᵀ, for rows of a batch; product (B, 3H) is room
    to work in.
    """
    h_previous, h, a_rz, a_n = tape.hidden[t], tape.hidden[t + 1], tape.a_rz[t], tape.a_n[t]
    n, m = tape.n[t], tape.remembered[t]
    np.dot(h_previous, W, product)
    a_rz += product[:, : a_rz.shape[1]]
    sigmoid(a_rz, tape.rz[t])
    if tape.pins:
        tape.pins.gates.hold(tape.gates[t], t)
    np.add(product[:, a_rz.shape[1] :], b_hn, m)
    np.multiply(tape.r[t], m, h)
    a_n += h
    np.tanh(a_n, n)
    if tape.pins:
        tape.pins.gates.hold(tape.gates[t], t)
    np.subtract(h_previous, n, h)  # h = n + z (h_{t−1} − n)
    h *= tape.z[t]
    h += n
    if tape.pins:
        tape.pins.hidden.hold(h, t)


def backward_step(W: Array, tape: GRUTape, slopes: Slopes, adjoint: GRUAdjoint, t: int, product: Array) -> None:
    """With ∂h_t complete:

    ∂a_r = ∂h_t (1−z) (1−n²) m r (1−r),  ∂a_z = ∂h_t (h_{t−1} − n) z (1−z),  ∂m = ∂h_t (1−z) (1−n²) r
    ∂h_{t−1} += ∂h_t z + W_hhᵀ [∂a_r; ∂a_z; ∂m]

    product (B, H) is room to work in. (∂a_n follows for all steps at once.)
    """
    dh, dh_previous = adjoint.hidden[t + 1], adjoint.hidden[t]
    np.multiply(dh, slopes.r[t], adjoint.a_r[t])
    np.multiply(dh, slopes.z[t], adjoint.a_z[t])
    np.multiply(dh, slopes.m[t], adjoint.m[t])
    np.multiply(dh, slopes.carry[t], product)
    dh_previous += product
    np.dot(adjoint.recurrent[t], W, product)
    dh_previous += product
