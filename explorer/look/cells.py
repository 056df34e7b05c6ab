"""What the pages have to know of every cell. To offer another one, add its line to CELLS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from explorer.look import style


@dataclass(frozen=True)
class CellView:
    """
    label     the word on its button
    core      its name in core, and `options` what else Network.initialise is told
    colour    of its curves where cells are compared
    gates     gate -> symbol, from the lowest row of a drawing to the highest; none where the cell has no gates
    carry     the gate that keeps what is carried
    carried   the state that goes along the carry
    """

    label: str
    core: str
    colour: str
    options: Mapping[str, Any] = field(default_factory=dict)
    gates: Mapping[str, str] = field(default_factory=dict)
    carry: str = ""
    carried: Literal["hidden", "cell"] = "hidden"

    @property
    def gated(self) -> bool:
        return bool(self.gates)

    @property
    def symbol(self) -> str:
        """Of the state on the carry."""
        return "c" if self.carried == "cell" else "h"


_GRU: dict[str, Any] = {"gates": {"reset": "r", "update": "z", "candidate": "n"}, "carry": "update"}
_LSTM: dict[str, Any] = {
    "gates": {"forget": "f", "input": "i", "candidate": "g", "output": "o"}, "carry": "forget", "carried": "cell"
}  # fmt: skip

CELLS = {
    "rnn": CellView("Elman", "rnn", style.FORWARD),
    "jordan": CellView("Jordan", "jordan", style.JORDAN),
    "general": CellView("General", "general", style.GENERAL),
    "gru": CellView("GRU", "gru", style.GRU, {"reset_after": True}, **_GRU),
    "gru-before": CellView("GRU, reset before", "gru", style.GRU, {"reset_after": False}, **_GRU),
    "lstm": CellView("LSTM", "lstm", style.LSTM, {"peepholes": False}, **_LSTM),
    "lstm-peephole": CellView("LSTM, peepholes", "lstm", style.LSTM, {"peepholes": True}, **_LSTM),
}
GATES = tuple(dict.fromkeys(gate for cell in CELLS.values() for gate in cell.gates))
