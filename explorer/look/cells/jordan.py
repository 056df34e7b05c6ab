"""Jordan's cell, and the general one."""

from __future__ import annotations

from explorer.look import style
from explorer.look.cells.base import CellView

JORDAN = CellView(
    "Jordan",
    "jordan",
    style.JORDAN,
    feedback=("ŷ",),
    preactivation="jordan_a",
    backward="dh_jordan",
    latex={
        "jordan_a": r"a_t = b + W \varphi(o_{t-1}) + U x_t",
        "dh_jordan": r"\frac{\partial L}{\partial h_t} = V^\top \Big(\frac{\partial L_t}{\partial o_t} + "
        r"\mathrm{diag}(\varphi'(o_t)) W^\top \frac{\partial L}{\partial a_{t+1}}\Big)",
    },
)
GENERAL = CellView(
    "General",
    "general",
    style.GENERAL,
    feedback=("h", "ŷ"),
    preactivation="general_a",
    backward="dh_general",
    latex={
        "general_a": r"\begin{array}{l} a_t = b + W h_{t-1} + U x_t \\ \quad + W_o\, \varphi(o_{t-1}) \end{array}",
        "dh_general": r"\begin{array}{l} \frac{\partial L}{\partial h_t} = W^\top \frac{\partial L}{\partial a_{t+1}}"
        r" \\ \quad + V^\top \Big(\frac{\partial L_t}{\partial o_t} + "
        r"\mathrm{diag}(\varphi'(o_t)) W_o^\top \frac{\partial L}{\partial a_{t+1}}\Big) \end{array}",
    },
)
