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

Shapes: weight_ih (H, D), weight_oh (H, O), weight_ho (O, H), bias_ih, bias_hh (H,), bias_ho (O,); general:
weight_hh (H, H).

M. I. Jordan: Serial order: a parallel distributed processing approach. ICS report 8604, UC San Diego (1986).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.cells.base import Adjoint, Array, Cell, Readout, Tape, Weights, affine, started
from core.cells.contributions import Share, Shares
from core.cells.nonlinearities import NONLINEARITIES, Nonlinearity
from core.cells.pins import Pins


@dataclass(frozen=True, eq=False)
class JordanTape(Tape):
    """logits o and output y (T + 1, B, O)."""

    logits: Array
    output: Array


@dataclass(frozen=True, eq=False)
class JordanAdjoint(Adjoint):
    """logits ∂L/∂o and output ∂L/∂y (T + 1, B, O)."""

    logits: Array
    output: Array


class Slopes:
    """φ′ of all steps: a φ′(a_t) (T, B, H), zero where h_t is held; o φ′(o) (T + 1, B, O)."""

    def __init__(self, phi: Nonlinearity, tape: JordanTape):
        self.a, self.o = tape.passed(phi.slope(tape.hidden[1:])), phi.slope(tape.output)


@dataclass(frozen=True)
class Jordan(Cell[JordanTape, JordanAdjoint]):
    """See the module."""

    nonlinearity: str = "tanh"

    name: ClassVar = "jordan"
    blocks: ClassVar = ("hidden",)
    carried: ClassVar = ("hidden", "logits")
    recurrent: ClassVar[tuple[str, ...]] = ("weight_oh",)
    readout: ClassVar = Readout("weight_ho", "bias_ho")

    @property
    def phi(self) -> Nonlinearity:
        return NONLINEARITIES[self.nonlinearity]

    def shapes(self, D: int, H: int, O: int) -> dict[str, tuple[int, ...]]:
        inner = {"weight_ih": (H, D), "weight_oh": (H, O), "bias_ih": (H,), "bias_hh": (H,)}
        return inner | {"weight_ho": (O, H), "bias_ho": (O,)}

    def loop(self, w: Weights, name: str) -> Array:
        return w[name] @ w["weight_ho"] if name == "weight_oh" else w[name]

    def forward(self, w: Weights, inputs: Array, initial: Mapping[str, Array], pins: Pins | None = None) -> JordanTape:
        h = started(initial["hidden"], len(inputs))
        a = affine(inputs, w["weight_ih"], w.get("bias_ih"), w.get("bias_hh"))
        o = started(affine(h[0], w["weight_ho"], w.get("bias_ho")), len(inputs))
        tape = JordanTape(h, inputs, a, logits=o, output=np.empty_like(o), pins=pins)
        self.phi.apply(o[0], tape.output[0])
        for t in range(len(inputs)):
            step(self.phi, w, tape, t)
        return tape

    def backward(self, w: Weights, tape: JordanTape, direct: Mapping[str, Array]) -> JordanAdjoint:
        dh, do = direct["hidden"], direct["logits"]
        adjoint = JordanAdjoint(dh, np.empty_like(dh[1:]), logits=do, output=np.zeros_like(do))
        slopes = Slopes(self.phi, tape)
        dh[-1] += do[-1] @ w["weight_ho"]
        for t in reversed(range(len(slopes.a))):
            backward_step(w, slopes, adjoint, t)
        return adjoint

    def shares(self, tape: JordanTape, adjoint: JordanAdjoint) -> dict[str, Shares]:
        da, do = adjoint.preactivations, adjoint.logits
        return {
            "weight_ih": (Share(da, tape.inputs),),
            "weight_oh": (Share(da, tape.output[:-1]),),
            "weight_hh": (Share(da, tape.hidden[:-1]),),
            "weight_ho": (Share(do, tape.hidden, starts=True),),
            "bias_ih": (Share(da),),
            "bias_hh": (Share(da),),
            "bias_ho": (Share(do, starts=True),),
        }

    def jacobian(self, w: Weights, tape: JordanTape) -> Array:
        slopes = Slopes(self.phi, tape)
        loop = (w["weight_oh"] * slopes.o[:-1, 0, None]) @ w["weight_ho"]
        return slopes.a[:, 0, :, None] * (loop + w.get("weight_hh", 0))

    def input_jacobian(self, w: Weights, tape: JordanTape) -> Array:
        return Slopes(self.phi, tape).a[:, 0, :, None] * w["weight_ih"]


@dataclass(frozen=True)
class General(Jordan):
    """The Jordan cell with W_hh."""

    name: ClassVar = "general"
    recurrent: ClassVar = ("weight_hh", "weight_oh")

    def shapes(self, D: int, H: int, O: int) -> dict[str, tuple[int, ...]]:
        return super().shapes(D, H, O) | {"weight_hh": (H, H)}


def step(phi: Nonlinearity, w: Weights, tape: JordanTape, t: int) -> None:
    """a_t = (W_ih x_t + b) + W_oh y_{t−1} [+ W_hh h_{t−1}];  h_t = φ(a_t);  o_t = W_ho h_t + b_ho;  y_t = φ(o_t).

    a_t comes as W_ih x_t + b.
    """
    a, h, o = tape.preactivations[t], tape.hidden[t + 1], tape.logits[t + 1]
    a += tape.output[t] @ w["weight_oh"].T
    if "weight_hh" in w:
        a += tape.hidden[t] @ w["weight_hh"].T
    phi.apply(a, h)
    if tape.pins:
        tape.pins.hidden.hold(h, t)
    np.dot(h, w["weight_ho"].T, o)
    if "bias_ho" in w:
        o += w["bias_ho"]
    phi.apply(o, tape.output[t + 1])


def backward_step(w: Weights, slopes: Slopes, adjoint: JordanAdjoint, t: int) -> None:
    """With ∂h_t complete:

    ∂a_t = φ′(a_t) ∂h_t;  ∂y_{t−1} = W_ohᵀ ∂a_t;  ∂o_{t−1} += φ′(o_{t−1}) ∂y_{t−1};
    ∂h_{t−1} += W_hoᵀ ∂o_{t−1} [+ W_hhᵀ ∂a_t]
    """
    da, dy_previous = adjoint.preactivations[t], adjoint.output[t]
    do_previous, dh_previous = adjoint.logits[t], adjoint.hidden[t]
    np.multiply(adjoint.hidden[t + 1], slopes.a[t], da)
    np.dot(da, w["weight_oh"], dy_previous)
    do_previous += dy_previous * slopes.o[t]
    dh_previous += do_previous @ w["weight_ho"]
    if "weight_hh" in w:
        dh_previous += da @ w["weight_hh"]
