"""A cell that is none of the project's, for the tests that a new one takes no more than its own places.

A minimal gated unit, with one gate k, "keep", and the candidate n. Row blocks: k, n.

    k = σ(s a_k),  a_k = W_ik x_t + b_ik + W_hk h_{t−1} + b_hk        s: its one option, `sharpness`
    n = tanh(a_n), a_n = W_in x_t + b_in + W_hn h_{t−1} + b_hn
    h_t = (1 − k) ⊙ n + k ⊙ h_{t−1}

    with toy_cell.registered():
        Network.initialise(cell="toy", input_size=3, sharpness=2.0)

Its equations are registered with core.cells, its reference with core.oracle.reference_cells, its words and drawing with
explorer.look.cells: what a cell in the project has in a file of its own in each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from core import cells
from core.cells.base import Adjoint, Array, Carry, Gated, GatedTape, Weights, affine, blocks, following, started
from core.cells.contributions import Share, Shares
from core.cells.nonlinearities import sigmoid
from core.cells.pins import Pins
from core.oracle import reference_cells
from explorer.look import cells as views
from explorer.look import style
from explorer.look.cells.base import CellView, Gate
from explorer.look.cells.schematic import CARRY, GATE, Numbers, Schematic, beside

NAME = "toy"


@dataclass(frozen=True)
class MinimalGated(Gated[GatedTape, Adjoint]):
    sharpness: float = 1.0

    name: ClassVar = NAME
    blocks: ClassVar = ("keep", "candidate")
    carry: ClassVar = Carry("keep", "hidden")
    forget_gate: ClassVar = "keep"

    def forward(self, w: Weights, inputs: Array, initial: Mapping[str, Array], pins: Pins | None = None) -> GatedTape:
        a = affine(inputs, w["weight_ih"], w.get("bias_ih"), w.get("bias_hh"))
        tape = GatedTape(started(initial["hidden"], len(inputs)), inputs, a, gates=np.empty_like(a), pins=pins)
        for t in range(len(inputs)):
            h_previous, h = tape.hidden[t], tape.hidden[t + 1]
            a[t] += h_previous @ w["weight_hh"].T
            (a_k, a_n), (k, n) = blocks(a[t], 2), blocks(tape.gates[t], 2)
            sigmoid(a_k * a.dtype.type(self.sharpness), k)
            np.tanh(a_n, n)
            if pins:
                pins.gates.hold(tape.gates[t], t)
            h[:] = (1 - k) * n + k * h_previous
            if pins:
                pins.hidden.hold(h, t)
        return tape

    def slopes(self, tape: GatedTape) -> Array:
        """[∂h_t/∂a_k; ∂h_t/∂a_n], (T, B, 2H), zero by what led to a held gate or h_t."""
        k, n = blocks(tape.gates, 2)
        s = tape.hidden.dtype.type(self.sharpness)
        by_k, by_n = (tape.hidden[:-1] - n) * s * k * (1 - k), (1 - k) * (1 - n * n)
        slopes = np.concatenate([tape.passed(by_k), tape.passed(by_n)], axis=2)
        if tape.pins:
            tape.pins.gates.stop(slopes)
        return slopes

    def backward(self, w: Weights, tape: GatedTape, direct: Mapping[str, Array]) -> Adjoint:
        dh, slopes = direct["hidden"], self.slopes(tape)
        carried = tape.passed(blocks(tape.gates, 2)[0])
        adjoint = Adjoint(dh, np.empty((*dh[1:].shape[:2], slopes.shape[2]), dh.dtype))
        for t in reversed(range(len(slopes))):
            adjoint.preactivations[t] = np.tile(dh[t + 1], 2) * slopes[t]
            dh[t] += dh[t + 1] * carried[t] + adjoint.preactivations[t] @ w["weight_hh"]
        return adjoint

    def shares(self, tape: GatedTape, adjoint: Adjoint) -> dict[str, Shares]:
        da = adjoint.preactivations
        return {
            "weight_ih": (Share(da, tape.inputs),),
            "weight_hh": (Share(da, tape.hidden[:-1]),),
            "bias_ih": (Share(da),),
            "bias_hh": (Share(da),),
        }

    def jacobian(self, w: Weights, tape: GatedTape) -> Array:
        by_k, by_n = (slope[:, 0, :, None] for slope in blocks(self.slopes(tape), 2))
        W_k, W_n = np.split(w["weight_hh"], 2)
        k = tape.passed(blocks(tape.gates, 2)[0])[:, 0, :, None]
        return k * np.eye(len(W_k), dtype=W_k.dtype) + by_k * W_k + by_n * W_n

    def gate_gradients(self, w: Weights, tape: GatedTape, adjoint: Adjoint) -> dict[str, Array]:
        (k, n), dh = blocks(tape.gates, 2), tape.passed(adjoint.hidden[1:])
        return {"keep": dh * (tape.hidden[:-1] - n), "candidate": dh * (1 - k)}

    def routes(
        self, w: Weights, tape: GatedTape, adjoint: Adjoint, outside: Mapping[str, Array], state: str
    ) -> dict[str, Array]:
        k, _ = blocks(tape.gates, 2)
        (W_k, W_n), (da_k, da_n) = np.split(w["weight_hh"], 2), blocks(adjoint.preactivations, 2)
        return {
            "carry": following(k * tape.passed(adjoint.hidden[1:])),
            "keep": following(affine(da_k, W_k.T)),
            "candidate": following(affine(da_n, W_n.T)),
            "outside": outside["hidden"],
        }


def reference(network: Any, p: Any) -> Any:
    """The same again, in torch's own operations."""
    sharpness = network.options.get("sharpness", 1.0)

    def step(x: Any, state: Any, pin: Any) -> dict[str, Any]:
        h = state["hidden"]
        a_k, a_n = (reference_cells.affine(p, "ih", x) + reference_cells.affine(p, "hh", h)).chunk(2, dim=-1)
        k, n = pin("keep", (sharpness * a_k).sigmoid()), pin("candidate", a_n.tanh())
        return {
            "hidden": pin("hidden", (1 - k) * n + k * h),
            "gates.keep": k,
            "gates.candidate": n,
            "preactivations.keep": a_k,
            "preactivations.candidate": a_n,
        }

    return step


