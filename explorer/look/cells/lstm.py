"""The LSTM, plain and with peepholes."""

from __future__ import annotations

from dataclasses import replace

from explorer.look import style
from explorer.look.cells.base import CellView, Gate, Told
from explorer.look.cells.schematic import CARRY, GATE, MIDDLE, RIGHT, Numbers, Schematic, Word, beside
from explorer.look.notation import signed

F, I, G, O = 2.3, 3.8, 5.4, 6.7  # where the gates stand in the drawing
ADD, OUT = 4.6, 7.6  # where i g is added, and where the output leaves


def written(value: Numbers) -> float:
    """i g."""
    return value["input"] * value["candidate"]


def step(value: Numbers) -> Told:
    i, f, g, o = (value[gate] for gate in ("input", "forget", "candidate", "output"))
    h, c, before = (signed(value[state]) for state in ("hidden", "cell", "previous cell"))
    return [
        ("lstm_c", f"{c} = {f:.2f} · {before} + {i:.2f} · {signed(g)}"),
        ("lstm_h", f"{h} = {o:.2f} · tanh {c}"),
    ]


def words(value: Numbers) -> list[Word]:
    return [
        beside(F, "f", value["forget"], style.FORGET),
        beside(I, "i", value["input"], style.INPUT),
        beside(G, "g", value["candidate"], style.CANDIDATE, sign=True),
        beside(O, "o", value["output"], style.OUTPUT),
        (ADD + 0.1, (MIDDLE + CARRY) / 2, f"<i>i·g</i> = {signed(written(value))}", style.FORWARD, "middle right"),
    ]


LSTM = CellView(
    "LSTM",
    "lstm",
    style.LSTM,
    {"peepholes": False},
    rows=(
        Gate("forget", "f", style.FORGET),
        Gate("input", "i", style.INPUT),
        Gate("candidate", "g", style.CANDIDATE, signed=True),
        Gate("output", "o", style.OUTPUT),
    ),
    symbols={"hidden": "h", "cell": "c"},
    counterparts={"update": "forget", "reset": "output"},
    latex={
        "lstm_c": r"c_t = f_t \odot c_{t-1} + i_t \odot g_t",
        "lstm_h": r"h_t = o_t \odot \tanh c_t",
        "dc_routes": r"\begin{array}{l} \frac{\partial L}{\partial c_t} = f_{t+1} \odot"
        r" \frac{\partial L}{\partial c_{t+1}} \\ \quad + \sum_q \text{via } q + \text{loss} \end{array}",
        "dh_routes": r"\begin{array}{l} \frac{\partial L}{\partial h_t} = \sum_g W_g^\top"
        r" \frac{\partial L}{\partial a^g_{t+1}} + \text{loss} \end{array}",
    },
    routes={"cell": "dc_routes", "hidden": "dh_routes"},
    step=step,
    schematic=Schematic(
        boxes={"forget": (F, "σ"), "input": (I, "σ"), "candidate": (G, "tanh"), "output": (O, "σ")},
        wires=(
            (((F, GATE), (F, CARRY)), style.FORGET),
            (((I, GATE), (I, MIDDLE), (ADD, MIDDLE)), style.INPUT),
            (((G, GATE), (G, MIDDLE), (ADD, MIDDLE)), style.CANDIDATE),
            (((ADD, MIDDLE), (ADD, CARRY)), style.FORWARD),
            (((O, GATE), (O, MIDDLE), (OUT, MIDDLE)), style.OUTPUT),
            (((OUT, CARRY), (OUT, MIDDLE), (RIGHT, MIDDLE)), style.FORWARD),
        ),
        joints=((F, CARRY, "×"), (ADD, MIDDLE, "×"), (ADD, CARRY, "+"), (OUT, MIDDLE, "×")),
        squashed=((OUT, CARRY - 29),),
        written=written,
        words=words,
    ),
)
LSTM_PEEPHOLES = replace(LSTM, label="LSTM, peepholes", options={"peepholes": True})
