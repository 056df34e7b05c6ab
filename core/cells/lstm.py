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

from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

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
class LSTMTape(GatedTape):
    """cell c (T + 1, B, H), tanh_cell tanh(c_t) (T, B, H). Views of the gates, (T, B, H): i f g o."""

    cell: Array
    tanh_cell: Array

    @cached_property
    def i(self) -> Array:
        return blocks(self.gates, 4)[0]

    @cached_property
    def f(self) -> Array:
        return blocks(self.gates, 4)[1]

    @cached_property
    def g(self) -> Array:
        return blocks(self.gates, 4)[2]

    @cached_property
    def o(self) -> Array:
        return blocks(self.gates, 4)[3]

    @cached_property
    def a_g(self) -> Array:
        return blocks(self.preactivations, 4)[2]


@dataclass(frozen=True, eq=False)
class LSTMAdjoint(Adjoint):
    """cell ∂L/∂c (T + 1, B, H). Views of ∂L/∂a, (T, B, H): a_i a_f a_g a_o."""

    cell: Array

    @cached_property
    def a_i(self) -> Array:
        return blocks(self.preactivations, 4)[0]

    @cached_property
    def a_f(self) -> Array:
        return blocks(self.preactivations, 4)[1]

    @cached_property
    def a_g(self) -> Array:
        return blocks(self.preactivations, 4)[2]

    @cached_property
    def a_o(self) -> Array:
        return blocks(self.preactivations, 4)[3]


class Slopes:
    """The derivatives within every step, computed for all steps at once; zero by what led to a held gate or h_t.

    All (T, B, H):

    i   ∂c_t/∂a_i = g i (1 − i)            f   ∂c_t/∂a_f = c_{t−1} f (1 − f)       g   ∂c_t/∂a_g = i (1 − g²)
    o   ∂h_t/∂a_o = tanh(c_t) o (1 − o)    c   ∂h_t/∂c_t = o (1 − tanh²(c_t))
    """

    def __init__(self, tape: LSTMTape):
        slopes = 1 - tape.gates
        slopes *= tape.gates
        self.i, self.f, self.g, self.o = blocks(slopes, 4)
        self.i *= tape.g
        self.f *= tape.cell[:-1]
        np.multiply(tape.g, tape.g, self.g)
        np.subtract(1, self.g, self.g)
        self.g *= tape.i
        self.o *= tape.tanh_cell
        if tape.pins:
            tape.pins.gates.stop(slopes)
            tape.pins.hidden.stop(self.o)
        self.c = tape.tanh_cell * tape.tanh_cell
        np.subtract(1, self.c, self.c)
        self.c *= tape.o
        if tape.pins:
            tape.pins.hidden.stop(self.c)

    def columns(self) -> list[Array]:
        """Those of a tape of one sequence as (T, H, 1), to scale the rows of a matrix: i f g o c."""
        return [slope[:, 0, :, None] for slope in (self.i, self.f, self.g, self.o, self.c)]


@dataclass(frozen=True)
class LSTM(Gated[LSTMTape, LSTMAdjoint]):
    """See the module."""

    name: ClassVar = "lstm"
    form: ClassVar = {"peepholes": False}
    blocks: ClassVar = ("input", "forget", "candidate", "output")
    states: ClassVar = ("hidden", "cell")
    carried: ClassVar = ("hidden", "cell")
    carry: ClassVar = Carry("forget", "cell")
    forget_gate: ClassVar = "forget"

    @classmethod
    def implied(cls, names: Container[str]) -> dict[str, Any]:
        return {"peepholes": "weight_ci" in names}

    def forward(self, w: Weights, inputs: Array, initial: Mapping[str, Array], pins: Pins | None = None) -> LSTMTape:
        tape = blank(w, inputs, initial, pins)
        steps(transposed(w["weight_hh"]), tape)
        return tape

    def backward(self, w: Weights, tape: LSTMTape, direct: Mapping[str, Array]) -> LSTMAdjoint:
        adjoint = blank_adjoint(direct)
        backward_steps(w["weight_hh"], tape, Slopes(tape), adjoint)
        return adjoint

    def shares(self, tape: LSTMTape, adjoint: LSTMAdjoint) -> dict[str, Shares]:
        da = adjoint.preactivations
        return {
            "weight_ih": (Share(da, tape.inputs),),
            "weight_hh": (Share(da, tape.hidden[:-1]),),
            "bias_ih": (Share(da),),
            "bias_hh": (Share(da),),
        }

    def jacobian(self, w: Weights, tape: LSTMTape) -> Array:
        H, slopes = tape.hidden.shape[2], Slopes(tape)
        W_i, W_f, W_g, W_o = w["weight_hh"].reshape(4, H, H)
        by_i, by_f, by_g, by_o, by_c = slopes.columns()
        c_by_h = by_i * W_i + by_f * W_f + by_g * W_g
        c_by_c = tape.f[:, 0, :, None] * np.eye(H, dtype=W_i.dtype)
        return np.block([[by_c * c_by_h + by_o * W_o, by_c * c_by_c], [c_by_h, c_by_c]])

    def input_jacobian(self, w: Weights, tape: LSTMTape) -> Array:
        U_i, U_f, U_g, U_o = w["weight_ih"].reshape(4, tape.hidden.shape[2], -1)
        by_i, by_f, by_g, by_o, by_c = Slopes(tape).columns()
        c_by_x = by_i * U_i + by_f * U_f + by_g * U_g
        return np.concatenate([by_c * c_by_x + by_o * U_o, c_by_x], axis=1)

    def gate_gradients(self, w: Weights, tape: LSTMTape, adjoint: LSTMAdjoint) -> dict[str, Array]:
        """∂i = ∂c_t ⊙ g,  ∂f = ∂c_t ⊙ c_{t−1},  ∂g = ∂c_t ⊙ i,  ∂o = ∂h_t ⊙ tanh(c_t)."""
        dh, dc = tape.passed(adjoint.hidden[1:]), adjoint.cell[1:]
        return {
            "input": dc * tape.g,
            "forget": dc * tape.cell[:-1],
            "candidate": dc * tape.i,
            "output": dh * tape.tanh_cell,
        }

    def routes(
        self, w: Weights, tape: LSTMTape, adjoint: LSTMAdjoint, outside: Mapping[str, Array], state: str
    ) -> dict[str, Array]:
        """Of ∂h_t, which the carry does not touch:

        input       W_hiᵀ ∂a_i of t + 1            h_t → a_i;  forget, candidate, output alike
        outside     e_t                            h_t → out of the chain

        Of ∂c_t the same from h_t on, times s_t = ∂h_t/∂c_t, and

        carry       f_{t+1} ⊙ ∂c_{t+1}             c_t → c_{t+1}
        outside     s_t ⊙ e_t + (given at the final c)
        """
        W, da = np.split(w["weight_hh"], 4), blocks(adjoint.preactivations, 4)
        by_gate = {name: following(affine(da[n], W[n].T)) for n, name in enumerate(self.blocks)}
        if state == "hidden":
            return by_gate | {"outside": outside["hidden"]}
        s = Slopes(tape).c
        return {
            "carry": following(tape.f * adjoint.cell[1:]),
            **{name: s * part for name, part in by_gate.items()},
            "outside": s * outside["hidden"] + outside["cell"],
        }


