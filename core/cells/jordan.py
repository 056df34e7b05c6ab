"""The Jordan cell, fed back from its output, and the general cell, fed back from output and state alike.

    a_t = W_ih x_t + b_ih + W_oh y_{t−1} + b_hh         general: + W_hh h_{t−1}
    h_t = φ(a_t)
    o_t = W_ho h_t + b_ho
    y_t = φ(o_t)                                        φ: tanh, relu, sigmoid or identity

The chain starts from a state h alone, whose output y = φ(W_ho h + b_ho) is the first to be fed back. The logits of
a network are the o_t of its top layer, of both directions together their sum.

Backward, last step first, with ∂h_t for ∂L/∂h_t, where the loss enters at o_t or h_t:

    ∂o_t = (from outside the chain) + φ′(o_t) ⊙ W_ohᵀ ∂a_{t+1}
    ∂h_t = (from outside the chain) + W_hoᵀ ∂o_t        general: + W_hhᵀ ∂a_{t+1}
    ∂a_t = φ′(a_t) ⊙ ∂h_t

    ∂W_ih = Σ_t ∂a_t x_tᵀ     ∂W_oh = Σ_t ∂a_t y_{t−1}ᵀ     ∂W_hh = Σ_t ∂a_t h_{t−1}ᵀ     ∂W_ho = Σ_t ∂o_t h_tᵀ
    ∂b_ih = ∂b_hh = Σ_t ∂a_t                                ∂b_ho = Σ_t ∂o_t

where W_ho and b_ho also receive what comes through the first y, fed back before any step.

Jacobian: ∂h_t/∂h_{t−1} = diag(φ′(a_t)) W_oh diag(φ′(o_{t−1})) W_ho        general: + diag(φ′(a_t)) W_hh.

Shapes: weight_ih (H, D), weight_oh (H, O), weight_ho (O, H), bias_ih, bias_hh (H,), bias_ho (O,); general: weight_hh (H, H).

M. I. Jordan: Serial order: a parallel distributed processing approach. ICS report 8604, UC San Diego (1986).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from core.cells.base import Adjoint, Array, Cell, Tape, Weights, affine, last_first, started
from core.contributions import Share, Shares
from core.nonlinearities import NONLINEARITIES


@dataclass(frozen=True, eq=False)
class JordanTape(Tape):
    """preactivations a_t (T, B, H), logits o and output y (T+1, B, O)."""

    preactivations: Array
    logits: Array
    output: Array


@dataclass(frozen=True, eq=False)
class JordanAdjoint(Adjoint):
    """logits ∂L/∂o and output ∂L/∂y (T+1, B, O)."""

    logits: Array
    output: Array


@dataclass(frozen=True)
class Jordan(Cell):
    """See the module."""

    nonlinearity: str = "tanh"

    blocks: ClassVar = ("hidden",)
    carried: ClassVar = ("hidden", "logits")

    def shapes(self, D: int, H: int, O: int) -> dict[str, tuple[int, ...]]:
        return {
            "weight_ih": (H, D),
            "weight_oh": (H, O),
            "weight_ho": (O, H),
            "bias_ih": (H,),
            "bias_hh": (H,),
            "bias_ho": (O,),
        }

    def forward(self, w: Weights, inputs: Array, initial: dict[str, Array]) -> JordanTape:
        phi = NONLINEARITIES[self.nonlinearity].apply
        a = affine(inputs, w["weight_ih"], w.get("bias_ih"), w.get("bias_hh"))
        h = started(initial["hidden"], len(inputs))
        o = started(affine(h[0], w["weight_ho"], w.get("bias_ho")), len(inputs))
        y = np.empty_like(o)
        phi(o[0], y[0])
        b_ho = w.get("bias_ho", np.zeros(o.shape[2], o.dtype))
        product = np.empty_like(h[0])
        for row in zip(y[:-1], h[:-1], a, h[1:], o[1:], y[1:], strict=True):
            step(phi, w, b_ho, *row, product)
        return JordanTape(hidden=h, inputs=inputs, preactivations=a, logits=o, output=y)

    def backward(self, w: Weights, tape: JordanTape, direct: dict[str, Array]) -> JordanAdjoint:
        dh, do = direct["hidden"], direct["logits"]
        slope = NONLINEARITIES[self.nonlinearity].slope
        dy = np.empty_like(do)
        dy[-1] = 0
        da = np.empty_like(dh[1:])
        product, fed = np.empty_like(dh[0]), np.empty_like(do[0])
        slopes = slope(tape.hidden[1:]), slope(tape.output[:-1])
        dh[-1] += do[-1] @ w["weight_ho"]
        for row in last_first(dh[1:], *slopes, da, dy[:-1], do[:-1], dh[:-1]):
            backward_step(w, *row, fed, product)
        return JordanAdjoint(hidden=dh, preactivations=da, logits=do, output=dy)

    def shares(self, tape: JordanTape, adjoint: JordanAdjoint) -> dict[str, Shares]:
        da, do = adjoint.preactivations, adjoint.logits
        bias = (Share(da),)
        return {
            "weight_ih": (Share(da, tape.inputs),),
            "weight_oh": (Share(da, tape.output[:-1]),),
            "weight_hh": (Share(da, tape.hidden[:-1]),),
            "weight_ho": (Share(do, tape.hidden, starts=True),),
            "bias_ih": bias,
            "bias_hh": bias,
            "bias_ho": (Share(do, starts=True),),
        }

    def jacobian(self, w: Weights, tape: JordanTape) -> Array:
        slope = NONLINEARITIES[self.nonlinearity].slope
        through_output = (w["weight_oh"] * slope(tape.output[:-1, 0])[:, None, :]) @ w["weight_ho"]
        return slope(tape.hidden[1:, 0])[:, :, None] * (through_output + w.get("weight_hh", 0))


@dataclass(frozen=True)
class General(Jordan):
    """The Jordan cell with W_hh."""

    def shapes(self, D: int, H: int, O: int) -> dict[str, tuple[int, ...]]:
        return super().shapes(D, H, O) | {"weight_hh": (H, H)}


def step(
    phi: Callable[..., Any],
    w: Weights,
    b_ho: Array,
    y_previous: Array,
    h_previous: Array,
    a: Array,
    h: Array,
    o: Array,
    y: Array,
    product: Array,
) -> None:
    """a = (W_ih x + b) + W_oh y_previous [+ W_hh h_previous];  h = φ(a);  o = W_ho h + b_ho;  y = φ(o).

    Comes with a = W_ih x + b.
    """
    np.matmul(y_previous, w["weight_oh"].T, product)
    a += product
    if "weight_hh" in w:
        np.matmul(h_previous, w["weight_hh"].T, product)
        a += product
    phi(a, h)
    np.matmul(h, w["weight_ho"].T, o)
    o += b_ho
    phi(o, y)


def backward_step(
    w: Weights,
    dh: Array,
    slope_a: Array,
    slope_o_previous: Array,
    da: Array,
    dy_previous: Array,
    do_previous: Array,
    dh_previous: Array,
    fed: Array,
    product: Array,
) -> None:
    """∂a = φ′(a) ∂h;  ∂y_previous = W_ohᵀ ∂a;  ∂o_previous += φ′(o_previous) ∂y_previous
    ∂h_previous += W_hoᵀ ∂o_previous [+ W_hhᵀ ∂a]

    Comes with slope_a = φ′(a) and slope_o_previous = φ′(o_previous).
    """
    np.multiply(dh, slope_a, da)
    np.matmul(da, w["weight_oh"], dy_previous)
    np.multiply(dy_previous, slope_o_previous, fed)
    do_previous += fed
    np.matmul(do_previous, w["weight_ho"], product)
    dh_previous += product
    if "weight_hh" in w:
        np.matmul(da, w["weight_hh"], product)
        dh_previous += product
