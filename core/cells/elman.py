"""The Elman cell, torch.nn.RNN.

    a_t = W_ih x_t + b_ih + W_hh h_{t−1} + b_hh
    h_t = φ(a_t)                                     φ: tanh, relu, sigmoid or identity

Backward, last step first, with ∂h_t for ∂L/∂h_t:

    ∂a_t     = φ′(a_t) ⊙ ∂h_t
    ∂h_{t−1} = (from outside the chain) + W_hhᵀ ∂a_t

    ∂W_ih = Σ_t ∂a_t x_tᵀ     ∂W_hh = Σ_t ∂a_t h_{t−1}ᵀ     ∂b_ih = ∂b_hh = Σ_t ∂a_t     ∂x_t = W_ihᵀ ∂a_t

Jacobian: ∂h_t/∂h_{t−1} = diag(φ′(a_t)) W_hh.

Shapes: weight_ih (H, D), weight_hh (H, H), bias_ih, bias_hh (H,).

Goodfellow, Bengio, Courville, Deep Learning (2016), section 10.2, has one layer, φ = tanh and a softmax readout:

    (10.8)   a(t) = b + W s(t−1) + U x(t)
    (10.9)   s(t) = tanh a(t)
    (10.10)  o(t) = c + V s(t)
    (10.11)  ŷ(t) = softmax o(t)

    (10.12–10.14)   L = Σ_t L(t),  L(t) = −log ŷ(t)_{y(t)}

(there also h for s), whose symbols are here

    x  inputs              a  preactivations["hidden"]        s  hidden          o  logits        ŷ  predictions
    U  weight_ih_l0        W  weight_hh_l0                    V  readout.weight
    b  bias_ih_l0, to which bias_hh_l0 adds                   c  readout.bias

    L(t)  losses, summed over the sequences                   L  loss

and whose gradients are

    (10.17)  ∂L/∂L(t) = 1
    (10.18)  (∇_{o(t)} L)_i = ŷ(t)_i − 1[i = y(t)]                                       grad_logits
    (10.19)  ∇_{h(τ)} L = Vᵀ ∇_{o(τ)} L                          at the last step τ       grad_hidden
    (10.20)  ∇_{h(t)} L = (∂h(t+1)/∂h(t))ᵀ ∇_{h(t+1)} L + (∂o(t)/∂h(t))ᵀ ∇_{o(t)} L
    (10.21)             = Wᵀ diag(1 − h(t+1)²) ∇_{h(t+1)} L + Vᵀ ∇_{o(t)} L              grad_hidden
    (10.22)  ∇_c L = Σ_t ∇_{o(t)} L                                                      gradients["readout.bias"]
    (10.23)  ∇_b L = Σ_t diag(1 − h(t)²) ∇_{h(t)} L                                      gradients["bias_ih_l0"]
    (10.24)  ∇_V L = Σ_t (∇_{o(t)} L) h(t)ᵀ                                              gradients["readout.weight"]
    (10.26)  ∇_W L = Σ_t diag(1 − h(t)²) (∇_{h(t)} L) h(t−1)ᵀ                            gradients["weight_hh_l0"]
    (10.28)  ∇_U L = Σ_t diag(1 − h(t)²) (∇_{h(t)} L) x(t)ᵀ                              gradients["weight_ih_l0"]

(Some copies of the book print (10.21) with its factors in another order; this is the right one.) The terms of (10.22)
to (10.28) are trace.contributions(name).

J. L. Elman: Finding structure in time. Cognitive Science 14 (1990).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.cells.base import Adjoint, Array, Cell, Tape, Weights, affine, started, transposed
from core.cells.contributions import Share, Shares
from core.cells.nonlinearities import NONLINEARITIES, Nonlinearity
from core.cells.pins import Pins


@dataclass(frozen=True)
class Elman(Cell[Tape, Adjoint]):
    """See the module. Tape and adjoint have nothing beyond what every cell's have."""

    nonlinearity: str = "tanh"

    name: ClassVar = "rnn"
    blocks: ClassVar = ("hidden",)
    jacobian_structure: ClassVar = "one matrix"

    @property
    def phi(self) -> Nonlinearity:
        return NONLINEARITIES[self.nonlinearity]

    def forward(self, w: Weights, inputs: Array, initial: Mapping[str, Array], pins: Pins | None = None) -> Tape:
        tape = Tape(
            hidden=started(initial["hidden"], len(inputs)),
            inputs=inputs,
            preactivations=affine(inputs, w["weight_ih"], w.get("bias_ih"), w.get("bias_hh")),
            pins=pins,
        )
        W, product = transposed(w["weight_hh"]), np.empty_like(tape.hidden[0])
        for t in range(len(inputs)):
            step(self.phi, W, tape, t, product)
        return tape

    def backward(self, w: Weights, tape: Tape, direct: Mapping[str, Array]) -> Adjoint:
        slope = tape.passed(self.phi.slope(tape.hidden[1:]))
        adjoint = Adjoint(hidden=direct["hidden"], preactivations=np.empty_like(direct["hidden"][1:]))
        W, product = w["weight_hh"], np.empty_like(adjoint.hidden[0])
        for t in reversed(range(len(slope))):
            backward_step(W, slope, adjoint, t, product)
        return adjoint

    def shares(self, tape: Tape, adjoint: Adjoint) -> dict[str, Shares]:
        da = adjoint.preactivations
        return {
            "weight_ih": (Share(da, tape.inputs),),
            "weight_hh": (Share(da, tape.hidden[:-1]),),
            "bias_ih": (Share(da),),
            "bias_hh": (Share(da),),
        }

    def jacobian(self, w: Weights, tape: Tape) -> Array:
        return tape.passed(self.phi.slope(tape.hidden[1:]))[:, 0, :, None] * w["weight_hh"]

    def input_jacobian(self, w: Weights, tape: Tape) -> Array:
        return tape.passed(self.phi.slope(tape.hidden[1:]))[:, 0, :, None] * w["weight_ih"]


def step(phi: Nonlinearity, W: Array, tape: Tape, t: int, product: Array) -> None:
    """a_t = (W_ih x_t + b) + W_hh h_{t−1},  h_t = φ(a_t).

    a_t comes as W_ih x_t + b. W is W_hhᵀ, for rows of a batch; product (B, H) is room to work in.
    """
    a = tape.preactivations[t]
    np.dot(tape.hidden[t], W, product)
    a += product
    phi.apply(a, tape.hidden[t + 1])
    if tape.pins:
        tape.pins.hidden.hold(tape.hidden[t + 1], t)


def backward_step(W: Array, slope: Array, adjoint: Adjoint, t: int, product: Array) -> None:
    """∂a_t = φ′(a_t) ⊙ ∂h_t,  ∂h_{t−1} += W_hhᵀ ∂a_t.

    slope is φ′(a) of all steps, (T, B, H); product (B, H) is room to work in.
    """
    da, dh_previous = adjoint.preactivations[t], adjoint.hidden[t]
    np.multiply(adjoint.hidden[t + 1], slope[t], da)
    np.dot(da, W, product)
    dh_previous += product