def written(value: Numbers) -> float:
    return (1 - value["keep"]) * value["candidate"]


VIEW = CellView(
    "Minimal",
    NAME,
    "#117733",
    rows=(Gate("keep", "k", style.FORGET), Gate("candidate", "n", style.CANDIDATE, signed=True)),
    counterparts={"forget": "keep", "update": "keep"},
    latex={
        "mgu_h": r"h_t = (1 - k_t) \odot n_t + k_t \odot h_{t-1}",
        "dh_mgu_routes": r"\frac{\partial L}{\partial h_t} = k_{t+1} \odot"
        r" \frac{\partial L}{\partial h_{t+1}} + \sum_q \text{via } q + \text{loss}",
    },
    routes={"hidden": "dh_mgu_routes"},
    step=lambda value: [
        ("mgu_h", f"{value['hidden']:+.3f} keeps {value['keep']:.2f} of {value['previous hidden']:+.3f}")
    ],
    schematic=Schematic(
        boxes={"keep": (3.0, "σ"), "candidate": (6.0, "tanh")},
        wires=(
            (((3.0, GATE), (3.0, CARRY)), style.FORGET),
            (((6.0, GATE), (6.0, CARRY)), style.CANDIDATE),
        ),
        joints=((3.0, CARRY, "×"), (6.0, CARRY, "+")),
        written=written,
        words=lambda value: [
            beside(3.0, "k", value["keep"], style.FORGET),
            beside(6.0, "n", value["candidate"], style.CANDIDATE, sign=True),
        ],
    ),
)


@contextmanager
def registered() -> Iterator[None]:
    """The toy cell in the project, by its three public registrations; gone again after the block."""
    with ExitStack() as until:
        until.enter_context(cells.registered(MinimalGated))
        until.enter_context(reference_cells.registered(NAME, reference_cells.Reference(reference)))
        until.enter_context(views.registered(NAME, VIEW))
        yield
