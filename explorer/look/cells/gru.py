"""The GRU, in both its forms."""

from __future__ import annotations

from dataclasses import replace

from explorer.look import style
from explorer.look.cells.base import CellView, Gate, Told
from explorer.look.cells.schematic import CARRY, GATE, MIDDLE, Numbers, Schematic, Word, beside
from explorer.look.notation import signed

Z, R, N = 2.6, 4.6, 6.6  # where the gates stand in the drawing


def written(value: Numbers) -> float:
    """(1 − z) n."""
    return (1 - value["update"]) * value["candidate"]


def step(value: Numbers) -> Told:
    z, n = value["update"], value["candidate"]
    h, before = signed(value["hidden"]), signed(value["previous hidden"])
    return [("gru_h", f"{h} = {1 - z:.2f} · {signed(n)} + {z:.2f} · {before}")]


def words(value: Numbers) -> list[Word]:
    return [
        beside(Z, "z", value["update"], style.FORGET),
        beside(N, "n", value["candidate"], style.CANDIDATE, sign=True),
        ((R + N) / 2, GATE + 11, f"<i>r</i> = {value['reset']:.2f}", style.OUTPUT, "middle center"),
        ((Z + N) / 2, MIDDLE + 12, f"1 − <i>z</i> = {1 - value['update']:.2f}", style.FORGET, "middle center"),
        (N + 0.1, (MIDDLE + CARRY) / 2, signed(written(value)), style.FORWARD, "middle right"),
    ]


GRU = CellView(
    "GRU",
    "gru",
    style.GRU,
    {"reset_after": True},
    rows=(
        Gate("reset", "r", style.OUTPUT),
        Gate("update", "z", style.FORGET),
        Gate("candidate", "n", style.CANDIDATE, signed=True),
    ),
    counterparts={"forget": "update", "input": "update", "output": "reset"},
    latex={
        "gru_h": r"h_t = (1 - z_t) \odot n_t + z_t \odot h_{t-1}",
        "dh_gru_routes": r"\begin{array}{l} \frac{\partial L}{\partial h_t} = z_{t+1} \odot"
        r" \frac{\partial L}{\partial h_{t+1}} \\ \quad + \sum_q \text{via } q + \text{loss} \end{array}",
    },
    routes={"hidden": "dh_gru_routes"},
    step=step,
    schematic=Schematic(
        boxes={"update": (Z, "σ"), "reset": (R, "σ"), "candidate": (N, "tanh")},
        wires=(
            (((Z, GATE), (Z, CARRY)), style.FORGET),
            (((Z, MIDDLE), (N, MIDDLE)), style.FORGET),
            (((R, GATE), (N, GATE)), style.OUTPUT),
            (((N, GATE), (N, CARRY)), style.CANDIDATE),
        ),
        joints=((Z, CARRY, "×"), (N, MIDDLE, "×"), (N, CARRY, "+")),
        written=written,
        words=words,
    ),
)
GRU_BEFORE = replace(GRU, label="GRU, reset before", options={"reset_after": False})
