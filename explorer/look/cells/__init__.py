"""The cells that the pages offer, by the name that a setting calls them: the one table of them.

To offer another one, write its view, on the contract of explorer.look.cells.base, and its line below; the order is that
of the buttons. One from elsewhere is offered by `register`, or for a while by `registered`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from core.errors import InvalidValue
from explorer.look.cells.base import CellView
from explorer.look.cells.elman import ELMAN
from explorer.look.cells.gru import GRU, GRU_BEFORE
from explorer.look.cells.jordan import GENERAL, JORDAN
from explorer.look.cells.lstm import LSTM, LSTM_PEEPHOLES

CELLS: dict[str, CellView] = {}
COMPARED = ("rnn", "gru", "lstm")
"""Those that are set beside each other where cells are compared, and that the films were trained with."""


def register(name: str, view: CellView) -> None:
    """Offer a cell under a name. Raises InvalidValue for a name that is taken, and for a view of a gated cell that says
    not all of it."""
    if name in CELLS:
        raise InvalidValue("cell", "a new one", f'another "{name}"', "give it a name of its own")
    cell = view.equations
    if set(view.gates) != (set(cell.blocks) if cell.gated else set()):
        expected, got = f"of the gates {', '.join(cell.blocks)}", ", ".join(view.gates) or "none"
        raise InvalidValue(f'the rows of "{name}"', expected, got, "name every gate of the cell, and no other")
    if missing := [state for state in cell.states if state not in view.symbols]:
        raise InvalidValue(f'the symbols of "{name}"', f"also of {', '.join(missing)}", "none", "give each state one")
    if cell.gated and not (view.step and view.schematic and set(view.routes) == set(cell.states)):
        expected = "complete: a step, a schematic, and the routes of every state"
        raise InvalidValue(f'the view of "{name}"', expected, "less", "look at explorer/look/cells/gru.py")
    if not cell.gated and not view.preactivation:
        raise InvalidValue(f'the view of "{name}"', "with the equation of a_t", "none", "name its preactivation")
    CELLS[name] = view


@contextmanager
def registered(name: str, view: CellView) -> Iterator[None]:
    """The same until the block ends."""
    register(name, view)
    try:
        yield
    finally:
        del CELLS[name]


class Offered(Mapping[str, str]):
    """What the cells that are registered at the time have to choose from: name -> word."""

    def __init__(self, read: Callable[[], dict[str, str]]):
        self._read = read

    def __getitem__(self, name: str) -> str:
        return self._read()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())


for name, view in {
    "rnn": ELMAN,
    "jordan": JORDAN,
    "general": GENERAL,
    "gru": GRU,
    "gru-before": GRU_BEFORE,
    "lstm": LSTM,
    "lstm-peephole": LSTM_PEEPHOLES,
}.items():
    register(name, view)

LABELS = Offered(lambda: {name: view.label for name, view in CELLS.items()})
GATES = Offered(lambda: {gate: gate for view in CELLS.values() for gate in view.gates})

__all__ = ["CELLS", "COMPARED", "GATES", "LABELS", "CellView", "register", "registered"]