def blank(w: Weights, inputs: Array, initial: Mapping[str, Array], pins: Pins | None) -> LSTMTape:
    """A tape with the initial states, W_ih x_t + b in place of a, and room for what the steps leave."""
    a = affine(inputs, w["weight_ih"], w.get("bias_ih"), w.get("bias_hh"))
    h, c = (started(initial[state], len(inputs)) for state in ("hidden", "cell"))
    return LSTMTape(h, inputs, a, cell=c, tanh_cell=np.empty_like(h[1:]), gates=np.empty_like(a), pins=pins)


def blank_adjoint(direct: Mapping[str, Array]) -> LSTMAdjoint:
    """An adjoint with what enters from outside, and room for ∂L/∂a."""
    T, B, H = direct["cell"][1:].shape
    return LSTMAdjoint(direct["hidden"], np.empty((T, B, 4 * H), direct["cell"].dtype), direct["cell"])


def steps(W: Array, tape: LSTMTape) -> None:
    """a = (W_ih x_t + b) + W_hh h_{t−1};  i, f, o = σ(a);  g = tanh(a_g);  c_t = f c_{t−1} + i g;  h_t = o tanh(c_t).

    a comes as W_ih x_t + b. W is W_hhᵀ, for rows of a batch. The rows of a step come from zip: an index takes twice as
    long as the smallest of these products.
    """
    product = np.empty_like(tape.gates[0])
    rows = zip(
        tape.preactivations, tape.gates, tape.i, tape.f, tape.g, tape.o, tape.a_g,
        tape.cell[:-1], tape.cell[1:], tape.tanh_cell, tape.hidden[:-1], tape.hidden[1:], strict=True,
    )  # fmt: skip
    for t, (a, gates, i, f, g, o, a_g, c_before, c, tanh_c, h_before, h) in enumerate(rows):
        np.dot(h_before, W, product)
        a += product
        sigmoid(a, gates)  # all four blocks in one go; g is then written over
        np.tanh(a_g, g)
        if tape.pins:
            tape.pins.gates.hold(gates, t)
        np.multiply(i, g, tanh_c)
        np.multiply(f, c_before, c)
        c += tanh_c
        np.tanh(c, tanh_c)
        np.multiply(o, tanh_c, h)
        if tape.pins:
            tape.pins.hidden.hold(h, t)


def backward_steps(W: Array, tape: LSTMTape, slopes: Slopes, adjoint: LSTMAdjoint) -> None:
    """From the last step to the first, with ∂h_t complete, and of ∂c_t what comes from step t + 1:

    ∂c_t += ∂h_t o (1 − tanh² c_t)
    ∂a_i = ∂c_t g i (1−i),  ∂a_f = ∂c_t c_{t−1} f (1−f),  ∂a_g = ∂c_t i (1−g²),  ∂a_o = ∂h_t tanh(c_t) o (1−o)
    ∂c_{t−1} += ∂c_t f,  ∂h_{t−1} += W_hhᵀ ∂a
    """
    product = np.empty_like(adjoint.hidden[0])
    by_step = (
        adjoint.hidden[1:], adjoint.cell[1:], adjoint.hidden[:-1], adjoint.cell[:-1], adjoint.preactivations,
        adjoint.a_i, adjoint.a_f, adjoint.a_g, adjoint.a_o,
        slopes.i, slopes.f, slopes.g, slopes.o, slopes.c, tape.f,
    )  # fmt: skip
    rows = zip(*(array[::-1] for array in by_step), strict=True)
    for dh, dc, dh_before, dc_before, da, da_i, da_f, da_g, da_o, by_i, by_f, by_g, by_o, by_c, f in rows:
        np.multiply(dh, by_c, product)
        dc += product
        np.multiply(dc, by_i, da_i)
        np.multiply(dc, by_f, da_f)
        np.multiply(dc, by_g, da_g)
        np.multiply(dh, by_o, da_o)
        np.multiply(dc, f, product)
        dc_before += product
        np.dot(da, W, product)
        dh_before += product
