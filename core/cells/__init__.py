"""The cells by name."""

from __future__ import annotations

from core.cells.base import Cell
from core.cells.elman import Elman
from core.cells.gru import GRU
from core.cells.gru_reset_before import GRUResetBefore
from core.cells.jordan import General, Jordan
from core.cells.lstm import LSTM
from core.cells.lstm_peepholes import LSTMPeepholes
from core.checks import quoted
from core.errors import InvalidValue

NAMES = ("rnn", "jordan", "general", "gru", "lstm")
FED_BACK = ("jordan", "general")
"""Those whose chains each have an output of their own that they are fed back from."""


def build(name: str, nonlinearity: str, reset_after: bool, peepholes: bool) -> Cell:
    """The cell of that one of the NAMES, with those of the options that concern it. Raises InvalidValue for another."""
    match name:
        case "rnn":
            return Elman(nonlinearity)
        case "jordan":
            return Jordan(nonlinearity)
        case "general":
            return General(nonlinearity)
        case "gru":
            return GRU() if reset_after else GRUResetBefore()
        case "lstm":
            return LSTMPeepholes() if peepholes else LSTM()
        case _:
            raise InvalidValue("cell", f"one of {quoted(NAMES)}", repr(name), "choose one of these names")
