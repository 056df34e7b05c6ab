"""Elman's cell."""

from __future__ import annotations

from explorer.look import style
from explorer.look.cells.base import CellView

ELMAN = CellView(
    "Elman", "rnn", style.FORWARD, symbols={"hidden": "h"}, feedback=("h",), preactivation="a", backward="dh"
)
